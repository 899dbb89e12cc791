"""The ways to rank that the recommender is held against; each gives a score to every artist for everybody asked."""

import unicodedata
import warnings
from collections.abc import Callable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, csr_matrix

from etl.recommend import rotation
from etl.recommend.explain import Suggestion
from etl.recommend.friends import LIKED, Beyond, Friend, alike, weights
from etl.recommend.items import PENALTY, ease, fit
from etl.recommend.model import Model, popularity
from etl.recommend.rank import LOCAL, POPULAR, next_list
from etl.recommend.taste import Taste
from lab.evaluate.hetrec import GENRES, Task

Scores = NDArray[np.floating]

NEIGHBOURS = 80
FACTORS = 64


class Rankers:
    """What a task lets methods see, in the shapes that they need: (asked, artists) unless said otherwise."""

    def __init__(self, task: Task, penalty: float = PENALTY, learn_from_binary: bool = False) -> None:
        self.task, self.world, self.penalty = task, task.world, penalty
        self.binary = self.world.plays.astype(bool).astype(np.float64)
        self.learnt_from = self.binary if learn_from_binary else self.world.heard()
        self.seen = self.binary[task.asked].toarray() > 0
        self.listeners = self.binary.sum(axis=0)

    # What friends hear

    @cached_property
    def tastes(self) -> list[Taste]:
        """Everybody. The latest artists are not known here; all are taken, least played first."""
        heard, listens = self.world.heard(), self.world.genre_plays()
        rows = (slice(*heard.indptr[row : row + 2]) for row in range(heard.shape[0]))
        return [
            Taste.of(heard.indices[row], heard.data[row], counts, heard.indices[row][np.argsort(heard.data[row])])
            for row, counts in zip(rows, listens, strict=True)
        ]

    def friends(self, listener: int) -> list[Friend]:
        """All share by name here."""
        friends = self.world.friends
        return [
            Friend(int(one), self.tastes[one])
            for one in friends.indices[friends.indptr[listener] : friends.indptr[listener + 1]]
        ]

    @cached_property
    def supporters(self) -> Scores:
        """How many friends like each."""
        liked = self.world.heard()
        liked.data = (liked.data >= LIKED).astype(float)
        return (self.world.friends[self.task.asked] @ liked).toarray()

    def friends_popularity(self) -> Scores:
        """Of two that as many friends like, the one that more listeners hear."""
        return self.supporters + self.popular() / (self.listeners.max() + 1)

    @cached_property
    def local(self) -> Scores:
        """Friends' CF, the method that was there first: Σ over friends of weight · share heard."""
        heard, rows = self.world.heard(), np.zeros(self.seen.shape)
        for row, listener in enumerate(self.task.asked):
            friends = self.friends(listener)
            if friends:
                weight = weights(alike(self.tastes[listener], friends))
                rows[row] = weight @ heard[[friend.listener_id for friend in friends]]
        return rows

    # What everybody hears

    def popular(self) -> Scores:
        """How many listeners hear each."""
        return np.broadcast_to(self.listeners, self.seen.shape)

    def user_knn(self) -> Scores:
        """Cosine, ``NEIGHBOURS`` listeners; those of implicit."""
        return (_cosines(csr_array(self.binary.T))[self.task.asked] @ self.binary).toarray()

    def item_knn(self) -> Scores:
        """Cosine, ``NEIGHBOURS`` artists; those of implicit."""
        return (self.binary[self.task.asked] @ _cosines(self.binary)).toarray()

    def als(self) -> Scores:
        """Implicit feedback (Hu, Koren, Volinsky, ICDM 2008), implicit's, confidence from the logarithm of plays."""
        from implicit.cpu.als import AlternatingLeastSquares

        confidence = self.world.heard().astype(np.float32)
        found = AlternatingLeastSquares(
            factors=FACTORS, regularization=0.1, alpha=10, iterations=15, num_threads=1, random_state=1
        )
        found.fit(csr_matrix(confidence), show_progress=False)
        return found.user_factors[self.task.asked] @ found.item_factors.T

    @cached_property
    def ease(self) -> Scores:
        """EASE with the whole matrix, learnt from how much is heard of each."""
        return self.binary[self.task.asked] @ ease(self.learnt_from, self.penalty)

    def blended(self, among: NDArray[np.bool_]) -> Scores:
        """z(EASE) + ¼ z(local), standardised among the candidates."""
        local = self.local + POPULAR * popularity(self.listeners)
        return standard(self.ease, among) + LOCAL * standard(local, among)

    def same_script(self) -> Scores:
        """What share of a listener's artists write their name in each one's script: as near to language as can be."""
        scripts, of = np.unique([_script(name) for name in self.world.names], return_inverse=True)
        one_hot = csr_array((np.ones(len(of)), (np.arange(len(of)), of)), (len(of), len(scripts)))
        mine = (self.binary[self.task.asked] @ one_hot).toarray()
        return (mine / np.maximum(mine.sum(axis=1, keepdims=True), 1))[:, of]

    # Which genres are open

    @cached_property
    def open_artists(self) -> NDArray[np.bool_]:
        """Not heard, and of a genre that rotation leaves open; all methods choose among these."""
        genre = self.world.genre
        fresh = ~self.seen & (genre >= 0)
        liked = fresh & (self.supporters > 0)
        servable = np.stack([liked[:, genre == one].any(axis=1) for one in range(len(GENRES))], axis=1)
        # Who has no friend with a song falls back on everything.
        servable[~servable.any(axis=1)] = True
        rests = rotation.resting(self.world.genre_plays()[self.task.asked], servable)
        return fresh & ~rests[:, np.maximum(genre, 0)]

    # What is served

    @cached_property
    def model(self) -> Model:
        """As the night's job builds it; a song is an artist here."""
        places = np.arange(len(self.world.genre), dtype=np.int32)
        graph = fit(self.learnt_from, places, self.penalty)
        return Model(places, self.world.genre, popularity(self.listeners), graph)

    def beyond(self, listener: int) -> Beyond | None:
        """What three friends of friends like."""
        one = self.world.friends[[listener]]
        further = (one @ self.world.friends).toarray().ravel() > 0
        further &= ~(one.toarray().ravel() > 0)
        further[listener] = False
        liked = self.world.heard()[np.flatnonzero(further)]
        liked.data[liked.data < LIKED] = 0
        count = (liked > 0).sum(axis=0)
        songs = np.flatnonzero(count >= 3)
        return Beyond(songs, liked.sum(axis=0)[songs])

    def served(self, n: int) -> list[list[Suggestion]]:
        """The lists that listeners get."""
        return [
            next_list(self.model, self.tastes[one], self.friends(one), self.beyond(one), n=n) for one in self.task.asked
        ]


