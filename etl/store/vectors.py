"""Features out of Postgres and vectors into it, as arrays.

Each has 245 numbers, so its row in COPY's binary format has a fixed length, and a whole answer is an array of records:
0.1 million rows take a second, where 26 million numbers written as text and read again take a minute.
"""

import io

import numpy as np
import pyarrow as pa

from etl.audio.features import FEATURE_NAMES
from etl.store.loads import encoded
from etl.store.warehouse import Cursor, Params

N = len(FEATURE_NAMES)

_HEAD, _TAIL = 19, 2  #: bytes before COPY's first row, and after its last

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
_VECTOR = np.dtype([("length", ">i2"), ("unused", ">i2"), ("values", ">f4", (N,))])


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
    rows = np.frombuffer(answer.getbuffer()[_HEAD:-_TAIL], _FEATURES)
    return rows["track_id"].astype(np.int32), rows["items"]["value"].astype(np.float32)


def copy_vectors(cursor: Cursor, table: str, track_ids: np.ndarray, vectors: np.ndarray) -> None:
    """Append vectors to a table.

    Args:
        cursor: of a transaction.
        table: and its columns, an integer and a ``vector(245)``: ``"t (track_id, vector)"``.
        track_ids: shape (n,).
        vectors: shape (n, 245), finite.
    """
    values = np.zeros(len(track_ids), _VECTOR)
    values["length"], values["values"] = N, vectors
    column = pa.Array.from_buffers(pa.binary(_VECTOR.itemsize), len(values), [None, pa.py_buffer(values)])
    rows = pa.record_batch({"track_id": pa.array(track_ids, pa.int32()), "vector": column})
    cursor.copy_expert(f"COPY {table} FROM STDIN (FORMAT binary)", io.BytesIO(encoded(rows)))


def literal(vector: np.ndarray) -> str:
    """A vector as pgvector reads it; nine digits give back the same float32."""
    return "[" + ",".join(["%.9g"] * len(vector)) % tuple(vector.tolist()) + "]"
