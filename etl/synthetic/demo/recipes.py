"""How each genre of the invented music is made: a table for ``music.py`` to play. It claims nothing about real music.

A rhythm is a bar of 16 steps (12 in a waltz or a shuffle): ``x`` strikes, ``-`` holds, ``.`` rests, ``?`` strikes in
some songs. Of several scales, progressions, grooves or voices (``piano|organ``) a song or its artist chooses one.
"""

from dataclasses import dataclass

SCALES = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "harmonic": (0, 2, 3, 5, 7, 8, 11),
    "hijaz": (0, 1, 4, 5, 7, 8, 10),
    "blues": (0, 3, 5, 6, 7, 10),
    "whole": (0, 2, 4, 6, 8, 10),
    "chromatic": tuple(range(12)),
}


@dataclass(frozen=True)
class Layer:
    """One player: which voice plays which notes (see ``music.PICKS``), how high, how loud, in which rhythm."""

    voice: str
    pick: str
    octave: int
    gain: float
    rhythm: str


@dataclass(frozen=True)
class Recipe:
    """One genre. Tempo in beats a minute; cuts in Hz; ``swing`` and ``swell`` 0 to 1; ``kin``: whom it borrows from."""

    tempo: tuple[float, float]
    scales: tuple[str, ...]
    chords: tuple[tuple[int, ...], ...]
    layers: tuple[Layer, ...]
    kin: str
    grooves: tuple[dict[str, str], ...] = ({},)
    sevenths: bool = False
    blue: bool = False
    swing: float = 0.0
    drive: float = 0.0
    above: float = 0
    below: float = 0
    echo: float = 0.0
    room: float = 0.25
    duck: float = 0.0
    hiss: float = 0.0
    swell: float = 0.0
    level: float = 0.16


HOLD = "x---------------"
HOUSE = {"kick": "x...x...x...x...", "open": "..x...x...x...x.", "clap": "....x.......x...", "hat": "x??xx??xx??xx??x"}
BREAK = {"kick": "x..x......x.....", "snare": "....x.......x..?", "hat": "xxxxxxxxxxxxxxxx"}
ROCK = {"kick": "x.....x.x.?.....", "snare": "....x.......x...", "hat": "x.x.x.x.x.x.x.x."}
DRIVE = {"kick": "x...?.x.x...x...", "snare": "....x.......x...", "ride": "x.x.x.x.x.x.x.x."}
BOOM = {"kick": "x......x..x.....", "snare": "....x.......x...", "hat": "x.x.x.x.x.xxx.x."}
TRAP = {"boom": "x.....x...?.....", "clap": "........x.......", "hat": "x.xxx.x.xxxxx.x."}
SLOW = {"kick": "x..?..x...x.....", "rim": "....x.......x...", "hat": "xxxxxxxxxxxxxxxx"}
RIDE = {"ride": "x..x.xx..x.x", "brush": "...x.....x..", "kick": "?.....?....."}
SHUFFLE = {"kick": "x.....x.....", "snare": "...x.....x..", "hat": "x.xx.xx.xx.x"}
TRAIN = {"brush": "xxXxxxXxxxXxxxXx", "kick": "x...x...x...x...", "rim": "....x.......x..."}
BOSSA = {"rim": "x..x..x...x..x..", "shaker": "xxxxxxxxxxxxxxxx", "kick": "x..xx..xx..xx..x"}
DARBUKA = {"dum": "x.....x.x.......", "tek": "..xx.x....x?x.?x", "shaker": "x.x.x.x.x.x.x.x."}
CLAVE = {"dum": "x..x....x..x....", "tek": "..x...xx..x.x.?x", "shaker": "xxxxxxxxxxxxxxxx"}

