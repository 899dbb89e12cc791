"""Fit the weights of ``model.json`` on three kinds of labelled pairs, and report how they do on what they never saw.

    python -m lab.matching.train DIR

DIR is a folder of real data with

- ``matching/musicbrainz20k/source_1.csv`` … ``source_5.csv`` (Leipzig MusicBrainz 20K, CC BY 4.0: five sources' records
  of the same recordings, damaged on purpose). Half of the clusters, by a hash of their number, are for training. Each
  of its sources is linked to the other four, and the first record of each cluster to all others.
- ``matching/itunes_amazon/`` (Magellan, BSD-3): ``train.csv`` and ``validation.csv`` are trained on; those pairs of
  ``gold.csv`` that are in neither are the test.
- ``fma/catalogue_48k.csv`` and ``tiktok/songs/*.csv``: titles as ``uploads`` has people upload them. Half of the
  artists, by a hash of their name, are for training; once as made, once with seven in eight of the answers taken away.

The pairs are those that the search finds, so the weights learn from the mistakes that are there to be made. MusicBrainz
and uploads count alike, uploads with few answers for a third of either, iTunes-Amazon (431 pairs) for a seventh. All
choices (features, their number, ``SHARES``, a logistic model and not trees) were made by figures of the training
halves. Each run prints figures of the held-out halves too: they were seen while features were chosen, if not used.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from etl.matching import score
from etl.matching.normalise import normalise_all
from etl.matching.score import FEATURES, PAIR, THRESHOLD, Model, describe
from etl.matching.tables import best_pairs, candidate_pairs, scored
from etl.matching.vocabulary import Vocabulary, fit
from lab.matching.uploads import benchmark, rare

SONG_NAMES = ["Song_Name", "Artist_Name"]
SHARES = {"musicbrainz": 1.0, "uploads": 1.0, "rare_uploads": 0.3, "itunes_amazon": 0.15}
UPLOADS = 6000  #: left rows of the made benchmark


def in_training_half(name: object) -> bool:
    """Whether a cluster or an artist is for training, by a hash."""
    return hashlib.sha256(str(name).encode()).digest()[0] % 2 == 0


def read_records(folder: Path) -> pd.DataFrame:
    """The records of MusicBrainz 20K: id, cluster_id, source, title, artist, development (bool), in the order of id."""
    columns = ["id", "cluster_id", "source", "title", "artist"]
    sources = (
        pd.read_csv(folder / f"source_{n}.csv", usecols=columns, dtype={"title": str, "artist": str})
        for n in range(1, 6)
    )
    records = pd.concat(sources).fillna("").sort_values("id", ignore_index=True)
    return records.assign(id=records["id"].astype(str), development=records["cluster_id"].map(in_training_half))


def constructions(records: pd.DataFrame, asked: pd.Series) -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
    """Ways to make two tables of MusicBrainz's records; left rows only where ``asked``, right rows all there are."""
    source, first = records["source"], ~records.duplicated("cluster_id")
    made = {f"source {n} to the others": (source == n, source != n) for n in range(1, 6)}
    made["one record to the rest"] = (first, ~first)
    made["source 1 to source 2"] = (source == 1, source == 2)
    made["source 4 to source 3"] = (source == 4, source == 3)
    return {name: (records[left & asked], records[right]) for name, (left, right) in made.items()}


def read_recordings(folder: Path) -> pd.DataFrame:
    """Real titles and artists: title, artist, development (bool, by artist); each once but for version and spelling."""
    columns = ["title", "artist_name", "title_lc", "artist_name_lc"]
    catalogue = pd.read_csv(folder / "fma" / "catalogue_48k.csv", usecols=columns, dtype=str)
    tables = [
        pd.DataFrame(
            {
                "title": catalogue["title"].fillna(catalogue["title_lc"]),
                "artist": catalogue["artist_name"].fillna(catalogue["artist_name_lc"]),
            }
        )
    ]
    for file in sorted((folder / "tiktok" / "songs").glob("*.csv")):
        songs = pd.read_csv(file, usecols=["track_name", "artist_name"], dtype=str, encoding_errors="replace")
        tables.append(songs.rename(columns={"track_name": "title", "artist_name": "artist"})[["title", "artist"]])
    rows = pd.concat(tables).dropna().reset_index(drop=True)
    bare = rows["title"].str.replace(r"\s*[(\[].*|\s+-\s.*", "", regex=True)
    keys = [normalise_all(column.tolist()) for column in (bare.where(bare != "", rows["title"]), rows["artist"])]
    rows = rows[~pd.DataFrame(keys).T.duplicated() & (np.array(keys[0]) != "")].reset_index(drop=True)
    return rows.assign(development=rows["artist"].map(in_training_half))


