"""Pictures of videos: TikTok's own where a browser may load it, else art of ours."""

from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

import dash_mantine_components as dmc

#: Where TikTok's covers come from, as CSP hosts. Signed addresses there expire: a picture that fails becomes art.
COVER_HOSTS = ("*.tiktokcdn.com", "*.tiktokcdn-us.com", "*.tiktokcdn-eu.com", "*.muscdn.com")

_PICTURES = (
    "data:image/svg+xml;base64,",
    "data:image/jpeg;base64,",
    "data:image/png;base64,",
    "data:image/webp;base64,",
    "data:image/gif;base64,",
)


def cover_src(cover: str | None, key: str, genre: str, agreed: bool = False) -> str:
    """The address of a picture for a video: its cover if our pages may load it, else :func:`art_src`.

    Args:
        agreed: whether the visitor's browser may ask TikTok for it.
    """
    if cover and (cover.startswith(_PICTURES) or (agreed and from_elsewhere(cover))):
        return cover
    return art_src(key, genre)


def from_elsewhere(cover: str | None) -> bool:
    """Whether a cover would be asked for from TikTok."""
    if not cover:
        return False
    address = _parts(cover)
    return address.scheme == "https" and any((address.hostname or "").endswith(host[1:]) for host in COVER_HOSTS)


def picture(src: str, alt: str, **props: Any) -> dmc.Image:
    """A picture that is loaded when it comes into view, without telling its host where it is shown."""
    return dmc.Image(
        src=src, alt=alt, attributes={"root": {"loading": "lazy", "referrerPolicy": "no-referrer"}}, **props
    )


def art_src(key: str, genre: str) -> str:
    """The address of art that is always the same for a key, in the colour of a genre."""
    return f"/art/{quote(key, safe='')}.svg?genre={quote(genre)}"


def web_address(url: str | None) -> str | None:
    """A link out as it may stand in a page: http or https, or none."""
    return url if url and _parts(url).scheme in ("http", "https") else None


def _parts(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")
