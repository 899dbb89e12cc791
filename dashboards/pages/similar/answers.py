"""What each step answers, for the account of a request. A step asks for itself: no other waits for it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from dashboards.auth import who
from dashboards.components import campaigns as projection
from dashboards.components.card import About, Card
from dashboards.components.countries import country_name
from dashboards.components.marks import CREATORS, badge_of, invented
from dashboards.components.numbers import duration, several
from dashboards.components.similar import creators as people
from dashboards.components.similar import music, song, tiktok
from dashboards.components.similar.view import View, href
from dashboards.pages import language
from dashboards.queries import campaigns, clips, influencers
from dashboards.queries import similar as ask
from dashboards.queries.influencers import Influencer, Suggested, Wanted
from dashboards.queries.similar import Question
from etl.live.follow_sounds import Followed
from etl.store.warehouse import Warehouse

EXPECT = Card("expect", "What to expect", 360, projection.MEANING)
FIRST = 3  #: creators that the last step offers to begin with
SURE = 0.3  #: of a genre from which on creators are looked for in it, where none is chosen


@dataclass(frozen=True)
class Mine:
    """What an address asks, for an account."""

    warehouse: Warehouse
    account_id: int
    artist_id: int | None
    view: View

    @cached_property
    def asked(self) -> Question | None:
        """What is compared; None when it is gone."""
        view = self.view
        return ask.question(self.warehouse, self.account_id, view.upload, view.part, view.like)

    @cached_property
    def followed(self) -> Followed:
        """How music like it is used on TikTok."""
        assert self.asked is not None
        return ask.on_tiktok(self.warehouse, self.account_id, self.asked, self.view.genre)

    @cached_property
    def suggested(self) -> list[song.Told]:
        """The genres it may be; its nearest recordings are asked where what was learned is unsure."""
        assert self.asked is not None
        learned = ask.suggested(self.warehouse, self.asked.features)
        unsure = bool(learned) and learned[0].confidence < song.UNSURE
        near = ask.nearest(self.warehouse, self.asked.features, None, self.view.like) if unsure else []
        return song.told(learned, [one.genre for one in near])

    @property
    def genre(self) -> tuple[str | None, str]:
        """The genre whose creators are looked for, and why that one."""
        if self.view.genre:
            return self.view.genre, "chosen"
        if self.asked and self.asked.track and self.asked.track.genre:
            return self.asked.track.genre, "of the track"
        likely = self.suggested[:1]
        if likely and likely[0].confidence >= SURE:
            return likely[0].genre, f"your song sounds like it, {likely[0].words}"
        return None, ""

    @property
    def first_creators(self) -> list[Influencer]:
        """Some to begin with: of those who used the sounds, else of those who fit, the first."""
        everyone = {one.influencer_id: one for one in influencers.everyone(self.warehouse)}
        used = [everyone[user.influencer_id] for user in self.followed.users if user.influencer_id in everyone]
        wanted = Wanted(self.genre[0], self.view.country)
        fit = used or [one.influencer for one in influencers.ranked(list(everyone.values()), wanted)]
        return fit[:FIRST]

    def about(self, *more: str, tables: Sequence[str] = ask.MUSIC, invented: str = "") -> About:
        """What stands at the head of a file."""
        view, asked = self.view, self.asked
        part = f", {duration(view.part[0])} to {duration(view.part[1])}" if view.part else ""
        filters = [f"song: {asked.name if asked else ''}{part}", f"genre: {view.genre or 'all'}", *more]
        through = ask.through(self.warehouse, tables)
        assert through, "what is compared was loaded on a day"
        return About("; ".join(filters), through, invented)


def mine(warehouse: Warehouse, view: View) -> Mine | None:
    """What an address asks of this request's account; None when it asks nothing."""
    account = who()
    return Mine(warehouse, account.account_id, account.artist_id, view) if account and view.asks else None


def gone(view: View) -> Component:
    """Words where what the address names is not there; the steps after it are not shown."""
    if view.like is not None:
        words = song.CARD.notice("This track cannot be compared", "No track of this number is described.", _back(view))
    else:
        words = song.CARD.notice(
            "This song is no longer here",
            "What a song sounds like is kept for a day unless it is saved, for whoever sent it. Drop the file again.",
        )
    return html.Div(words, className="gone")


def the_song(my: Mine) -> Any:
    """Step 1."""
    if my.asked is None:
        return gone(my.view)
    kept = {one.upload_id for one in ask.saved(my.warehouse, my.account_id)}
    track = my.asked.track
    shown = song.song(
        my.asked,
        my.suggested,
        my.view.genre,
        lambda genre: href(replace(my.view, genre=genre), "music"),
        my.view.upload in kept
        or (my.asked.upload is not None and my.asked.upload.part is not None and not my.view.part),
        my.about(invented=invented({"tracks": [track.synthetic] if track else []})),
    )
    return [*shown, *([_back(my.view)] if my.view.like is not None else [])]


def the_music(my: Mine) -> Any:
    """Step 2."""
    if my.asked is None:
        return None
    found = ask.nearest(my.warehouse, my.asked.features, my.view.genre, my.view.like)
    if not found:
        return _no_music(my.view)
    playable = clips.playable(my.warehouse, [track.track_id for track in found])
    about = my.about(invented=invented({"tracks": [track.synthetic for track in found]}))
    return music.music(found, playable, lambda track: href(replace(my.view, like=track, part=None)), about)


