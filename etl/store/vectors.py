"""Features out of Postgres and vectors into it, as arrays.

Each has 245 numbers, so its row in COPY's binary format has a fixed length, and a whole answer is an array of records:
0.1 million rows take a second, where 26 million numbers written as text and read again take a minute.
"""

import io

import numpy as np

from etl.audio.features import FEATURE_NAMES
from etl.store.warehouse import Cursor, Params

N = len(FEATURE_NAMES)

_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TAIL = b"\xff\xff"

_FEATURES = np.dtype(
    [
        ("fields", ">i2"),
        ("id_bytes", ">i4"),
        ("track_id", ">i4"),
        ("bytes", ">i4"),
        ("array", ">i4", (5,)),  # dimensions, has nulls, type, length, first subscript
        ("items", [("bytes", ">i4"), ("value", ">f4")], (N,)),
    ]
)
_VECTOR = np.dtype(
    [
        ("fields", ">i2"),
        ("id_bytes", ">i4"),
        ("track_id", ">i4"),
        ("bytes", ">i4"),
        ("length", ">i2"),
        ("unused", ">i2"),
        ("values", ">f4", (N,)),
    ]
)


def copy_features(cursor: Cursor, question: str, params: Params = None) -> tuple[np.ndarray, np.ndarray]:
    """Ask for tracks and their features.

    Args:
        cursor: of a transaction.
        question: selects an integer and a ``real[]`` of 245.
        params: of the question.

    Returns:
        The integers, int32, shape (n,), and the features, float32, shape (n, 245).
    """
    answer = io.BytesIO()
    cursor.copy_expert(f"COPY ({cursor.mogrify(question, params).decode()}) TO STDOUT (FORMAT binary)", answer)
    rows = np.frombuffer(answer.getbuffer()[len(_HEAD) : -len(_TAIL)], _FEATURES)
    return rows["track_id"].astype(np.int32), rows["items"]["value"].astype(np.float32)


def copy_vectors(cursor: Cursor, table: str, track_ids: np.ndarray, vectors: np.ndarray) -> None:
    """Append vectors to a table.

    Args:
        cursor: of a transaction.
        table: and its columns, an integer and a ``vector(245)``: ``"t (track_id, vector)"``.
        track_ids: shape (n,).
        vectors: shape (n, 245), finite.
    """
    rows = np.zeros(len(track_ids), _VECTOR)
    rows["fields"], rows["id_bytes"], rows["bytes"], rows["length"] = 2, 4, 4 + 4 * N, N
    rows["track_id"], rows["values"] = track_ids, vectors
    cursor.copy_expert(f"COPY {table} FROM STDIN (FORMAT binary)", io.BytesIO(_HEAD + rows.tobytes() + _TAIL))


def literal(vector: np.ndarray) -> str:
    """A vector as pgvector reads it; nine digits give back the same float32."""
    return "[" + ",".join(["%.9g"] * len(vector)) % tuple(vector.tolist()) + "]"
