"""Bring a title or an artist's name to one spelling, whatever script, case and decoration it came in.

The result holds the letters a-z, digits and single spaces only, so that later steps may work on bytes.
"""

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
from anyascii import anyascii

from etl.matching import kernels

#: What TikTok calls a sound that a user recorded, per language of the user's phone: the 17 forms that real posts hold,
#: and translations for other languages. Matched after `normalise`, so case, width and accents do not matter here.
ORIGINAL_SOUND = (
    *("upprunalegt hljóð", "son orixinal", "jatorrizko soinua", "tingull origjinal", "арыгінальны гук"),
    *("բնօրինակ ձայն", "ਅਸਲੀ ਆਵਾਜ਼", "fuaim bhunaidh", "orihinal nga tingog", "originele geluid", "origineel audio"),
    *("원본 소리", "αρχικός ήχος"),
    *("original sound", "original audio", "sonido original", "audio original", "som original", "áudio original"),
    *("son original", "so original", "suono originale", "audio originale", "originalton", "originalsound"),
    *("origineel geluid", "oorspronklike klank", "originalljud", "original lyd", "originallyd", "opprinnelig lyd"),
    *("alkuperäinen ääni", "originaalheli", "oriģinālā skaņa", "originalus garsas", "dźwięk oryginalny"),
    *("oryginalny dźwięk", "původní zvuk", "originální zvuk", "pôvodný zvuk", "originálny zvuk", "eredeti hang"),
    *("sunet original", "originalni zvuk", "izvorni zvuk", "izvirni zvok", "оригинальный звук", "оригінальний звук"),
    *("оригинален звук", "оригинални звук", "түпнұсқа дыбыс", "πρωτότυπος ήχος", "αυθεντικός ήχος", "orijinal ses"),
    *("orijinal səs", "asl ovoz", "ორიგინალი ხმა", "סאונד מקורי", "צליל מקורי", "الصوت الأصلي", "صوت أصلي"),
    *("صدای اصلی", "اصل آواز", "मूल ध्वनि", "मूल साउंड", "ओरिजिनल साउंड", "मूळ आवाज", "আসল শব্দ", "মূল শব্দ"),
    *("অরিজিনাল সাউন্ড", "அசல் ஒலி", "ఒరిజినల్ సౌండ్", "അസൽ ശബ്ദം", "ඔරිජිනල් සවුන්ඩ්", "මුල් හඬ"),
    *("เสียงต้นฉบับ", "សំឡេងដើម", "ສຽງຕົ້ນສະບັບ", "မူရင်းအသံ", "âm thanh gốc", "nhạc nền", "suara asli", "bunyi asal"),
    *("orihinal na tunog", "tunog na orihinal", "swara asli", "sauti asili", "原声", "原聲", "创作的原声", "原創音樂"),
    *(
        "原创音乐",
        "原创声音",
        "オリジナル楽曲",
        "オリジナル音源",
        "オリジナルサウンド",
        "오리지널 사운드",
        "원본 사운드",
    ),
)

_APOSTROPHES = "'`’‘ʼ"
_WORDS_FOR = {"&": " and ", "+": " and ", "$": "s"}  # "The Band + The Choir", "Ca$h"
_HAN = ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))


class Letters(dict):
    """What to write for a code point; filled as characters turn up, for `str.translate`."""

    def __missing__(self, code: int) -> str:
        self[code] = latin = _latin(chr(code))
        return latin


def _latin(char: str) -> str:
    if char in _WORDS_FOR:
        return _WORDS_FOR[char]
    category, code = unicodedata.category(char), ord(char)
    if category == "Cf" or char in _APOSTROPHES:
        return ""  # zero-width characters and apostrophes stand inside words
    if category == "Mn" and unicodedata.bidirectional(char) == "NSM" and 0x590 <= code <= 0x6FF:
        return ""  # Hebrew and Arabic vowel points are optional
    letters = "".join(c for c in anyascii(char).casefold() if c.isascii() and c.isalnum())
    if any(first <= code <= last for first, last in _HAN):
        return f" {letters} "  # no spaces are written between Han words, so each character is a word
    if category[0] in "LNM" or (category == "So" and len(letters) == 1 and not 0x1F1E6 <= code <= 0x1F1FF):
        return letters  # of the symbols only letters in boxes and circles; flags are spelt in letters too, but are none
    return " "


_LETTERS = Letters()
CAPITALS = kernels.CAPITALS
_CAPITAL = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])")
INITIALS = re.compile(r"(?<=\b[^\W\d_])\.(?=[^\W\d_]\b)")


