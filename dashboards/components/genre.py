"""A genre as it looks wherever it is named."""

from dash import html
from dash.development.base_component import Component

from dashboards.theme import genre_colour


def genre_mark(genre: str | None) -> Component:
    """A genre by its colour and its name."""
    return html.Span([html.I(style={"background": genre_colour(genre)}), genre or "No genre"], className="genre")
