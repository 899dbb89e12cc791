"""What people's clips are like: rows of app.upload."""

import secrets
from dataclasses import dataclass

import numpy as np

from dashboards.queries import sql
from etl.warehouse import Warehouse


@dataclass(frozen=True)
class Upload:
    """A clip that somebody compares; the clip itself is gone."""

    name: str
    features: np.ndarray  #: float32, shape (245,), unscaled
    duration_s: float
    waveform: list[float]


def write(
    warehouse: Warehouse, account_id: int, name: str, features: np.ndarray, duration_s: float, waveform: np.ndarray
) -> str:
    """Keep an upload for a day, let go of older ones, and return its id."""
    upload_id = secrets.token_urlsafe(12)
    row = {
        "upload_id": upload_id,
        "account_id": account_id,
        "name": name,
        "features": [float(value) for value in features],
        "duration_s": float(duration_s),
        "waveform": [round(float(value), 3) for value in waveform],
    }
    warehouse.execute(sql("upload_expire"))
    warehouse.execute(sql("upload_write"), row)
    return upload_id


def read(warehouse: Warehouse, account_id: int, upload_id: str) -> Upload | None:
    """An upload of this account; None when it is somebody else's, too old or never was."""
    rows = warehouse.query(sql("upload_read"), {"account_id": account_id, "upload_id": upload_id})
    if not rows:
        return None
    (row,) = rows
    return Upload(**row | {"features": np.asarray(row["features"], np.float32)})
