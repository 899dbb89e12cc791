"""What a browser may send to a callback: the shape that Dash gives it, and values of the types that ours take.

Dash takes a body as it comes, and a function fails on what no page of ours sends. Here such a body ends in 400 and a
line in the log. ``None`` passes everywhere: a part of a page has no value until it has been drawn.
"""

import inspect
import json
import logging
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, get_type_hints

import orjson
from dash import Dash
from dash.exceptions import CallbackException
from flask import Flask, Response, request
from pydantic import ConfigDict, TypeAdapter, ValidationError

from dashboards import auth

PATH = "/_dash-update-component"

log = logging.getLogger(__name__)


class Forged(Exception):
    """A body that no page of ours sends; it says why."""


def install(app: Dash) -> None:
    """Refuse what no page sends; to be called when all callbacks are there."""
    server: Flask = app.server  # type: ignore[assignment]

    def refused(why: Exception) -> Any:
        log.info("a callback was sent what no page sends: %s (%s)", why, getattr(auth.who(), "login", "nobody"))
        return Response('{"message": "Reload the page and try again."}', 400, mimetype="application/json")

    @server.errorhandler(CallbackException)
    def _of_dash(error: CallbackException) -> Any:
        if type(error) is not CallbackException:  # what a callback of ours returned is a defect
            raise error
        return refused(error)

    @server.before_request
    def _well_formed() -> Any:
        if request.path != PATH or request.method != "POST":
            return None
        try:
            check(app, request.get_json(silent=True))
        except Forged as error:
            return refused(error)
        return None


def check(app: Dash, body: Any) -> None:
    """Look at the body of a request to a callback.

    Raises:
        Forged: it names no callback, has not the parts of this one, or values of other types.
    """
    if not isinstance(body, Mapping) or not isinstance(body.get("output"), str):
        raise Forged("it is no object with an output")
    try:
        orjson.dumps(body)  # as answers are written, which give back some of what was sent
    except TypeError as error:
        raise Forged(f"it holds what no answer can: {error}") from error
    callback = app.callback_map.get(body["output"])
    function = inspect.unwrap(callback["callback"]) if callback and callback.get("callback") else None
    if callback is None or function is None:
        raise Forged(f"there is no callback {body['output'][:80]!r}")
    if not all(isinstance(one, str) for one in _list(body.get("changedPropIds", []))):
        raise Forged("what has changed is no list of words")
    if not isinstance(body.get("outputs", {}), (Mapping, list)):
        raise Forged("outputs are neither one nor some")
    for one in [body["outputs"]] if isinstance(body.get("outputs"), Mapping) else body.get("outputs") or []:
        for part in one if isinstance(one, list) else [one]:
            if not isinstance(part, Mapping) or not {"id", "property"} <= part.keys():
                raise Forged("an output has no id")
    values = [*_values(body, "inputs", callback["inputs"]), *_values(body, "state", callback["state"])]
    for (name, adapter), value in zip(_parameters(function), values, strict=False):
        if value is None:
            continue
        try:
            adapter.validate_python(value)
        except ValidationError as error:
            raise Forged(f"{function.__qualname__}({name}) is of another type: {type(value).__name__}") from error


def _values(body: Mapping[str, Any], part: str, declared: Sequence[Any]) -> list[Any]:
    given = _list(body.get(part, []))
    if len(given) != len(declared):
        raise Forged(f"it has {len(given)} of {len(declared)} {part}")
    for one, known in zip(given, declared, strict=True):
        if ('["ALL"]' in str(known["id"])) is not isinstance(one, list):
            raise Forged(f"a part of its {part} is one where it should be some, or some where one")
        if isinstance(one, list) and not all(_is_of(each, json.loads(known["id"])) for each in one):
            raise Forged(f"a part of its {part} is none of {known['id']}")
    return [_value(one) for one in given]


def _is_of(given: Any, pattern: Mapping[str, Any]) -> bool:
    """Whether a part has an id with the names of a pattern."""
    return isinstance(given, Mapping) and isinstance(given.get("id"), Mapping) and given["id"].keys() == pattern.keys()


def _value(given: Any) -> Any:
    """The value of a part of a page; of a pattern a list of them."""
    if isinstance(given, list):
        return [_value(one) for one in given]
    if not isinstance(given, Mapping) or not {"id", "property"} <= given.keys():
        raise Forged("a part has no id")
    return given.get("value")


def _list(given: Any) -> list[Any]:
    if not isinstance(given, list):
        raise Forged("what should be a list is none")
    return given


@cache
def _parameters(function: Any) -> list[tuple[str, TypeAdapter[Any]]]:
    """What a function takes, by its annotations."""
    hints = get_type_hints(function)
    strict = ConfigDict(strict=True)
    return [(name, TypeAdapter(hints.get(name, Any), config=strict)) for name in inspect.signature(function).parameters]
