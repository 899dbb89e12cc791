"""Captions and hashtags as people set them below their videos, each in its own language. All are invented.

How many are empty, how long they are, and how many hashtags and emoji they have is near to what 1,000 posts of December
2020 show.
"""

import re
from collections.abc import Sequence
from functools import cache

import numpy as np
from anyascii import anyascii

from etl.synthetic import lexicon, names
from etl.synthetic.demo import phrases as said
from etl.synthetic.grammar import Node, any_of, draw, grammar, phrases, pick, words

#: country: (the language that its people post in, the share of them)
LANGUAGES: dict[str, tuple[tuple[str, float], ...]] = {
    "USA": (("en", 0.87), ("es", 0.13)), "CAN": (("en", 0.78), ("fr", 0.22)), "PHL": (("en", 1.0),),
    **dict.fromkeys(("GBR", "AUS", "IRL", "NZL", "ZAF", "NGA", "KEN"), (("en", 1.0),)),
    **dict.fromkeys(("MEX", "ESP", "ARG", "COL", "CHL", "PER"), (("es", 0.96), ("en", 0.04))),
    **dict.fromkeys(("BRA", "PRT"), (("pt", 0.95), ("en", 0.05))),
    **dict.fromkeys(("DEU", "AUT"), (("de", 0.85), ("en", 0.11), ("tr", 0.04))),
    "CHE": (("de", 0.6), ("fr", 0.22), ("it", 0.08), ("en", 0.1)), "FRA": (("fr", 0.9), ("en", 0.06), ("ar", 0.04)),
    "BEL": (("nl", 0.55), ("fr", 0.35), ("en", 0.1)), "NLD": (("nl", 0.75), ("en", 0.25)),
    "ITA": (("it", 0.93), ("en", 0.07)), "POL": (("pl", 0.92), ("en", 0.08)), "TUR": (("tr", 0.95), ("en", 0.05)),
    "IND": (("hi", 0.65), ("en", 0.35)), "IDN": (("id", 0.93), ("en", 0.07)), "MYS": (("id", 0.4), ("en", 0.6)),
    "JPN": (("ja", 0.96), ("en", 0.04)), "KOR": (("ko", 0.93), ("en", 0.07)), "EGY": (("ar", 0.9), ("en", 0.1)),
    "UKR": (("uk", 0.65), ("ru", 0.25), ("en", 0.1)), "ISR": (("en", 0.7), ("ru", 0.15), ("ar", 0.15)),
    "EST": (("en", 0.7), ("ru", 0.3)),
}  # fmt: skip
ENGLISH = (("en", 1.0),)
LONGEST = 100  #: letters of all hashtags together
#: how many hashtags, in per cent of posts
COUNTS = [
    count
    for count, share in enumerate((15, 5, 7, 8, 9, 10, 10, 8, 7, 6, 5, 4, 3, 2, 1))
    for _ in range(share)
]  # fmt: skip


def language(rng: np.random.Generator, country: str | None) -> str:
    """The language that somebody from there posts in; English where the country's is not spoken here."""
    left, known = rng.random(), LANGUAGES.get(country or "", ENGLISH)
    for name, share in known:
        if (left := left - share) < 0:
            return name
    return known[0][0]


def tags(rng: np.random.Generator, language: str) -> list[str]:
    """Different hashtags without their sign, mostly of one topic; one post in seven has none."""
    topic, count, length = pick(rng, _TOPICS), pick(rng, COUNTS), 0
    of_topic, own, reach = _own_tags(language, topic), _own_tags(language, "any"), _REACH
    found: dict[str, None] = {}
    while len(found) < count and length < LONGEST:
        kind = rng.random()
        if kind < 0.2:
            tag = reach[int(len(reach) * rng.random() ** 3)]
        elif kind < 0.38:
            tag = pick(rng, own)
        elif kind < 0.68:
            tag = pick(rng, of_topic)
        else:
            tag = draw(_RARE, rng) if kind < 0.92 else pick(rng, of_topic) + pick(rng, _ENDS)
        if tag not in found:
            found[tag] = None
            length += len(tag) + 2
    return list(found)


