"""How often matches are right: precision, recall, F1, hit@1, candidate recall and calibration.

Counted over left rows. A left row is *answerable* if the pairs name a right row for it; any of several is right.
TP: decided match, and right. FP: decided match, and wrong, or there is no answer. FN: an answerable row that is not TP.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer
from sparse_dot_topn import sp_matmul_topn

from etl.errors import ArgumentInvalid
from etl.files.match_files import read_columns, read_table
from etl.matching.normalise import normalise_all
from etl.matching.score import THRESHOLD, shipped_model
from etl.matching.tables import best_pairs, candidate_pairs, scored
from etl.synthetic import names
from lab.figures import Figure, Goal, Plot, Report
from lab.matching.train import (
    answers_of,
    constructions,
    is_answer,
    read_recordings,
    read_records,
    read_song_pairs,
    song_pairs_probability,
)
from lab.matching.uploads import Tables, benchmark, rare

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS = 10  #: of the reliability plot
UPLOADS = 4000  #: left rows of the made benchmark


@dataclass(frozen=True)
class Judged:
    """The best candidate of each left row, and how it was judged."""

    probability: np.ndarray  #: of the best candidate; left rows without any candidate are not here
    right: np.ndarray  #: bool, whether it is an answer
    answerable: int  #: left rows with an answer
    found: int  #: of them, those with an answer among the candidates
    left: int  #: left rows

    def at(self, threshold: float) -> tuple[float, float, float]:
        """Precision, recall and F1 when all from this probability on is a match; precision is 1 where none is."""
        said = self.probability >= threshold
        true = int((said & self.right).sum())
        precision = true / said.sum() if said.any() else 1.0
        return precision, true / max(self.answerable, 1), 2 * true / max(said.sum() + self.answerable, 1)

    def best(self) -> tuple[float, float]:
        """The largest F1 that a threshold gives, and that threshold."""
        order = np.argsort(-self.probability, kind="stable")
        f1 = 2 * np.cumsum(self.right[order]) / (np.arange(1, len(order) + 1) + self.answerable)
        if not len(f1):
            return 0.0, THRESHOLD
        last = np.r_[np.diff(self.probability[order]) != 0, True]  # equal ones are decided alike
        place = int(np.argmax(np.where(last, f1, -1)))
        return float(f1[place]), float(self.probability[order][place])

    def brier(self) -> float:
        """Mean squared difference between the probability and what was so."""
        return float(np.mean((self.probability - self.right) ** 2)) if len(self.right) else 0.0

    def bins(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """In each tenth of the probability that has rows: its mean, the share that was right, the number of rows."""
        place = np.minimum((self.probability * BINS).astype(int), BINS - 1)
        rows = np.bincount(place, minlength=BINS)
        mean, right = (np.bincount(place, values, BINS) for values in (self.probability, self.right))
        some = rows > 0
        return mean[some] / rows[some], right[some] / rows[some], rows[some]

    def calibration_error(self) -> float:
        """Expected calibration error: how far the bins are off, by their rows."""
        mean, right, rows = self.bins()
        return float(np.sum(np.abs(mean - right) * rows) / max(rows.sum(), 1))


def judge(left: pd.DataFrame, right: pd.DataFrame, answers: pd.DataFrame) -> Judged:
    """Link two tables as `overtone match` does, and judge it by the answers (left_id, right_id)."""
    pairs, vocabulary = candidate_pairs(left, right)
    pairs = scored(pairs, vocabulary)
    pairs["right"] = is_answer(pairs, answers)
    return _judged(pairs, left, answers)


def _judged(pairs: pd.DataFrame, left: pd.DataFrame, answers: pd.DataFrame) -> Judged:
    best = best_pairs(pairs)
    asked = answers["left_id"][answers["left_id"].isin(left["id"])].nunique()
    return Judged(
        best["probability"].to_numpy(float),
        best["right"].to_numpy(bool),
        asked,
        pairs.loc[pairs["right"], "left_id"].nunique(),
        len(left),
    )


def run(data: Path | None, left: Path | None = None, right: Path | None = None, pairs: Path | None = None) -> Report:
    """Judge the matches of three CSV files, or of the benchmarks in ``data``; without either, of made titles."""
    given = (left, right, pairs)
    if left and right and pairs:
        tables = read_table(left), read_table(right), read_columns(pairs, ("left_id", "right_id"))
        _check(tables, pairs)
        tables = (*tables[:2], tables[2][tables[2]["right_id"] != ""])
        return _of_files(tables, left.name, right.name)
    if any(given):
        raise ArgumentInvalid("--left, --right, --pairs", "they belong together", "Give all three, or none")
    return _of_benchmarks(data)


def _check(tables: Tables, pairs: Path) -> None:
    for table, column in ((tables[0], "left_id"), (tables[1], "right_id")):
        named = tables[2][column]
        unknown = named[~named.isin(table["id"]) & ((named != "") | (column == "left_id"))]  # no right_id: no answer
        if len(unknown):
            reason = f"{len(unknown):,} of column {column} are no id of their table, such as {unknown.iloc[0]!r}"
            raise ArgumentInvalid(pairs, reason, "Give the tables that the pairs belong to")


def _of_files(tables: Tables, left: str, right: str) -> Report:
    judged = judge(*tables)
    about = (
        f"`{left}` ({judged.left:,} rows, {judged.answerable:,} of them with an answer) linked to `{right}`"
        f" ({len(tables[1]):,} rows). A left row is right if its match is one of its answers; where it has none, only"
        f' "no match" is right. The best threshold is {judged.best()[1]:.3f}; ours is {THRESHOLD}, fixed beforehand.'
        f" {_TRAINED}"
    )
    return Report("Quality of matches", about, _all_figures("matching", judged), _plots({"these files": judged}))


_TRAINED = (
    "The weights come from half of the clusters of MusicBrainz 20K, the training and validation pairs of iTunes-Amazon,"
    " and uploads made of the titles of half of the artists at hand (`python -m lab.matching.train`)."
)


def _all_figures(name: str, judged: Judged) -> list[Figure]:
    precision, recall, f1 = judged.at(THRESHOLD)
    rows, answers = judged.left, judged.answerable
    return [
        Figure(f"{name}.precision", precision, "share", "at the shipped threshold", n=rows),
        Figure(f"{name}.recall", recall, "share", "at the shipped threshold", n=answers),
        Figure(f"{name}.f1", f1, "share", "at the shipped threshold", n=rows),
        Figure(f"{name}.best_f1", judged.best()[0], "share", "at the best threshold", n=rows),
        Figure(f"{name}.hit_at_1", judged.right.sum() / max(answers, 1), "share", "of answerable rows", n=answers),
        Figure(f"{name}.candidate_recall", judged.found / max(answers, 1), "share", "of answerable rows", n=answers),
        Figure(f"{name}.brier", judged.brier(), "squared probability", n=len(judged.right)),
        Figure(f"{name}.calibration_error", judged.calibration_error(), "share", n=len(judged.right)),
    ]


def _plots(judged: dict[str, Judged]) -> list[Plot]:
    def curve(axes: "Axes") -> None:
        for name, one in judged.items():
            thresholds = np.r_[np.unique(np.round(one.probability, 3)), THRESHOLD]
            points = np.array([one.at(threshold)[:2] for threshold in np.sort(thresholds)])
            axes.plot(points[:, 1], points[:, 0], label=name)
            axes.plot(*one.at(THRESHOLD)[1::-1], "o", color=axes.lines[-1].get_color())
        axes.set(xlabel="recall", ylabel="precision", xlim=(0.5, 1.01), ylim=(0.8, 1.01))
        axes.legend()

    def reliability(axes: "Axes") -> None:
        axes.plot([0, 1], [0, 1], color="0.7")
        for name, one in judged.items():
            mean, right, _ = one.bins()
            axes.plot(mean, right, "o-", label=name)
        axes.set(xlabel="probability that is shown", ylabel="share that is right", xlim=(0, 1), ylim=(0, 1))
        axes.legend()

    return [
        Plot("matching-precision-recall", "Precision against recall; the dots are the shipped threshold.", curve),
        Plot(
            "matching-reliability", "Of the matches shown with some probability, the share that is right.", reliability
        ),
    ]


def _of_benchmarks(data: Path | None) -> Report:
    if data is None:
        judged = judge(*benchmark(_invented(), 1000, np.random.default_rng(3)))
        about = f"Uploads made of invented titles, as no real data is at hand; easier than real ones. {_TRAINED}"
        return Report(
            "Quality of matches", about, _all_figures("matching.uploads", judged), _plots({"uploads": judged})
        )
    records = read_records(data / "matching" / "musicbrainz20k")
    recordings = read_recordings(data)
    uploads = benchmark(recordings[~recordings["development"]], UPLOADS, np.random.default_rng(2))
    goal = Goal("value", at_least=0.985)
    figures, shown = [], dict[str, Judged]()
    for name, (left, right) in constructions(records, ~records["development"]).items():
        judged = judge(left, right, answers_of(left, right))
        slug = f"matching.musicbrainz.{name.replace(' ', '_')}"
        rows = judged.left
        figures += [
            Figure(f"{slug}.f1", judged.at(THRESHOLD)[2], "share", "at the shipped threshold", n=rows, goal=goal),
            Figure(f"{slug}.best_f1", judged.best()[0], "share", "at the best threshold", n=rows),
            Figure(f"{slug}.candidate_recall", judged.found / judged.answerable, "share", n=judged.answerable),
        ]
        if name in ("one record to the rest", "source 5 to the others"):
            shown[f"MusicBrainz, {name}"] = judged
    judged = shown["made uploads"] = judge(*uploads)
    figures += _all_figures("matching.uploads", judged)
    judged = shown["one in twenty has a match"] = judge(*rare(uploads))
    figures += _all_figures("matching.rare_uploads", judged)
    songs = read_song_pairs(data / "matching" / "itunes_amazon")[1]
    said = song_pairs_probability(songs, shipped_model()) >= THRESHOLD
    f1 = 2 * (said & songs["same"]).sum() / (said.sum() + songs["same"].sum())
    figures.append(Figure("matching.itunes_amazon.f1", float(f1), "share", "of labelled pairs", n=len(songs)))
    figures += _comparisons(records, uploads, recordings)
    return Report("Quality of matches", _ABOUT, figures, _plots(shown))


_ABOUT = (
    "MusicBrainz 20K (five sources' records, damaged on purpose): the records of the held-out half of the clusters on"
    " the left, those of all clusters on the right, put together in eight ways; a quarter to a half of the left rows"
    " have no answer. Uploads: titles of the held-out half of the artists of the FMA catalogue and of songs on TikTok,"
    " as people upload them (artist in the title, uploader in the artist's field, decorations, slips of the pen), made"
    " by the generator that training used; two in five left rows have an answer, in `rare_uploads` one in twenty."
    " iTunes-Amazon: the labelled pairs of `gold.csv` that are in neither other file; there another remix is another"
    f" song. Threshold {THRESHOLD}, fixed beforehand. {_TRAINED}\n\n"
    "Nothing was chosen by the held-out halves, but the trainer printed their F1 while features were chosen. Where F1"
    " on MusicBrainz stays below its goal, the candidate recall beside it tells what is never found. Of the right"
    " answers left below the threshold (104 in the training half, read before the last features were added), two in"
    " five are records with no title (`004- |`, `unknown`), one in six have a title cut to its first word, the others"
    " slips in short titles and titles of one common word without an artist. Tried on the training half: how a title"
    " begins, the share of the artist's name in a record without a title, and uploads with few answers among the"
    " training pairs (kept: together +0.2 of 100); the idf of the title where no artist is known, summed and capped, a"
    " number that only one title has, MusicBrainz weighed up to threefold, thresholds of 0.3 and 0.4 (no better across"
    " sets); runs of letters as a second search (no more than reading unknown words as slips of the pen, which is what"
    " we do); boosted trees in place of the logistic model (0 to +0.4 of 100)."
)


def _invented() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    titles = names.distinct(names.title, rng, 2400)
    artists = names.distinct(names.artist, rng, 400)
    return pd.DataFrame({"title": titles, "artist": rng.choice(artists, len(titles))})


def _comparisons(records: pd.DataFrame, uploads: Tables, recordings: pd.DataFrame) -> list[Figure]:
    """What we came from, on the same tables: each with the threshold that is best on the training half."""
    name = "one record to the rest"
    half = records["development"]
    known, asked = (constructions(records, some)[name] for some in (half, ~half))
    known_uploads = benchmark(recordings[recordings["development"]], UPLOADS, np.random.default_rng(1))
    sets = {
        "musicbrainz": ((*known, answers_of(*known)), (*asked, answers_of(*asked))),
        "uploads": (known_uploads, uploads),
    }
    methods: dict[str, Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]] = {
        "characters_within_first_letter": _by_characters,
        "words_cosine": _by_words,
    }
    figures = []
    for where, (training, test) in sets.items():
        for method, link in methods.items():
            threshold = _judge_by(link, *training).best()[1]
            f1 = _judge_by(link, *test).at(threshold)[2]
            figures.append(
                Figure(f"matching.{where}.{method}.f1", f1, "share", "threshold from the training half", n=len(test[0]))
            )
    return figures


def _judge_by(
    link: Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame],
    left: pd.DataFrame,
    right: pd.DataFrame,
    answers: pd.DataFrame,
) -> Judged:
    pairs = link(left, right)
    pairs["right"] = is_answer(pairs, answers)
    return _judged(pairs, left, answers)


def _by_characters(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """Runs of two to four characters of title and artist, among rows whose titles begin with the same letter."""
    texts = [_texts(left), _texts(right)]
    weights = TfidfVectorizer(analyzer="char", ngram_range=(2, 4)).fit([*texts[0], *texts[1]])
    matrices = [weights.transform(some).tocsr() for some in texts]
    first = [np.array([text[:1] for text in some]) for some in texts]
    found = []
    for letter in np.unique(first[0]):
        rows = [np.flatnonzero(some == letter) for some in first]
        if len(rows[1]):
            near = sp_matmul_topn(matrices[0][rows[0]], matrices[1][rows[1]].T.tocsr(), 1).tocoo()
            found.append((rows[0][near.row], rows[1][near.col], near.data))
    return _pairs(left, right, *map(np.concatenate, zip(*found, strict=True)))


def _by_words(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """The cosine of the words of title and artist together, among all rows."""
    texts = [_texts(left), _texts(right)]
    weights = TfidfVectorizer(token_pattern=r"\S+").fit([*texts[0], *texts[1]])
    near = sp_matmul_topn(weights.transform(texts[0]), csr_matrix(weights.transform(texts[1]).T), 1).tocoo()
    return _pairs(left, right, near.row, near.col, near.data)


def _texts(rows: pd.DataFrame) -> list[str]:
    return normalise_all([f"{title} {artist}" for title, artist in zip(rows["title"], rows["artist"], strict=True)])


def _pairs(
    left: pd.DataFrame, right: pd.DataFrame, row: np.ndarray, column: np.ndarray, alike: np.ndarray
) -> pd.DataFrame:
    ids = left["id"].to_numpy()[row], right["id"].to_numpy()[column]
    return pd.DataFrame({"left_id": ids[0], "right_id": ids[1], "probability": alike, "total_score": alike})