def normalise(text: str) -> str:
    """Give the letters a-z, digits and single spaces that a text comes down to; "" where nothing of it is left.

    NFKC, casefold, transliteration to Latin; emoji, marks and zero-width characters go; "&" and "+" become "and",
    "$" becomes "s", the dots of initials go (A.B.C.), every other mark parts two words.

    >>> normalise("Ｃａｆé & K‑9 — “Déjà Vu”")
    'cafe and k 9 deja vu'
    """
    return _spelt(part_words(composed(text)))


def _spelt(text: str) -> str:
    text = text.casefold()
    if "." in text:
        text = INITIALS.sub("", text)
    return " ".join(text.translate(_LETTERS).split())


def part_words(text: str) -> str:
    """Write the words of a text without any space apart, where capitals within it begin two words or more.

    >>> part_words("SlowHandsNightTrain"), part_words("McTea"), part_words("The SlowHandsNightTrain")
    ('Slow Hands Night Train', 'McTea', 'The SlowHandsNightTrain')
    """
    if " " in text or "\n" in text or len(_CAPITAL.findall(text)) < CAPITALS:
        return text
    return _CAPITAL.sub(" ", text)


def normalise_all(texts: Sequence[str]) -> list[str]:
    """``normalise`` for many texts, at a tenth of the cost."""
    return bytes(normalised_lines(texts)[0]).decode("ascii").split("\n")[:-1]


def normalised_lines(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """``normalise`` for many texts as bytes, for those who go on with bytes.

    All texts become one string, so that what costs microseconds a call costs them once. What is ASCII, nine in ten of
    real titles, goes through one compiled loop; the rest is first transliterated together.

    Returns:
        uint8, the normalised texts, each ended by a newline; uint64, shape (len(texts),), the hash of each text's first
        part, see ``are_original_sounds``.
    """
    joined = "\n".join(texts)
    if joined.count("\n") != max(len(texts) - 1, 0):
        texts = [text.replace("\n", " ") for text in texts]
    if not joined.isascii():
        texts = list(texts)
        foreign: dict[str, list[int]] = {}
        for place, text in enumerate(texts):
            if not text.isascii():
                foreign.setdefault(text, []).append(place)
        flat = "\n".join(map(part_words, composed("\n".join(foreign)).split("\n"))).casefold()
        flat = INITIALS.sub("", flat).translate(_PARTED)
        for text, places in zip(flat.split("\n"), foreign.values(), strict=True):
            for place in places:
                texts[place] = text
    lines = np.frombuffer("\n".join([*texts, ""]).encode("ascii"), np.uint8)
    return kernels.clean(lines, _KINDS, _WORD_LIKE, len(texts))


def composed(text: str) -> str:
    """NFKC, but for the acute accent that people type as an apostrophe: NFKC makes it a space and a mark."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text.replace("´", "'"))


_PHRASES = tuple(sorted({normalise(phrase) for phrase in ORIGINAL_SOUND}))
_MARKS = "-–—−:|@~·•,()[]{}"
_SUFFIX = re.compile(f"[{re.escape(_MARKS)}]")


class _Parted(Letters):
    """As `Letters`, but lines stay lines, and all that parts a suffix from a title becomes a hyphen."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = kept = "\n" if char == "\n" else "-" if char in _MARKS else _latin(char)
        return kept


_PARTED = _Parted()
_KIND_OF = {" ": kernels.SPACE, "": kernels.GONE, "-": kernels.PART, " and ": kernels.AND, "\n": kernels.END}
_KINDS = np.array(
    [_KIND_OF[kept] if (kept := _PARTED[code]) in _KIND_OF else ord(kept) for code in range(128)], np.uint8
)
_KINDS[[ord("."), ord("_")]] = kernels.DOT, kernels.UNDERSCORE
_WORD_LIKE = np.array([chr(code).isalnum() or chr(code) == "_" for code in range(128)])


def is_original_sound(title: str) -> bool:
    """Whether a sound's title only says that a user recorded it, in any language, with or without " - user".

    Such a title names no piece of music, so the sound is never a candidate.

    >>> is_original_sound("Оригинальный звук - user123"), is_original_sound("Original Soundtrack")
    (True, False)
    """
    if not normalise(title).startswith(_PHRASES):
        return False
    parts = map(_spelt, _SUFFIX.split(part_words(composed(title))))
    return next(filter(None, parts), "") in _PHRASES


def are_original_sounds(first: np.ndarray) -> np.ndarray:
    """``is_original_sound`` for many titles, by the hashes of their first parts from ``normalised_lines``."""
    return np.isin(first, _PHRASE_HASHES)


_PHRASE_HASHES = normalised_lines(_PHRASES)[1]
