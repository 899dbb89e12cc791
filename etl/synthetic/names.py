"""Titles and names from a small grammar. All are invented; a likeness to a real song or person is chance."""

from collections.abc import Callable

import numpy as np

ADJECTIVES = """Amber Borrowed Brackish Copper Crooked Distant Dusty Electric Feathered Folded Gentle Hollow
    Indigo Juniper Leftover Lopsided Magnetic Midnight Northern Paper Patient Quiet Restless Salted Seventh Silver
    Slow Tangled Unsent Velvet Woolen"""
NOUNS = """Allotment Almanac Antenna Barge Bobbin Causeway Drizzle Driftwood Escalator Gazebo Harbour Heron Kettle
    Lantern Larder Lighthouse Meadow Orchard Parade Pavement Pinwheel Postcard Rooftop Semaphore Sundial Thimble
    Tramline Tugboat Umbrella Viaduct Windowsill"""
ENDS = "bay bridge fall field gate hill house keeper lane light mill moor port side song stone town water wood yard"
SYLLABLES = "va lo mi ren ta sko ber nu zel qui dra pol fe yan tor mel os ki har ju"
#: (first words, second words) in other scripts and with accents
FOREIGN = (
    ("Тихий Медный Далёкий Зимний Бумажный Синий Чужой", "фонарь вокзал ветер чайник трамвай берег сад"),
    ("静かな 青い 遠い 紙の 真夜中の 七つの 忘れた", "灯台 果樹園 雨傘 路面電車 手紙 ラジオ 風船"),
    ("Été Fenêtre Rivière Forêt Étoile Théière Île", "oubliée légère brûlée d'été d'hiver cachée répétée"),
    ("Müde Späte Grüne Schöne Kühle Große Übrige", "Brücke Straßenbahn Übung Träume Wäsche Tür Gärten"),
    ("Niño Corazón Mañana Otoño Canción Jardín Avión", "perdido dormido azul lejana pequeña común inútil"),
)
TITLES = """Waiting for the {n}|{a} {n}|{a} {n}|The {n} and the {m}|Letter to My {a} {n}|Don't Wake the {n}
    |{n} Song|Who Took My {n}?|{n}, {m}, {n}|My {n} Is {a}|Dancing on the {n}|No More {n}s|{n} No. {i}
    |{a} {n} (Live at the {m})|{n} [{a} mix]|The {a} "{n}"|{n}... and other {m}s|{a} & {b} {n}|{i} {n}s Ago
    |{n} Blues"""
ARTISTS = """The {a} {n}s|{n} & {m}|DJ {s}|{s} {t}|{s} {t}|{s} {t} Trio|{a} {n} Orchestra|{s} y los {t}s
    |{n} Committee|MC {s}|{s} van {t}|Les {n}s|{t} of {s}"""


def title(rng: np.random.Generator) -> str:
    """A song's title; one in twelve in another script or with accents."""
    return _foreign(rng) if rng.random() < 0.08 else _filled(rng, TITLES)


def artist(rng: np.random.Generator) -> str:
    """The name of an artist or a group; one in twelve in another script or with accents."""
    return _foreign(rng).title() if rng.random() < 0.08 else _filled(rng, ARTISTS)


def word(rng: np.random.Generator) -> str:
    """One invented word of two or three syllables, such as a surname or a handle."""
    return "".join(one(rng, SYLLABLES) for _ in range(rng.integers(2, 4)))


def one(rng: np.random.Generator, words: str) -> str:
    """One of the words of a text."""
    some = words.split()
    return some[rng.integers(len(some))]


def distinct(make: Callable[[np.random.Generator], str], rng: np.random.Generator, count: int) -> list[str]:
    """That many different names."""
    found: dict[str, None] = {}
    while len(found) < count:
        found[make(rng)] = None
    return list(found)


def _foreign(rng: np.random.Generator) -> str:
    first, second = FOREIGN[rng.integers(len(FOREIGN))]
    return f"{one(rng, first)} {one(rng, second)}"


def _filled(rng: np.random.Generator, patterns: str) -> str:
    a, b = rng.choice(ADJECTIVES.split(), 2, replace=False)
    # most nouns are compounds, so that words are as rare among a thousand titles as they are among real ones
    n, m = (one(rng, NOUNS) + (one(rng, ENDS) if rng.random() < 0.8 else "") for _ in range(2))
    s, t, i = word(rng).title(), word(rng).title(), rng.integers(2, 40)
    return str(rng.choice(patterns.split("|"))).strip().format(a=a, b=b, n=n, m=m, s=s, t=t, i=i)
