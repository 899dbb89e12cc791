"""A made audience: who they are, and what they do on any day."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.synthetic.activity import friendships, influencers, listeners
from etl.synthetic.activity.charts import Charts, charts
from etl.synthetic.activity.law import LAW, Law
from etl.synthetic.activity.listeners import Listeners
from etl.synthetic.activity.listens import Days, Plays
from etl.synthetic.activity.spikes import Spike

FULL = date(2020, 12, 21)  #: the last day of the demo's first nights


class Population:
    """So many invented people and a catalogue that they hear; each answer is fixed by these and its arguments."""

    def __init__(self, seed: int, people: Listeners, known: Charts, law: Law = LAW) -> None:
        self.seed, self.people, self.charts = seed, people, known
        self.days = Days(seed, people, known, law)

    @classmethod
    def of(
        cls,
        seed: int,
        size: int,
        tracks: pa.Table,
        full: date = FULL,
        law: Law = LAW,
        until: date | None = None,
    ) -> "Population":
        """A population.

        Args:
            seed: fixes everything; not negative.
            size: how many listeners there are once the founders have joined.
            tracks: track_id, artist_id, genre (a top genre or null), duration_s (or null), and ``released`` (a date;
                null or left out: always there); others are ignored. Their order makes no difference.
            full: the day by which the founders have joined.
            law: how much each thing moves what is heard.
            until: the last day that is asked for; those who join after ``full`` are known up to it.
        """
        people = listeners.listeners(seed, size, full, until)
        return cls(seed, people, charts(seed, tracks, people), law)

    def listeners(self, first: date | None = None, last: date | None = None) -> pa.Table:
        """Columns: ``listeners.SCHEMA``; by id; where days are given, those who joined from the first to the last."""
        return _within(listeners.table(self.seed, self.people), "joined", first, last)

    def friendships(self, first: date | None = None, last: date | None = None) -> pa.Table:
        """Columns: ``friendships.SCHEMA``; mutual, so each pair once, the lower id first; by id; days as above."""
        return _within(friendships.table(self.seed, self.people), "since", first, last)

    def influencers(self, how_many: int = 400) -> pa.Table:
        """Columns: ``influencers.SCHEMA``; by id: so many invented ones, of whom no video is seen."""
        return influencers.table(self.seed, how_many)

    def listens(self, day: date, how_many: int | None = None) -> pa.Table:
        """Columns: ``listens.SCHEMA``; by time; none twice for (listener_id, listened_at).

        Args:
            day: the UTC day on which they begin and end.
            how_many: None: as many as the day has.
        """
        return self.days.table(day, how_many)

    def plays(self, day: date, how_many: int | None = None) -> Plays:
        """The same listens as numbers, with the seconds that were heard."""
        return self.days.plays(day, how_many)

    def truth(self, day: date) -> pa.Table:
        """Of a day's listens those that would not have been without a post: their columns, and ``video_id``."""
        return self.with_truth(day)[1]

    def with_truth(self, day: date) -> tuple[pa.Table, pa.Table]:
        """The listens and the truth of a day, drawn once."""
        return self.days.with_truth(day)

    def spikes(self, day: date) -> list[Spike]:
        """The songs that have taken off by a day, and are still at it: what a page should find."""
        return self.days.spikes(day)


def _within(rows: pa.Table, column: str, first: date | None, last: date | None) -> pa.Table:
    keep = pa.array(np.ones(len(rows), bool))
    if first:
        keep = pc.and_(keep, pc.greater_equal(rows[column], pa.scalar(first)))
    if last:
        keep = pc.and_(keep, pc.less_equal(rows[column], pa.scalar(last)))
    return rows.filter(keep)
