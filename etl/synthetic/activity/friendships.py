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
    """The friendships as they are landed; each began when both had joined."""
    a, b = pairs(seed, people)
    youngest = np.minimum(people.age_days[a], people.age_days[b])
    ago = (youngest * chance(seed, "since").random(len(a))).astype(np.int64)
    since = np.array(people.full, "datetime64[D]") - ago
    return pa.table([pa.array(a + 1), pa.array(b + 1), pa.array(since), pa.array(np.ones(len(a), bool))], SCHEMA)
