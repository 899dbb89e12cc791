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
        ("Listeners", "How many people started the song; over several weeks, more than some 380 within 4%."),
        ("Listens", "How often it was started; with a choice under “Heard”, how often it was heard that far."),
        ("Half way", "The share of listens that were still going half way through the song, of those of which it is "
         "known."),
        ("Finished", "The share of listens that reached the end of the song, of those of which it is known."),
        ("Steepest drop", "The tenth of the song in which the most people leave, the first tenth aside; “even” where "
         "no tenth stands out. It takes ten listeners."),
    ),
)  # fmt: skip


def tracks(
    found: Sequence[TrackRow], curves: Sequence[Curve], link: Callable[[int], str], about: About
) -> list[Component]:
    """The most heard first.

    Args:
        curves: of those of the same tracks that have enough listeners for one.
        link: the address of the page narrowed to a track.
    """
    by_id = {curve.track_id: curve for curve in curves}
    rows: list[tuple[Any, ...]] = []
    for row in found[:MOST]:
        curve = by_id.get(row.track_id)
        half = still_listening(curve, 50) if curve else None
        totals = row.totals
        rows.append(
            (
                row.title, totals.listeners, totals.listens, half, totals.finished_share, _drop(curve),
                row.genre or "", row.track_id,
            )
        )  # fmt: skip
    total = sum(row.totals.listens for row in found)
    sentence = [
        html.Strong(f"{found[0].title} is heard the most: {percent(found[0].totals.listens / total)} of the listens."),
        f" {several(len(found), 'song')} of yours {'was' if len(found) == 1 else 'were'} heard.",
    ]
    if unknown := total - sum(row.totals.measured for row in found):
        sentence.append(f" Of {several(unknown, 'listen')} it is not known how far they got.")
    columns = (
        Column("Song", link=lambda row: link(row[-1])),
        Column("Listeners", full), Column("Listens", full), Column("Half way", percent), Column("Finished", percent),
        Column("Steepest drop"), Column("Genre"), Column("Track", str),
    )  # fmt: skip
    return CARD.answer(sentence, [], Table(columns, rows), about)


def _drop(curve: Curve | None) -> str | None:
    drop = steepest(curve) if curve else None
    if curve is None or drop is None:
        return None
    return f"{drop.begin}–{drop.end}%: {100 * drop.share:.0f} of 100" if stands_out(drop, curve) else "even"
