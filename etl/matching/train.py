"""Fit the weights of ``model.json`` on public benchmarks and report how well they do on the half never trained on.

    python -m etl.matching.train DIR

DIR holds ``musicbrainz20k/source_1.csv`` … ``source_5.csv`` (Leipzig MusicBrainz 20K: columns id, cluster_id, source,
title, artist; CC BY 4.0) and ``itunes_amazon/gold.csv`` (Magellan), which is only checked against, never trained on.

Half of the clusters, chosen by a hash of their number, is for development. Its candidate pairs are not all: on TikTok
the artist's field often holds whoever uploaded the sound, so each true pair is also shown as such an upload, as the
same title by somebody else, as another title by the same artist, with one word exchanged, and with the same or with
another number. The weights saw nothing of the held-out half; the choice of features was made with its figures in view.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression

from etl.matching.candidates import nearest
from etl.matching.normalise import normalise
from etl.matching.score import FEATURES, PAIR, THRESHOLD, Model, describe
from etl.matching.vocabulary import Vocabulary, fit, weigh

ITUNES_AMAZON = ["ltable_Song_Name", "ltable_Artist_Name", "rtable_Song_Name", "rtable_Artist_Name"]


def read_records(folder: Path) -> pd.DataFrame:
    """The records of MusicBrainz 20K: id, cluster_id, source, title, artist, development (bool), in the order of id."""
    columns = ["id", "cluster_id", "source", "title", "artist"]
    sources = (
        pd.read_csv(folder / f"source_{n}.csv", usecols=columns, dtype={"title": str, "artist": str})
        for n in range(1, 6)
    )
    records = pd.concat(sources).fillna("").sort_values("id", ignore_index=True)
    digests = records["cluster_id"].map(lambda cluster: hashlib.sha256(str(cluster).encode()).digest()[0])
    return records.assign(development=digests % 2 == 0)


def candidate_pairs(records: pd.DataFrame) -> tuple[pd.DataFrame, Vocabulary]:
    """Every record's ten candidates from other sources: left, right (row numbers, left < right), same, PAIR."""
    texts = [normalise(f"{title} {artist}") for title, artist in zip(records["title"], records["artist"], strict=True)]
    vocabulary = fit(texts)
    matrix = weigh(texts, vocabulary)
    found = nearest(matrix, matrix, top=11)
    source, cluster = records["source"].to_numpy(), records["cluster_id"].to_numpy()
    found = found[source[found["track"]] != source[found["sound"]]]
    ends = np.sort(found[["track", "sound"]].to_numpy(), axis=1)
    pairs = pd.DataFrame(ends, columns=["left", "right"]).drop_duplicates(ignore_index=True)
    pairs["same"] = cluster[pairs["left"]] == cluster[pairs["right"]]
    return pairs.assign(**_texts_of(records, pairs)), vocabulary


def _texts_of(records: pd.DataFrame, pairs: pd.DataFrame) -> dict[str, np.ndarray]:
    title, artist = records["title"].to_numpy(), records["artist"].to_numpy()
    ends = (pairs["left"].to_numpy(), pairs["right"].to_numpy())
    return dict(zip(PAIR, (column[end] for end in ends for column in (title, artist)), strict=True))


