"""At a glance: how much was heard, each figure against the period before."""

from collections.abc import Callable
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboards.components.audience.words import hours, plain
from dashboards.components.card import About, Card, Column, Table
from dashboards.components.marks import aria
from dashboards.components.numbers import percent, several, short, span_words
from dashboards.queries.audience import Kpis, Period, Totals

CARD = Card(
    "audience-kpis",
    "At a glance",
    112,
    (
        (
            "Listener",
            "Somebody who started a song at least once. Over several weeks they are counted up to some 380, and "
            "estimated within 4% beyond.",
        ),
        ("Listen", "A song that was started, however much of it was heard."),
        ("Hours", "All the time that people listened, where that is known; not told with a choice under “Heard”."),
        (
            "Half got past",
            "The place in a song that half of the listens got past of which it is known, on a line between tenths. "
            "Most people leave early or stay to the end, so a few more of either move it far: read it beside "
            "“Finished”.",
        ),
        ("Finished", "The share of listens that reached the end of the song, of those of which it is known."),
        ("Against before", "The change from as many weeks right before. pts are percentage points."),
    ),
)

END = 99.5  #: % of a song from which a place in it is its end
UNITS = {"median_heard": "% of the song", "finished_share": "share of listens"}


def kpis(found: Kpis, shown: Period, about: About) -> list[Component]:
    """The figures of a period, each against the period before."""
    now, before = found.now, found.before
    assert now is not None, "a view without listeners is explained before"
    figures: list[tuple[str, Any, Callable[[Any], str], bool]] = [  # name, field, words, whether it is a share
        ("Listeners", "listeners", short, False),
        ("Listens", "listens", short, False),
        ("Hours", "hours", hours, False),
        ("Half got past", "median_heard", _place, True),
        ("Finished", "finished_share", percent, True),
    ]
    tiles, rows = [], []
    for name, field, words, is_share in figures:
        value, past = getattr(now, field), getattr(before, field, None)
        change = _change(value, past, is_share, 1 if field == "median_heard" else 100)
        tiles.append(
            html.Div(
                [
                    html.Dt(name),
                    html.Dd([html.Strong(words(value) if value is not None else "–", className="number"), change]),
                ]
            )
        )
        rows.append((f"{name}, {UNITS[field]}" if field in UNITS else name, value, past))
    weeks = several(shown.weeks, "week")
    columns = (Column("Figure"), Column(f"These {weeks}", plain), Column(f"The {weeks} before", plain))
    return CARD.answer(headline(now, before, shown), [html.Dl(tiles, className="kpis")], Table(columns, rows), about)


def headline(now: Totals, before: Totals | None, shown: Period) -> list[Any]:
    """Who listened, in a sentence or two."""
    past = f", {_more(now.listens / before.listens - 1)} the {several(shown.weeks, 'week')} before" if before else ""
    alone = "" if before else f" There are no {several(shown.weeks, 'whole week')} before to compare with."
    of = "all" if now.measured == now.listens else "these"
    if now.median_heard is None:
        half = "" if now.measured else " It is not known how far they got."
    elif now.median_heard > END:
        half = f" Half of {of} listens reached the end of the song."
    else:
        half = f" Half of {of} listens got past {percent(now.median_heard / 100)} of the song."
    if 0 < now.measured < now.listens:
        half += f" How far is known of {short(now.measured)} of them."
    return [
        html.Strong(f"About {several(now.listeners, 'person', 'people')} listened {short(now.listens)} times"),
        f"{past}.{half}{alone}",
    ]


def period_words(shown: Period) -> str:
    """The weeks that are shown: 23 Nov – 20 Dec 2020, 4 whole weeks."""
    return f"{span_words(shown.start, shown.end)}, {several(shown.weeks, 'whole week')}"


def _place(pct: float) -> str:
    return "the end" if pct > END else percent(pct / 100)


def _change(value: float | None, past: float | None, is_share: bool, scale: int) -> Component:
    if value is None or not past:
        return html.Span(className="change")
    if is_share:
        points_more = round(scale * (value - past), 1)
        words, sign = f"{abs(points_more):.1f} pts", points_more
    else:
        sign = value / past - 1
        words = percent(abs(sign))
    kind = "same" if words in ("0%", "0.0 pts") else "up" if sign > 0 else "down"
    arrow = {"same": "=", "up": "↑", "down": "↓"}[kind]
    read = {"same": "as before", "up": f"{words} more than before", "down": f"{words} less than before"}[kind]
    return html.Span([html.Span([f"{arrow} ", words], **aria(hidden="true")), html.Span(read, className="unseen")],
                     className=f"change is-{kind} number")  # fmt: skip


def _more(change: float) -> str:
    if abs(change) < 0.005:
        return "as often as in"
    return f"{percent(abs(change))} {'more' if change > 0 else 'less'} often than in"
