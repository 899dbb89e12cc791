"""Where listeners live, what kinds of music there are, and draws that many parts share."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Ints = NDArray[np.integer]

#: How much each genre is played by people, in the order of ``TOP_GENRES``; invented, no genre above a seventh.
APPEAL = np.array([4, 5, 4.5, 4, 12, 4, 8, 13, 6, 6.5, 5.5, 2.5, 12, 14, 7, 2])

#: ISO 3166-1 alpha-3: (share of listeners in per cent, hours ahead of UTC where most of them live, standard time).
COUNTRIES = {
    "USA": (22, -5), "BRA": (8, -3), "GBR": (7.5, 0), "DEU": (6.5, 1), "MEX": (5.5, -6), "IND": (5.5, 5.5),
    "FRA": (4.5, 1), "IDN": (3.5, 7), "ESP": (3.2, 1), "CAN": (3.2, -5), "ITA": (3, 1), "JPN": (2.8, 9),
    "PHL": (2.6, 8), "POL": (2.4, 1), "AUS": (2.4, 10), "ARG": (2.4, -3), "NLD": (2, 1), "TUR": (2, 3),
    "COL": (1.8, -5), "SWE": (1.5, 1), "CHL": (1.3, -4), "KOR": (1.2, 9), "ZAF": (1, 2), "NGA": (1, 1),
    "UKR": (1, 2), "PRT": (0.9, 0), "NOR": (0.8, 1), "DNK": (0.7, 1), "FIN": (0.7, 2), "IRL": (0.7, 0),
    "BEL": (0.7, 1), "PER": (0.7, -5), "AUT": (0.6, 1), "CHE": (0.6, 1), "CZE": (0.6, 1), "VNM": (0.6, 7),
    "THA": (0.6, 7), "MYS": (0.6, 8), "GRC": (0.5, 2), "EGY": (0.5, 2), "NZL": (0.5, 12), "ROU": (0.5, 2),
    "HUN": (0.4, 1), "KEN": (0.3, 3), "ISR": (0.3, 2), "ISL": (0.1, 0), "EST": (0.1, 2),
}  # fmt: skip
CODES = tuple(COUNTRIES)
UNKNOWN = len(CODES)  #: the number of the country that is not known
SHARES = np.array([share for share, _ in COUNTRIES.values()]) / sum(share for share, _ in COUNTRIES.values())
AHEAD_S = np.array([3600 * hours for _, hours in COUNTRIES.values()] + [0]).astype(np.int64)

#: What people mostly listen on: (share of listeners, how many sittings begin in each local hour of a working day, how
#: long a sitting is, of the usual). A phone goes to work and back, a desk works, a speaker has its evenings.
DEVICES = {
    "phone": (0.62, (9, 5, 3, 2, 2, 5, 16, 38, 42, 24, 20, 24, 34, 28, 24, 26, 38, 54, 54, 44, 42, 40, 32, 19), 0.8),
    "desk": (0.24, (8, 4, 2, 1, 1, 2, 5, 14, 36, 44, 44, 40, 34, 42, 44, 42, 40, 34, 28, 28, 28, 28, 24, 15), 1.3),
    "speaker": (0.14, (8, 4, 2, 1, 1, 3, 10, 22, 24, 18, 16, 18, 22, 20, 18, 20, 28, 46, 64, 70, 68, 58, 40, 20), 1.4),
}

SCENES = 4  #: circles of artists and listeners across genres: who is in one hears its artists more


def fixed(seed: int, about: int, ids: Ints) -> Floats:
    """A number in [0, 1) for each id, which other ids have no part in (splitmix64).

    A catalogue that grows by a track leaves the lot of the others alone, as drawing in turn would not.
    """
    start = (seed * 0x9E3779B97F4A7C15 + about * 0xD1B54A32D192ED03) % 2**64
    mixed = ids.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(start)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return ((mixed ^ (mixed >> np.uint64(31))) >> np.uint64(11)) * 2.0**-53


def normal(lots: Floats) -> Floats:
    """Normal numbers of even ones (Tukey's lambda, within .01 of the normal's quantiles to 3)."""
    lots = np.clip(lots, 1e-9, 1 - 1e-9)
    return (lots**0.135 - (1 - lots) ** 0.135) / 0.1975


def pick(shares: Floats, chances: Floats | float) -> Ints:
    """For each number in [0, 1) the place in ``shares`` (of any sum) that it falls on."""
    edges = np.cumsum(shares)
    return np.minimum(np.searchsorted(edges, chances * edges[-1], side="right"), len(edges) - 1)


def words(rng: np.random.Generator, count: int) -> NDArray[np.uint64]:
    """Random words of 64 bits, the cheapest draw there is; each is cut into several numbers."""
    return rng.integers(0, 2**64 - 1, count, dtype=np.uint64, endpoint=True)
