"""Who listens: name, country, taste, how much and how patiently. Calibrated to how unlike strangers' tastes are."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from etl.synthetic import chance
from etl.synthetic.activity.world import APPEAL, CODES, SCENES, SHARES, UNKNOWN, Floats, Ints, pick
from etl.synthetic.names import SYLLABLES
from etl.tables import TOP_GENRES as GENRES

GROWTH = 0.002  #: by which the audience grows a day
BREADTH = 1.85  #: of tastes: the sum of the Dirichlet's parameters; sets how alike strangers are
ABROAD = 0.3  #: how much the appeal of genres differs between countries (standard deviation of its logarithm)
NOWHERE = 0.02  #: share of listeners whose country is not known
#: What friends may see of what one plays, and how many choose it
SHARING = {"name": 0.5, "sum": 0.35, "off": 0.15}

#: Of the listeners who may log in to the demo: one with friends of all kinds, and one who could become a friend.
FIRST_NAMES = {3503: "Lena", 1815: "Mika"}

SCHEMA = pa.schema(
    [
        ("listener_id", pa.int64()),
        ("name", pa.string()),
        ("country", pa.string()),  # ISO 3166-1 alpha-3; null: not known
        ("joined", pa.date32()),
        ("sharing", pa.string()),
        ("taste", pa.list_(pa.float32())),  # shares of GENRES, in their order; they sum to 1
        ("synthetic", pa.bool_()),
    ]
)


@dataclass(frozen=True)
class Listeners:
    """Columns of one row a listener, in the order of joining: who has joined by a day comes first."""

    country: NDArray[np.int8]  #: place in ``CODES``, or ``UNKNOWN``
    taste: NDArray[np.float32]  #: (listeners, 16) in steps of 1e-4
    scene: NDArray[np.int8]
    activity: NDArray[np.float64]  #: how much they listen; the mean is about 1
    patience: NDArray[np.float32]  #: in [-1, 1]: how seldom they skip; the mean over listens is 0
    age_days: Ints  #: from joining to the day by which all have
    full: date  #: by when all have joined

    def __len__(self) -> int:
        return len(self.country)

    def by(self, day: date) -> int:
        """How many have joined by a day; at least one, so that each day has a listener."""
        return max(1, int(np.searchsorted(-self.age_days, -(self.full - day).days, side="right")))


def listeners(seed: int, size: int, full: date) -> Listeners:
    """So many people; ``full`` is the day by which all have joined."""
    rng = chance(seed, "listeners")
    country = np.where(rng.random(size) < NOWHERE, UNKNOWN, pick(SHARES, rng.random(size))).astype(np.int8)
    activity = rng.lognormal(-0.5, 1.0, size)
    patience = rng.uniform(-1, 1, size)
    patience -= (patience * activity).sum() / activity.sum()
    age = np.sort((-np.log1p(-rng.random(size)) / GROWTH).astype(np.int64))[::-1]
    scene = rng.integers(SCENES, size=size).astype(np.int8)
    taste = _tastes(chance(seed, "tastes"), country)
    return Listeners(country, taste, scene, activity, patience.astype(np.float32), age, full)


def table(seed: int, people: Listeners) -> pa.Table:
    """The listeners as they are landed; ids count from 1 in the order of joining."""
    rng, size = chance(seed, "people"), len(people)
    joined = np.array(people.full, "datetime64[D]") - people.age_days
    shared = pick(np.array(list(SHARING.values())), rng.random(size))
    columns: list[object] = [
        np.arange(1, size + 1),
        [_called(number, name) for number, name in enumerate(_names(rng, size), 1)],
        pa.array([*CODES, None]).take(pa.array(people.country)),
        joined,
        np.array(list(SHARING))[shared],
        pa.FixedSizeListArray.from_arrays(people.taste.ravel(), len(GENRES)),
        np.ones(size, bool),
    ]
    return pa.table([pa.array(column).cast(field.type) for column, field in zip(columns, SCHEMA, strict=True)], SCHEMA)


def _tastes(rng: np.random.Generator, country: Ints) -> NDArray[np.float32]:
    """A Dirichlet draw each around what is played in their country."""
    appeal = APPEAL * rng.lognormal(0, ABROAD, (UNKNOWN + 1, len(GENRES)))
    appeal *= BREADTH / appeal.sum(axis=1, keepdims=True)
    drawn = rng.standard_gamma(appeal[country]) + 1e-9
    return _in_steps(drawn / drawn.sum(axis=1, keepdims=True))


def _in_steps(shares: Floats) -> NDArray[np.float32]:
    """Shares as multiples of 1e-4 that sum to 1: no rounding of a machine's arithmetic is left in them."""
    steps = np.floor(shares * 10_000).astype(np.int64)
    steps[np.arange(len(steps)), steps.argmax(axis=1)] += 10_000 - steps.sum(axis=1)
    return (steps / 10_000).astype(np.float32)


def _called(listener_id: int, name: str) -> str:
    return " ".join((FIRST_NAMES.get(listener_id, name.split()[0]), name.split()[1]))


def _names(rng: np.random.Generator, count: int) -> list[str]:
    parts = SYLLABLES.split()
    drawn, long = rng.integers(len(parts), size=(count, 5)).tolist(), rng.random(count) < 0.5
    return [
        f"{parts[a]}{parts[b]} {parts[c]}{parts[d]}{parts[e] if more else ''}".title()
        for (a, b, c, d, e), more in zip(drawn, long, strict=True)
    ]
