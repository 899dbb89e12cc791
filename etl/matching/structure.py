"""Read what a title or a name is made of: parts between dashes, brackets, guests, what tells a version.

The rules are those of people who write titles. Which part of "One - Two" is the artist only the other side of a pair
can tell (``compare``); here it is only cut.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
from numba import njit

from etl.matching.normalise import INITIALS, Letters, composed, part_words
from etl.matching.vocabulary import Vocabulary

#: What stands in an artist's field when nobody is named, and in a title's when no piece is.
NOBODY = {"", "unknown", "unknown artist", "artist unknown", "various", "various artists", "va", "null", "none", "nan"}
NOBODY |= {"n a", "na", "unk", "anonymous"}
NO_TITLE = {"", "unknown", "unknown title", "untitled", "unk", "n a", "na", "none", "null", "no title", "silence"}


def _words(text: str) -> set[str]:
    return set(text.split())


#: A bracket with one of these, or a part after a dash, tells the version.
VERSION = _words(
    """remix remixed rmx mix mixed edit edited version remaster remastered live vivo directo acoustic acustico
    instrumental karaoke cappella acappella acapella sped slowed reverb nightcore mashup cover demo bonus mono stereo
    single original official explicit clean lyric lyrics letra video audio visualizer visualiser clip extended radio dub
    rework bootleg outtake rehearsal unplugged session reprise alternate tiktok hd hq 4k mv inedit"""
)
#: Names of guests follow these.
GUEST = {"feat", "ft", "featuring", "prod"}
#: These at the end of a title are no part of it, and those after them neither where one of the first is near.
TAIL = _words(
    """official lyric lyrics letra hd hq 4k remix rmx slowed sped reverb nightcore mashup visualizer visualiser vevo mv
    tiktok cover"""
)
NEAR_TAIL = _words("video audio music version edit mix up down and speed the n x with full clip by")
#: Words of a version that make no other version of the piece.
SAME_VERSION = _words(
    """explicit clean official audio video version album original single lyrics lyric hd hq 4k mv visualizer visualiser
    letra vevo clip music bonus track remaster remastered the mono stereo full and tiktok by"""
)
IS_VERSION, IS_GUEST, IS_TAIL, IS_NEAR_TAIL, IS_SAME_VERSION, IS_DIGITS = (1 << bit for bit in range(6))

#: Numbers written otherwise; a single Roman letter is one only where a number is to be expected.
NUMBER = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10}
NUMBER |= {"eleven": 11, "twelve": 12, "ii": 2, "iii": 3, "vii": 7, "viii": 8, "xii": 12, "xiii": 13, "xiv": 14}
MAYBE_NUMBER = {"i": 1, "iv": 4, "v": 5, "vi": 6, "ix": 9, "x": 10, "xi": 11, "xv": 15, "xvi": 16, "xvii": 17}
NUMBERED = _words(
    """part pt no nr number movement mvt act vol volume chapter op book scene disc cd episode phase parte teil partie"""
)

LONGEST = 300  #: characters of a text that are read
OPEN, CLOSE, DASH, LINE = "(", ")", "-", "\n"
OPENS, CLOSES, DIVIDES = -1, -2, -3
MARKS = {OPEN: OPENS, CLOSE: CLOSES, DASH: DIVIDES}


class _Marked(Letters):
    """As normalised, but brackets, dashes and ends of lines stay, each in one form."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if char in "([{【〔〖「『":
            mark = f" {OPEN} "
        elif char in ")]}】〕〗」』":
            mark = f" {CLOSE} "
        elif char in "-–—−‐‑":
            mark = DASH
        elif char in "|~•·":
            mark = f" {DASH} "
        elif char == LINE:
            mark = f" {LINE} "
        else:
            return super().__missing__(code)
        self[code] = mark
        return mark


_MARKED = _Marked()
_TOKEN = re.compile(r"[a-z0-9]+|[()\n]|(?<![^ ])-+|-+(?![^ ])")  # a dash is a mark where a space is beside it
_TRACK_NUMBER = re.compile(
    r"^[^\S\n]*(?:0\w{1,3}[^\S\n]*[-._][^\S\n]*|0\d{1,2}(?=[^\W\d])|\d{1,3}(?:\.[^\S\n]+|[-_](?=[^\W\d])))",
    re.MULTILINE,
)
_ONLY_A_TRACK_NUMBER = re.compile(r"^[^\S\n]*\d{1,3}[^\S\n]*[-._](?:(?!\n)[\W_])*$", re.MULTILINE)


def tokens(texts: Sequence[str], nothing: set[str]) -> list[list[str]]:
    """The words of each text in its order, normalised, with ``MARKS`` between them; numbers as digits.

    A track number in front is left out, and so are texts that are only one, or that are among ``nothing``.

    >>> tokens(["07. Ärzte – Night Train, Pt. II [Live]", "Unknown"], NO_TITLE)
    [['arzte', '-', 'night', 'train', 'pt', '2', '(', 'live', ')'], []]
    """
    lines = [text[:LONGEST].replace(LINE, " ") for text in texts]
    joined = LINE.join(part_words(line) for line in lines)
    joined = _TRACK_NUMBER.sub("", _ONLY_A_TRACK_NUMBER.sub("", composed(joined))).casefold()
    found: list[list[str]] = [[]]
    for token in _TOKEN.findall(INITIALS.sub("", joined).translate(_MARKED)):
        if token == LINE:
            found.append([])
        else:
            found[-1].append(DASH if token[0] == DASH else token)
    said = map(_unless(nothing), found)
    return [words if _COUNTS.isdisjoint(words) else _with_digits(words) for words in said]


def _unless(nothing: set[str]) -> Callable[[list[str]], list[str]]:
    long = max(len(text.split()) for text in nothing) + 2  # a bracket around it

    def keep(words: list[str]) -> list[str]:
        return [] if len(words) <= long and " ".join(w for w in words if w not in MARKS) in nothing else words

    return keep


_COUNTS = NUMBER.keys() | MAYBE_NUMBER.keys()


def _with_digits(words: list[str]) -> list[str]:
    kept = list(words)
    for i, word in enumerate(words):
        if word in NUMBER:
            kept[i] = str(NUMBER[word])
        elif word in MAYBE_NUMBER and i:
            last = i + 1 == len(words) or words[i + 1] in MARKS
            if words[i - 1] in NUMBERED or words[i - 1] == OPEN or (last and words[i - 1] not in MARKS):
                kept[i] = str(MAYBE_NUMBER[word])
    return kept


class Words(NamedTuple):
    """All words of some texts in alphabetical order, so that sums over them have one order whatever the batch."""

    idf: np.ndarray  #: float64
    kind: np.ndarray  #: int32, bits ``IS_…``
    number: np.ndarray  #: int64, the digits at its end as a number; -1 where it has none
    start: np.ndarray  #: int64, of its letters
    letters: np.ndarray  #: int8, 1 … 36


_LETTER = np.zeros(128, np.int8)
_LETTER[[ord(letter) for letter in "0123456789abcdefghijklmnopqrstuvwxyz"]] = np.arange(1, 37)
_LAST_DIGITS = re.compile(r"\d{1,9}$")


def words_of(spelt: list[str], vocabulary: Vocabulary) -> Words:
    """Describe words, given in alphabetical order."""
    place, idf, unknown = vocabulary.place, vocabulary.idf, vocabulary.unknown_idf
    sets = ((VERSION, IS_VERSION), (GUEST, IS_GUEST), (TAIL, IS_TAIL), (NEAR_TAIL | TAIL, IS_NEAR_TAIL))
    bits: dict[str, int] = {}
    for some, bit in (*sets, (SAME_VERSION, IS_SAME_VERSION)):
        for word in some:
            bits[word] = bits.get(word, 0) | bit
    ends = (_LAST_DIGITS.search(word) for word in spelt)
    return Words(
        np.array([idf[place[word]] if word in place else unknown for word in spelt], float),
        np.array([bits.get(word, 0) | (IS_DIGITS if word.isdigit() else 0) for word in spelt], np.int32),
        np.array([int(end[0]) if end else -1 for end in ends], np.int64),
        np.cumsum([0, *map(len, spelt)]),
        _LETTER[np.frombuffer("".join(spelt).encode("ascii"), np.uint8)],
    )


def laid_out(texts: Iterable[list[str]], column: dict[str, int]) -> tuple[np.ndarray, np.ndarray]:
    """Texts end to end as numbers of words, marks negative: where each starts, and the numbers."""
    lists = list(texts)
    start = np.cumsum([0, *map(len, lists)])
    return start, np.fromiter(map(column.__getitem__, chain.from_iterable(lists)), np.int32, start[-1])


#: What a word of a title is: part of it; in a bracket or after a dash, perhaps part of it; version; guest; a mark.
PLAIN, BRACKET, VERSION_PART, EXTRA, WITH, MARK = range(6)
#: The parts of a title that ``parts`` gives, numbered as in ``compare``; the last four only where dashes part it.
CORE, BARE, HEAD, REST, LEAD, LAST = PARTS = tuple(range(6))


@njit(cache=True)
def roles(start, word, kind):
    """Tell what each word of each title is.

    Returns:
        role: int8 as above, part: int32, how many dashes stand before the word, parts: int32, for each title.
    """
    role, part = np.zeros(len(word), np.int8), np.zeros(len(word), np.int32)
    parts = np.ones(len(start) - 1, np.int32)
    for text in range(len(start) - 1):
        begin, end = start[text], start[text + 1]
        parts[text] = _cut(begin, end, word, kind, role, part)
        for number in range(parts[text]):
            _mark_version(begin, end, word, kind, role, part, number)
        if not (role[begin:end] == PLAIN).any():  # never down to nothing
            for i in range(begin, end):
                role[i] = MARK if word[i] < 0 else PLAIN
    return role, part, parts


@njit(cache=True)
def _cut(begin, end, word, kind, role, part):
    """Brackets, guests and parts of one title; gives the number of parts."""
    depth, outside = 0, 0
    for i in range(begin, end):
        depth = max(depth + (word[i] == OPENS) - (word[i] == CLOSES), 0)
        outside += word[i] >= 0 and depth == 0
    number, seen, guest, i = 0, False, False, begin
    while i < end:
        if word[i] == OPENS and outside > 0:
            close, depth, first, tells, names = i, 0, True, False, False
            while close < end:
                depth += (word[close] == OPENS) - (word[close] == CLOSES)
                if depth == 0:
                    break
                if word[close] >= 0:
                    names = names or (first and kind[word[close]] & IS_GUEST > 0)
                    tells = tells or kind[word[close]] & (IS_VERSION | IS_GUEST) > 0
                    first = False
                close += 1
            for k in range(i, min(close + 1, end)):
                part[k] = number
                role[k] = MARK if word[k] < 0 else WITH if names else EXTRA if tells else BRACKET
            i, guest = close + 1, False
            continue
        part[i] = number
        if word[i] < 0:
            role[i] = MARK
            if word[i] == DIVIDES:
                number, seen, guest = number + seen, False, False
        else:
            guest = guest or (seen and kind[word[i]] & IS_GUEST > 0)
            role[i], seen = WITH if guest else PLAIN, True
        i += 1
    return number + 1 if seen or number == 0 else number


@njit(cache=True)
def _mark_version(begin, end, word, kind, role, part, number):
    """In one part of a title: "- Radio Edit" is a version, "- Somebody's Remix" may be one, a tail is none of it."""
    first, last, tells, sure = -1, -1, False, True
    for i in range(begin, end):
        if part[i] == number and role[i] == PLAIN:
            first, last = i if first < 0 else first, i
            tells = tells or kind[word[i]] & IS_VERSION > 0
            sure = sure and kind[word[i]] & (IS_VERSION | IS_TAIL | IS_NEAR_TAIL | IS_DIGITS) > 0
    if number > 0 and tells:
        for i in range(first, last + 1):
            if part[i] == number and role[i] == PLAIN:
                role[i] = EXTRA if sure else VERSION_PART
    tail = -1
    for i in range(last, first, -1):
        if part[i] == number and (role[i] == PLAIN or role[i] == VERSION_PART):
            if kind[word[i]] & IS_NEAR_TAIL == 0:
                break
            if kind[word[i]] & IS_TAIL:
                tail = i
    if tail > 0:
        for i in range(tail, last + 1):
            if part[i] == number and (role[i] == PLAIN or role[i] == VERSION_PART):
                role[i] = EXTRA


@njit(cache=True)
def parts(start, word, role, part, count):
    """The words of each of the six ``PARTS`` of each title: where each part starts, and its words in order."""
    titles = len(start) - 1
    starts, out, n = np.zeros(len(PARTS) * titles + 1, np.int64), np.empty(len(PARTS) * len(word), np.int32), 0
    for text in range(titles):
        last = count[text] - 1
        for which in PARTS:
            starts[len(PARTS) * text + which] = n
            if (which >= HEAD and last < 1) or (which >= LEAD and last < 2):
                continue
            for i in range(start[text], start[text + 1]):
                is_plain, is_dash_part = role[i] == PLAIN, role[i] == PLAIN or role[i] == VERSION_PART
                if (
                    (which == CORE and (is_dash_part or role[i] == BRACKET))
                    or (which == BARE and is_plain)
                    or (which == HEAD and is_dash_part and part[i] == 0)
                    or (which == REST and is_dash_part and part[i] > 0)
                    or (which == LEAD and is_dash_part and part[i] < last)
                    or (which == LAST and is_dash_part and part[i] == last)
                ):
                    out[n] = word[i]
                    n += 1
    starts[len(PARTS) * titles] = n
    return starts, out[:n].copy()