RECIPES = {
    "Hip-Hop": Recipe(
        (82, 98), ("minor", "dorian"), ((0, 5, 3, 4), (0, 0, 3, 3), (0, 6, 5, 4)),
        (Layer("sub|bass", "root", 1, 0.9, "x--x--....x-..?-"),
         Layer("epiano|piano|strings", "chord", 4, 0.28, "x-----....x---.."),
         Layer("voice", "talk", 3, 0.42, "x?xx?.xxx?xx.?x."), Layer("vibes|bell", "tune", 5, 0.12, "x...?...?..x....")),
        "Soul-RnB", (BOOM, TRAP), sevenths=True, swing=0.25, below=9000, hiss=0.012, drive=0.6, room=0.1,
    ),
    "Rock": Recipe(
        (118, 156), ("minor", "mixolydian"), ((0, 5, 2, 6), (0, 3, 4, 3), (0, 6, 3, 0)),
        (Layer("fuzz", "power", 3, 0.5, "x-x-x-x-x-x-x-x-"), Layer("bass", "root", 1, 0.7, "x-x-x-x-x-x-x-x-"),
         Layer("fuzz|reed", "riff", 4, 0.25, "x-?-x-?-x---?-x-"), Layer("choir|guitar", "chord", 4, 0.14, HOLD)),
        "Pop", (ROCK, DRIVE), drive=3.5, above=60, below=9500, level=0.2,
    ),
    "Pop": Recipe(
        (100, 126), ("major",), ((0, 4, 5, 3), (5, 3, 0, 4), (0, 5, 3, 4)),
        (Layer("square|saw", "arp", 5, 0.2, "x.x.x.x.x.x.x.x."), Layer("sub|bass", "root", 2, 0.6, "x-.x-.x-.x-.x-x-"),
         Layer("pad|piano", "chord", 4, 0.3, HOLD), Layer("choir", "tune", 4, 0.36, "x--?x-x---?-x---")),
        "Electronic", (HOUSE, ROCK), duck=0.35, echo=0.25, drive=0.8, level=0.19,
    ),
    "Electronic": Recipe(
        (122, 142), ("minor", "dorian"), ((0, 0, 5, 6), (0, 0, 0, 0), (0, 3, 5, 4)),
        (Layer("saw|square", "arp", 4, 0.32, "x.xx.xx.x.xx.xx."), Layer("sub|saw", "root", 1, 0.8, "..x-..x-..x-..x-"),
         Layer("pad", "chord", 4, 0.3, HOLD), Layer("saw|bell", "tune", 5, 0.14, "x..?..x..?..?...")),
        "Experimental", (HOUSE, HOUSE, BREAK), duck=0.7, echo=0.4, drive=1.0, level=0.2,
    ),
    "Folk": Recipe(
        (88, 116), ("major", "dorian"), ((0, 3, 0, 4), (0, 5, 3, 4), (0, 4, 5, 3)),
        (Layer("steel|nylon", "arp", 4, 0.5, "x.x.x.x.x.x.x.x."), Layer("nylon", "root", 2, 0.5, "x---....x---...."),
         Layer("flute|choir", "riff", 4, 0.25, "x---?-x-x---x---")),
        "Country", (({}), {"shaker": "x.x.x.x.x.x.x.x."}), room=0.4, level=0.12,
    ),
    "Experimental": Recipe(
        (50, 150), ("chromatic", "whole"), ((0, 1, 6, 3), (0, 0, 0, 0), (0, 7, 2, 9)),
        (Layer("clang|bell", "any", 4, 0.3, "?..x.?....?x...?"), Layer("wind|pad", "any", 3, 0.45, HOLD),
         Layer("fuzz|organ", "root", 1, 0.4, HOLD), Layer("square|clang|voice", "any", 6, 0.14, "?.??...?.?......")),
        "Electronic", ({}, {"blast": "?......?....?..."}), drive=2.0, echo=0.55, room=0.8, hiss=0.01, swell=0.6,
    ),
    "Instrumental": Recipe(
        (64, 88), ("minor", "major"), ((0, 5, 2, 6), (0, 3, 5, 4), (5, 3, 0, 4)),
        (Layer("pad|strings", "chord", 4, 0.4, HOLD), Layer("piano|guitar", "arp", 5, 0.35, "x.x.x.x.x.x.x.x."),
         Layer("strings", "root", 2, 0.3, HOLD), Layer("vibes|piano", "tune", 5, 0.2, "x---..x-..?-....")),
        "Classical", ({}, {"boom": "x...............", "shaker": "x.x.x.x.x.x.x.x."}), echo=0.4, room=0.7, swell=0.5,
        below=6500, level=0.11,
    ),
    "International": Recipe(
        (92, 116), ("hijaz", "harmonic"), ((0, 0, 1, 0), (0, 3, 0, 1), (0, 0, 6, 0)),
        (Layer("reed|fiddle", "tune", 4, 0.36, "x-xxx-?-x-xx?---"), Layer("organ|fiddle", "drone", 2, 0.25, HOLD),
         Layer("banjo|steel", "arp", 4, 0.3, "x.xx?.x.x.xx?.x."), Layer("choir", "drone", 3, 0.15, "x-------x-------")),
        "Folk", (DARBUKA, CLAVE), room=0.3,
    ),
    "Jazz": Recipe(
        (100, 170), ("dorian", "major", "mixolydian"), ((1, 4, 0, 5), (0, 5, 1, 4), (0, 3, 1, 4)),
        (Layer("bass", "walk", 2, 0.8, "x--x--x--x--"), Layer("piano|guitar", "chord", 4, 0.3, "x-...x-....."),
         Layer("brass|reed|vibes", "tune", 4, 0.33, "x-xx.xx?xx-?")),
        "Blues", (RIDE,), sevenths=True, below=9000, room=0.3, level=0.13,
    ),
    "Blues": Recipe(
        (68, 104), ("mixolydian",), ((0, 0, 0, 0, 3, 3, 0, 0, 4, 3, 0, 4), (0, 3, 0, 0, 3, 3, 0, 4)),
        (Layer("guitar|steel", "chord", 3, 0.45, "x-.x-.x-.x-."), Layer("bass", "walk", 2, 0.75, "x-xx-xx-xx-x"),
         Layer("fuzz|guitar|reed", "riff", 4, 0.3, "x-?x--..?x-?"), Layer("organ", "chord", 4, 0.12, "x-----------")),
        "Rock", (SHUFFLE,), sevenths=True, blue=True, drive=1.6, below=6500,
    ),
    "Classical": Recipe(
        (66, 132), ("major", "harmonic", "minor"), ((0, 3, 4, 0), (0, 5, 3, 4), (0, 4, 0, 4)),
        (Layer("strings|harpsichord", "chord", 4, 0.35, "x-------x-------"),
         Layer("strings|piano", "arp", 4, 0.3, "xxxxxxxxxxxxxxxx"),
         Layer("fiddle|flute", "tune", 5, 0.25, "x---x-?-x-x-x---"),
         Layer("strings", "root", 2, 0.4, "x-------x-------")),
        "Instrumental", room=0.8, swell=0.8, level=0.1,
    ),
    "Country": Recipe(
        (98, 132), ("major",), ((0, 3, 4, 0), (0, 0, 3, 4), (0, 5, 3, 4)),
        (Layer("steel", "arp", 4, 0.42, "x.xxx.xxx.xxx.xx"), Layer("bass", "root", 2, 0.7, "x---....x---...."),
         Layer("fiddle|guitar", "riff", 4, 0.28, "x-x-?-x-x---?-x-"),
         Layer("banjo|steel", "chord", 4, 0.3, "....x.......x...")),
        "Folk", (TRAIN,), drive=0.5, above=70, room=0.15,
    ),
    "Old-Time / Historic": Recipe(
        (96, 144), ("major", "mixolydian"), ((0, 0, 4, 0), (0, 3, 4, 0), (0, 4, 4, 0)),
        (Layer("fiddle|reed", "riff", 4, 0.45, "x-xx-xx-?x-?"), Layer("banjo|piano", "chord", 3, 0.5, "...x..x....."),
         Layer("brass|bass", "root", 2, 0.5, "x-....x-....")),
        "Country", ({}, {"brush": "...x..x....."}), above=350, below=3200, hiss=0.05, drive=2.0, room=0.05,
    ),
    "Easy Listening": Recipe(
        (82, 112), ("major",), ((0, 5, 1, 4), (3, 2, 1, 0), (0, 3, 1, 4)),
        (Layer("nylon|epiano", "chord", 4, 0.4, "x-.x-.x-..x-.x-."), Layer("bass", "root", 2, 0.6, "x--xx--xx--xx--x"),
         Layer("vibes|flute", "tune", 5, 0.28, "x--?x---x-?-..x-"), Layer("strings", "chord", 4, 0.12, HOLD)),
        "Jazz", (BOSSA,), sevenths=True, below=8000, room=0.5, level=0.1,
    ),
    "Soul-RnB": Recipe(
        (66, 96), ("dorian", "major"), ((1, 4, 0, 5), (0, 3, 1, 4), (3, 2, 1, 0)),
        (Layer("epiano|organ", "chord", 4, 0.4, "x-----x-..x---.."),
         Layer("bass|sub", "root", 1, 0.9, "x-.x..x-..?xx-.?"),
         Layer("choir", "tune", 4, 0.32, "x---?-x-x-----?-"),
         Layer("brass|guitar", "chord", 4, 0.15, "......x-......?.")),
        "Hip-Hop", (SLOW, BOOM), sevenths=True, swing=0.2, below=10000, drive=0.5, room=0.35,
    ),
    "Spoken": Recipe(
        (68, 92), ("chromatic",), ((0,), (0, 0, 2, 0)),
        (Layer("voice", "talk", 3, 0.9, "xx?x.x?xx.?xx..."), Layer("pad|wind", "drone", 3, 0.05, HOLD)),
        "Experimental", ({"ess": "..?..x..?...x..."}, {"ess": "?...x....?..?..."}), above=120, below=5200, room=0.12,
        hiss=0.012, level=0.09,
    ),
}  # fmt: skip
