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

from dashboards.components import states
from dashboards.components.marks import aria, data
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

        @app.callback(
            Output(f"{self.name}-body", "children"),
            Input("url", "search"),
            Input(f"{self.name}-again", "data"),
            running=[(Output(f"{self.name}-body", "className"), "card-body is-loading", "card-body")],
        )
        def show(search: str, _: Any) -> Any:
            return self.explained(lambda: draw(search or ""))

    def answer(
        self, sentence: Any, picture: Sequence[Component], table: Table, about: About, in_full: bool = True
    ) -> list[Component]:
        """What is inside: the answer in a sentence, the picture, then the table, the file and the meanings.

        Without a picture the table takes its place.

        Args:
            in_full: whether the table is there to be opened; False where the picture is one already.
        """
        return [
            html.P(sentence, className="card-answer", id=f"{self.name}-answer"),
            *(picture or [_table(self.title, table)]),
            html.Div(
                [
                    *(
                        [html.Details([html.Summary("Table"), _table(self.title, table)])]
                        if picture and in_full
                        else []
                    ),
                    html.Details(
                        [
                            html.Summary("What the numbers mean"),
                            html.Dl([part for term, words in self.meaning for part in (html.Dt(term), html.Dd(words))]),
                        ],
                        className="help",
                    ),
                    html.Button(
                        "Download CSV",
                        type="button",
                        className="text-button",
                        **data(csv=csv_of(self.title, table, about), file=f"{self.name}-{about.through}.csv"),
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
            shown = states.for_visitors(error) if isinstance(error, OvertoneError) else None
            words = (
                f"{states.sentence(shown.reason)} {states.sentence(shown.next_step)}"
                if shown
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


def _table(title: str, table: Table) -> Component:
    marks = ["number" if column.show else "" for column in table.columns]
    head = [
        html.Th(column.title, className=mark, scope="col") for column, mark in zip(table.columns, marks, strict=True)
    ]
    body = [
        html.Tr(
            [
                html.Td(_cell(value, column, row), className=mark)
                for value, column, mark in zip(row, table.columns, marks, strict=True)
            ]
        )
        for row in table.rows
    ]
    return html.Div(
        html.Table([html.Thead(html.Tr(head)), html.Tbody(body)]),
        className="scroll",
        tabIndex=0,
        role="region",
        **aria(label=f"{title}, as a table"),
    )


def _cell(value: Any, column: Column, row: Sequence[Any]) -> Any:
    words = "–" if value is None else column.show(value) if column.show else str(value)
    leads_to = column.link(row) if column.link else None
    return dcc.Link(words, href=leads_to) if leads_to else words
