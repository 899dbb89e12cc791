"""HetRec 2011 (Last.fm) as a world for the recommender: artists in the place of songs, plays, friends, genres.

1,892 real listeners with their 50 most played artists, play counts, friendships and tags.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from etl.errors import SourceMissing

#: Tags that name the broad genres; an artist is of the one it is tagged with most, none if with none of them.
GENRES = (
    "rock", "pop", "electronic", "hip hop", "jazz", "folk", "metal", "country", "classical", "blues", "experimental",
    "soul", "reggae", "punk", "indie", "rnb",
)  # fmt: skip
CORE = 5  #: listeners that an artist needs to be in this world: who is heard by fewer, no method could find
LITTLE = 0.2  #: a genre is little played up to this share of the listener's most played one's plays
HIDDEN = 5  #: artists of little-played genres that a listener needs to be asked about
FOLDS = 5
PLAIN = 0.2  #: share of each listener's artists that the plain test hides


@dataclass(frozen=True)
class World:
    """Who plays what. Listeners, artists and genres are known by their places."""

    plays: csr_array  #: (listeners, artists)
    friends: csr_array  #: (listeners, listeners): 1 for friends
    genre: NDArray[np.int8]  #: of each artist; −1: none
    names: list[str]  #: of each artist

    def genre_plays(self) -> NDArray[np.int64]:
        """Plays by listener and genre."""
        known = self.genre >= 0
        one_hot = csr_array(
            (np.ones(known.sum()), (np.flatnonzero(known), self.genre[known])), (len(self.genre), len(GENRES))
        )
        return (self.plays @ one_hot).toarray().astype(np.int64)

    def heard(self) -> csr_array:
        """c: a listener's plays of an artist on a logarithmic scale, 1 for the most played; a stand-in for shares."""
        log = self.plays.copy()
        log.data = np.log1p(log.data)
        most = log.max(axis=1).toarray().ravel()
        log.data /= np.repeat(most, np.diff(log.indptr))
        return log


@dataclass(frozen=True)
class Task:
    """What methods may see, whom they are asked about, and what these also play."""

    world: World  #: without what is hidden
    asked: NDArray[np.intp]  #: listeners
    hidden: csr_array  #: (asked, artists): 1 for what is to be found


def load(folder: Path) -> World:
    """Read the data set.

    Raises:
        SourceMissing: it is not there.
    """
    if not (folder / "user_artists.dat").exists():
        raise SourceMissing(
            folder, "there is no user_artists.dat of HetRec 2011 Last.fm", "Give its folder with --hetrec."
        )
    plays = pd.read_csv(folder / "user_artists.dat", sep="\t")
    plays = plays[plays.groupby("artistID")["artistID"].transform("size") >= CORE]
    listeners, who = np.unique(plays["userID"], return_inverse=True)
    artists, what = np.unique(plays["artistID"], return_inverse=True)
    friends = pd.read_csv(folder / "user_friends.dat", sep="\t").to_numpy()
    a, b = np.searchsorted(listeners, friends[np.isin(friends, listeners).all(axis=1)]).T
    names = pd.read_csv(folder / "artists.dat", sep="\t", quoting=3).set_index("id")["name"]
    return World(
        csr_array((plays["weight"].to_numpy(float), (who, what)), (len(listeners), len(artists))),
        csr_array((np.ones(len(a)), (a, b)), (len(listeners), len(listeners))),
        _genres(folder, artists),
        [str(name) for name in names.reindex(artists)],
    )


def _genres(folder: Path, artists: NDArray[np.integer]) -> NDArray[np.int8]:
    """The genre of each artist; of two it is tagged with alike the first in ``GENRES``."""
    tags = pd.read_csv(folder / "tags.dat", sep="\t", encoding="latin-1")
    place = tags["tagValue"].str.lower().str.replace("-", " ").map({name: at for at, name in enumerate(GENRES)})
    place.index = tags["tagID"]
    files = sorted(folder.glob("user_taggedartists*.dat"))
    tagged = pd.concat([pd.read_csv(file, sep="\t") for file in files if "timestamps" not in file.name])
    tagged["genre"] = tagged["tagID"].map(place)
    tagged = tagged.dropna(subset="genre")
    tagged = tagged[tagged["artistID"].isin(artists)]
    counts = np.zeros((len(artists), len(GENRES)), np.int32)
    np.add.at(counts, (np.searchsorted(artists, tagged["artistID"]), tagged["genre"].astype(int)), 1)
    return np.where(counts.any(axis=1), counts.argmax(axis=1), -1).astype(np.int8)


def exploration(world: World) -> list[Task]:
    """Would a list find the music that people play beside their main genres, if none of it were known?

    Of those asked, every artist of a little-played genre is hidden. Listeners with ``HIDDEN`` such artists are asked,
    in ``FOLDS`` folds, so that friends and everybody else keep theirs.
    """
    plays = world.genre_plays()
    little = (plays > 0) & (plays <= LITTLE * plays.max(axis=1, keepdims=True))
    pairs = world.plays.tocoo()
    who, what = pairs.coords
    hide = (world.genre[what] >= 0) & little[who, world.genre[what]]
    enough = np.flatnonzero(np.bincount(who[hide], minlength=world.plays.shape[0]) >= HIDDEN)
    folds = np.array_split(np.random.default_rng(0).permutation(enough), FOLDS)
    return [_task(world, np.sort(fold), who, what, hide) for fold in folds]


def plain(world: World) -> Task:
    """Would a list find a fifth of what people play, drawn by chance? Asked are a fifth of all with ten artists."""
    rng = np.random.default_rng(1)
    pairs = world.plays.tocoo()
    who, what = pairs.coords
    often = np.flatnonzero(np.diff(world.plays.indptr) >= 10)
    asked = np.sort(rng.permutation(often)[: len(often) // FOLDS])
    hide = rng.random(len(who)) < PLAIN
    return _task(world, asked[np.isin(asked, who[hide])], who, what, hide)


def _task(world: World, asked: NDArray[np.intp], who: NDArray, what: NDArray, hide: NDArray[np.bool_]) -> Task:
    hide = hide & np.isin(who, asked)
    shape = world.plays.shape
    seen = csr_array((world.plays.tocoo().data[~hide], (who[~hide], what[~hide])), shape)
    hidden = csr_array((np.ones(hide.sum()), (who[hide], what[hide])), shape)[asked]
    return Task(World(seen, world.friends, world.genre, world.names), asked, hidden)
