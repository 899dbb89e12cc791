"""Who listens: name, country, taste, how much and how patiently, from when to when.

Calibrated to how unlike strangers' tastes are. The founders are those who have joined by ``full``; on each day after it
some more come, and what they are hangs on that day alone.
"""

from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from etl.synthetic import chance
from etl.synthetic.activity.world import APPEAL, CODES, DEVICES, SCENES, SHARES, UNKNOWN, Floats, Ints, pick
from etl.synthetic.names import SYLLABLES
from etl.tables import TOP_GENRES as GENRES

GROWTH = 0.002  #: by which the founders grew in number a day
COMING = 0.004  #: who joins on a day after them, of their number
#: Who leaves: the share that only tries, the days after which 1 / e of them is left, and the days of the others.
TRYING, TRIED_DAYS, STAYED_DAYS, FOR_EVER = 0.15, 20.0, 3_000.0, 10**6
BREADTH = 1.85  #: of tastes: the sum of the Dirichlet's parameters; sets how alike strangers are
ABROAD = 0.3  #: how much the appeal of genres differs between countries (standard deviation of its logarithm)
NOWHERE = 0.02  #: share of listeners whose country is not known
#: What friends may see of what one plays, and how many choose it
SHARING = {"name": 0.5, "sum": 0.35, "off": 0.15}

#: Of the listeners who may log in to the demo: one with friends of all kinds, and one who could become a friend.
FIRST_NAMES = {1670: "Lena", 4413: "Mika"}

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
    age_days: Ints  #: from joining to ``full``; less than 0: joined after it
    stay_days: Ints  #: from joining to the last day
    device: NDArray[np.int8]  #: place in ``DEVICES``: what they mostly listen on
    full: date  #: by when the founders have joined

    def __len__(self) -> int:
        return len(self.country)

    def there(self, day: date) -> NDArray[np.bool_]:
        """Who has joined by a day and not left; the first one always is, so that each day has a listener."""
        since = self.age_days - (self.full - day).days
        there = (since >= 0) & (since <= self.stay_days)
        there[0] |= not there.any()
        return there

    def founders(self) -> "Listeners":
        """Those who had joined by ``full``."""
        number = max(1, int((self.age_days >= 0).sum()))
        return replace(self, **{name: getattr(self, name)[:number] for name in COLUMNS})


COLUMNS = [field.name for field in fields(Listeners) if field.name != "full"]


def listeners(seed: int, size: int, full: date, until: date | None = None) -> Listeners:
    """So many founders, who have joined by ``full``, and those who join on the days after it up to ``until``."""
    rng = chance(seed, "listeners")
    age = (-np.log1p(-rng.random(size)) / GROWTH).astype(np.int64)
    groups = [_drawn(seed, np.sort(age)[::-1], full)]
    patience = groups[0].patience.astype(np.float64)
    mean = (patience * groups[0].activity).sum() / groups[0].activity.sum()
    for day in range(1, ((until or full) - full).days + 1):
        coming = int(chance(seed, "coming", full + timedelta(days=day)).poisson(COMING * size))
        groups.append(_drawn(seed, np.full(coming, -day), full, day))
    columns: dict[str, Any] = {name: np.concatenate([getattr(one, name) for one in groups]) for name in COLUMNS}
    people = replace(groups[0], **columns)
    people.patience[:] -= np.float32(mean)
    for known in FIRST_NAMES:
        people.stay_days[known - 1 : known] = FOR_EVER
    return people


def table(seed: int, people: Listeners) -> pa.Table:
    """The listeners as they are landed; ids count from 1 in the order of joining."""
    parts = [chance(seed, "people", *about) for about in [(), *((-age,) for age in _later(people))]]
    counts = [int((people.age_days >= 0).sum()), *(int((people.age_days == age).sum()) for age in _later(people))]
    shares = np.array(list(SHARING.values()))
    drawn = [(pick(shares, rng.random(count)), _names(rng, count)) for rng, count in zip(parts, counts, strict=True)]
    named = enumerate((name for _, names in drawn for name in names), 1)
    columns: list[object] = [
        np.arange(1, len(people) + 1),
        [_called(number, name) for number, name in named],
        pa.array([*CODES, None]).take(pa.array(people.country)),
        np.array(people.full, "datetime64[D]") - people.age_days,
        np.array(list(SHARING))[np.concatenate([shared for shared, _ in drawn])],
        pa.FixedSizeListArray.from_arrays(people.taste.ravel(), len(GENRES)),
        np.ones(len(people), bool),
    ]
    return pa.table([pa.array(column).cast(field.type) for column, field in zip(columns, SCHEMA, strict=True)], SCHEMA)


def _later(people: Listeners) -> list[int]:
    """The ages of those who joined after the founders, the first day first."""
    return sorted(set(people.age_days[people.age_days < 0].tolist()), reverse=True)


def _drawn(seed: int, age_days: Ints, full: date, *about: object) -> Listeners:
    """People of these ages; what they are like hangs on the seed and ``about`` alone."""
    rng, size = chance(seed, "like", *about), len(age_days)
    country = np.where(rng.random(size) < NOWHERE, UNKNOWN, pick(SHARES, rng.random(size))).astype(np.int8)
    activity = rng.lognormal(-0.5, 1.0, size)
    patience = rng.uniform(-1, 1, size).astype(np.float32)
    scene = rng.integers(SCENES, size=size).astype(np.int8)
    usual_days = np.where(rng.random(size) < TRYING, TRIED_DAYS, STAYED_DAYS)
    stay = (-np.log1p(-rng.random(size)) * usual_days).astype(np.int64)
    device = pick(np.array([share for share, _, _ in DEVICES.values()]), rng.random(size)).astype(np.int8)
    taste = _tastes(seed, country, *about)
    return Listeners(country, taste, scene, activity, patience, age_days, stay, device, full)


def _tastes(seed: int, country: Ints, *about: object) -> NDArray[np.float32]:
    """A Dirichlet draw each around what is played in their country."""
    appeal = APPEAL * chance(seed, "appeal").lognormal(0, ABROAD, (UNKNOWN + 1, len(GENRES)))
    appeal *= BREADTH / appeal.sum(axis=1, keepdims=True)
    rng = chance(seed, "tastes", *about)
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
