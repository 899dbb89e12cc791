"""Titles, names of artists and of people. All are invented; a likeness to a real song or person is chance."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
from anyascii import anyascii

from etl.synthetic import lexicon
from etl.synthetic.grammar import Node, any_of, draw, phrases, pick, words

SYLLABLES = "va lo mi ren ta sko ber nu zel qui dra pol fe yan tor mel os ki har ju"
NOUNS = lexicon.NOUNS
#: words of a title that stay small
SMALL = frozenset(lexicon.SMALL.split())


def title(rng: np.random.Generator) -> str:
    """A song's title; one in six in another language, half of these in another script."""
    if (kind := rng.random()) < 0.16:
        return _capital(draw(_ABROAD, rng))
    if kind < 0.20:
        return draw(_NETTED, rng)
    text = _AN.sub(r"\1n ", draw(_TITLES, rng))
    if kind < 0.24 and len(text) < 18:
        text = f"{text} {draw(_ASIDES, rng)}"
    way = rng.random()
    if way < 0.12:
        return text.lower()
    if way < 0.16:
        return text.upper()
    return _titled(text) if way < 0.8 else text[0].upper() + text[1:]


def artist(rng: np.random.Generator) -> str:
    """The name of an artist or a group, wherever they are from."""
    text = draw(_ARTISTS, rng)
    way = rng.random()
    return text.lower() if way < 0.05 else text.upper() if way < 0.08 else text


def handle(rng: np.random.Generator, language: str) -> str:
    """A name for addresses, as those who speak the language choose them: up to 24 of a-z, 0-9, dot and underscore."""
    given, last = _person(rng, language)
    text = draw(_handles(language), rng).replace("$stretched", given.ascii + given.ascii[-1])
    return text.replace("$me", given.ascii).replace("$own", last.ascii)[:24].rstrip(".")


def person(rng: np.random.Generator, language: str) -> str:
    """The name that somebody shows who speaks the language; from a generator in the same state, it fits the handle."""
    given, last = _person(rng, language)
    text = draw(_DISPLAYED, rng).replace("$both", _both(language, given.native, last.native))
    return text.replace("$Me", given.native).replace("$me", given.ascii).replace("$Initial", last.native[0])


def given(rng: np.random.Generator) -> str:
    """A given name from anywhere, in small letters of ASCII."""
    return _person(rng, pick(rng, _ARTISTS_FROM))[0].ascii


def word(rng: np.random.Generator) -> str:
    """One invented word of two or three syllables, such as a surname or a handle."""
    return "".join([one(rng, SYLLABLES) for _ in range(rng.integers(2, 4))])


def one(rng: np.random.Generator, words: str) -> str:
    """One of the words of a text."""
    some = _split(words)
    return some[rng.integers(len(some))]


def distinct(make: Callable[[np.random.Generator], str], rng: np.random.Generator, count: int) -> list[str]:
    """That many different names."""
    found: dict[str, None] = {}
    while len(found) < count:
        found[make(rng)] = None
    return list(found)


@cache
def _split(text: str) -> tuple[str, ...]:
    return tuple(text.split())


class _Name(NamedTuple):
    ascii: str  #: small letters, for handles
    latin: str
    native: str  #: in the language's own script

    @classmethod
    def of(cls, text: str) -> "_Name":
        """Read a name, or a part of one; after a colon stands how it is written in Latin letters."""
        native, _, latin = text.partition(":")
        latin = latin or (native if native < "\u0250" else anyascii(native))
        return cls(anyascii(latin).lower().replace("'", ""), latin, native)

    def __add__(self, end: "_Name") -> "_Name":  # type: ignore[override]
        return _Name(*map(str.__add__, self, end))


@dataclass(frozen=True)
class _People:
    """What people of one language are called; women's names stand before men's."""

    given: tuple[list[_Name], list[_Name]]
    begins: list[_Name]
    ends: tuple[list[_Name], list[_Name]]

    @classmethod
    def of(cls, language: str, women: str, men: str, begins: str, ends: str) -> "_People":
        """Read the lists of the lexicon."""
        womens = lexicon.WOMENS.get(language, {})
        all_ends = ends.split() or [""]
        for_women = [next((end[: -len(m)] + w for m, w in womens.items() if end.endswith(m)), end) for end in all_ends]
        given, last = ([list(map(_Name.of, names)) for names in some]
                       for some in ((women.split(), men.split()), (for_women, all_ends)))  # fmt: skip
        return cls((given[0], given[1]), list(map(_Name.of, begins.split())), (last[0], last[1]))


_PEOPLE = {language: _People.of(language, *lists) for language, lists in (lexicon.PEOPLE | lexicon.FURTHER).items()}
#: whose artists there are, each as often as its weight
_ARTISTS_FROM = [
    language
    for language, weight in {
        "en": 16, "es": 5, "pt": 3, "fr": 4, "de": 4, "it": 3, "pl": 2, "tr": 2, "id": 2, "ru": 2, "uk": 1, "ja": 3,
        "ko": 2, "ar": 2, "hi": 3, "nl": 2, "north": 3, "africa": 3, "vi": 1,
    }.items()
    for _ in range(weight)
]  # fmt: skip


def _person(rng: np.random.Generator, language: str) -> tuple[_Name, _Name]:
    people, men = _PEOPLE[language], rng.random() < 0.5
    return pick(rng, people.given[men]), pick(rng, people.begins) + pick(rng, people.ends[men])


def _both(language: str, given: str, last: str) -> str:
    if (between := lexicon.FAMILY_FIRST.get(language)) is not None:
        return f"{last}{between}{given}"
    return f"{given} van {last}" if language == "nl" else f"{given} {_capital(last)}"


