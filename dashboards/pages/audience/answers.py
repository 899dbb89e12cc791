"""What each card of the page Audience answers: ask, shape, draw."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
from dash.development.base_component import Component

from dashboards.auth import who
from dashboards.components.audience import by_country as by_country_card
from dashboards.components.audience import curve as curve_card
from dashboards.components.audience import kpis as kpis_card
from dashboards.components.audience import likes as likes_card
from dashboards.components.audience import news as news_card
from dashboards.components.audience import tracks as tracks_card
from dashboards.components.audience import when as when_card
from dashboards.components.audience import where as where_card
from dashboards.components.audience.far import steepest
from dashboards.components.audience.listen import hear
from dashboards.components.audience.view import USUAL, View
from dashboards.components.card import About
from dashboards.components.numbers import span_words
from dashboards.pages import language
from dashboards.pages.audience.whose import Mine, button, link, narrow
from dashboards.queries import audience as ask
from dashboards.queries import clips
from dashboards.queries.artist import OwnTrack
from etl.audience.insights import RHYTHM, Series, Week, insights
from etl.audience.interests import MONTHS

ENOUGH = (
    "It takes some seventeen people of a country in a week, or in a longer span of weeks, and of a song twenty-five "
    "in four weeks."
)


def kpis(my: Mine) -> Any:
    """How much was heard, against the period before."""
    found = ask.kpis(my.warehouse, my.artist_id, my.filters, my.shown)
    first = my.coverage.first_week
    if first and my.shown.before.start < first:
        found = replace(found, before=None)  # a part of a period compares with nothing
    return kpis_card.kpis(found, my.shown, my.about) if found.now else narrow(kpis_card.CARD, my)


def curve(my: Mine) -> Any:
    """How far people get, in what is chosen or in up to five tracks."""
    my = my.without("heard")
    view = my.view
    found = ask.curves(my.warehouse, my.artist_id, my.filters, my.shown, view.compare)
    found = [one for one in found if enough(one)]
    if not found:
        now = ask.kpis(my.warehouse, my.artist_id, my.filters, my.shown).now
        if now and now.measured < ask.FEWEST <= now.listeners:
            return curve_card.CARD.notice(
                "It is not known how far they got", "Where these listens come from tells that of too few or of none."
            )
        return narrow(curve_card.CARD, my, few=True)
    names = [my.tracks[one.track_id].title if one.track_id in my.tracks else _all_of(view) for one in found]
    genre = _genre_of(my)
    typical = ask.genre_curve(my.warehouse, my.artist_id, genre) if genre else None
    one = my.tracks.get(found[0].track_id or 0) if len(found) == 1 else None
    under = _hear(my, one, found[0]) if one else None
    return curve_card.curve(found, typical, names, one.duration_s if one else None, my.about, under)


def news(my: Mine) -> Any:
    """What is new in these weeks, of all the artist's songs or of the one that is chosen."""
    my = my.without("country", "genre", "heard", "compare")
    start, end, track_id = my.shown.start, my.shown.end, my.view.track_id
    first = my.coverage.first_week or start
    begin = max(first, start - timedelta(days=RHYTHM))
    counts = ask.history(my.warehouse, my.artist_id, begin, end, track_id)
    if counts and begin == first:  # days before the first listen are no days
        begin = max(begin, min(map(min, counts.values())))
    days = [begin + timedelta(days=number) for number in range((end - begin).days + 1)]
    series = Series(begin, {name: np.array([of.get(day, 0) for day in days]) for name, of in counts.items()})
    weeks, countries = list[Week](), {}
    if track_id is None:
        every = ask.weeks(my.warehouse, my.artist_id, my.filters, ask.Period(first, end))
        weeks = [Week(one.day, one.listens, one.listeners) for one in every]
        countries = ask.first_weeks(my.warehouse, my.artist_id)
    found = insights(series, weeks, countries, start, end)
    titles = {name: track.title for name, track in my.tracks.items()}

    def to(card: str, changes: dict[str, Any]) -> str:
        return f"{link(my.view, **changes)}#{card}"

    return news_card.news(found, titles, first, language(), to, my.about)


