"""How good similarity is: how many of the nearest tracks by others share the label, and what a score is worth."""

import logging
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import norm

from etl.errors import SourceMalformed
from etl.similarity import genre, model, quantiles, ranking, score
from etl.similarity.parts import derive, join
from lab.evaluate.labelled import Labelled, from_csv, made_clips, published, real_clips
from lab.figures import Figure, Goal, Plot, Report

if TYPE_CHECKING:
    from matplotlib.axes import Axes

log = logging.getLogger(__name__)

RAW = "raw_euclid"
SHIPPED = "parts"  #: what is used where too few labels are known
SERVED, STRICT = "head_served", "head_unseen"
DISTANCES = {
    RAW: "Euclidean distance of the 245 raw numbers",
    "zscore_euclid": "Euclidean distance of z-scores cut at 5",
    "zscore": "cosine of z-scores cut at 5 (shipped before)",
    "whitened": "cosine of principal components of equal variance",
    "quantile": "cosine of quantile-normal numbers",
    "quantile_mutual": "the same, mutual proximity",
    SHIPPED: "cosine of four parts, key and level taken out (shipped)",
    "parts_mutual": "the same, mutual proximity",
    STRICT: "parts and genre head, neither track's artist seen in training",
    SERVED: "parts and genre head, the query's artist not seen (an upload against the archive)",
}
NEAREST = 10
RESAMPLES = 1000
UNSUPERVISED, WITH_HEAD, SELF_FIRST = 1.5, 1.7, 0.99


@dataclass(frozen=True)
class Outcome:
    """One distance on one set: a value a query."""

    precision: np.ndarray  #: P@5
    average: np.ndarray  #: AP@10


def run(data: Path | None, labels: Path | None = None, artist_filter: bool = False) -> Report:
    """Measure every distance on a set of one's own, or on all sets there are.

    Args:
        data: folder of real data; without it made music alone is measured.
        labels: a CSV of ``file,label,artist``; then this set alone.
        artist_filter: leave tracks by the query's artist out of ``labels``. Figures of the sets here always do.
    """
    left_out: list[str] = []
    if labels is not None:
        own, left_out = from_csv(labels, _workers())
        for reason in left_out:
            log.warning("left out: %s", reason)
        sets = [own]
    else:
        sets = [made_clips(workers=_workers())]
        sets += [real_clips(data, _workers()), *published(data)] if data else []
    filtered = artist_filter or labels is None
    outcomes = {each.name: measure(each, filtered) for each in sets}
    figures, about = [], [_what(sets, data, filtered, left_out)]
    for each in sets:
        figures += _figures(each, outcomes[each.name])
        about.append(_table(each, outcomes[each.name], filtered))
        if labels is None:
            about.append(_table(each, measure(each, False), False))
    curves, genres = {}, {}
    for each in sets:
        curves[each.name] = held_out_scores(each)
        genres[each.name] = held_out_genres(each)
        figures += _score_figures(each, *curves[each.name]) + _genre_figures(each, genres[each.name])
    if heard := [each for each in sets if each.worse is not None]:
        figures += _self_figures(heard)
    plots = [
        Plot("similarity-distances", "P@5 of each distance on each set.", lambda axes: _bars(axes, outcomes)),
        Plot(
            "similarity-score",
            "How often pairs with a score are by one artist, on artists that the score was not fitted on.",
            lambda axes: _reliability(axes, {name: curve for name, curve in curves.items() if len(curve[0])}),
        ),
    ]
    if known := {name: (found[2], found[3]) for name, found in genres.items() if found}:
        plots.append(
            Plot(
                "similarity-genre",
                "How often the likeliest genre is right, by the confidence shown, for artists never seen.",
                lambda axes: _reliability(axes, known),
            )
        )
    return Report("Similarity", "\n\n".join(about), figures, plots)


