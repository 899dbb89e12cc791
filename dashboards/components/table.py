"""A table: its columns beside each other where there is room, and on a phone a card a row, each value by its name.

A style sheet that lays rows out as cards would take from them that they are a table: the roles say it.
"""

from collections.abc import Collection, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboards.components.marks import aria, data


def table(
    label: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], numbers: Collection[int],
    heads: Sequence[Component] | None = None, look: str = "",
) -> Component:  # fmt: skip
    """Rows under their columns; where they are wider than their place they scroll inside it.

    Args:
        label: what it shows, for who does not see it.
        columns: their names.
        rows: words or components.
        numbers: places of columns that are aligned by digit.
        heads: what stands above the columns, where that is more than their names.
        look: a class of its own.
    """
    marks = ["number" if at in numbers else "" for at in range(len(columns))]
    head = heads or [
        html.Th(name, className=mark, scope="col", role="columnheader")
        for name, mark in zip(columns, marks, strict=True)
    ]
    body = [
        html.Tr(
            [
                html.Td(cell, className=mark, role="cell", **data(label=name))
                for cell, mark, name in zip(row, marks, columns, strict=True)
            ],
            role="row",
        )
        for row in rows
    ]
    return html.Div(
        html.Table(
            [html.Thead(html.Tr(head, role="row"), role="rowgroup"), html.Tbody(body, role="rowgroup")], role="table"
        ),
        className=f"scroll {look}".strip(),
        tabIndex=0,
        role="region",
        **aria(label=label),
    )