def caption(
    rng: np.random.Generator, language: str, *, title: str | None, artist: str | None, tags: Sequence[str]
) -> str:
    """What somebody writes below a video, with its hashtags; it may be empty, or nothing but hashtags.

    Args:
        title, artist: of the sound, where it is a song: some quote it.
        tags: without their sign; what is written is about what they are about.
    """
    signs = " ".join([f"#{tag}" for tag in tags])
    if rng.random() < (0.15 if tags else 0.26):
        return signs
    topic = next((_TOPIC_OF[tag] for tag in tags if tag in _TOPIC_OF), None) or pick(rng, _TOPICS)
    spoken, about_song = _phrases(language), title and artist and rng.random() < 0.12
    text = _written(draw(spoken["song" if about_song else topic], rng), rng)
    if rng.random() < 0.28:
        text = f"{text}{pick(rng, _STOPS)}{_written(draw(spoken['any'], rng), rng)}"
    if (kind := rng.random()) < 0.05:
        text = f"{draw(spoken['reply'], rng)} {text}"
    elif kind < 0.15:
        text = f"{text} @{names.handle(rng, language)}"
    elif kind < 0.17 and artist and (known_as := re.sub(r"[^a-z0-9]", "", anyascii(artist).lower())):
        text = f"{text} @{known_as}"
    if rng.random() < 0.48:
        text = f"{text}{' ' if rng.random() < 0.7 else ''}{_emoji('music' if about_song else topic, rng)}"
    if "duet" in tags:
        signs = f"{signs} ".replace("#duet ", f"#duet with @{names.handle(rng, language)} ")
    text = f"{text} {signs}".replace("$title", title or "").replace("$artist", artist or "")
    return " ".join(text.split()).replace(" ,", ",")


def _written(text: str, rng: np.random.Generator) -> str:
    """As it is typed: with a great letter, without, or all in great ones."""
    if (way := rng.random()) < 0.03 and "$" not in text and "@" not in text:
        return text.upper()
    return text[:1].upper() + text[1:] if way < 0.65 else text


def _emoji(topic: str, rng: np.random.Generator) -> str:
    """One sign, one several times, or two or three."""
    some, kind = _EMOJI[topic], rng.random()
    if kind < 0.7:
        return pick(rng, some) * (1 if kind < 0.5 else 2 if kind < 0.58 else 3)
    return "".join([pick(rng, some) for _ in range(2 if kind < 0.88 else 3)])


@cache
def _phrases(language: str) -> dict[str, Node]:
    named: dict[str, Node] = {
        "n": [str(n) for n in range(2, 10)],
        "hour": ["1", "2", "3", "4"],
        "day": [str(day) for day in (*range(1, 31), *range(1, 101))],
        "handle": lambda rng: f"@{names.handle(rng, language)}",
        "title": "$title",
        "artist": "$artist",
    }
    texts = said.PHRASES[language] | {"reply": said.REPLIES[language]}
    return {topic: any_of(text, named) for topic, text in texts.items()}


@cache
def _own_tags(language: str, topic: str) -> list[str]:
    """A topic's hashtags in the language, twice as often as those in English."""
    own, english = _OWN_TAGS[language].get(topic, []), said.TOPIC_TAGS[topic].split()
    return own * max(1, round(2 * len(english) / max(1, len(own)))) + english


_OWN_TAGS = {
    language: {topic: some.split() for topic, _, some in (line.partition(": ") for line in phrases(text))}
    for language, text in said.OWN_TAGS.items()
}
#: a third of the videos are about nothing in particular
_TOPICS = [topic for topic in said.TOPIC_TAGS for _ in range(5 if topic == "any" else 1)]
_TOPIC_OF = {
    tag: topic
    for known in (*_OWN_TAGS.values(), {topic: some.split() for topic, some in said.TOPIC_TAGS.items()})
    for topic, some in known.items()
    if topic != "any"
    for tag in some
}
_STOPS = (" ", " ", "... ", " | ", " - ", " // ", " ✨ ")
_ENDS = said.ENDS.split()
_EMOJI = {topic: some.split() for topic, some in said.EMOJI.items()}
_REACH = said.REACH.split()
_WORDS: dict[str, Node] = {
    "noun": words(lexicon.NOUNS, str.lower),
    "adj": words(lexicon.ADJECTIVES),
    "mood": words(lexicon.MOODS),
    "place": [re.sub(r"\W", "", place).lower() for place in phrases(lexicon.PLACES)],
    "tag": words(" ".join(said.TOPIC_TAGS.values())),
    "end": words(said.ENDS),
    "team": words(said.TEAMS),
    "name": names.given,
}
_RARE = grammar("{<noun>|<noun>|<adj><noun>|<mood>|<place>|<tag><end>|<team><name>|<tag><end>|<team><name>}", _WORDS)