def measure(tracks: Labelled, artist_filter: bool) -> dict[str, Outcome]:
    """P@5 and AP@10 of every query that has a track to find, for each distance."""
    same = _excluded(tracks, artist_filter)
    able = ((tracks.labels[:, None] == tracks.labels) & ~same).sum(axis=1) > 0
    if not able.any():
        who = " by another artist" if artist_filter else ""
        raise SourceMalformed(tracks.name, f"no clip has another of its label{who} to find", "Add clips.")
    outcomes = {}
    for name, similarity in similarities(tracks).items():
        found = ranking.nearest(similarity, same, NEAREST)
        average = average_precision(found, tracks.labels, same)
        outcomes[name] = Outcome(ranking.precision(found, tracks.labels)[able], average[able])
    return outcomes


def average_precision(found: np.ndarray, labels: np.ndarray, excluded: np.ndarray) -> np.ndarray:
    """Average precision within what was found, by the most that could be (AP@k); nan where no other has the label."""
    right = ranking.right(found, labels)
    able = (labels[:, None] == labels) & ~excluded
    np.fill_diagonal(able, False)
    most = np.minimum(able.sum(axis=1), found.shape[1]).astype(float)
    so_far = np.cumsum(right, axis=1) / np.arange(1, found.shape[1] + 1)
    return (so_far * right).sum(axis=1) / np.where(most > 0, most, np.nan)


def similarities(tracks: Labelled) -> dict[str, np.ndarray]:
    """All pairs by each distance, greater is nearer; the head only where enough labels are known to check it."""
    raw = tracks.features.astype(np.float64)
    z = _zscores(raw)
    normal = quantiles.transform(quantiles.fit(raw), raw)
    numbers = derive(raw)
    joined = join(quantiles.transform(quantiles.fit(numbers), numbers))
    left, strength, _ = np.linalg.svd(z - z.mean(axis=0), full_matrices=False)
    plain, scaled = joined @ joined.T, _cosine(normal)
    found = {
        RAW: _euclid(raw),
        "zscore_euclid": _euclid(z),
        "zscore": _cosine(z),
        "whitened": _cosine(left[:, strength > 1e-6 * strength[0]]),
        "quantile": scaled,
        "quantile_mutual": mutual(scaled),
        SHIPPED: plain,
        "parts_mutual": mutual(plain),
    }
    known, fold = _learnable(tracks)
    if genre.can_be_checked(known, fold):
        share = model.GENRE_SHARE
        found[STRICT] = (1 - share) * plain + share * genre.unseen(joined, known, fold)
        served = np.empty_like(plain)
        for queries, head in genre.out_of_fold(joined, known, fold):
            among = genre.directions(head, joined)
            served[queries] = among[queries] @ among.T
        found[SERVED] = (1 - share) * plain + share * served
    return found


def mutual(similarity: np.ndarray) -> np.ndarray:
    """The chance that both tracks' other neighbours are farther, as if each's similarities were normal.

    Source: Schnitzer et al., "Local and Global Scaling Reduce Hubs in Space", JMLR 2012.
    """
    others = similarity.copy()
    np.fill_diagonal(others, np.nan)
    middle, spread = np.nanmean(others, axis=1, keepdims=True), np.nanstd(others, axis=1, keepdims=True)
    nearer = norm.cdf((similarity - middle) / spread)
    return nearer * nearer.T


