"""Which songs: how much of each is heard, and where most people leave it; a table that leads to each song's page."""

from collections.abc import Callable, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboards.components.audience.far import stands_out, steepest, still_listening
from dashboards.components.card import About, Card, Column, Table
from dashboards.components.numbers import full, percent, several
from dashboards.queries.audience import Curve, TrackRow

MOST = 100  #: songs in the table

CARD = Card(
    "audience-tracks",
    "Which songs?",
    320,
    (
        ("Listeners", "How many people started the song, in tens."),
        ("Listens", "How often it was started; with a choice under “Heard”, how often it was heard that far."),
        ("Half way", "Of all listens, the share that was still going half way through the song."),
        ("Finished", "The share of listens that reached the end of the song."),
        ("Steepest drop", "The tenth of the song in which the most people leave, the first tenth aside; “even” where "
         "no tenth stands out."),
        ("Other songs", "Songs with fewer than ten listeners a week, together, so that nobody can be recognised."),
    ),
)  # fmt: skip


def tracks(
    found: Sequence[TrackRow], curves: Sequence[Curve], link: Callable[[int], str], about: About
) -> list[Component]:
    """The most heard first; hidden ones together, last.

    Args:
        curves: of the same tracks.
        link: the address of the page narrowed to a track.
    """
    by_id = {curve.track_id: curve for curve in curves}
    rows: list[tuple[Any, ...]] = []
    for row in found[:MOST]:
        curve = by_id.get(row.track_id) if row.track_id else None
        drop = _drop(curve)
        half = still_listening(curve, 50) if curve else None
        name = row.title if row.track_id else "Other songs"
        totals = row.totals
        rows.append(
            (name, totals.listeners, totals.listens, half, totals.finished_share, drop, row.genre or "", row.track_id)
        )
    named = [row for row in found if row.track_id]
    total = sum(row.totals.listens for row in found)
    sentence: list[Any] = ["No song by itself has ten listeners a week."]
    if named:
        first = named[0]
        sentence = [
            html.Strong(f"{first.title} is heard the most: {percent(first.totals.listens / total)} of the listens."),
            f" {several(len(named), 'song')} of yours had ten listeners or more in a week.",
        ]
    columns = (
        Column("Song", link=lambda row: link(row[-1]) if row[-1] else None),
        Column("Listeners", full), Column("Listens", full), Column("Half way", percent), Column("Finished", percent),
        Column("Steepest drop"), Column("Genre"), Column("Track", str),
    )  # fmt: skip
    return CARD.answer(sentence, [], Table(columns, rows), about)


def _drop(curve: Curve | None) -> str | None:
    drop = steepest(curve) if curve else None
    if curve is None or drop is None:
        return None
    return f"{drop.begin}–{drop.end}%: {100 * drop.share:.0f} of 100" if stands_out(drop, curve) else "even"
