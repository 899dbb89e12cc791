"""Bring a title or an artist's name to one spelling, whatever script, case and decoration it came in.

The result holds the letters a-z, digits and single spaces only, so that later steps may work on bytes.
"""

import re
import unicodedata

from anyascii import anyascii

#: What TikTok calls a sound that a user recorded, per language of the user's phone: the 17 forms that real posts hold,
#: and translations for other languages. Matched after `normalise`, so case, width and accents do not matter here.
ORIGINAL_SOUND = (
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


class _Letters(dict):
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


_LETTERS = _Letters()
_INITIALS = re.compile(r"(?<=\b[^\W\d_])\.(?=[^\W\d_]\b)")


def normalise(text: str) -> str:
    """Give the letters a-z, digits and single spaces that a text comes down to; "" where nothing of it is left.

    NFKC, casefold, transliteration to Latin; emoji, marks and zero-width characters go; "&" and "+" become "and",
    "$" becomes "s", the dots of initials go (A.B.C.), every other mark parts two words.

    >>> normalise("Ｃａｆé & K‑9 — “Déjà Vu”")
    'cafe and k 9 deja vu'
    """
    text = _composed(text).casefold()
    if "." in text:
        text = _INITIALS.sub("", text)
    return " ".join(text.translate(_LETTERS).split())


def _composed(text: str) -> str:
    """NFKC, but for the acute accent that people type as an apostrophe: NFKC makes it a space and a mark."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text.replace("´", "'"))


_OPEN, _CLOSE = "([{【〔〖", ")]}】〕〗"  # after NFKC, which makes full-width brackets narrow
_BRACKETS = re.compile(
    "|".join(rf"\{a}[^{re.escape(_OPEN + _CLOSE)}]*\{b}" for a, b in zip(_OPEN, _CLOSE, strict=True))
)
_UNCLOSED = re.compile(rf"(?<=.)[{re.escape(_OPEN)}][^{re.escape(_CLOSE)}]*$")
_GUEST = r"(?:feat|ft|featuring|prod(?:uced)?\.?\s+by)\b"
_VERSION = (
    r"(?:remix\w*|re-mix|rmx|mix|edit(?:ed)?|version|versión|versão|remaster\w*|live|ao vivo|en vivo|en directo"
    r"|acoustic|acústico|instrumental|karaoke|a ?cappella|sped[ -]?up|speed(?:ed)?[ -]?up|slowed|reverb|nightcore"
    r"|mash-?up|cover|demo|bonus track|mono|stereo|single|original|official|explicit|clean|lyrics?)\b"
)
_GUESTS = re.compile(rf"(?<=\S)[\s,(\[]+{_GUEST}.*?(?=\s[-–—|]\s|\sby\s|[(\[{{]|$)", re.IGNORECASE | re.DOTALL)
_TELLS_VERSION = re.compile(rf"\b(?:{_GUEST}|{_VERSION})", re.IGNORECASE)
_DASH = r"(?<=\S)\s+[-–—−|:~]\s*"
_DASH_PART = re.compile(rf"{_DASH}[^-–—−|~]*\b{_VERSION}[^-–—−|~]*$", re.IGNORECASE)
# "Artist - Title Remix" has the same shape as "Title - Somebody's Remix"; nothing but version words makes it sure
_SURE_DASH_PART = re.compile(
    rf"{_DASH}(?:(?:radio|extended|club|uk|us|album|full|short|dance|the|\d{{4}}|digital)\s+)*"
    rf"(?:live\b.*|(?:{_VERSION}[\s\d]*)+)$",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?<=\S)[\s,]+(?:(?:the |an? )?(?:(?:official|radio|extended|club|original|music) )*"
    r"(?:remix|rmx|radio edit|extended mix|original mix|mash-?up|music video|official (?:audio|video)|lyrics? video"
    r"|sped[ -]?up|speed[ -]?up|slowed(?: down)?|reverb|nightcore)(?:\s*(?:\+|&|and|plus|n|x|,)\s*|\s+|$))+$",
    re.IGNORECASE,
)
LONGEST = 300  #: characters of a title that are searched for extras; the search may take their square
_TRACK_NUMBER = re.compile(r"^\s*(?:0\d{0,2}\s*[-._]|\d{1,3}(?:\.\s|\s+-\s))\s*(?=[^\W\d])")


def strip_extras(text: str, *, keep_brackets: bool = False) -> str:
    """Take off a title or a name what tells its version, not which piece it is.

    Brackets of any width and what they hold, guests ("feat. …"), parts such as "- Radio Edit", "slowed + reverb" or
    "remix" at the end, a track number in front, all beyond ``LONGEST``. Never down to nothing: a text that is all
    extras comes back whole.

    Args:
        keep_brackets: take off only what is surely no part of the title, and keep "(I Want) Some Rest".

    >>> strip_extras("Friendships（Remix） ft. Somebody"), strip_extras("(Intro)")
    ('Friendships', '(Intro)')
    """
    rest = _TRACK_NUMBER.sub("", _composed(text[:LONGEST]))
    extras = (_GUESTS, _SURE_DASH_PART, _TAIL) if keep_brackets else (_UNCLOSED, _GUESTS, _DASH_PART, _TAIL)
    for _ in range(4):  # brackets within brackets, a remix before the guests; bounded, as a title may be hostile
        before = rest
        rest = _BRACKETS.sub(_kept_if_no_version if keep_brackets else " ", rest)
        for extra in extras:
            rest = extra.sub("", rest).strip()
        if rest == before:
            break
    return rest if normalise(rest) else text


def strip_guests(text: str) -> str:
    """Take off a title whom it features.

    >>> strip_guests("Song (feat. Somebody) [Another Remix]")
    'Song [Another Remix]'
    """
    return _GUESTS.sub(" ", _composed(text[:LONGEST]))


def _kept_if_no_version(bracket: re.Match[str]) -> str:
    return " " if _TELLS_VERSION.search(bracket[0]) else bracket[0]


_PHRASES = tuple(sorted({normalise(phrase) for phrase in ORIGINAL_SOUND}))
_SUFFIX = re.compile(r"[-–—−:|@~·•,()\[\]{}]")


def is_original_sound(title: str) -> bool:
    """Whether a sound's title only says that a user recorded it, in any language, with or without " - user".

    Such a title names no piece of music, so the sound is never a candidate.

    >>> is_original_sound("Оригинальный звук - user123"), is_original_sound("Original Soundtrack")
    (True, False)
    """
    if not normalise(title).startswith(_PHRASES):
        return False
    parts = map(normalise, _SUFFIX.split(_composed(title)))
    return next(filter(None, parts), "") in _PHRASES
