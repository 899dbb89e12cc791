"""Titles and names from a small grammar. All are invented; a likeness to a real song or person is chance."""

import numpy as np

ADJECTIVES = (
    "Amber Borrowed Brackish Copper Crooked Distant Dusty Electric Feathered Folded Gentle Hollow Indigo Juniper Leftover "
    "Lopsided Magnetic Midnight Northern Paper Patient Quiet Restless Salted Seventh Silver Slow Tangled Unsent Velvet Woolen"
).split()
NOUNS = (
    "Allotment Almanac Antenna Balcony Bobbin Causeway Compass Driftwood Escalator Ferry Gantry Harbour Heron Kettle Lantern "
    "Larder Lighthouse Marzipan Meadow Orchard Parade Pavement Postcard Quarry Rooftop Semaphore Sundial Thimble Tramline "
    "Tugboat Umbrella Viaduct Weather Windowsill"
).split()
PHRASES = (
    "Waiting for the {n}", "{a} {n}", "{a} {n}", "The {n} and the {m}", "Letter to a {a} {n}", "Don't Wake the {n}", "{n} Song",
    "{a} {n} Blues", "Who Took My {n}?", "{n}, {m}, {n}", "My {n} Is {a}", "Dancing on the {n}", "No More {n}s", "{n} No. {i}",
    "{a} {n} (Live at the {m})", "{n} [{a} mix]", "The {a} \"{n}\"", "{n}... and other {m}s", "{a} & {b} {n}", "{i} {n}s Ago",
)  # fmt: skip
#: (adjectives, nouns) in other scripts and with accents: a title is one of each
FOREIGN = (
    ("Тихий Медный Далёкий Зимний Бумажный".split(), "фонарь вокзал ветер чайник трамвай".split()),
    ("静かな 青い 遠い 紙の 真夜中の".split(), "灯台 果樹園 雨傘 路面電車 手紙".split()),
    ("Été Fenêtre Rivière Forêt Étoile".split(), "oubliée légère brûlée à l'été d'hiver".split(" ", 4)),
    ("Müde Späte Grüne Schöne Kühle".split(), "Brücke Straßenbahn Übung Träume Wäsche".split()),
    ("Niño Corazón Mañana Otoño Canción".split(), "perdido dormido azul lejana pequeña".split()),
)
SYLLABLES = "va lo mi ren ta sko ber nu zel qui dra pol fe yan tor mel os ki har ju".split()
GROUPS = (
    "The {a} {n}s", "{n} & {m}", "DJ {s}", "{s} {t}", "{s} {t}", "{s} {t}", "{s} {t} Trio", "{a} {n} Orchestra", "{s} y los {t}s",
    "{n} Committee", "MC {s}", "{s} van {t}", "Les {n}s", "{t} of {s}",
)  # fmt: skip


def title(rng: np.random.Generator) -> str:
    """A song's title; one in eight in another script or with accents."""
    if rng.random() < 0.12:
        adjectives, nouns = FOREIGN[rng.integers(len(FOREIGN))]
        return f"{rng.choice(adjectives)} {rng.choice(nouns)}"
    return _filled(rng, PHRASES)


def artist(rng: np.random.Generator) -> str:
    """The name of an artist or a group; one in twelve in another script or with accents."""
    if rng.random() < 0.08:
        adjectives, nouns = FOREIGN[rng.integers(len(FOREIGN))]
        return f"{rng.choice(nouns)} {rng.choice(adjectives)}".title()
    return _filled(rng, GROUPS)


def word(rng: np.random.Generator) -> str:
    """One invented word of two or three syllables, such as a surname or a handle."""
    return "".join(rng.choice(SYLLABLES, rng.integers(2, 4)))


def _filled(rng: np.random.Generator, patterns: tuple[str, ...]) -> str:
    a, b = rng.choice(ADJECTIVES, 2, replace=False)
    n, m = rng.choice(NOUNS, 2, replace=False)
    pattern = patterns[rng.integers(len(patterns))]
    return pattern.format(a=a, b=b, n=n, m=m, s=word(rng).title(), t=word(rng).title(), i=rng.integers(2, 40))
