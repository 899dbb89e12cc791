"""Errors: one line, whose turn it is, and whether the same call may work later."""

import pickle

import pytest

from etl import errors
from etl.errors import OvertoneError, SourceMalformed, TemporaryError, UserError

EVERY = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, OvertoneError)]


def test_an_error_is_one_line_of_thing_reason_and_next_step() -> None:
    error = SourceMalformed("posts.ndjson line 812", "it is no JSON", "Fetch it again.")
    assert str(error) == "posts.ndjson line 812: it is no JSON. Fetch it again."
    assert str(SourceMalformed("a", "b\nc", "D.")) == "a: b c. D."


@pytest.mark.parametrize("kind", EVERY)
def test_an_error_crosses_a_process_border_unchanged(kind: type[OvertoneError]) -> None:
    error = pickle.loads(pickle.dumps(kind("thing", "reason", "Next step.")))
    assert type(error) is kind
    assert (error.thing, error.reason, error.next_step) == ("thing", "reason", "Next step.")
    assert str(error) == "thing: reason. Next step."


@pytest.mark.parametrize("kind", EVERY)
def test_the_exit_code_says_whose_turn_it_is(kind: type[OvertoneError]) -> None:
    assert kind.exit_code == (2 if issubclass(kind, UserError) else 1)


def test_only_what_may_work_later_is_tried_again() -> None:
    assert {kind.__name__ for kind in EVERY if kind.retry} == {
        "TemporaryError",
        "DatabaseUnavailable",
        "StorageUnavailable",
    }
    assert not issubclass(TemporaryError, UserError)


@pytest.mark.parametrize("kind", EVERY)
def test_every_error_says_what_it_stands_for(kind: type[OvertoneError]) -> None:
    assert kind.__doc__
