"""How the state of the warehouse looks: its tables, the books of its loads, what was refused, the last check."""

from collections.abc import Sequence
from datetime import date, datetime

from dash import html
from dash.development.base_component import Component

from dashboards.components.marks import aria
from dashboards.components.numbers import ago, full, long_day, several, short, short_day, took
from dashboards.queries.status import Check, Load, Night, Refused, Status, Table

#: What a table holds, in the reader's words.
HOLDS = {
    "core.genre": "Genres",
    "core.artist": "Artists",
    "core.track": "Tracks",
    "core.track_feature": "Described tracks",
    "core.clip": "Tracks that can be heard",
    "core.track_vector": "Comparable tracks",
    "core.sound": "TikTok sounds",
    "core.video": "TikTok videos",
    "core.creator": "TikTok creators",
    "core.track_match": "Matches of track and sound",
    "activity.listen": "Listens",
    "activity.listener": "Listeners",
    "activity.friendship": "Friendships",
    "activity.influencer": "Influencers",
    "mart.audience": "Audience figures",
    "mart.taste": "Listeners' tastes",
    "mart.variety": "Listeners' weeks",
}
#: What can become of a row, in the order of the bars.
FATES = ("inserted", "updated", "unchanged", "quarantined")


def summary(status: Status) -> Component:
    """The answer: up to which day, how much, and whether anything was refused."""
    rows = {table.table_name: table.row_count for table in status.tables}
    if not any(rows.values()) and not status.loads:
        return html.P("The first refresh is running. Tables fill as its jobs finish.", className="answer")
    refused = sum(reason.row_count for reason in status.refused)
    return html.P(
        [
            "Data through ",
            html.Strong(long_day(status.through)),
            f": {several(rows['core.track'], 'track')}, {short(rows['core.track_vector'])} of them comparable, and "
            f"{several(rows['core.video'], 'TikTok video')}. ",
            f"{several(refused, 'row')} refused." if refused else "Nothing was refused.",
        ],
        className="answer",
    )


def tables(status: Status) -> Component:
    """Rows and day of each table, and how many rows were made; a table that lags behind says by how much."""
    latest = max((table.through for table in status.tables if table.through), default=None)
    return _table(
        "Tables",
        ("Table", "Rows", "Synthetic", "Data through"),
        [_table_row(table, latest) for table in status.tables],
        numbers={1, 2, 3},
    )


def loads(rows: Sequence[Load], now: datetime) -> Component:
    """The books of the latest loads."""
    if not rows:
        return _section("Last loads", html.P("No load has finished yet.", className="quiet"))
    return _table(
        "Last loads",
        ("Job", "Day", "Rows in", "Inserted", "Updated", "Unchanged", "Refused", "", "Finished"),
        [_load_row(load, now) for load in rows],
        numbers={2, 3, 4, 5, 6},
        legend=html.Ul([html.Li([html.I(className=fate), _FATE_WORDS[fate]]) for fate in FATES], className="fates"),
    )


def refused(rows: Sequence[Refused]) -> Component:
    """Refused rows by reason, each with its latest example."""
    if not rows:
        return _section(
            "Refused rows", html.P("Nothing was refused: every row that came in was good.", className="quiet")
        )
    most = max(row.row_count for row in rows)
    return _section("Refused rows", html.Ul([_refused_row(row, most) for row in rows], className="refused"))


def checked(check: Check | None) -> Component:
    """What the last check of features found."""
    if check is None:
        return _section(
            "Features", html.P("None was checked yet: the first night that describes clips does it.", className="quiet")
        )
    found, _, withheld = check.said(long_day(check.day)).rpartition("; ")
    before, number, after = found.partition(check.number)
    last = html.Strong(withheld) if check.withheld else withheld
    return _section("Features", html.P([f"F{before[1:]}", html.Code(number), f"{after}; ", last, "."]))


