"""A card: a question, its answer in a sentence, a picture of it, and the same as a table and as a file.

The frame stands at once, with the shape of what will come; what is inside follows with a request of its own.
"""

import csv
import io
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import dash_mantine_components as dmc
from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from dashboards.components import states, still
from dashboards.components.marks import aria, data
from dashboards.components.table import table
from etl.errors import OvertoneError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Column:
    """A column of a card's table; the file has the values themselves."""

    title: str
    show: Callable[[Any], str] | None = None  #: numbers as people read them; None for words
    link: Callable[[Sequence[Any]], str | None] | None = None  #: where a cell of a row leads


@dataclass(frozen=True)
class Table:
    """What a card shows, as rows; None is what is hidden or not there."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True)
class About:
    """What stands at the head of a file: what was asked for, and how far the data goes."""

    filters: str
    through: date
    invented: str  #: what of it is, as ``marks.invented`` says it; empty: nothing


@dataclass(frozen=True)
class Card:
    """A card's frame: its name in addresses and files, its question, how high it will be, what its numbers mean."""

    name: str
    title: str
    height: int  #: px, of what will be in it
    meaning: Sequence[tuple[str, str]]
    controls: Sequence[Component] = field(default=())

    def frame(self) -> Component:
        """The card before its answer is there."""
        return html.Section(
            [
                html.Div([html.H2(self.title, id=f"{self.name}-title"), *self.controls], className="card-head"),
                html.Div(self._waiting(), id=f"{self.name}-body", className="card-body"),
                dcc.Store(id=f"{self.name}-again"),
            ],
            className="card",
            id=self.name,
            **aria(labelledby=f"{self.name}-title"),
        )

    def register(self, app: Dash, draw: Callable[[str], Any]) -> None:
        """Answer when the part of the address after ``?`` changes, or somebody tries again: one request."""
        fold = still.folding(app)

        @app.callback(
            Output(f"{self.name}-body", "children"),
            Input("url", "search"),
            Input(f"{self.name}-again", "data"),
            running=[(Output(f"{self.name}-body", "className"), "card-body is-loading", "card-body")],
        )
        def show(search: str, _: Any) -> Any:
            return fold(self.explained(lambda: draw(search or "")))

    def answer(
        self, sentence: Any, picture: Sequence[Component], shown: Table, about: About, in_full: bool = True
    ) -> list[Component]:
        """What is inside: the answer in a sentence, the picture, then a menu of the table, the file and the meanings.

        Without a picture the table takes its place.

        Args:
            in_full: whether the table is there to be opened; False where the picture is one already.
        """
        meaning = html.Dl([part for term, words in self.meaning for part in (html.Dt(term), html.Dd(words))])
        parts = [("table", "Table", _table(self.title, shown))] if picture and in_full else []
        parts += [("help", "What the numbers mean", meaning)]
        items = [
            html.Button(words, type="button", **aria(controls=f"{self.name}-{what}", expanded="false"))
            for what, words, _ in parts
        ]
        file = data(csv=csv_of(self.title, shown, about), file=f"{self.name}-{about.through}.csv")
        return [
            html.P(sentence, className="card-answer", id=f"{self.name}-answer"),
            *(picture or [_table(self.title, shown)]),
            html.Div(
                [
                    html.Details(
                        [
                            html.Summary("More", **aria(label=f"More about “{self.title}”")),
                            html.Div([*items, html.Button("Download CSV", type="button", **file)], className="menu"),
                        ],
                        className="more",
                    ),
                    *(
                        html.Div(inside, id=f"{self.name}-{what}", className=f"shown {what}", hidden=True, tabIndex=-1)
                        for what, _, inside in parts
                    ),
                ],
                className="card-foot",
            ),
        ]

    def explained(self, draw: Callable[[], Any]) -> Any:
        """What ``draw`` returns; else why there is none, how to try again, and a number to find it in the log by."""
        try:
            return draw()
        except Exception as error:
            request_id = secrets.token_hex(4)
            log.log(
                logging.WARNING if isinstance(error, OvertoneError) else logging.ERROR,
                "request %s: %s could not be shown: %s", request_id, self.name, error,
                exc_info=not isinstance(error, OvertoneError),
            )  # fmt: skip
            words = (
                states.said(error)
                if isinstance(error, OvertoneError)
                else "It stopped on a defect of ours. Trying again may help."
            )
            return html.Div(
                [
                    html.P(html.Strong("This could not be shown.")),
                    html.P(words),
                    html.P(["Request ", html.Code(request_id)], className="quiet"),
                    html.Button("Try again", type="button", className="button", **data(again=f"{self.name}-again")),
                ],
                className="card-notice",
                role="alert",
            )

    def notice(self, title: str, text: str, *more: Component) -> Component:
        """A few words where the answer would be."""
        return html.Div(
            [html.P(html.Strong(title)), html.P(text), *more],
            className="card-notice",
        )

    def _waiting(self) -> Component:
        return html.Div(
            [dmc.Skeleton(height=22, width="62%", radius="md", mb=18), dmc.Skeleton(height=self.height, radius="md")],
            className="skeleton",
            **aria(hidden="true"),
        )


def csv_of(title: str, table: Table, about: About) -> str:
    """A file of exactly the rows of a table, with what they are above them.

    A cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    out = io.StringIO()
    write = csv.writer(out, lineterminator="\r\n")
    write.writerow([f"# {title}"])
    write.writerow([f"# {about.filters}"])
    write.writerow([f"# Data through {about.through.isoformat()}"])
    if about.invented:
        write.writerow([f"# Synthetic: {about.invented} are invented"])
    write.writerow([column.title for column in table.columns])
    write.writerows([[_plain(value) for value in row] for row in table.rows])
    return out.getvalue()


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _table(title: str, shown: Table) -> Component:
    rows = [[_cell(value, column, row) for value, column in zip(row, shown.columns, strict=True)] for row in shown.rows]
    numbers = {at for at, column in enumerate(shown.columns) if column.show}
    return table(f"{title}, as a table", [column.title for column in shown.columns], rows, numbers)


def _cell(value: Any, column: Column, row: Sequence[Any]) -> Any:
    words = "–" if value is None else column.show(value) if column.show else str(value)
    leads_to = column.link(row) if column.link else None
    return dcc.Link(words, href=leads_to) if leads_to else words
