"""A made audience: who they are, and what they do on any day."""

from datetime import date

import pyarrow as pa

from etl.synthetic.activity import friendships, influencers, listeners
from etl.synthetic.activity.charts import Charts, charts
from etl.synthetic.activity.listeners import Listeners
from etl.synthetic.activity.listens import Days, Plays
from etl.synthetic.activity.spikes import Spike

FULL = date(2020, 12, 21)  #: the last day of the demo


class Population:
    """So many invented people and a catalogue that they hear; each answer is fixed by these and its arguments."""

    def __init__(self, seed: int, people: Listeners, known: Charts, calm: bool = False) -> None:
        self.seed, self.people, self.charts = seed, people, known
        self._days = Days(seed, people, known, calm)

    @classmethod
    def of(cls, seed: int, size: int, tracks: pa.Table, full: date = FULL, calm: bool = False) -> "Population":
        """A population.

        Args:
            seed: fixes everything; not negative.
            size: how many listeners there are once all have joined.
            tracks: track_id, artist_id, genre (a top genre or null), duration_s (or null); others are ignored. Their
                order makes no difference.
            full: the day by which all have joined.
            calm: whether no song ever takes off.
        """
        people = listeners.listeners(seed, size, full)
        return cls(seed, people, charts(seed, tracks, people), calm)

    def listeners(self) -> pa.Table:
        """Columns: ``listeners.SCHEMA``; by id."""
        return listeners.table(self.seed, self.people)

    def friendships(self) -> pa.Table:
        """Columns: ``friendships.SCHEMA``; mutual, so each pair once, the lower id first; by id."""
        return friendships.table(self.seed, self.people)

    def influencers(self, creators: pa.Table | None = None, how_many: int = 400) -> pa.Table:
        """Columns: ``influencers.SCHEMA``; by id.

        Args:
            creators: those who are influencers (creator_id, handle, name, followers), as ``core.creator`` has them;
                None: invented ones.
            how_many: of the invented ones.
        """
        return influencers.table(self.seed, creators, how_many)

    def listens(self, day: date, how_many: int | None = None) -> pa.Table:
        """Columns: ``listens.SCHEMA``; by time; none twice for (listener_id, listened_at).

        Args:
            day: the UTC day on which they begin and end.
            how_many: None: as many as the day has.
        """
        return self._days.table(day, how_many)

    def plays(self, day: date, how_many: int | None = None) -> Plays:
        """The same listens as numbers, with the seconds that were heard."""
        return self._days.plays(day, how_many)

    def spikes(self, day: date) -> list[Spike]:
        """The songs that have taken off by a day, and are still at it: what a page should find."""
        return self._days.spikes(day)
