"""Callbacks, sent what no page of ours sends."""

import inspect
import json
import logging

import pytest

from dashboards import callbacks, login
from tests.conftest import DRILLS
from tests.served import log_in

FORGED = (
    [],
    {},
    5,
    -1,
    1e400,
    True,
    "",
    "x" * 5000,
    "\0",
    "\ud800",
    "%' OR 1=1",
    [[]],
    [None],
    ["\0"],
    {"a": "\0"},
    None,
)


@pytest.fixture(params=["ada", "lena", "olga"])
def client(app, request):
    """Somebody who is logged in, of each role."""
    made = app.server.test_client()
    log_in(made, request.param)
    return made


def send(client, body):
    """Send a body to the callbacks."""
    header = {"X-CSRFToken": client.get_cookie(login.CSRF_COOKIE).value}
    data = body if isinstance(body, bytes) else json.dumps(body)
    return client.post(callbacks.PATH, data=data, headers=header, content_type="application/json").status_code


def bodies(app):
    """A well-formed body of each callback that the server answers; of patterns, nothing is there."""
    for output, callback in app.callback_map.items():
        if callback.get("callback") is None:
            continue
        parts = [output.strip(".").split("...")] if output.startswith("..") else [[output]]
        outputs = [{"id": one.rpartition(".")[0], "property": one.rpartition(".")[2]} for one in parts[0]]
        given = {
            part: [
                [] if "{" in one["id"] else {"id": one["id"], "property": one["property"], "value": None}
                for one in callback[part]
            ]
            for part in ("inputs", "state")
        }
        yield {
            "output": output,
            "outputs": outputs if output.startswith("..") else outputs[0],
            "changedPropIds": ["url.search"],
            **given,
        }


@pytest.mark.drill
def test_values_of_other_types_are_refused_and_none_ends_in_a_traceback(app, client, caplog):
    caplog.set_level(logging.INFO)
    asked, refused = 0, 0
    for body in bodies(app):
        for part in ("inputs", "state"):
            for place, one in enumerate(body[part]):
                for value in FORGED if DRILLS else FORGED[asked % 4 :: 4]:
                    wrong = {"id": "x", "property": "y", "value": value}
                    status = send(client, {**body, part: [*body[part][:place], wrong, *body[part][place + 1 :]]})
                    assert status in (200, 204, 400), (body["output"], part, one, value)
                    asked, refused = asked + 1, refused + (status == 400)
    assert asked > (1600 if DRILLS else 400)
    assert 0.4 < refused / asked < 0.95
    assert not [record for record in caplog.records if record.exc_info]
    assert all("\n" not in record.getMessage() for record in caplog.records)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"5", b"null", b'"x"', b"\xff", {}, {"output": 5}, {"output": "os.system"}, {"output": []},
        {"output": "page.children", "inputs": []},
    ],
)  # fmt: skip
def test_what_is_no_body_of_a_callback_is_refused_in_one_line(client, body, caplog):
    caplog.set_level(logging.INFO)
    assert send(client, body) == 400
    assert not [record for record in caplog.records if record.exc_info]


def test_a_body_without_its_parts_is_refused(app, client):
    for body in list(bodies(app))[::5]:
        for part in ("inputs", "state", "outputs", "changedPropIds"):
            for value in (5, "x", {}, [5], [[5]], None):
                status = send(client, {**body, part: value})
                assert status in (200, 204, 400), (body["output"], part, value)
        assert send(client, {**body, "inputs": [*body["inputs"], *body["inputs"], {}]}) == 400


def test_every_callback_says_what_it_takes(app):
    for output, callback in app.callback_map.items():
        if callback.get("callback"):
            function = inspect.unwrap(callback["callback"])
            parameters = inspect.signature(function).parameters.values()
            assert all(one.annotation is not inspect.Parameter.empty for one in parameters), output
