"""Icons: files of ``assets/icons``, drawn in the colour of the text around them."""

from dash import html

from dashboards.components.marks import aria
from dashboards.files import asset


def icon(name: str) -> html.Span:
    """An icon that says nothing the words beside it do not say."""
    return html.Span(className="icon", style={"--icon": f"url({asset(f'icons/{name}.svg')})"}, **aria(hidden="true"))