def the_tiktok(my: Mine) -> Any:
    """Step 3."""
    if my.asked is None:
        return None
    found = my.followed
    if not found.tracks:
        ways = [dcc.Link("Search all genres", href=href(replace(my.view, genre=None), "tiktok"), className="button")]
        hidden = tiktok.hidden(found.hidden)
        return tiktok.CARD.notice(
            "None of this music is on TikTok",
            f"{several(found.similar_tracks, 'similar track')}, and none has a match in our data.",
            *hidden,
            *(ways if my.view.genre else []),
        )
    made = {
        "tracks": [track.synthetic for track in found.tracks],
        "sounds": [track.match.synthetic for track in found.tracks if track.match],
        "videos": [said for week in found.weeks for said in (week.synthetic > 0, week.synthetic == week.videos)],
    }
    about = my.about(tables=ask.USED, invented=invented(made))
    return tiktok.tiktok(found, ask.agreed(my.warehouse, my.account_id), about)


def the_creators(my: Mine) -> Any:
    """Step 4."""
    if my.asked is None:
        return None
    everyone = influencers.everyone(my.warehouse)
    genre, why = my.genre
    wanted = Wanted(genre, my.view.country)
    users = my.followed.users
    known = {one.influencer.influencer_id: one for one in _with_evidence(my, everyone, wanted, users)}
    of_users = {user.influencer_id for user in users}
    ranked = [one for one in influencers.ranked(everyone, wanted) if one.influencer.influencer_id not in of_users]
    others = influencers.with_evidence(my.warehouse, ranked[: people.MOST_OTHERS], genre, my.artist_id)
    listed = {one.influencer_id for one in influencers.shortlist(my.warehouse, my.account_id)}
    among = among_words(wanted, why, language())
    anywhere = len(influencers.matching(everyone, Wanted(genre))) if wanted.country else 0
    nobody = people.relaxation(among, anywhere, href(replace(my.view, country=None), "creators"))
    if not users and not everyone:
        return people.CARD.notice(
            "No creators yet",
            "Nobody used these sounds that we have seen, and nobody who could be suggested has been loaded.",
        )
    used = [(user, known.get(user.influencer_id or "")) for user in users]
    made = [user.synthetic or (suits is not None and suits.influencer.synthetic) for user, suits in used]
    made += [one.influencer.synthetic for one in others]
    return people.creators(
        used,
        others,
        listed,
        my.view.chosen,
        among,
        my.about(
            f"country of others: {my.view.country or 'all'}", f"genre of others: {genre or 'all'}", tables=ask.USED,
            invented=invented({CREATORS: made}),
        ),
        language(),
        nobody,
    )  # fmt: skip


def the_expectation(my: Mine) -> Any:
    """Step 5."""
    if my.asked is None:
        return None
    if not my.view.chosen:
        first = my.first_creators
        ways = [
            dcc.Link(
                f"Take {' and '.join(filter(None, [', '.join(one.name for one in first[:-1]), first[-1].name]))}",
                href=href(replace(my.view, chosen=tuple(one.influencer_id for one in first)), "expect"),
                className="button",
            )
        ] if first else []  # fmt: skip
        return EXPECT.notice(
            "Nobody is chosen yet", "Tick “What to expect” beside creators in the step before, one or several.", *ways
        )
    found = campaigns.expected(my.warehouse, my.view.chosen, sound_ids=my.followed.sound_ids)
    if found is None:
        return EXPECT.notice(
            "This cannot be said",
            "None of the chosen creators is known any more, or too few of their videos were seen to learn from.",
            dcc.Link("Choose others", href=href(replace(my.view, chosen=()), "creators"), className="button"),
        )
    names = ", ".join(one.influencer.name for one in found.creators)
    creators = [one.influencer.synthetic for one in found.creators]
    videos = [found.synthetic_videos > 0, found.synthetic_videos == found.videos]
    made = invented({"creators": creators, "audiences": creators, "videos": videos})
    about = replace(my.about(f"creators: {names}", invented=made), through=found.through)
    badge = badge_of(made)
    return [*([html.P(badge)] if badge else []), *projection.expectation(EXPECT, found, about, language())]


def among_words(wanted: Wanted, why: str, language: str) -> str:
    """Who is looked for, in words.

    >>> among_words(Wanted("Folk", "SWE"), "chosen", "en")
    'who use Folk (chosen), from Sweden'
    """
    parts = [f"who use {wanted.genre} ({why})"] if wanted.genre else []
    parts += [f"from {country_name(wanted.country, language)}"] if wanted.country else []
    return ", ".join(parts) or "of any genre and any country"


def countries(warehouse: Warehouse) -> set[str]:
    """Where creators who can be suggested are from."""
    return {one.country for one in influencers.everyone(warehouse) if one.country}


def _with_evidence(my: Mine, everyone: list[Influencer], wanted: Wanted, users: list[Any]) -> list[Suggested]:
    ids = {user.influencer_id for user in users}
    found = [one for one in influencers.scored(everyone, wanted) if one.influencer.influencer_id in ids]
    return influencers.with_evidence(my.warehouse, found, wanted.genre, my.artist_id)


def _no_music(view: View) -> Component:
    if view.genre is None:
        return music.CARD.notice(
            "Nothing to compare with yet",
            "No recording is described so far. The first refresh is running; search again in a minute.",
        )
    return music.CARD.notice(
        f"No {view.genre} to compare with",
        f"No recording of the genre {view.genre} is described so far.",
        dcc.Link("Search all genres", href=href(replace(view, genre=None), "music"), className="button"),
    )


def _back(view: View) -> Component:
    """From a track back to the song, where there is one."""
    if view.upload is None:
        return html.Div()
    return html.P(dcc.Link("Back to your song", href=href(replace(view, like=None)), className="text-button"))
