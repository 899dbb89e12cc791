"""Say in words why two recordings were linked, or why not.

What is said is true of the two texts: words are compared as scoring reads them (case, accents, guests and "official
video" put aside), nothing is guessed from a score.
"""

import re
from collections.abc import Callable
from difflib import SequenceMatcher

import pandas as pd

from etl.matching.normalise import is_original_sound, normalise
from etl.matching.score import PAIR, compared
from etl.matching.vocabulary import fit

ALMOST = 0.75  #: likeness of letters from which on two texts are called one, spelt differently
Quote = Callable[[list[str]], str]


def reason(track_title: str, track_artist: str, sound_title: str, sound_artist: str, *, match: bool = True) -> str:
    """Why a track and a sound are a match, or, with ``match`` false, how the closest sound there is differs.

    >>> reason("Night Train", "Slow Hands", "Slow Hands - Night Train (Official Video)", "user4711")
    'Same title; the artist is named in the sound’s title'
    >>> reason("Night Train", "Slow Hands", "Night Train (Live)", "Slow Hands", match=False)
    'No match: closest is another version, “Live”'
    """
    if is_original_sound(sound_title) or is_original_sound(track_title):
        return "No match: an original sound names no piece of music"
    pair = pd.DataFrame([(track_title, track_artist, sound_title, sound_artist)], columns=PAIR)
    (found,), spelt, texts, titles = compared(pair, fit([]))
    as_written = {normalise(word): word for text in pair.iloc[0] for word in re.findall(r"[^\W_]+", text)}

    def words(row: int) -> list[str]:
        begin, end = texts.start[row], texts.start[row + 1]
        return [spelt[word] for word in texts.word[begin:end]]

    def quote(some: list[str]) -> str:
        return f"“{' '.join(as_written.get(word, word) for word in some)}”"

    one, two = 0, int(sound_title != track_title)  # numbers of the distinct titles
    fields = words(titles.artists), words(titles.artists + int(sound_artist != track_artist))
    track, sound = words(found["track_part"]), words(found["sound_part"])
    names = words(found["track_artist_part"]), words(found["sound_artist_part"])
    if found["track_names"] and names[1] == fields[1]:  # a name within the title is no part of it
        track = [word for word in track if word in sound or word not in {*fields[1], "by"}]
        names = _held(fields[1], words(titles.whole + one)) if names[0] == fields[0] else names[0], names[1]
    if found["sound_names"] and names[0] == fields[0]:
        sound = [word for word in sound if word in track or word not in {*fields[0], "by"}]
        names = names[0], _held(fields[0], words(titles.whole + two)) if names[1] == fields[1] else names[1]
    place = {(0, 1): " in the sound’s title", (1, 0): " in the track’s title", (1, 1): " in both titles"}
    where = place.get((int(found["track_names"]), int(found["sound_names"])), "")
    title, same_title = _titles(track, sound, quote)
    artist, same_artist = _artists(names, where, fields if found["artist_unknown"] else None, quote)
    versions = [
        [spelt[word] for word in titles.version[titles.version_start[n] : titles.version_start[n + 1]]]
        for n in (one, two)
    ]
    only = _without(versions[0], words(titles.whole + two)), _without(versions[1], words(titles.whole + one))
    said = [title, artist]
    if all(only):
        said.append(f"other versions ({quote(only[0])}, {quote(only[1])})")
    elif any(only):
        said.append(f"only the {'track' if only[0] else 'sound'} is {quote(only[0] or only[1])}")
    sentence = "; ".join(said)
    if match:
        return sentence[:1].upper() + sentence[1:]
    if same_title and same_artist and any(only):
        return f"No match: closest is another version, {quote(only[1] or only[0])}"
    return f"No match. Closest: {sentence}"


def _without(words: list[str], other: list[str]) -> list[str]:
    return [word for word in words if word not in other]


def _held(name: list[str], title: list[str]) -> list[str]:
    """The words of a name that a title has; all of the name's where it has none as they are, but their letters."""
    return [word for word in name if word in title] or title


def _almost(one: list[str], two: list[str]) -> bool:
    return SequenceMatcher(None, "".join(one), "".join(two), autojunk=False).ratio() >= ALMOST


def _titles(track: list[str], sound: list[str], quote: Quote) -> tuple[str, bool]:
    """What to say of the titles, and whether they are the same."""
    only = _without(track, sound), _without(sound, track)
    if not track or not sound:
        return (
            "neither has a title" if not track and not sound else f"the {'sound' if track else 'track'} has no title",
            False,
        )
    if "".join(track) == "".join(sound):
        return "same title", True
    if not any(only):
        return "the same words in the title", True
    if not all(only):
        return f"the {'track' if only[0] else 'sound'}’s title has {quote(only[0] or only[1])} as well", False
    if _almost(only[0], only[1]):
        return f"the title is spelt differently ({quote(only[0])}, {quote(only[1])})", True
    shared = [word for word in track if word in sound]
    if not shared:
        return "the titles are not alike", False
    if len(only[0]) == len(only[1]) == 1:
        return f"the titles differ in one word ({quote(only[0])}, {quote(only[1])})", False
    return f"the titles share {quote(shared)}", False


def _artists(
    names: tuple[list[str], list[str]], where: str, unknown: tuple[list[str], list[str]] | None, quote: Quote
) -> tuple[str, bool]:
    """What to say of the artists, and whether they are the same; ``unknown``: the names there are, where one lacks."""
    if unknown:
        silent = [side for side, name in zip(("track", "sound"), unknown, strict=True) if not name]
        return "no artist is named" if len(silent) != 1 else f"the {silent[0]} names no artist", False
    shared = [word for word in names[0] if word in names[1]]
    if "".join(names[0]) == "".join(names[1]):
        return f"the artist is named{where}" if where else "same artist", True
    if shared:
        return f"{quote(shared)} is named{where or ' on both sides'}", True
    if _almost(*names):
        return f"the artist’s name is spelt differently{where}", True
    return f"another artist{' is named' * bool(where)}{where}", False
