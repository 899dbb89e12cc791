"""What a component says, and what it is made of."""

from dash import html


def parts(component, kind):
    """All parts of a component that are of a kind, in order."""
    found = [component] if isinstance(component, kind) else []
    children = component if isinstance(component, (list, tuple)) else getattr(component, "children", None)
    for child in children if isinstance(children, (list, tuple)) else [children]:
        if child is not None and not isinstance(child, (str, int, float)):
            found += parts(child, kind)
    return found


def words(component):
    """All text of a component, in order."""
    if isinstance(component, str):
        return component
    if isinstance(component, (list, tuple)):
        return " ".join(filter(None, map(words, component)))
    return words(getattr(component, "children", None) or "")


def badges(component):
    """What each badge of a component says, in order."""
    return [one.title for one in parts(component, html.Span) if getattr(one, "className", None) == "badge"]