def held_out_scores(tracks: Labelled) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scores of pairs of artists that neither the scaler nor the curve was fitted on.

    Returns:
        scores, whether the two are by one artist, and weights that make both kinds as likely; over two halves.
    """
    if len(np.unique(tracks.artists)) < 2:
        return (np.empty(0),) * 3
    half = np.isin(tracks.artists, np.random.default_rng(0).permutation(np.unique(tracks.artists))[::2])
    said, happened, weights = [], [], []
    for fitted in (half, ~half):
        ours = model.fit(tracks.features[fitted], [""] * int(fitted.sum()), tracks.artists[fitted].tolist())
        vectors = model.transform(ours, tracks.features)
        known = vectors[:, np.ptp(vectors, axis=0) > 1e-6]  # parts without numbers are alike for all and say nothing
        vectors = known / np.maximum(np.linalg.norm(known, axis=1, keepdims=True), 1e-9)
        cosine, one, artist = _pairs(vectors[fitted], tracks.artists[fitted])
        curve = score.calibrate(cosine[one], artist, cosine[~one])
        cosine, one, artist = _pairs(vectors[~fitted], tracks.artists[~fitted])
        if one.any() and not one.all():
            _, which, count = np.unique(artist, return_inverse=True, return_counts=True)
            weight = np.full(len(one), 0.5 / (~one).sum())
            weight[one] = 0.5 / count[which] / len(count)
            said.append(score.score(curve, cosine))
            happened.append(one)
            weights.append(weight)
    return (np.concatenate(said), np.concatenate(happened), np.concatenate(weights)) if said else (np.empty(0),) * 3


def held_out_genres(tracks: Labelled) -> tuple[float, float, np.ndarray, np.ndarray, np.ndarray] | None:
    """Suggestions for tracks of artists never seen; None where too little is labelled to learn from.

    Returns:
        the shares of tracks whose genre is the first and among the first three; for each track the confidence of its
        first suggestion and whether that is right; and the confidences' sum over the three.
    """
    known = np.where(genre.learnable(tracks.labels, tracks.artists), tracks.labels, "")
    fold = genre.folds(known, tracks.artists)
    if not genre.can_be_checked(known, fold):
        return None
    numbers = derive(tracks.features)
    joined = join(quantiles.transform(quantiles.fit(numbers), numbers))
    confidence, right, among, three = [], [], [], []
    for tested, head in genre.out_of_fold(joined, known, fold):
        rest = ~tested
        sharp = genre.sharpness(joined[rest], known[rest], genre.folds(known[rest], tracks.artists[rest], 3))
        likely = genre.probabilities(replace(head, sharpness=sharp), joined[tested & (known != "")])
        order = np.argsort(-likely, axis=1)[:, :3]
        names = np.array(head.genres)[order]
        truth = known[tested & (known != "")]
        confidence.append(likely.max(axis=1))
        three.append(np.take_along_axis(likely, order, axis=1).sum(axis=1))
        right.append(names[:, 0] == truth)
        among.append((names == truth[:, None]).any(axis=1))
    first, any_of = np.concatenate(right), np.concatenate(among)
    return float(first.mean()), float(any_of.mean()), np.concatenate(confidence), first, np.concatenate(three)


def calibration_error(chance: np.ndarray, happened: np.ndarray, weight: np.ndarray | None = None) -> float:
    """The mean distance between what was said and what happened, over ten bins of equal width."""
    weight = np.ones(len(chance)) if weight is None else weight
    bins = np.minimum((chance * 10).astype(int), 9)
    off = np.bincount(bins, weight * (chance - happened), 10)
    return float(np.abs(off).sum() / weight.sum())


def recognised(tracks: Labelled) -> tuple[int, int]:
    """How many clips find themselves first after re-encoding, and how many were re-encoded.

    The model is the one that an archive of these clips would have, with what it learns from their labels.
    """
    assert tracks.worse is not None
    fitted = model.fit(tracks.features, tracks.labels.tolist(), tracks.artists.tolist())
    tried = np.flatnonzero(np.isfinite(tracks.worse).all(axis=1))
    cosines = model.transform(fitted, tracks.worse[tried]) @ model.transform(fitted, tracks.features).T
    return int((cosines.argmax(axis=1) == tried).sum()), len(tried)


def _pairs(vectors: np.ndarray, artists: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cosines of pairs by one artist and by two, which are which, and the artist of the former."""
    first, second, artist = score.pairs_of_one(artists)
    two = score.pairs_of_two(artists)
    rows, columns = np.concatenate([first, two[0]]), np.concatenate([second, two[1]])
    cosine = np.einsum("td,td->t", vectors[rows], vectors[columns])
    return cosine, np.arange(len(rows)) < len(first), artist


