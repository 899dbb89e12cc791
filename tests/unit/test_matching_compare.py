"""What comparing finds, held to the bit on many pairs: the model was trained on these numbers."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd

from etl.matching import compare, structure
from etl.matching.normalise import normalise_all
from etl.matching.score import PAIR, compared
from etl.matching.vocabulary import fit
from etl.synthetic import names
from lab.bench.titles import real_world
from lab.matching.uploads import upload

Track = tuple[str, str]


def uploads(tracks: list[Track], count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Pairs of a track and an upload: of itself, of its title or artist, of another; one in five are two uploads."""
    rows = []
    for _ in range(count):
        title, artist = one = tracks[rng.integers(len(tracks))]
        other = tracks[rng.integers(len(tracks))]
        about = (one, one, one, (title, other[1]), (other[0], artist), other)[rng.integers(6)]
        there = upload(*about, names.word(rng), other[0], rng)
        here = upload(*one, names.word(rng), other[0], rng) if rng.random() < 0.2 else one
        rows.append((*here, *there) if rng.random() < 0.5 else (*there, *here))
    return pd.DataFrame(rows, columns=PAIR)


def found(pairs: pd.DataFrame) -> tuple[str, dict[str, float]]:
    """A hash of all numbers, and the share of pairs in which each is not 0."""
    vocabulary = fit(normalise_all([*pairs["track_title"], *pairs["track_artist"]]))
    columns = compared(pairs, vocabulary)[0]
    values = np.column_stack([columns[name].astype(float) for name in compare.FOUND.names])
    return hashlib.sha256(values.tobytes()).hexdigest(), dict(
        zip(compare.FOUND.names, (values != 0).mean(axis=0), strict=True)
    )


def test_made_pairs_are_compared_as_ever() -> None:
    rng = np.random.default_rng(7)
    tracks = [(names.title(rng), names.artist(rng)) for _ in range(2000)]
    tracks += [("", "Tea"), ("007 -", "Unknown"), ("Tea - ❤", ""), ("1 - Night Train", "Tea"), ("untitled", "Tea")] * 20
    digest, some = found(uploads(tracks, 6000, rng))
    assert digest == "7ff4a848e2b450c5fab5bbcf307a04c46bed946789106e72dc280151d2061a18"
    assert min(some.values()) > 0.001  # nothing that is compared is left untried


def test_real_pairs_are_compared_as_ever(real_data: Path) -> None:
    world = real_world(real_data)
    digest, _ = found(uploads(world.catalogue[:20_000] + world.elsewhere, 30_000, np.random.default_rng(8)))
    assert digest == "3f3631feef84feb252042a4b3c510f8bb077fbd436df503eae83aa7cab4d74eb"


def test_compiled_files_number_the_parts_of_a_title_alike() -> None:
    parts = ("CORE", "BARE", "HEAD", "REST", "LEAD", "LAST")
    assert [getattr(compare, part) for part in parts] == [getattr(structure, part) for part in parts]
    assert len(structure.PARTS) == compare.ARTIST
