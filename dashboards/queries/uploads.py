"""What people's clips are like: rows of app.upload, which their account alone sees."""

import secrets
import time
from dataclasses import dataclass, replace

import numpy as np

from dashboards.queries import sql
from etl.audio.parts import Frames, describe_part
from etl.errors import ArgumentInvalid, TemporaryError, UserError
from etl.store.warehouse import Warehouse

AT_ONCE, AN_HOUR = 2, 10  #: uploads of an account, over all workers
SHORTEST_PART_S, LONGEST_PART_S = 10, 60

_FRAMES_COME_S = 5.0  #: how long a part waits for the frames, which come after the first answer
_LOOK_S = 0.1


class TooManyUploads(UserError):
    """An account uploads more than it may."""


@dataclass(frozen=True)
class Upload:
    """A clip that somebody compares; the clip itself is gone."""

    name: str
    features: np.ndarray  #: float32, shape (245,), unscaled
    duration_s: float  #: of all of it
    waveform: list[float]  #: of all of it
    part: tuple[float, float] | None = None  #: from and to, in seconds, that the features are of; None: all of it


def begin(warehouse: Warehouse, account_id: int, an_hour: int = AN_HOUR) -> str:
    """Count an upload that begins, and return its id.

    Raises:
        TooManyUploads: it may not begin now; the error says when.
    """
    upload_id = secrets.token_urlsafe(12)
    params = {"upload_id": upload_id, "at_once": AT_ONCE, "an_hour": an_hour}
    [so_far] = warehouse.query_as(sql("upload_begin"), params, account_id=account_id)
    if so_far["recent"] >= an_hour:
        minutes = max(1, -(-int(so_far["again_s"]) // 60))
        again = f"Try again in {minutes} minute{'s' * (minutes > 1)}"
        raise TooManyUploads("your uploads", f"you sent {an_hour} songs within an hour, which is the most", again)
    if so_far["running"] >= AT_ONCE:
        reason = f"{AT_ONCE} of your songs are being listened to already"
        raise TooManyUploads("your uploads", reason, "Wait for one of them, or cancel it")
    return upload_id


def end(warehouse: Warehouse, account_id: int, upload_id: str) -> None:
    """An upload is through, whatever became of it."""
    warehouse.query_as(sql("upload_end"), {"upload_id": upload_id}, account_id=account_id)


def cancelled(warehouse: Warehouse, account_id: int, upload_id: str) -> bool:
    """Whether an upload was cancelled."""
    rows = warehouse.query_as(sql("upload_cancelled"), {"upload_id": upload_id}, account_id=account_id)
    return any(row["cancelled"] for row in rows)


def cancel(warehouse: Warehouse, account_id: int, upload_id: str) -> None:
    """Stop an upload, on whichever worker it is, or forget it; one that was kept stays."""
    warehouse.query_as(sql("upload_cancel"), {"upload_id": upload_id}, account_id=account_id)


def forget(warehouse: Warehouse, account_id: int, upload_id: str) -> None:
    """Delete what an upload was like, kept or not."""
    warehouse.query_as(sql("upload_forget"), {"upload_id": upload_id}, account_id=account_id)


def write(
    warehouse: Warehouse,
    account_id: int,
    upload_id: str,
    name: str,
    features: np.ndarray,
    duration_s: float,
    waveform: np.ndarray,
) -> bool:
    """Keep what an upload is like for a day, let go of older ones; False where it was cancelled meanwhile."""
    row = {
        "upload_id": upload_id,
        "account_id": account_id,
        "name": name,
        "features": features.tolist(),
        "duration_s": duration_s,
        "waveform": [round(value, 3) for value in waveform.tolist()],
    }
    warehouse.owner.execute(sql("upload_expire"))  # of every account, hence as the tables' owner
    return bool(warehouse.query_as(sql("upload_write"), row, account_id=account_id))


def write_frames(warehouse: Warehouse, account_id: int, upload_id: str, frames: Frames) -> None:
    """Keep the frames of an upload, so that a part of it can be asked about."""
    params = {"upload_id": upload_id, "frames": frames.to_bytes()}
    warehouse.query_as(sql("upload_write_frames"), params, account_id=account_id)


def read(warehouse: Warehouse, account_id: int, upload_id: str) -> Upload | None:
    """An upload of this account; None when it is somebody else's, too old or never was."""
    rows = warehouse.query_as(sql("upload_read"), {"upload_id": upload_id}, account_id=account_id)
    if not rows:
        return None
    [row] = rows
    part = (row["part"][0], row["part"][1]) if row["part"] else None
    return Upload(**row | {"features": np.asarray(row["features"], np.float32), "part": part})


def part(warehouse: Warehouse, account_id: int, upload_id: str, start_s: float, end_s: float) -> Upload | None:
    """An upload of this account by 10 to 60 seconds of it; None when it, or what parts are made of, is gone.

    A song that is shorter than 10 seconds has one part: all of it. The end may be a tenth of a second too late.

    Raises:
        ArgumentInvalid: there is no such part.
        TemporaryError: its frames are not there yet.
    """
    upload = read(warehouse, account_id, upload_id)
    if upload is None:
        return None
    lasts = upload.duration_s
    if upload.part is not None:
        return upload if np.allclose(upload.part, (start_s, end_s), atol=0.1) else None
    if not (0 <= start_s < end_s <= lasts + 0.1 and min(SHORTEST_PART_S, lasts) - 0.1 <= end_s - start_s) or (
        end_s - start_s > LONGEST_PART_S + 0.1
    ):
        raise ArgumentInvalid(
            f"the part from {start_s:.1f} to {end_s:.1f} s",
            f"the song lasts {lasts:.0f} s, and a part {SHORTEST_PART_S} to {LONGEST_PART_S}",
            "Choose another part.",
        )
    frames = _frames(warehouse, account_id, upload_id)
    if frames is None:
        return None
    return replace(upload, features=describe_part(frames, start_s, end_s), part=(start_s, end_s))


def keep(
    warehouse: Warehouse, account_id: int, upload_id: str, start_s: float | None = None, end_s: float | None = None
) -> str | None:
    """Keep for good what an upload, or a part of it, is like; return the id under which; None when it is gone.

    Raises:
        ArgumentInvalid, TemporaryError: as ``part``.
    """
    if start_s is None or end_s is None:
        kept = read(warehouse, account_id, upload_id)
    else:
        kept = part(warehouse, account_id, upload_id, start_s, end_s)
    if kept is None:
        return None
    params = {
        "kept_id": secrets.token_urlsafe(12),
        "upload_id": upload_id,
        "features": kept.features.tolist(),
        "part": list(kept.part) if kept.part else None,
    }
    rows = warehouse.query_as(sql("upload_keep"), params, account_id=account_id)
    return rows[0]["upload_id"] if rows else None


def _frames(warehouse: Warehouse, account_id: int, upload_id: str) -> Frames | None:
    waits_until = time.monotonic() + _FRAMES_COME_S
    while rows := warehouse.query_as(sql("upload_frames"), {"upload_id": upload_id}, account_id=account_id):
        if rows[0]["frames"] is not None:
            return Frames.from_bytes(bytes(rows[0]["frames"]))
        if time.monotonic() > waits_until:
            raise TemporaryError(
                "this song", "its parts are not described yet", "Try again in a moment, or drop the file again."
            )
        time.sleep(_LOOK_S)
    return None