def night(nights: Sequence[Night], now: datetime) -> tuple[str, bool, str]:
    """What became of the demo's nights, whether another cannot be asked for now, and what asking for it is called.

    Args:
        nights: newest first.
        now: what time it is for people.
    """
    again = next((night for night in reversed(nights) if night.failed), None)
    at_work = [night for night in reversed(nights) if night.ended_at is None]
    button = "Run it again" if again else "Next night"
    if not nights:
        return "The demo has not asked for its first night yet.", True, button
    if at_work:
        days = several(len(at_work), "night")
        verb = "Running" if at_work[0].begun_at else "Asked for"
        which = long_day(at_work[0].day) if len(at_work) == 1 else f"{days} from {long_day(at_work[0].day)} on"
        return f"{verb}: {which}.", True, button
    if again:
        return f"{long_day(again.day)} failed in {', '.join(again.failed)}; its log is in Airflow.", False, button
    return f"The last night, {long_day(nights[0].day)}, was done {ago(nights[0].ended_at or now, now)}.", False, button


_FATE_WORDS = {"inserted": "Inserted", "updated": "Updated", "unchanged": "Unchanged", "quarantined": "Refused"}


def _table_row(table: Table, latest: date | None) -> list[Component | str]:
    behind = (latest - table.through).days if latest and table.through else 0
    through: list[Component | str] = (
        [short_day(table.through)] if table.through else [html.Span("not loaded yet", className="quiet")]
    )
    if behind:
        through.append(html.Small(f"{several(behind, 'day')} behind"))
    return [
        _named(HOLDS.get(table.table_name, table.table_name), table.table_name),
        full(table.row_count),
        "–" if table.synthetic is None else full(table.synthetic),
        html.Span(through),
    ]


def _load_row(load: Load, now: datetime) -> list[Component | str]:
    return [
        _named(load.job, load.table_name),
        html.Time(short_day(load.day), dateTime=load.day.isoformat(), className="number"),
        full(load.rows_in),
        *(_count(getattr(load, fate), fate) for fate in FATES),
        _bar(load),
        html.Time(
            [ago(load.finished_at, now), html.Small(f"took {took(load.started_at, load.finished_at)}")],
            dateTime=load.finished_at.isoformat(),
            title=f"{load.finished_at:%d %b %Y %H:%M:%S} UTC",
        ),
    ]


def _named(name: str, code: str) -> Component:
    return html.Span([html.Strong(name), html.Code(code)], className="named")


def _count(count: int, fate: str) -> Component:
    return html.Span(full(count), className="quiet" if not count else f"fate-{fate}")


def _bar(load: Load) -> Component:
    parts = [(fate, getattr(load, fate)) for fate in FATES]
    words = ", ".join(f"{full(count)} {_FATE_WORDS[fate].lower()}" for fate, count in parts if count) or "no rows"
    shares = [
        html.I(className=fate, style={"flexGrow": count}, **aria(hidden="true")) for fate, count in parts if count
    ]
    return html.Div(shares, className="books", title=words, role="img", **aria(label=words))


def _refused_row(row: Refused, most: int) -> Component:
    return html.Li(
        [
            html.Div(
                [
                    html.Strong(row.reason),
                    html.Span(full(row.row_count), className="number"),
                    html.I(html.B(style={"width": f"{row.row_count / most:.1%}"}), className="bar"),
                ],
                className="refused-head",
            ),
            html.P(
                [
                    row.detail,
                    html.Br(),
                    html.Code(f"{row.source}, {row.position}"),
                    f" on {long_day(row.last_day)}",
                ],
                className="quiet",
            ),
        ]
    )


def _table(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Component | str]],
    numbers: set[int],
    legend: Component | None = None,
) -> Component:
    """A table that scrolls sideways inside itself where the page is narrow."""
    marks = ["number" if at in numbers else "" for at in range(len(columns))]
    head = html.Tr([html.Th(name, className=mark, scope="col") for name, mark in zip(columns, marks, strict=True)])
    body = [html.Tr([html.Td(cell, className=mark) for cell, mark in zip(row, marks, strict=True)]) for row in rows]
    return _section(
        title,
        *([legend] if legend else []),
        html.Div(
            html.Table([html.Thead(head), html.Tbody(body)]),
            className="scroll",
            tabIndex=0,
            role="region",
            **aria(label=title),
        ),
    )


def _section(title: str, *inside: Component) -> Component:
    return html.Section([html.H2(title), *inside], className="block")
