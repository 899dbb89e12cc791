"""The pages, in the order of the navigation. A page is one file here with a ``PAGE``; add it to ``pages()``."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from dash import Dash
from dash.development.base_component import Component
from flask import has_request_context, request

from dashboards.auth import ROLES
from dashboards.pages.acts import Act
from etl.store.warehouse import Warehouse

#: The part of an address after ``?``, read once: the state of a page.
Query = dict[str, str]


@dataclass(frozen=True)
class Page:
    """A page: where it is, who may see it, how it looks at first, and what its controls do."""

    path: str
    title: str
    icon: str  #: a file of ``assets/icons``
    layout: Callable[[Warehouse, Query], Component]
    register: Callable[[Dash, Warehouse], None]  #: adds the callbacks
    roles: frozenset[str] = field(default=frozenset(ROLES))
    first_for: frozenset[str] = field(default=frozenset())  #: roles whose first page it is, which a login leads to
    acts: Mapping[str, Act] = field(default_factory=dict)  #: what its buttons do


def pages() -> list[Page]:
    """Every page there is."""
    from dashboards.pages import audience, discover, friends, influencers, similar, status

    return [discover.PAGE, friends.PAGE, similar.PAGE, audience.PAGE, influencers.PAGE, status.PAGE]


def query_of(search: str | None) -> Query:
    """The state in an address.

    >>> query_of("?genre=Rock&upload=x")
    {'genre': 'Rock', 'upload': 'x'}

    What nobody can type is left out.

    >>> query_of("?q=a%00%0Ab")
    {'q': 'ab'}
    """
    parts = parse_qsl((search or "").removeprefix("?"))
    return {name: re.sub(r"[\x00-\x1f\x7f-\x9f]", "", value) for name, value in parts}


def language() -> str:
    """The language that the reader's browser asks for first."""
    return (request.accept_languages.best or "en") if has_request_context() else "en"
