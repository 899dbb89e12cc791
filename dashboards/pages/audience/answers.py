"""What each card of the page Audience answers: ask, shape, draw."""

from dataclasses import replace
from typing import Any

from dashboards.components.audience import curve as curve_card
from dashboards.components.audience import kpis as kpis_card
from dashboards.components.audience import likes as likes_card
from dashboards.components.audience import where as where_card
from dashboards.components.audience.view import View
from dashboards.pages.audience.whose import Mine, language, link, narrow
from dashboards.queries import audience as ask


def kpis(my: Mine) -> Any:
    """How much was heard, against the period before."""
    found = ask.kpis(my.warehouse, my.artist_id, my.filters, my.shown)
    first = my.coverage.first_week
    if first and my.shown.before.start < first:
        found = replace(found, before=None)  # a part of a period compares with nothing
    return kpis_card.kpis(found, my.shown, my.about) if found.now else narrow(kpis_card.CARD, my)


def curve(my: Mine) -> Any:
    """How far people get, in what is chosen or in up to five tracks."""
    view = my.view
    found = ask.curves(my.warehouse, my.artist_id, my.filters, my.shown, view.compare)
    found = [one for one in found if one.shares[0] is not None]
    if not found:
        return narrow(curve_card.CARD, my)
    names = [my.tracks[one.track_id].title if one.track_id in my.tracks else _all_of(view) for one in found]
    genre = _genre_of(my)
    typical = ask.genre_curve(my.warehouse, my.artist_id, genre) if genre else None
    one = my.tracks.get(found[0].track_id or 0) if len(found) == 1 else None
    return curve_card.curve(found, typical, names, one.duration_s if one else None, my.about)


def where(my: Mine) -> Any:
    """The countries; the choice of one only marks it."""
    found = ask.countries(my.warehouse, my.artist_id, my.filters, my.shown)
    if not found:
        return narrow(where_card.CARD, my)
    return where_card.where(found, my.view.country, language(), lambda code: link(my.view, country=code), my.about)


def likes(my: Mine) -> Any:
    """What else they like; no choice changes it."""
    found = ask.interests(my.warehouse, my.artist_id)
    if not found:
        return likes_card.CARD.notice(
            "Not known yet", "This is worked out once a week, from what ten of your listeners or more also play."
        )
    return likes_card.likes(found, my.about)


def _all_of(view: View) -> str:
    return f"Your {view.genre}" if view.genre else "All your songs"


def _genre_of(my: Mine) -> str | None:
    """The genre to compare with: that of what is chosen, else that of most of the artist's tracks."""
    if my.view.genre:
        return my.view.genre
    chosen = my.view.compare or ((my.view.track_id,) if my.view.track_id else ())
    genres = {my.tracks[one].genre for one in chosen}
    if genres:
        return genres.pop() if len(genres) == 1 else None
    return next(iter(my.genres), None)
