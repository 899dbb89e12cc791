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
