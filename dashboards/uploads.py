"""Clips that people compare: streamed in, heard by a confined process, and forgotten; only what they are like is kept.

``POST /upload`` answers with the id under which a clip can be compared; asked for ``application/x-ndjson``, it names
each stage as it begins, a JSON object a line. ``DELETE /upload/<id>`` cancels. See docs/uploads.md.
"""

import json
import logging
import os
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from http import HTTPStatus
from pathlib import Path, PurePosixPath
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from dashboards import auth
from dashboards.components.states import for_visitors
from dashboards.front import GONE
from dashboards.queries import uploads
from etl.audio import sandbox
from etl.audio.parts import Frames
from etl.audio.sandbox import Cancelled, NotHeard
from etl.audio.wire import Begun, Described
from etl.errors import AudioError, OvertoneError, TemporaryError, UserError, ValueRefused
from etl.machine.turns import turn
from etl.store.warehouse import Warehouse

LARGEST_CLIP = 20 * 1024 * 1024
#: Uploads that a process has in hand, with a thread each.
MOST_IN_HAND = 12
FRAMES_FIRST = 9  #: uploads in hand above which frames wait for no song: their places are wanted
LINES = "application/x-ndjson"

_CHUNK = 256 * 1024
_TURN_S = 60.0
_FRAMES_WAIT_S = 3.0  #: of frames, for the songs of others; a part waits a little longer for frames
_FULL = ("your song", "many songs are being listened to just now", "Try again in a minute")
_LOOK_S = 0.5  #: between two questions whether an upload was cancelled

log = logging.getLogger(__name__)


def install(server: Flask, warehouse: Warehouse, home: Path) -> None:
    """Let those who are logged in send a clip to ``/upload``, and take it back."""
    route, desk = Blueprint("uploads", __name__), Desk(warehouse, home / "tmp" / "hearing")

    @route.post("/upload")
    def upload() -> Any:
        """Take the body as a clip named ``?name=``."""
        account = auth.who()
        assert account is not None, "the door lets nobody else in"
        name = clip_name(request.args.get("name", ""))
        with ExitStack() as leave:
            try:
                upload_id, place = desk.begin(account.account_id, leave)
                clip = receive(leave)
            except RequestEntityTooLarge:
                return too_large(name)
            except OvertoneError as error:
                return explain(error), status_of(error)
            gone = _gone(request.environ.get("asgi.scope", {}))
            stages = desk.stages(account.account_id, upload_id, name, clip, gone, place)
            if request.accept_mimetypes.best == LINES:
                answer = Response((json.dumps(stage) + "\n" for stage in stages), mimetype=LINES)
                answer.headers["Cache-Control"] = "no-store"
                answer.headers["X-Accel-Buffering"] = "no"  # a proxy is to pass on each line as it comes
                answer.call_on_close(leave.pop_all().close)
                return answer
            *_, last = stages
        status = last.pop("status", HTTPStatus.OK)
        last.pop("stage")
        return jsonify(last), status

    @route.delete("/upload/<upload_id>")
    def cancel(upload_id: str) -> Any:
        """Stop an upload, or forget it, unless it was saved."""
        account = auth.who()
        assert account is not None, "the door lets nobody else in"
        uploads.cancel(warehouse, account.account_id, upload_id)
        return "", HTTPStatus.NO_CONTENT

    server.register_blueprint(route)


