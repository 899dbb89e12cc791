"""The invented sounds of TikTok: a third of them are tracks of the demo's archive under noisy names."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
from anyascii import anyascii

from etl.synthetic import chance, names
from etl.synthetic.demo.archive import TOP, Track, catalogue, released

SOUNDS = 900
LINKED, ORIGINAL = 315, 225  #: versions of the demo's tracks; "original sound"; the rest is unrelated
ORIGINAL_SOUND = """original sound|sonido original|оригинальный звук|الصوت الأصلي|原聲|som original
    |son original|Originalton|suono originale|오리지널 사운드|オリジナル楽曲
    |nhạc nền|orijinal ses|suara asli|dźwięk oryginalny|เสียงต้นฉบับ"""


@dataclass(frozen=True)
class Sound:
    """A sound; ``track_id`` is the track that it is a version of, which a drop never tells."""

    sound_id: str
    title: str
    artist: str
    original: bool
    track_id: int | None
    genre: str  #: the top genre of its music


def truth(seed: int, clips: int = 192) -> dict[str, int]:
    """Sound id → track id for every sound that was made from a track, for evaluation and tests."""
    return {sound.sound_id: sound.track_id for sound in sounds(seed, clips) if sound.track_id is not None}


@lru_cache(maxsize=4)
def sounds(seed: int, clips: int = 192) -> tuple[Sound, ...]:
    """Every sound of the demo, in no order; two thirds of the linked ones are of tracks that have a clip."""
    rng = chance(seed, "sounds")
    tracks = catalogue(seed, clips)
    clipped, rest = [t for t in tracks if t.clip], [t for t in tracks if not t.clip]
    made: list[tuple[str, str, bool, int | None, str]] = []
    for i in range(LINKED):
        from_clip = clipped and i % 3
        made.append(_of(clipped[rng.integers(len(clipped))] if from_clip else rest[rng.integers(len(rest))], rng))
    for _ in range(ORIGINAL):
        title = str(rng.choice(ORIGINAL_SOUND.split("|"))).strip()
        made.append((title, names.word(rng), True, None, _any_genre(rng)))
    for _ in range(SOUNDS - LINKED - ORIGINAL):
        made.append((names.title(rng), names.artist(rng), False, None, _any_genre(rng)))
    ids = 6_500_000_000_000_000_000 + rng.choice(3 * 10**17, SOUNDS, replace=False)
    return tuple(Sound(str(number), *made[i]) for number, i in zip(ids, rng.permutation(SOUNDS), strict=True))


@lru_cache(maxsize=1024)
def new_sounds(seed: int, clips: int, day: date) -> tuple[Sound, ...]:
    """The sounds that come up on a day: one of each track that comes out."""
    rng = chance(seed, "new sounds", day)
    first = 6_900_000_000_000_000_000 + day.toordinal() * 10**9
    return tuple(Sound(str(first + int(rng.integers(10**9))), *_of(track, rng)) for track in released(seed, clips, day))


def _of(track: Track, rng: np.random.Generator) -> tuple[str, str, bool, int | None, str]:
    """A version of a track under a noisy name."""
    title, artist = track.title, track.artist.name
    for noise in rng.choice(len(NOISES), rng.choice([0, 1, 1, 2]), replace=False):
        title, artist = NOISES[noise](title, artist, rng)
    return title, artist, bool(rng.random() < 0.2), track.track_id, track.genre


def _any_genre(rng: np.random.Generator) -> str:
    return list(TOP)[int(rng.integers(len(TOP)))]


def _typo(text: str, rng: np.random.Generator) -> str:
    """A letter dropped or doubled, or the case key hit."""
    i = int(rng.integers(1, max(2, len(text) - 1)))
    dropped, doubled = text[: i - 1] + text[i:], text[:i] + text[i - 1 :]
    return dropped if rng.random() < 0.4 else doubled if rng.random() < 0.5 else text[:i] + text[i:].swapcase()


NOISES: tuple[Callable[[str, str, np.random.Generator], tuple[str, str]], ...] = (
    lambda title, artist, rng: (title.lower(), artist.lower()),
    lambda title, artist, rng: (title.upper(), artist),
    lambda title, artist, rng: (f"{title} {rng.choice(['(sped up)', '- slowed + reverb', '(Live)', '[8D]'])}", artist),
    lambda title, artist, rng: (f"{title} (feat. {names.artist(rng)})", artist),
    lambda title, artist, rng: (f"{artist} - {title}", names.word(rng)),
    lambda title, artist, rng: (anyascii(title), anyascii(artist)),
    lambda title, artist, rng: (f"「{title}」", f"【{artist}】"),
    lambda title, artist, rng: (f"{title}（cover）", artist),
    lambda title, artist, rng: (f"{rng.choice(['🔥', '✨🎶', '💔', '👩‍🎤'])} {title}", artist),
    lambda title, artist, rng: (_typo(title, rng), artist),
    lambda title, artist, rng: (title, _typo(artist, rng)),
    lambda title, artist, rng: (title if len(title) < 16 else title[: int(rng.integers(12, 16))] + "…", artist),
)
