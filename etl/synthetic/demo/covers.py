"""Covers for invented sounds and videos: small drawings that show without internet, after no real sleeve."""

from base64 import b64encode
from functools import lru_cache

from etl.synthetic import chance

#: ground, second ground, two inks
PALETTES = """123 357 fc6 f76|f4e8d8 e0c9a6 b43 235|0b3d3a 14746f f2e9dc e3b23c|2d1e2f 69385c f7b538 f4f1de
    |fde2e4 cddafd 335c81 e56b6f|102a43 243b53 62b0e8 f0b429|faf3dd c8d5b9 4a7c59 8fc0a9|1a1a1a 3a3a3a e8e8e8 e63946
    |ede7f6 b39ddb 4527a0 ff8a65|fff8e7 ffe0b5 d1495b 00798c|22333b 5e503f eae0d5 c6ac8f|e0fbfc 98c1d9 293241 ee6c4d"""
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
    '<linearGradient id="g" gradientTransform="rotate({turn})"><stop stop-color="#{ground}"/>'
    '<stop offset="1" stop-color="#{second}"/></linearGradient>'
    '<path fill="url(#g)" d="M0 0h64v64H0z"/>'
)
SHAPES = (  # a record; bars; a sun over hills; two discs that overlap; slanted blocks
    '<g fill="none" stroke="#{ink}" stroke-width="2"><circle cx="{x}" cy="{y}" r="{r}"/><circle cx="{x}" cy="{y}"'
    ' r="6"/><circle cx="{x}" cy="{y}" r="2" stroke="#{other}"/></g>',
    '<path d="{bars}" stroke="#{ink}" stroke-width="3"/><circle cx="{x}" cy="12" r="5" fill="#{other}"/>',
    '<circle cx="{x}" cy="{y}" r="{r}" fill="#{other}"/><path d="M0 44q16-{r} 32 0t32 0v40H0z" fill="#{ink}"/>',
    '<circle cx="{x}" cy="{y}" r="{r}" fill="#{ink}"/><circle cx="{y}" cy="{x}" r="14" fill="#{other}" opacity=".8"/>',
    '<g transform="rotate({turn} 32 32)"><path d="M12 14h{r}v46h-{r}z" fill="#{ink}"/>'
    '<path d="M{x} 24h{r}v30h-{r}z" fill="#{other}"/></g>',
)


@lru_cache(maxsize=8192)
def cover(sound_id: str, video_id: str = "") -> str:
    """A square SVG as a data URI of under 700 bytes: a sound has one drawing, its videos turn and shift it."""
    rng, own = chance(0, "cover", sound_id), chance(0, "cover", sound_id, video_id)
    ground, second, ink, other = PALETTES.split("|")[rng.integers(PALETTES.count("|") + 1)].split()
    drawing = (SVG + SHAPES[rng.integers(len(SHAPES))] + "</svg>").format(
        **{"ground": ground, "second": second, "ink": ink, "other": other},
        r=rng.integers(9, 21),
        y=rng.integers(22, 44),
        bars="".join(f"M{9 + 6 * i} 54v-{rng.integers(5, 34)}" for i in range(8)),
        x=own.integers(22, 43),
        turn=own.integers(60),
    )
    return "data:image/svg+xml;base64," + b64encode(drawing.encode()).decode()