class Desk:
    """Where a worker of the app takes uploads: some in hand, as many heard at a time as there are cores."""

    def __init__(self, warehouse: Warehouse, places: Path) -> None:
        self.warehouse = warehouse
        self._places = places  # which all workers share
        self._changed = threading.Condition()
        self._count: Counter[str] = Counter()  # uploads in hand, until their frames are kept; songs in turn or before

    def begin(self, account_id: int, leave: ExitStack) -> tuple[str, ExitStack]:
        """Let an upload begin, and have ``leave`` end it.

        Returns:
            Its id, and its place here, which ``leave`` gives up unless somebody takes it over.
        Raises:
            TooManyUploads: of this account.
            NotHeard: there are too many of others.
        """
        upload_id = uploads.begin(self.warehouse, account_id)
        leave.callback(uploads.end, self.warehouse, account_id, upload_id)
        place = ExitStack()
        leave.callback(place.close)
        with self._changed:
            if self._count["in hand"] == MOST_IN_HAND:
                raise NotHeard(*_FULL)
            place.enter_context(self._one_more("in hand"))
        return upload_id, place

    def stages(
        self, account_id: int, upload_id: str, name: str, clip: int, gone: Callable[[], bool], place: ExitStack
    ) -> Iterator[dict[str, Any]]:
        """Hear a clip and keep what it is like.

        Args:
            account_id: whose it is.
            upload_id: as ``begin`` gave it.
            name: what to call the clip.
            clip: a handle of it.
            gone: whether whoever sent it has hung up.
            place: of the upload; the frames, which come after the answer, hold it until they are there.
        Yields:
            Each stage as it begins, as it is sent; the last one says under which id the clip can be compared, or why
            it cannot.
        """
        yield {"stage": "sent", "upload": upload_id}
        yield {"stage": "waiting"}
        answered = threading.Event()

        def unwanted() -> bool:
            return (not answered.is_set() and gone()) or is_cancelled()

        is_cancelled = _seldom(lambda: uploads.cancelled(self.warehouse, account_id, upload_id))
        heard = sandbox.shared().hear(clip, unwanted)
        try:
            with ExitStack() as ended:
                ended.callback(heard.close)  # type: ignore[attr-defined]  # a generator
                with self._in_turn(unwanted):
                    for message in heard:
                        if isinstance(message, Begun):
                            yield {"stage": message.stage}
                        elif isinstance(message, Described):
                            break
                assert isinstance(message, Described), "the last but one of what is heard"
                like = (message.features, message.duration_s, message.waveform)
                if not uploads.write(self.warehouse, account_id, upload_id, name, *like):
                    raise Cancelled
                answered.set()
                ended.pop_all()
                keeps = (heard, account_id, upload_id, place.pop_all())
                threading.Thread(target=self._keep_frames, args=keeps, name="frames", daemon=True).start()
            yield {"stage": "comparing", "upload": upload_id}
        except Cancelled:
            said = NotHeard(name, "it was cancelled", "Drop it again")
            yield {"stage": "failed", "status": HTTPStatus.CONFLICT, **words_of(said)}
        except OvertoneError as error:
            yield {"stage": "failed", "status": status_of(error), **words_of(error, name)}

    @contextmanager
    def _in_turn(self, unwanted: Callable[[], bool]) -> Iterator[None]:
        with self._one_more("songs"), turn(self._places, os.cpu_count() or 1, _TURN_S, unwanted) as ours:
            if unwanted():
                raise Cancelled
            if not ours:
                raise NotHeard(*_FULL)
            yield

    @contextmanager
    def _one_more(self, what: str) -> Iterator[None]:
        with self._changed:
            self._count[what] += 1
            self._changed.notify_all()
        try:
            yield
        finally:
            with self._changed:
                self._count[what] -= 1
                self._changed.notify_all()

    def _keep_frames(self, heard: Iterator[Any], account_id: int, upload_id: str, place: ExitStack) -> None:
        """Keep what parts of a clip can be described by; without it, the clip as a whole still can be compared."""
        with place, closing(heard):  # type: ignore[type-var]  # a generator
            with self._changed:  # somebody waits for each answer, and seldom for frames
                self._changed.wait_for(
                    lambda: not self._count["songs"] or self._count["in hand"] > FRAMES_FIRST, _FRAMES_WAIT_S
                )
            try:
                for message in heard:
                    assert isinstance(message, Frames), "the last of what is heard"
                    uploads.write_frames(self.warehouse, account_id, upload_id, message)
            except (Cancelled, OvertoneError) as error:
                log.warning("upload %s has no parts: %s", upload_id, error)


def _gone(scope: Mapping[str, Any]) -> Callable[[], bool]:
    """Whether whoever asked has hung up, as the front notices it."""
    return scope[GONE].is_set if GONE in scope else lambda: False


def receive(leave: ExitStack) -> int:
    """The body of this request in memory of no name, by a handle that ``leave`` closes.

    Raises:
        RequestEntityTooLarge: it is larger than ``LARGEST_CLIP``, whatever its header says.
    """
    clip = os.memfd_create("clip")
    leave.callback(os.close, clip)
    size = 0
    while chunk := request.stream.read(_CHUNK):
        size += len(chunk)
        if size > LARGEST_CLIP:
            raise RequestEntityTooLarge
        while chunk:
            chunk = chunk[os.write(clip, chunk) :]
    return clip


def clip_name(given: str) -> str:
    """A file's name as it may be shown: its last part, at most 120 characters.

    Without control characters, and without those that turn the direction of what is written after them.
    """
    plain = re.sub(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]", "", given)
    return PurePosixPath(plain.replace("\\", "/")).name.strip(". ")[:120] or "your clip"


def words_of(error: OvertoneError, name: str = "") -> dict[str, str]:
    """An error as the page shows it; what is wrong with a file is said of its name."""
    error = for_visitors(error)
    thing = name if name and isinstance(error, AudioError) else error.thing
    return {"thing": thing, "reason": error.reason, "next_step": error.next_step}


def explain(error: OvertoneError) -> Any:
    """An error as an answer."""
    return jsonify(words_of(error))


def status_of(error: OvertoneError) -> HTTPStatus:
    """Whose turn it is, said in HTTP."""
    if isinstance(error, uploads.TooManyUploads):
        return HTTPStatus.TOO_MANY_REQUESTS
    if isinstance(error, ValueRefused):
        return HTTPStatus.BAD_REQUEST
    if isinstance(error, UserError):
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return HTTPStatus.SERVICE_UNAVAILABLE if isinstance(error, TemporaryError) else HTTPStatus.INTERNAL_SERVER_ERROR


def too_large(name: str) -> Any:
    """The answer to a clip over the limit."""
    return (
        jsonify(
            thing=name,
            reason="it is larger than 20 MB",
            next_step="Export a shorter clip or an mp3: 30 seconds are enough",
        ),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    )


def _seldom(question: Callable[[], bool]) -> Callable[[], bool]:
    """A question that is asked twice a second at most; a yes stays."""
    asked, answer = time.monotonic(), False

    def ask() -> bool:
        nonlocal asked, answer
        if not answer and time.monotonic() - asked > _LOOK_S:
            asked, answer = time.monotonic(), question()
        return answer

    return ask
