"""The demo's world: its music, who listens, what is posted, and what of it comes of what."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from etl.synthetic.activity import Population
from etl.synthetic.activity.law import LAW, Law
from etl.synthetic.activity.population import FULL
from etl.synthetic.demo.archive import catalogue, heard, newest
from etl.synthetic.demo.posts import Feed

CLIPS = 192
HORIZON = 30  #: days for which a world is made at once: what comes later changes no day before it


@dataclass(frozen=True)
class World:
    """A world up to some day."""

    people: Population
    feed: Feed


def world(seed: int, day: date, listeners: int = 5_000, clips: int = CLIPS, law: Law = LAW) -> World:
    """The world as it is on a day and was before; the same on any of its days."""
    turns = max(0, (day - FULL).days + HORIZON - 1) // HORIZON
    return _world(seed, FULL + timedelta(days=turns * HORIZON), listeners, clips, law)


@lru_cache(maxsize=2)
def _world(seed: int, until: date, listeners: int, clips: int, law: Law) -> World:
    tracks = heard(seed, (*catalogue(seed, clips), *newest(seed, clips, date.min, until)))
    people = Population.of(seed, listeners, tracks, law=law, until=until)
    feed = Feed(seed, clips, people.days)
    people.days.bring(feed.posts)
    return World(people, feed)
