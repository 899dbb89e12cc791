"""Colours: the one accent, and one colour for each genre wherever it is shown.

The page's own tokens are in ``assets/tokens.css``; this is what Mantine and the drawings need of them.
"""

from typing import Any

#: Chosen so that the closest two differ by 0.064 in OKLab, as seen with normal, red-blind, green-blind and blue-blind
#: eyes (Machado et al. 2009), with a luminance from 0.11 to 0.40 so that each shows on white and on black. Sixteen hues
#: cannot all be told apart at a glance: a genre is always named beside its colour.
GENRE_COLOURS = {
    "Blues": "#336cfa",
    "Classical": "#7d73c3",
    "Country": "#bd7039",
    "Easy Listening": "#c2a1a7",
    "Electronic": "#4a46dc",
    "Experimental": "#9d2fa8",
    "Folk": "#77b95f",
    "Hip-Hop": "#ff8516",
    "Instrumental": "#a27f9e",
    "International": "#496748",
    "Jazz": "#5aa0d0",
    "Old-Time / Historic": "#83627f",
    "Pop": "#f277fe",
    "Rock": "#d30d61",
    "Soul-RnB": "#ab3511",
    "Spoken": "#809b78",
}
NO_GENRE_COLOUR = "#8b867d"


def genre_colour(genre: str | None) -> str:
    """The colour of a top genre; grey for none."""
    return GENRE_COLOURS.get(genre or "", NO_GENRE_COLOUR)


#: Of things that are compared in one chart, in this order; each shows on light and on dark, and has a dash of its own.
SERIES = (
    ("#e2531f", "solid"),
    ("#2f8fc4", "dash"),
    ("#9d5fd0", "dot"),
    ("#3f9b6f", "dashdot"),
    ("#b58a1c", "longdash"),
)
REFERENCE = "#8b867d"  #: of what is not the reader's own

MANTINE: dict[str, Any] = {
    "primaryColor": "ember",
    "primaryShade": {"light": 7, "dark": 4},
    "autoContrast": True,
    "luminanceThreshold": 0.35,
    "defaultRadius": "md",
    "cursorType": "pointer",
    "fontFamily": "var(--font)",
    "fontFamilyMonospace": "var(--font-mono)",
    "headings": {"fontFamily": "var(--font)", "fontWeight": "650"},
    "black": "#1a1815",
    "colors": {
        "ember": [
            "#fff1ea",
            "#ffe1d4",
            "#ffc1a6",
            "#ff9f75",
            "#ff8253",
            "#f7683a",
            "#e2531f",
            "#c13f10",
            "#9f350f",
            "#7c2b0e",
        ],
        "dark": [
            "#edeae5",
            "#cbc7c0",
            "#a09b93",
            "#77726a",
            "#3b3834",
            "#2f2d2a",
            "#232120",
            "#191817",
            "#121110",
            "#0b0a0a",
        ],
    },
}


def _template(ink: str, quiet: str, line: str, surface: str, land: str, steps: list[str]) -> dict[str, Any]:
    """How charts look on a ground; the colours are those of ``assets/tokens.css``."""
    axis = {
        "gridcolor": line,
        "linecolor": line,
        "zerolinecolor": line,
        "tickcolor": line,
        "tickfont": {"color": quiet, "size": 12},
        "title": {"font": {"color": quiet, "size": 12}},
    }
    colours = [
        [at, colour] for n, colour in enumerate(steps) for at in (n / len(steps), (n + 1) / len(steps))
    ]  # each step one colour, with an edge to the next
    return {
        "layout": {
            "font": {"family": "Inter, system-ui, sans-serif", "color": ink, "size": 13},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "xaxis": axis,
            "yaxis": axis,
            "hoverlabel": {
                "bgcolor": surface,
                "bordercolor": line,
                "font": {"color": ink, "size": 13},
                "align": "left",
            },
            "annotationdefaults": {"font": {"color": quiet, "size": 12}},
            "coloraxis": {
                "colorscale": colours,
                "colorbar": {"tickfont": {"color": quiet, "size": 12}, "outlinewidth": 0, "ticklen": 0},
            },
            "geo": {
                "bgcolor": "rgba(0,0,0,0)",
                "landcolor": land,
                "countrycolor": surface,
                "showframe": False,
                "showcoastlines": False,
                "showlakes": False,
            },
        },
        "data": {"choropleth": [{"marker": {"line": {"color": surface, "width": 0.5}}}]},
    }


#: Plotly's templates by Mantine's colour scheme; ``assets/cards.js`` puts them on and changes them.
PLOTLY = {
    "light": _template(
        "#1a1815", "#736d63", "#e5e1da", "#fbfaf8", "#e5e1da", ["#ffd0b8", "#ff9f75", "#f0703f", "#c94a17", "#8a2c09"]
    ),
    "dark": _template(
        "#f1eeea", "#938d84", "#322f2c", "#161514", "#322f2c", ["#5c2b17", "#8f3d1a", "#c55a2b", "#ff8a5c", "#ffc3a6"]
    ),
}
