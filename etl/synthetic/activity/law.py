"""The laws of a made world: how much each thing moves what is heard and posted. Another law is another world.

The numbers of ``LAW`` are invented where nothing is published; ``overtone evaluate synthetic`` says which are measured
against what.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Law:
    """What holds on every day. Shares are of one; ``spread`` is a standard deviation of a logarithm."""

    ripple: float = 0.22  #: spread of a track's popularity about its usual one
    lasting: float = 0.92  #: how much of a ripple is left the day after
    season: float = 0.1  #: by how much a genre's popularity swings within a year
    spikes: float = 0.025  #: fame: songs that take off a day, for the square root of the number of artists
    famous: float = 2.5  #: how many times as often a song is used in posts on the first day of its fame
    playlists: float = 0.0012  #: share of tracks that a playlist takes up a day
    listed: float = 1.1  #: what a playlist adds to a track's popularity, of its usual one
    listed_days: int = 28
    fresh: float = 5.0  #: what being new adds to a track's popularity, of its usual one, on its first day
    fresh_days: float = 9.0  #: by when this has fallen to 1 / e
    posted_fresh: float = 8.0  #: the same of how often it is used in posts
    trend: float = 0.9  #: spread of how often a sound is used, which no listen causes
    bringing: float = 0.12  #: share of videos that bring any listen
    pull: float = 3.0  #: listens that a video of the usual plays brings, if any, among 5,000 listeners
    pull_spread: float = 1.5  #: of that from video to video
    bend: float = 0.8  #: power of a video's plays in what it brings
    lag: tuple[float, ...] = (0.34, 0.24, 0.14, 0.09, 0.06, 0.04, 0.03, 0.02, 0.015, 0.01, 0.01, 0.005)
    """Share of the listens that a play of a video brings on that day, the next …"""


LAW = Law()
#: Nothing takes off, swings or is brought: what is told of this world is a false alarm.
CALM = replace(LAW, ripple=0.0, season=0.0, spikes=0.0, playlists=0.0, fresh=0.0, bringing=0.0)
