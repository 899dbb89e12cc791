"""Clips that can be heard: which tracks have one, what it looks like, where it lies."""

from collections.abc import Iterable
from dataclasses import dataclass

from dashboards.queries import sql
from etl.drops.clips import Audio
from etl.store.warehouse import Warehouse

#: What browsers play, by what the decoder calls it.
MIMETYPES = {
    "mp3": "audio/mpeg",
    "mpeg": "audio/mpeg",
    "wav": "audio/wav",
    "wavex": "audio/wav",
    "flac": "audio/flac",
    "ogg": "audio/ogg",
}


@dataclass(frozen=True)
class Wave:
    """What a clip looks like."""

    peaks: list[float]  #: the loudest of each of some equal stretches, 0 to 1
    duration_s: float
    start_s: float | None  #: second of the song at which the clip begins; None: not known

    def second_of(self, heard_pct: float, song_s: float | None) -> float | None:
        """The second of the clip that is at a share of the song; None where the clip does not have it.

        Args:
            heard_pct: 0 to 100.
            song_s: how long the song is.
        """
        if self.start_s is None or not song_s:
            return None
        second = heard_pct / 100 * song_s - self.start_s
        return second if 0 <= second < self.duration_s else None


@dataclass(frozen=True)
class Source:
    """A clip's bytes, as the route serves them."""

    clip_id: str
    mimetype: str
    audio: Audio


def playable(warehouse: Warehouse, track_ids: Iterable[int]) -> set[int]:
    """Those of some tracks that a browser can play."""
    wanted = {"track_ids": list(track_ids), "formats": list(MIMETYPES)}
    return {row["track_id"] for row in warehouse.query(sql("clips_playable"), wanted)}


def wave(warehouse: Warehouse, track_id: int) -> list[float] | None:
    """The waveform of a track's clip: peaks from 0 to 1; None where there is no clip."""
    found = look(warehouse, track_id)
    return found.peaks if found else None


def look(warehouse: Warehouse, track_id: int) -> Wave | None:
    """A track's waveform, and which part of the song it is of; None where there is no clip."""
    rows = warehouse.query(sql("clip_wave"), {"track_id": track_id})
    return Wave(**rows[0]) if rows else None


def source(warehouse: Warehouse, track_id: int) -> Source | None:
    """Where a track's audio lies; None where there is none that a browser plays."""
    rows = warehouse.query(sql("clip_audio"), {"track_id": track_id})
    if not rows or (mimetype := MIMETYPES.get(rows[0].pop("format"))) is None:
        return None
    return Source(rows[0].pop("clip_id"), mimetype, Audio(**rows[0]))