def read_song_pairs(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The labelled pairs of iTunes-Amazon for training and for the test: ``PAIR`` and same."""

    def pairs(name: str, left: str, right: str, number: str) -> pd.DataFrame:
        rows = pd.read_csv(folder / f"{name}.csv", dtype=str).fillna("").set_index(number)
        columns = [f"{side}_{column}" for side in (left, right) for column in SONG_NAMES]
        return rows[columns].set_axis(PAIR, axis=1).assign(same=rows["label"] == "1")

    train = pd.concat([pairs(name, "left", "right", "id") for name in ("train", "validation")])
    gold = pairs("gold", "ltable", "rtable", "_id")
    return train.reset_index(drop=True), gold[~gold.index.isin(train.index)].reset_index(drop=True)


def described(left: pd.DataFrame, right: pd.DataFrame, answers: pd.DataFrame) -> tuple[pd.DataFrame, pd.Series]:
    """The features of the pairs that the search finds, and whether they are the same (left_id, right_id in answers)."""
    pairs, vocabulary = candidate_pairs(left, right)
    return describe(pairs, vocabulary), is_answer(pairs, answers)


def is_answer(pairs: pd.DataFrame, answers: pd.DataFrame) -> pd.Series:
    """Whether left_id and right_id stand together in ``answers``."""
    both = pd.MultiIndex.from_frame(pairs[["left_id", "right_id"]])
    return pd.Series(both.isin(pd.MultiIndex.from_frame(answers[["left_id", "right_id"]])), index=pairs.index)


def answers_of(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """left_id and right_id of the records of the same cluster."""
    return left.merge(right, on="cluster_id")[["id_x", "id_y"]].set_axis(["left_id", "right_id"], axis=1)


def training_sets(folder: Path) -> dict[str, list[tuple[pd.DataFrame, pd.Series]]]:
    """Features and labels by kind, from the training halves alone."""
    records = read_records(folder / "matching" / "musicbrainz20k")
    records = records[records["development"]]
    tables = list(constructions(records, records["development"]).values())[:6]
    recordings = read_recordings(folder)
    uploads = benchmark(recordings[recordings["development"]], UPLOADS, np.random.default_rng(1))
    songs = read_song_pairs(folder / "matching" / "itunes_amazon")[0]
    return {
        "musicbrainz": [described(left, right, answers_of(left, right)) for left, right in tables],
        "uploads": [described(*uploads)],
        "rare_uploads": [described(*rare(uploads))],
        "itunes_amazon": [(describe(songs, vocabulary_of_pairs(songs)), songs["same"])],
    }


def vocabulary_of_pairs(pairs: pd.DataFrame) -> Vocabulary:
    """The words of pairs that belong to no tables."""
    sides = (pairs[PAIR[:2]], pairs[PAIR[2:]])
    return fit(normalise_all([f"{title} {artist}" for side in sides for title, artist in side.itertuples(index=False)]))


def train(sets: dict[str, list[tuple[pd.DataFrame, pd.Series]]]) -> Model:
    """Fit the weights; each kind of pairs counts by ``SHARES``, whatever its size."""
    features, same, weight = [], [], []
    for kind, some in sets.items():
        pairs = sum(len(rows) for rows, _ in some)
        for rows, labels in some:
            features.append(rows[FEATURES])
            same.append(labels)
            weight.append(np.full(len(rows), 20_000 * SHARES[kind] / pairs))
    fitted = LogisticRegression(C=10, max_iter=5000).fit(pd.concat(features), pd.concat(same), np.concatenate(weight))
    weights = dict(zip(FEATURES, np.round(fitted.coef_[0], 3).tolist(), strict=True))
    return Model(round(float(fitted.intercept_[0]), 3), weights)


def link_f1(left: pd.DataFrame, right: pd.DataFrame, answers: pd.DataFrame, model: Model) -> float:
    """F1 over left rows at ``THRESHOLD``, as ``lab.evaluate.matching`` counts."""
    pairs, vocabulary = candidate_pairs(left, right)
    best = best_pairs(scored(pairs, vocabulary, model))
    said = best[best["probability"] >= THRESHOLD]
    return float(2 * is_answer(said, answers).sum() / (len(said) + answers["left_id"].nunique()))


def song_pairs_probability(pairs: pd.DataFrame, model: Model) -> np.ndarray:
    """The probability of pairs that belong to no tables, which are all that is known of their words."""
    return model.probability(describe(pairs, vocabulary_of_pairs(pairs)))


def pair_f1(pairs: pd.DataFrame, model: Model) -> float:
    """F1 over labelled pairs."""
    said = song_pairs_probability(pairs, model) >= THRESHOLD
    return float(2 * (said & pairs["same"]).sum() / (said.sum() + pairs["same"].sum()))


def held_out(folder: Path, model: Model) -> dict[str, float]:
    """Link F1 on the halves that no weight was fitted to; the right tables hold all records, of both halves."""
    records = read_records(folder / "matching" / "musicbrainz20k")
    tables = constructions(records, ~records["development"])
    recordings = read_recordings(folder)
    uploads = benchmark(recordings[~recordings["development"]], UPLOADS, np.random.default_rng(2))
    songs = read_song_pairs(folder / "matching" / "itunes_amazon")[1]
    figures = {
        **{name: link_f1(left, right, answers_of(left, right), model) for name, (left, right) in tables.items()},
        "uploads": link_f1(*uploads, model),
        "itunes_amazon pairs": pair_f1(songs, model),
    }
    return {name: round(value, 4) for name, value in figures.items()}


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    model = train(training_sets(folder))
    kept = {
        "trained_on": "half of the clusters of MusicBrainz 20K (CC BY 4.0), train and validation of iTunes-Amazon"
        " (Magellan), uploads made of the titles of half of the artists; see lab/matching/train.py",
        "held_out_f1": held_out(folder, model),
        "intercept": model.intercept,
        "weights": model.weights,
    }
    Path(score.__file__).with_name("model.json").write_text(json.dumps(kept, indent=2) + "\n")
    print(json.dumps(kept, indent=2))
