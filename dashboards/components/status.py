"""How the state of the warehouse looks: its tables, the books of its loads, what was refused, the last check."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboards.components.marks import aria
from dashboards.components.numbers import ago, day_words, full, several, short, took
from dashboards.components.table import table
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
    "lake/listens": "Listens",
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
            html.Strong(day_words(status.latest)),
            f": {several(rows['core.track'], 'track')}, {short(rows['core.track_vector'])} of them comparable, and "
            f"{several(rows['core.video'], 'TikTok video')}. ",
            f"{_lag_words(status)} " if status.lagging else "",
            f"{several(refused, 'row')} refused." if refused else "Nothing was refused.",
        ],
        className="answer",
    )


def last_night(status: Status, now: datetime, link: Sequence[Any]) -> Component:
    """Whether the last night brought every table that had a day before up to it, and when it ended.

    Args:
        link: what leads to its run.
    """
    if status.latest is None:
        return html.P("No night has ended yet.", className="last-night")
    ended = max((load.finished_at for load in status.loads if load.day == status.latest), default=None)
    worked = "did not bring everything: see what lags" if status.lagging else "worked"
    when = f"; its last load was {ago(ended, now)}" if ended else ""
    return html.P([f"The last night, {day_words(status.latest)}, {worked}{when}.", *link], className="last-night")


def _lag_words(status: Status) -> str:
    """What lags, and how far: the three that lag the most by name."""
    told = [f"{_holds(table)} {several(days, 'day')}" for table, days in status.lagging[:3]]
    rest = len(status.lagging) - len(told)
    return f"What lags: {', '.join(told)}{f' and {rest} more' if rest else ''}."


def _holds(table: Table) -> str:
    return HOLDS.get(table.table_name, table.table_name)


def tables(status: Status) -> Component:
    """Rows and day of each table, and how many rows were made; a table that lags behind says by how much."""
    drawn = table(
        "Tables",
        ("Table", "Rows", "Synthetic", "Data through"),
        [_table_row(one, status.behind(one)) for one in status.tables],
        numbers={1, 2, 3},
    )
    return _section("Tables", drawn)


def loads(rows: Sequence[Load], now: datetime) -> Component:
    """The books of the latest loads."""
    if not rows:
        return _section("Last loads", html.P("No load has finished yet.", className="quiet"))
    legend = html.Ul([html.Li([html.I(className=fate), _FATE_WORDS[fate]]) for fate in FATES], className="fates")
    columns = ("Job", "Day", "Rows in", "Inserted", "Updated", "Unchanged", "Refused", "", "Finished")
    drawn = table("Last loads", columns, [_load_row(load, now) for load in rows], numbers={2, 3, 4, 5, 6})
    return _section("Last loads", legend, drawn)


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
    found, _, withheld = check.said(day_words(check.day)).rpartition("; ")
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
        which = day_words(at_work[0].day) if len(at_work) == 1 else f"{days} from {day_words(at_work[0].day)} on"
        return f"{verb}: {which}.", True, button
    if again:
        return f"{day_words(again.day)} failed in {', '.join(again.failed)}; its log is in Airflow.", False, button
    return f"The last night, {day_words(nights[0].day)}, was done {ago(nights[0].ended_at or now, now)}.", False, button


def told(nights: Sequence[Night]) -> date | None:
    """The day of the night that ``night`` tells of, once there is a run of it."""
    at_work = [night for night in reversed(nights) if night.ended_at is None]
    again = next((night for night in reversed(nights) if night.failed), None)
    one = at_work[0] if at_work else again or next(iter(nights), None)
    return one.day if one and one.begun_at else None


_FATE_WORDS = {"inserted": "Inserted", "updated": "Updated", "unchanged": "Unchanged", "quarantined": "Refused"}


def _table_row(table: Table, behind: int) -> list[Component | str]:
    through: list[Component | str] = (
        [day_words(table.through)] if table.through else [html.Span("not loaded yet", className="quiet")]
    )
    if behind:
        through.append(html.Small(f"{several(behind, 'day')} behind"))
    return [
        _named(_holds(table), table.table_name),
        full(table.row_count),
        "–" if table.synthetic is None else full(table.synthetic),
        html.Span(through),
    ]


def _load_row(load: Load, now: datetime) -> list[Component | str]:
    return [
        _named(load.job, load.table_name),
        html.Time(day_words(load.day), dateTime=load.day.isoformat(), className="number"),
        full(load.rows_in),
        *(_count(getattr(load, fate), fate) for fate in FATES),
        _bar(load),
        html.Time(
            [ago(load.finished_at, now), html.Small(f"took {took(load.started_at, load.finished_at)}")],
            dateTime=load.finished_at.isoformat(),
            title=f"{day_words(load.finished_at.date())}, {load.finished_at:%H:%M:%S} UTC",
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
                    f" on {day_words(row.last_day)}",
                ],
                className="quiet",
            ),
        ]
    )


def _section(title: str, *inside: Component) -> Component:
    return html.Section([html.H2(title), *inside], className="block")