def _full(rng: np.random.Generator) -> str:
    """A person's whole name, now and then in the language's own script."""
    language = pick(rng, _ARTISTS_FROM)
    given, last = _person(rng, language)
    if rng.random() < 0.16:
        return _both(language, given.native, last.native)
    return f"{_capital(given.latin)} {'van ' if language == 'nl' else ''}{_capital(last.latin)}"


def _given(rng: np.random.Generator) -> str:
    return _capital(_person(rng, pick(rng, _ARTISTS_FROM))[0].latin)


def _last(rng: np.random.Generator) -> str:
    return _capital(_person(rng, pick(rng, _ARTISTS_FROM))[1].latin)


def _coined(rng: np.random.Generator) -> str:
    begin, end = lexicon.COINED
    return one(rng, begin) + one(rng, end)


def _initial(rng: np.random.Generator) -> str:
    return pick(rng, "ABCDEFGHJKLMNOPRSTVWXYZ")


def _number(rng: np.random.Generator) -> str:
    return str(2 + int(18 * rng.random() ** 2))


def _long(rng: np.random.Generator) -> str:
    return str(int(rng.random() * 9e12) + 10**12)


def _bare(rng: np.random.Generator) -> str:
    """A word without its vowels."""
    text = one(rng, lexicon.NOUNS).lower()
    return text[0] + "".join(letter for letter in text[1:] if letter not in "aeiou")


def _leet(rng: np.random.Generator) -> str:
    return one(rng, lexicon.NOUNS).capitalize().translate(_LEET)


_LEET = str.maketrans("aeos", "43øz")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _titled(text: str) -> str:
    """Great letters at the beginning of each word but the small ones within."""
    return " ".join([w if i and w in SMALL else w[0] + _capital(w[1:]) if w[0] in "([" else _capital(w)
                     for i, w in enumerate(text.split(" ")) if w])  # fmt: skip


def _plural(noun: str) -> str:
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return noun + "es"
    if noun[-1] == "y" and noun[-2] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


def _doing(verb: str) -> str:
    if verb in _DOING:
        return _DOING[verb]
    if verb[-1] == "e":
        return verb[:-1] + "ing"
    doubled = re.search(r"[^aeiou][aeiou][^aeiouwxy]$", verb) and len(verb) < 5
    return verb + verb[-1] * bool(doubled) + "ing"


_DOING = {"lie": "lying", "forget": "forgetting", "panic": "panicking", "quit": "quitting"}
_AN = re.compile(r"\b([aA]) (?=[aeio]|u(?!ni|s[eu])|hour|honest)")


def _mixed(named: Mapping[str, Node], **weights: int) -> Node:
    """Phrases of several kinds, e.g. ``words=3``: those of ``lexicon.WORDS``, three times as often as of weight 1."""
    kinds = [(any_of(getattr(lexicon, kind.upper()), named), weight) for kind, weight in weights.items()]
    return [node for node, weight in kinds for _ in range(weight)]


_NAMED: dict[str, Node] = {
    "noun": words(lexicon.NOUNS),
    "nouns": words(lexicon.NOUNS, _plural),
    "adj": words(lexicon.ADJECTIVES),
    "alone": words(lexicon.ALONE),
    "ing": words(lexicon.ALONE, _doing),
    "to": words(lexicon.TO),
    "mood": words(lexicon.MOODS),
    "place": list(phrases(lexicon.PLACES)),
    "girl": [name.latin for language in ("en", "es", "fr", "de", "it") for name in _PEOPLE[language].given[0]],
    "boy": [name.latin for language in ("en", "es", "fr", "de", "it") for name in _PEOPLE[language].given[1]],
    "key": [f"{tone} {mode}" for tone in lexicon.KEYS.split() for mode in ("Major", "minor")],
    "instrument": words(lexicon.INSTRUMENTS),
    "hobby": words(lexicon.HOBBIES),
    "sign": words(lexicon.SIGNS),
    "full": _full,
    "given": _given,
    "last": _last,
    "coined": _coined,
    "initial": _initial,
    "n": _number,
    "nn": lambda rng: f"{int(rng.random() * 100):02}",
    "long": _long,
    "bare": _bare,
    "shout": lambda rng: _coined(rng).upper(),
    "leet": _leet,
    "word": words(lexicon.NOUNS, str.lower),
    "Noun": words(lexicon.NOUNS, _capital),
    "Nouns": words(lexicon.NOUNS, lambda noun: _capital(_plural(noun))),
    "Adj": words(lexicon.ADJECTIVES, _capital),
    "Alone": words(lexicon.ALONE, _capital),
    "Ing": words(lexicon.ALONE, lambda verb: _capital(_doing(verb))),
    "Mood": words(lexicon.MOODS, _capital),
}
_TITLES = _mixed(_NAMED, words=22, pairs=26, sentences=40, numbered=6, forms=4)
_NETTED = _mixed(_NAMED, netted=1)
_ASIDES = _mixed(_NAMED, asides=1)
_ABROAD: Node = [any_of(text, _NAMED) for text in lexicon.ABROAD.values()]
_ARTISTS = _mixed(_NAMED, solo=36, mononyms=13, bands=21, duos=5, makers=11, ensembles=6, overseas=8)
_SELF: dict[str, Node] = {name: f"${name}" for name in ("me", "Me", "own", "both", "stretched", "Initial")}
_DISPLAYED = any_of(lexicon.DISPLAYED, _NAMED | _SELF)


@cache
def _handles(language: str) -> Node:
    named = _NAMED | _SELF | {"noun": _NAMED["word"], "coined": lambda rng: _coined(rng).lower()}
    return any_of(lexicon.HANDLES, named | {"local": any_of(lexicon.LOCAL_HANDLES[language], named)})
