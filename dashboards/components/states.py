"""What a card shows when it is not showing data: loading, nothing there, or an error with a way on."""

import logging
from collections.abc import Callable
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboards.components.marks import aria
from etl.errors import OvertoneError

log = logging.getLogger(__name__)


def notice(
    title: str, text: str, *more: Component, role: str | None = None, heading: Callable[..., Component] = html.H2
) -> Component:
    """A few calm words where data would be.

    Args:
        more: what helps on, such as a button.
        role: ``alert`` where somebody must hear of it at once.
        heading: ``html.H1`` where nothing else is on the page.
    """
    marks: dict[str, Any] = {"role": role} if role else {}
    return html.Section([heading(title), html.P(text), *more], className="notice", **marks)


def setting_up() -> Component:
    """While the first refresh has not even made its tables."""
    return notice(
        "Overtone is setting up",
        "The first refresh is making its tables. This page looks again by itself; it takes about a minute.",
    )


def for_visitors(error: OvertoneError) -> OvertoneError:
    """An error in words for who looks at a page; those for whoever runs Overtone are in the log."""
    if not error.of_operators:
        return error
    return OvertoneError("Overtone", "it cannot reach what it knows just now", "Try again in a minute.")


def said(error: OvertoneError) -> str:
    """Why, and the next step, in words for visitors."""
    error = for_visitors(error)
    return f"{sentence(error.reason)} {sentence(error.next_step)}"


def failed(error: OvertoneError, heading: Callable[..., Component] = html.H2) -> Component:
    """An error in words, with its next step and a way to try again."""
    return notice(
        sentence(for_visitors(error).thing),
        said(error),
        html.A("Try again", href="", className="button"),
        role="alert",
        heading=heading,
    )


def explained(draw: Callable[[], Any], heading: Callable[..., Component] = html.H2) -> Any:
    """What ``draw`` returns, or why it cannot be shown, under a heading."""
    try:
        return draw()
    except OvertoneError as error:
        log.warning("%s", error)
        return failed(error, heading)
    except Exception:
        log.exception("a page could not be drawn")
        defect = OvertoneError("This page", "it stopped on a defect of ours, and the log says which", "Try again.")
        return failed(defect, heading)


def sentence(text: str) -> str:
    """Words with a capital and a full stop."""
    text = text.strip()
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""


def skeleton() -> Component:
    """The shape of a page before it is there."""
    lines = [dmc.Skeleton(height=height, width=width, radius="md", mb=gap) for height, width, gap in _LINES]
    return html.Div(lines, className="skeleton", **aria(hidden="true"))


_LINES = ((38, "55%", 18), (18, "80%", 40), (56, "100%", 16), (180, "100%", 16))