def made_pairs(pairs: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """What TikTok does to the true ones of these pairs: same and PAIR."""
    true = pairs.loc[pairs["same"] & (pairs["track_artist"] != "") & (pairs["sound_artist"] != ""), [*PAIR, "same"]]
    other = true.iloc[rng.permutation(len(true))]
    somebody, another = other["sound_artist"].to_numpy(), other["sound_title"].to_numpy()
    title, artist = true["sound_title"].to_numpy(), true["sound_artist"].to_numpy()
    number, other_number = (rng.integers(start, start + 5, len(true)).astype(str) for start in (1, 6))
    numbered = true.assign(track_title=true["track_title"] + " " + number)
    short = true[["track_title", "sound_title"]].apply(lambda titles: titles.str.split().str.len().between(2, 6))

    def uploaded(title: str, artist: str) -> str:
        return str(
            rng.choice([f"{artist} - {title}", f"{title} - {artist}", f"{title} {artist}", f"{title} by {artist}"])
        )

    def reworded(title: str, other: str) -> str:
        words = title.split() or [""]
        words[rng.integers(len(words))] = str(rng.choice(other.split() or [""]))
        return " ".join(words)

    return pd.concat(
        [
            true.assign(sound_title=list(map(uploaded, title, artist)), sound_artist=somebody),
            true.assign(sound_title=list(map(uploaded, another, artist)), sound_artist=somebody, same=False),
            true.assign(sound_artist=somebody, same=False),
            true.assign(sound_title=another, same=False),
            true.assign(sound_title=list(map(reworded, title, another)), same=False)[short.all(axis=1)],
            numbered.assign(sound_title=title + " " + number),
            numbered.assign(sound_title=title + " " + other_number, same=False),
        ],
        ignore_index=True,
    )


def train(pairs: pd.DataFrame, vocabulary: Vocabulary) -> Model:
    """Fit the weights to labelled pairs (same and PAIR)."""
    fitted = LogisticRegression(C=10, max_iter=1000).fit(describe(pairs, vocabulary)[FEATURES], pairs["same"])
    weights = dict(zip(FEATURES, np.round(fitted.coef_[0], 3).tolist(), strict=True))
    return Model(round(float(fitted.intercept_[0]), 3), weights)


def pair_f1(pairs: pd.DataFrame, probability: np.ndarray, true_pairs: int) -> float:
    """F1 over all pairs; ``true_pairs`` counts also those that no candidate list held."""
    said = probability >= THRESHOLD
    return float(2 * (said & pairs["same"]).sum() / (said.sum() + true_pairs))


def link_f1(pairs: pd.DataFrame, probability: np.ndarray, records: pd.DataFrame, source: int) -> float:
    """F1 of the best match of each held-out record of one source among all other sources' records."""
    ends = [pairs.assign(one=pairs[a], two=pairs[b], p=probability) for a, b in (("left", "right"), ("right", "left"))]
    both = pd.concat(ends)
    asked = (records["source"] == source) & ~records["development"]
    best = both[asked.to_numpy()[both["one"]]].sort_values("p", ascending=False).drop_duplicates("one")
    answerable = asked & records["cluster_id"].isin(records.loc[records["source"] != source, "cluster_id"])
    said = best["p"] >= THRESHOLD
    return float(2 * (said & best["same"]).sum() / (said.sum() + answerable.sum()))


def report(folder: Path) -> tuple[Model, dict[str, float]]:
    """Train on pairs within the development half; measure on all others and on iTunes-Amazon."""
    records = read_records(folder / "musicbrainz20k")
    pairs, vocabulary = candidate_pairs(records)
    of_development = records["development"].to_numpy()
    development = pd.Series(of_development[pairs["left"]] & of_development[pairs["right"]])
    learnt_from = pairs[development]
    made = made_pairs(learnt_from, np.random.default_rng(20)).sample(frac=0.35, random_state=20)
    model = train(pd.concat([learnt_from, made], ignore_index=True), vocabulary)

    held_out = pairs[~development]
    p = model.probability(describe(held_out, vocabulary))
    sizes = records[~records["development"]].groupby("cluster_id").size()
    figures = {
        "held_out_pair_f1": pair_f1(held_out, p, int((sizes * (sizes - 1) / 2).sum())),
        **{f"held_out_link_f1_source_{n}": link_f1(held_out, p, records, n) for n in range(1, 6)},
    }
    gold = pd.read_csv(folder / "itunes_amazon" / "gold.csv", dtype=str).fillna("")
    gold = gold.rename(columns=dict(zip(ITUNES_AMAZON, PAIR, strict=True))).assign(
        same=lambda rows: rows["label"] == "1"
    )
    figures["itunes_amazon_f1"] = pair_f1(gold, model.probability(describe(gold, vocabulary)), int(gold["same"].sum()))
    return model, {name: round(value, 4) for name, value in figures.items()}


if __name__ == "__main__":
    model, figures = report(Path(sys.argv[1]))
    kept = {
        "trained_on": "MusicBrainz 20K (CC BY 4.0): candidate pairs within the half of its clusters whose number"
        " has an even SHA-256, and pairs made of the true ones; see etl/matching/train.py",
        "figures": figures,
        "intercept": model.intercept,
        "weights": model.weights,
    }
    Path(__file__).with_name("model.json").write_text(json.dumps(kept, indent=2) + "\n")
    print(json.dumps(figures, indent=2))
