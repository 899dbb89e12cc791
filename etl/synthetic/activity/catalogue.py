"""What there is to hear: the tracks of an archive in FMA's shape, or any number of tracks without titles."""

from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pandas as pd
import pyarrow as pa

from etl.synthetic import chance
from etl.synthetic.activity.world import APPEAL, pick
from etl.tables import TOP_GENRES as GENRES

SCHEMA = pa.schema(
    [("track_id", pa.int32()), ("artist_id", pa.int32()), ("genre", pa.string()), ("duration_s", pa.float32())]
)


def catalogue(seed: int, size: int) -> pa.Table:
    """So many tracks, eight an artist; one in twenty has no genre. For measurements."""
    rng = chance(seed, "tracks", size)
    artists = 1 + size // 8
    artist = rng.integers(artists, size=size)
    genre = pick(APPEAL, rng.random(artists))[artist]
    return pa.table(
        [
            pa.array(2 + 3 * np.arange(size), pa.int32()),
            pa.array(1 + artist, pa.int32()),
            pa.array(GENRES).take(pa.array(genre, mask=rng.random(size) < 0.05)),
            pa.array(rng.lognormal(5.4, 0.45, size).clip(31, 1800).round(), pa.float32()),
        ],
        SCHEMA,
    )


def of_archive(metadata: Path) -> pa.Table:
    """The tracks of a ``fma_metadata.zip``, such as the demo's."""
    with ZipFile(metadata) as archive, archive.open("fma_metadata/tracks.csv") as file:
        rows = pd.read_csv(file, header=[0, 1], index_col=0, low_memory=False)
    found = rows[[("artist", "id"), ("track", "genre_top"), ("track", "duration")]].set_axis(SCHEMA.names[1:], axis=1)
    return pa.Table.from_pandas(found.rename_axis("track_id").reset_index(), SCHEMA, preserve_index=False)