def when(my: Mine) -> Any:
    """Listens a day; a week where a genre is chosen, of which there are no days."""
    my = my.without("heard", "compare")
    weekly = bool(my.view.genre)
    found = (ask.weeks if weekly else ask.days)(my.warehouse, my.artist_id, my.filters, my.shown)
    if not any(one.listens for one in found):
        return narrow(when_card.CARD, my)
    of = my.tracks[my.view.track_id].title if my.view.track_id else _all_of(my.view)
    return when_card.when(found, weekly, of, my.about)


def tracks(my: Mine) -> Any:
    """Each of the artist's songs, or those of a genre; the choice of one has no part."""
    my = my.without("track", "compare")
    ids = [one.track_id for one in my.tracks.values() if my.view.genre in (None, one.genre)]
    found = ask.tracks(my.warehouse, my.artist_id, my.filters, my.shown, ids)
    if not found:
        return narrow(tracks_card.CARD, my)
    curves = [one for one in ask.curves(my.warehouse, my.artist_id, my.filters, my.shown, ids) if enough(one)]
    return tracks_card.tracks(found, curves, lambda track_id: link(my.view, track_id=track_id, genre=None), my.about)


def by_country(my: Mine) -> Any:
    """How far people get in each country, beside all the others."""
    page, my = my.view, my.without("country", "genre", "heard", "compare")
    found = ask.where(my.warehouse, my.artist_id, my.view.track_id, my.shown, my.through)
    compared = by_country_card.compare(found.places)
    if not compared:
        return by_country_card.CARD.notice(
            "There are no two countries to compare",
            f"{ENOUGH} So that nobody can be recognised, fewer are not told.",
        )
    about = replace(my.about, filters=f"{my.about.filters}; people in {span_words(found.start, found.end)}")
    return by_country_card.by_country(compared, language(), lambda code: link(page, country=code), about)


def where(my: Mine) -> Any:
    """The countries; one that is chosen is told over time, too."""
    page, my = my.view, my.without("country", "genre", "heard", "compare")
    chosen, track = page.country, my.view.track_id
    found = ask.where(my.warehouse, my.artist_id, track, my.shown, my.through)
    if not found.places:
        if found.listeners == 0:
            weeks = span_words(found.start, found.end)
            return where_card.CARD.notice("Nobody listened", f"People are told of whole spans of weeks: {weeks}.")
        return where_card.CARD.notice("Too few people in each country", ENOUGH, *_longer(page))
    over = ask.told(my.warehouse, my.artist_id, track, chosen, my.shown, my.through) if chosen else []
    about = replace(my.about, filters=f"{my.about.filters}; people in {span_words(found.start, found.end)}")

    def to(code: str) -> str:
        return f"{link(page, country=code)}#{where_card.CARD.name}"

    return where_card.where(found, chosen, over, language(), to, about)


def likes(my: Mine) -> Any:
    """What else they like; no choice changes it."""
    found = ask.interests(my.warehouse, my.artist_id)
    if not found:
        return likes_card.CARD.notice(
            "Not known yet",
            "It is told of months of four weeks that have ended, of what surely ten of your listeners or more like.",
        )
    last = found[0].through
    made = my.invented(one.synthetic for one in found if one.kind == "track")
    about = About(f"up to {4 * MONTHS} weeks, to {last}; all tracks; no choice changes it", last, made)
    return likes_card.likes(found, about)


def _hear(my: Mine, track: OwnTrack, curve: ask.Curve) -> Component | None:
    """The track's clip under its curve, where there is one."""
    wave = clips.look(my.warehouse, track.track_id)
    if wave is None:
        return None
    account = who()
    can_play = track.track_id in clips.playable(my.warehouse, [track.track_id])
    return hear(track, account.display_name if account else "", wave, can_play, steepest(curve))


def enough(curve: ask.Curve) -> bool:
    """Whether a curve is of people enough to say something."""
    return min(curve.listeners or 0, curve.n) >= ask.FEWEST


def _longer(view: View) -> list[Component]:
    """The way from a week to the usual weeks, in which more people are."""
    return [button(f"Show the last {USUAL} days", replace(view, days=USUAL))] if view.days and view.days < USUAL else []


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