def _learnable(tracks: Labelled) -> tuple[np.ndarray, np.ndarray]:
    """Labels of enough artists to learn from, others empty, and folds. However few the tracks: this is to measure."""
    artists = {label: len(set(tracks.artists[tracks.labels == label])) for label in set(tracks.labels)}
    known = np.array([label if artists[label] >= genre.MIN_ARTISTS else "" for label in tracks.labels])
    return known, genre.folds(known, tracks.artists)


def _excluded(tracks: Labelled, artist_filter: bool) -> np.ndarray:
    itself = np.eye(len(tracks.labels), dtype=bool)
    return (tracks.artists[:, None] == tracks.artists) | itself if artist_filter else itself


def _zscores(numbers: np.ndarray) -> np.ndarray:
    spread = numbers.std(axis=0)
    flat = spread <= 1e-6 * np.abs(numbers).max(axis=0)
    return np.clip((numbers - numbers.mean(axis=0)) / np.where(flat, 1, spread), -5, 5)


def _cosine(vectors: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors = vectors / np.where(length > 0, length, 1)
    return vectors @ vectors.T


def _euclid(vectors: np.ndarray) -> np.ndarray:
    square = (vectors**2).sum(axis=1)
    return 2 * vectors @ vectors.T - square[:, None] - square


def _workers() -> int:
    return len(os.sched_getaffinity(0))


def interval(values: np.ndarray, others: np.ndarray | None = None) -> tuple[float, float]:
    """95 % bounds of a mean, or of the ratio of two means, by drawing queries again."""
    draws = np.random.default_rng(0).integers(len(values), size=(RESAMPLES, len(values)))
    means = values[draws].mean(axis=1)
    if others is not None:
        means = means / np.maximum(others[draws].mean(axis=1), 1e-9)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def _figures(tracks: Labelled, outcomes: dict[str, Outcome]) -> list[Figure]:
    goals = {SHIPPED: UNSUPERVISED, STRICT: WITH_HEAD, SERVED: WITH_HEAD}
    figures, raw = [], outcomes[RAW]
    for name, outcome in outcomes.items():
        goal = Goal("ratio", at_least=goals[name]) if name in goals and tracks.whole else None
        for measure_, mine, theirs in (
            ("p5", outcome.precision, raw.precision),
            ("map10", outcome.average, raw.average),
        ):
            figures.append(
                Figure(
                    f"similarity.{tracks.name}.{name}.{measure_}",
                    float(mine.mean()),
                    "P@5" if measure_ == "p5" else "MAP@10",
                    f"similarity.{tracks.name}.{RAW}.{measure_}",
                    float(mine.mean() / theirs.mean()) if theirs.mean() else None,
                    len(mine),
                    goal if measure_ == "p5" else None,
                )
            )
    return figures


def _score_figures(tracks: Labelled, chance: np.ndarray, happened: np.ndarray, weight: np.ndarray) -> list[Figure]:
    if not len(chance):
        return []
    error = calibration_error(chance, happened, weight)
    return [Figure(f"similarity.{tracks.name}.score_error", error, "mean error of the score", n=len(chance))]


def _genre_figures(tracks: Labelled, found: tuple | None) -> list[Figure]:
    if found is None:
        return []
    top1, top3, confidence, right, _ = found
    usual = float(np.unique(tracks.labels, return_counts=True)[1].max() / len(tracks.labels))
    name = f"similarity.{tracks.name}.genre"
    return [
        Figure(f"{name}_top1", top1, "share right", "always the commonest", top1 / usual, len(right)),
        Figure(f"{name}_top3", top3, "share among three", n=len(right)),
        Figure(f"{name}_error", calibration_error(confidence, right), "mean error of confidence", n=len(right)),
    ]


def _self_figures(sets: Sequence[Labelled]) -> list[Figure]:
    counts = {each.name: recognised(each) for each in sets}
    figures = [
        Figure(f"similarity.{name}.finds_itself", first / tried, "share first", n=tried)
        for name, (first, tried) in counts.items()
        if tried
    ]
    first, tried = (sum(column) for column in zip(*counts.values(), strict=True))
    if tried:
        figures.append(
            Figure("similarity.finds_itself", first / tried, "share first", n=tried, goal=Goal("value", SELF_FIRST))
        )
    return figures


def _what(sets: Sequence[Labelled], data: Path | None, artist_filter: bool, left_out: Sequence[str]) -> str:
    lines = [
        "Of a track's nearest others, how many share its label: P@5 and MAP@10, the mean over tracks that have one to "
        f"find. Figures are {'with' if artist_filter else 'without'} artist filter (tracks by the query's own artist "
        "left out). Scalers are fitted on the set itself, without labels, as on an archive. Heads are fitted in five "
        "folds of whole artists. Bounds are 95 %, by drawing queries again 1,000 times.",
        "Sets: " + "; ".join(f"`{each.name}`, {len(each.labels)} tracks: {each.about}" for each in sets) + ".",
    ]
    if data is None:
        lines.append("No real data was there: made music alone says little about real music.")
    for each in sets:
        if each.worse is not None:
            lines.append(
                f"Clips of `{each.name}` were looked for again 5 s shorter at the start, 6 dB quieter and as mp3 of "
                f"{each.kbit_s:.1f} kbit/s."
            )
    if left_out:
        lines.append(f"{len(left_out)} clips left out: " + "; ".join(left_out[:20]) + ("; …" if left_out[20:] else ""))
    return "\n\n".join(lines)


def _table(tracks: Labelled, outcomes: dict[str, Outcome], artist_filter: bool) -> str:
    raw = outcomes[RAW]
    rows = [
        f"**{tracks.name}**, {len(raw.precision)} queries, {'with' if artist_filter else 'without'} artist filter",
        "",
        "| distance | P@5 | × raw | MAP@10 | × raw |",
        "|---|---|---|---|---|",
    ]
    for name, outcome in outcomes.items():
        cells = []
        for mine, theirs in ((outcome.precision, raw.precision), (outcome.average, raw.average)):
            cells.append(f"{mine.mean():.3f} ({_span(interval(mine))})")
            cells.append(
                "1" if name == RAW else f"{mine.mean() / theirs.mean():.2f} ({_span(interval(mine, theirs), 2)})"
            )
        rows.append(f"| `{name}`: {DISTANCES[name]} | {' | '.join(cells)} |")
    return "\n".join(rows)


def _span(bounds: tuple[float, float], digits: int = 3) -> str:
    return f"{bounds[0]:.{digits}f}–{bounds[1]:.{digits}f}"


def _bars(axes: "Axes", outcomes: dict[str, dict[str, Outcome]]) -> None:
    names = [name for name in DISTANCES if any(name in each for each in outcomes.values())]
    height = 0.8 / len(outcomes)
    for at, (title, each) in enumerate(outcomes.items()):
        shown = [name for name in names if name in each]
        values = np.array([each[name].precision.mean() for name in shown])
        bounds = np.array([interval(each[name].precision) for name in shown]).T
        axes.barh(
            [names.index(name) + at * height for name in shown],
            values,
            height,
            xerr=np.abs(bounds - values),
            label=title,
            error_kw={"linewidth": 0.7},
        )
    axes.set_yticks(np.arange(len(names)) + 0.4 - height / 2, names)
    axes.invert_yaxis()
    axes.set_xlabel("P@5")
    axes.legend(frameon=False)


def _reliability(axes: "Axes", curves: dict[str, tuple]) -> None:
    axes.plot([0, 1], [0, 1], color="grey", linewidth=0.8)
    for name, (said, happened, *weights) in curves.items():
        weight = weights[0] if weights else np.ones(len(said))
        bins = np.minimum((said * 10).astype(int), 9)
        total = np.bincount(bins, weight, 10)
        kept = np.bincount(bins, minlength=10) >= 5
        x, y = (np.bincount(bins, weight * each, 10)[kept] / total[kept] for each in (said, happened))
        axes.plot(x, y, marker="o", label=name)
    axes.set(xlabel="said", ylabel="happened", xlim=(0, 1), ylim=(0, 1))
    axes.legend(frameon=False)
