"""Who is friends with whom: people of like taste meet in circles, so friends are alike and know each other."""

import numpy as np
import pyarrow as pa

from etl.synthetic import chance
from etl.synthetic.activity.listeners import Listeners
from etl.synthetic.activity.world import UNKNOWN, Ints
from etl.tables import TOP_GENRES as GENRES

CIRCLE = 18  #: people in a circle
MOST, TAIL = 16, 1.15  #: circles that anyone is in at most; how fast the number of people in more of them falls
MET = 0.222  #: share of the pairs in a circle that are friends, among ``USUAL`` people
USUAL = 5_000
ALIKE = 0.925  #: share of circles that one joins for music one plays, the rest for any
AT_HOME, AT_CONCERTS = 0.4, 0.3  #: share of circles of people of one country; of one scene
BY_CHANCE = 0.3  #: friendships a listener that no circle explains
ASKED = 12  #: founders of whom the likest asks a later listener in

SCHEMA = pa.schema(
    [("listener_a", pa.int64()), ("listener_b", pa.int64()), ("since", pa.date32()), ("synthetic", pa.bool_())]
)


def pairs(seed: int, people: Listeners) -> tuple[Ints, Ints]:
    """The friendships as places in ``people``, the lower one first, in order; none twice."""
    rng, size = chance(seed, "friendships"), len(people)
    memberships = np.minimum((1 - rng.random(size)) ** (-1 / TAIL), MOST).astype(int)
    who = np.repeat(np.arange(size), memberships)
    liked = np.cumsum(people.taste.astype(np.float64) ** 3, axis=1)[who]
    chosen = (liked <= rng.random((len(who), 1)) * liked[:, -1:]).sum(axis=1)
    genre = np.where(rng.random(len(who)) < ALIKE, chosen, rng.integers(len(GENRES), size=len(who)))
    place = np.where(rng.random(len(who)) < AT_HOME, people.country[who], UNKNOWN)
    scene = np.where(rng.random(len(who)) < AT_CONCERTS, people.scene[who], 0)
    order = np.lexsort([rng.random(len(who)), scene, place, genre])
    circles = who[order][: len(who) // CIRCLE * CIRCLE].reshape(-1, CIRCLE)
    one, two = np.triu_indices(CIRCLE, 1)
    # The more people, the rarer do two meet in several circles, which would make more of their friends friends. What
    # this leaves: clustering is .21 with 2,000 people, .19 with 5,000, .18 with 20,000 and 100,000.
    friends = rng.random((len(circles), len(one))) < MET * (size / USUAL) ** 0.09
    chance_met = rng.integers(size, size=(2, int(BY_CHANCE * size)))
    met = [np.stack([circles[:, one][friends], circles[:, two][friends]]), chance_met]
    ends = np.sort(np.concatenate(met, axis=1), axis=0)
    known = np.unique(ends[0][ends[0] != ends[1]] * size + ends[1][ends[0] != ends[1]])
    return known // size, known % size


def table(seed: int, people: Listeners) -> pa.Table:
    """The friendships as they are landed, by id; each began when both had joined."""
    founders = people.founders()
    a, b = pairs(seed, founders)
    youngest = np.minimum(people.age_days[a], people.age_days[b])
    ago = (youngest * chance(seed, "since").random(len(a))).astype(np.int64)
    ends = np.concatenate([a, b])
    order = np.argsort(ends, kind="stable")
    known = ends[order], np.concatenate([b, a])[order]
    later = np.unique(people.age_days[len(founders) :])
    found = [(a, b, ago), *(_brought(seed, people, len(founders), known, age) for age in later)]
    a, b, ago = (np.concatenate(column) for column in zip(*found, strict=True))
    order = np.lexsort([b, a])
    since = np.array(people.full, "datetime64[D]") - ago[order]
    columns = [pa.array(a[order] + 1), pa.array(b[order] + 1), pa.array(since), pa.array(np.ones(len(a), bool))]
    return pa.table(columns, SCHEMA)


def _brought(seed: int, people: Listeners, founders: int, known: tuple[Ints, Ints], age: int) -> tuple[Ints, ...]:
    """The friendships of those who joined at one age: with a founder of like taste, who asked them in, and with some of
    that one's friends, within a week."""
    [new] = np.nonzero(people.age_days == age)
    rng, (ends, others) = chance(seed, "brought", -int(age)), known
    asked = rng.integers(founders, size=(len(new), ASKED))
    alike = np.einsum("ng,nkg->nk", people.taste[new], people.taste[asked])
    host = asked[np.arange(len(new)), np.round(alike, 4).argmax(axis=1)]
    first = np.searchsorted(ends, host)
    many = np.searchsorted(ends, host + 1) - first
    who = np.repeat(np.arange(len(new)), many)
    friend = others[np.arange(many.sum()) + np.repeat(first - np.cumsum(many) + many, many)]
    met = rng.random(len(friend)) < MET
    a, b = np.concatenate([host, friend[met]]), new[np.concatenate([np.arange(len(new)), who[met]])]
    return a, b, age - rng.integers(7, size=len(a))