def methods(rankers: Rankers) -> dict[str, Callable[[], Scores]]:
    """Every baseline by its name."""
    return {
        "popularity": rankers.popular,
        "friends_popularity": rankers.friends_popularity,
        "friends_cf": lambda: rankers.local,
        "user_knn": rankers.user_knn,
        "item_knn": rankers.item_knn,
        "als": rankers.als,
        "ease": lambda: rankers.ease,
    }


def _cosines(plays: csr_array) -> csr_array:
    """Of each column with its nearest, itself left out."""
    from implicit.nearest_neighbours import CosineRecommender

    found = CosineRecommender(K=NEIGHBOURS + 1, num_threads=1)
    found.fit(csr_matrix(plays), show_progress=False)
    similarity = csr_array(found.similarity)
    similarity.setdiag(0)
    return similarity


def standard(values: Scores, among: NDArray[np.bool_]) -> Scores:
    """Less the mean of the row's candidates, over their standard deviation; 0 where they are all the same."""
    chosen = np.where(among, values, np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rows without a candidate
        middle, spread = np.nanmean(chosen, axis=1, keepdims=True), np.nanstd(chosen, axis=1, keepdims=True)
    return np.nan_to_num((values - middle) / np.where(spread > 1e-12, spread, 1))


def _script(name: str) -> str:
    """The script of a name's first letter, as Unicode calls it."""
    return next((unicodedata.name(sign, "?").split()[0] for sign in name if sign.isalpha()), "?")
