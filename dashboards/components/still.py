"""What of a page only stands there, drawn by the browser in one go.

Each component of Dash listens to every change of the page: a thousand of them, most of them words in lists, took a
browser four seconds of computing until a page stood. So whatever no callback knows is folded into one component of ours
(``assets/still.js``), which draws the same elements and listens to nothing.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from dash import Dash
from dash.development.base_component import Component

from dashboards.components.acts import PLACE
from dashboards.components.own import Own

#: Beside HTML: links within the app, pictures and charts. What else comes from these packages is alive.
KNOWN = {("dash_core_components", "Link"), ("dash_mantine_components", "Image"), ("overtone", "Chart")}
#: How ids begin that are set without being the output of a callback (``set_props``).
SET = (PLACE, "influencers-shortlist-foot", "upload-")


class Still(Own):
    """A part of a page that only stands there: components and words, in order."""

    shows = "tree"


def folding(app: Dash) -> Callable[[Any], Any]:
    """Folds what a callback of this app answers."""

    @cache
    def known() -> frozenset[str]:
        outputs = {part.rpartition(".")[0] for some in app.callback_map for part in some.strip(".").split("...")}
        asked = [one["id"] for each in app.callback_map.values() for one in (*each["inputs"], *each["state"])]
        return frozenset((*outputs, *asked))

    return lambda drawn: fold(drawn, lambda name: name in known())


def fold(drawn: Any, alive: Callable[[str], bool]) -> Any:
    """The same with what only stands there folded; what is drawn is changed, not copied.

    Args:
        alive: whether a callback knows an id.
    """
    folded, still = _fold(drawn, alive)
    parts = folded if isinstance(folded, list) else [folded]
    return Still(parts) if still and _worth(parts) else folded


def _fold(drawn: Any, alive: Callable[[str], bool]) -> tuple[Any, bool]:
    """What is drawn, with the parts of it folded unless all of it only stands there."""
    if isinstance(drawn, Component):
        if drawn._namespace != "dash_html_components" and (drawn._namespace, drawn._type) not in KNOWN:
            return drawn, False
        inside, still = _fold(getattr(drawn, "children", None), alive)
        if inside is not None:
            drawn.children = inside
        return drawn, still and not _listens(drawn, alive)
    if not isinstance(drawn, list | tuple):
        return drawn, True
    parts = [_fold(part, alive) for part in drawn]
    return ([part for part, _ in parts], True) if all(still for _, still in parts) else (_runs(parts), False)


def _listens(drawn: Component, alive: Callable[[str], bool]) -> bool:
    known = getattr(drawn, "id", None)
    return known is not None and (not isinstance(known, str) or known.startswith(SET) or alive(known))


def _runs(parts: Sequence[tuple[Any, bool]]) -> list[Any]:
    """Neighbours that only stand there as one."""
    found: list[Any] = []
    run: list[Any] = []
    for part, still in [*parts, (None, False)]:
        if still:
            run.append(part)
            continue
        found += [Still(run)] if _worth(run) else run
        found.append(part)
        run = []
    return found[:-1]


def _worth(run: Sequence[Any]) -> bool:
    return any(not isinstance(part, str | int | float | None) for part in run)
