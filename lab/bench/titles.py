"""A catalogue and sounds of any size whose true pairs are known, made of real titles and names.

Both sides are recombined from what people wrote, so words are as unequally common as theirs: measured on the catalogue,
made and real, the hundred commonest words are 29 % and 27 % of all. Everything depends on a seed alone, and a smaller
world is the beginning of a larger one. Sounds come in chunks, so that 25 million need no more memory than one chunk.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from etl.matching.normalise import ORIGINAL_SOUND, is_original_sound
from etl.synthetic import chance, names

TRACKS = 106_574  #: in the Free Music Archive
CHUNK = 100_000  #: sounds made at a time
ORIGINAL = 0.58  #: share of sounds that a user recorded: 582 of 1,000 real posts have such a title
LINKED = 0.05  #: share of the other sounds that are a track of the catalogue, while there are tracks left
#: How often real posts write "original sound" so; other languages share what is left.
PHRASES = {
    **{"original sound": 0.6, "origineel geluid": 0.2, "sonido original": 0.05, "оригинальный звук": 0.04},
    **{"som original": 0.04, "Originalton": 0.015, "الصوت الأصلي": 0.01, "原聲": 0.01},
}
SIGNED = 0.06  #: share of those with " - somebody"
NEW = 0.15  #: share of recombined texts with a word that no other has, so that words grow in number as texts do
EMOJI = ["🔥", "✨🎶", "💔", "👩‍🎤", "🦋", "⚡", "😭", "🕊️"]
Pair = tuple[str, str]


@dataclass(frozen=True)
class World:
    """Titles and names to make both sides from, as (title, artist)."""

    catalogue: list[Pair]  #: real tracks
    elsewhere: list[Pair]  #: other real music on TikTok
    seed: int = 1

    @cached_property
    def tracks(self) -> pd.DataFrame:
        """The whole catalogue: track_id, title, artist_name. Real tracks first, then recombined ones."""
        rng = chance(self.seed, "tracks")
        real = self.catalogue[:TRACKS]
        more = TRACKS - len(real)
        titles = [title for title, _ in real] + _recombined([title for title, _ in real], more, rng)
        artists = [artist for _, artist in real]
        # an artist has several tracks; two in ten of the added ones are by somebody new
        added = [artists[i] for i in rng.integers(len(artists), size=more)]
        fresh = rng.random(more) < 0.2
        for place, name in zip(np.flatnonzero(fresh), _recombined(artists, int(fresh.sum()), rng), strict=True):
            added[place] = name
        return pd.DataFrame({"track_id": np.arange(1, TRACKS + 1), "title": titles, "artist_name": artists + added})

    def sounds(self, count: int, start: int = 0) -> Iterator[pd.DataFrame]:
        """The sounds from number ``start`` on: sound_id, title, artist_name and track_id (0 where unrelated)."""
        for chunk in range(start // CHUNK, -(-(start + count) // CHUNK)):
            begin = chunk * CHUNK
            made = self._chunk(chunk)
            yield made.iloc[max(start - begin, 0) : max(start + count - begin, 0)].reset_index(drop=True)

    def _chunk(self, number: int) -> pd.DataFrame:
        rng = chance(self.seed, f"sounds {number}")
        original = rng.random(CHUNK) < ORIGINAL
        track = np.zeros(CHUNK, np.int64)
        music = np.flatnonzero(~original)
        linked = music[rng.random(len(music)) < LINKED]
        turn = number * int(CHUNK * (1 - ORIGINAL) * LINKED * 1.1) + np.arange(len(linked))
        linked, turn = linked[turn < TRACKS], turn[turn < TRACKS]
        track[linked] = self._order[turn]
        titles, artists = np.empty(CHUNK, object), np.empty(CHUNK, object)
        titles[original], artists[original] = _recorded(int(original.sum()), rng)
        rest = np.flatnonzero(~original & (track == 0))
        titles[rest], artists[rest] = self._unrelated(len(rest), rng)
        catalogue = self.tracks
        for place in linked:
            row = track[place] - 1
            titles[place], artists[place] = perturbed(
                str(catalogue["title"].iat[row]), str(catalogue["artist_name"].iat[row]), rng
            )
        # ids are no order of time: 19 digits, scattered by a multiplication that has an inverse
        ids = 6_500_000_000_000_000_000 + (number * CHUNK + np.arange(CHUNK)) * 7_919_000_003 % 300_000_000_000_000_007
        return pd.DataFrame(
            {"sound_id": ids.astype(str).astype(object), "title": titles, "artist_name": artists, "track_id": track}
        )

    @cached_property
    def _order(self) -> np.ndarray:
        return chance(self.seed, "linked").permutation(TRACKS) + 1

    def _unrelated(self, count: int, rng: np.random.Generator) -> tuple[list[str], list[str]]:
        """Music that is not in the catalogue: real pieces, recombined ones, and some in the catalogue's own words."""
        source = rng.random(count)
        known = source < 0.1
        own = source > 0.7
        titles, artists = ([""] * count for _ in range(2))
        for chosen, pairs in ((~own, self.elsewhere), (own, self.catalogue)):
            places = np.flatnonzero(chosen)
            made = _recombined([title for title, _ in pairs], len(places), rng)
            by = rng.integers(len(pairs), size=len(places))
            for place, title, name in zip(places, made, by, strict=True):
                titles[place], artists[place] = title, pairs[name][1]
        for place, row in zip(np.flatnonzero(known), rng.integers(len(self.elsewhere), size=count), strict=False):
            titles[place], artists[place] = self.elsewhere[row]
        users = rng.integers(10**7, size=count)
        for place in np.flatnonzero(rng.random(count) < 0.3):
            artists[place] = f"user{users[place]}"
        return titles, artists


def real_world(data: Path) -> World:
    """Titles and names of the Free Music Archive, of songs used on TikTok and of posts."""
    table = pd.read_csv(data / "fma" / "catalogue_48k.csv", dtype=str).fillna("")
    sides = (table[name].where(table[name] != "", table[lower]) for name, lower in
             (("title", "title_lc"), ("artist_name", "artist_name_lc")))  # fmt: skip
    catalogue = [(title, artist) for title, artist in zip(*sides, strict=True) if title and artist]
    songs = [
        pd.read_csv(file, dtype=str, encoding_errors="replace")
        for file in sorted((data / "tiktok" / "songs").glob("*.csv"))
    ]
    elsewhere = [
        (title, artist)
        for song in songs
        for title, artist in zip(song["track_name"], song["artist_name"], strict=True)
        if isinstance(title, str) and isinstance(artist, str)
    ]
    with (data / "tiktok" / "posts_2020-12.ndjson").open(encoding="utf-8") as lines:
        music = [json.loads(line)["musicInfos"] for line in lines]
    elsewhere += [(one["musicName"], one["authorName"]) for one in music if not is_original_sound(one["musicName"])]
    taken = {(title.casefold(), artist.casefold()) for title, artist in catalogue}
    return World(catalogue, [pair for pair in elsewhere if (pair[0].casefold(), pair[1].casefold()) not in taken])


def made_world() -> World:
    """The same of invented names."""
    rng = chance(1, "titles")
    tracks, others = ([(names.title(rng), names.artist(rng)) for _ in range(count)] for count in (5_000, 3_000))
    return World(tracks, others)


def perturbed(title: str, artist: str, rng: np.random.Generator) -> Pair:
    """What becomes of a track's title and artist on TikTok: decorated, uploaded by somebody, misspelt."""
    if rng.random() < 0.5:
        title = str(rng.choice(_EXTRAS)).format(title=title, other=str(rng.choice(names.NOUNS.split())))
    if rng.random() < 0.35:
        form = str(rng.choice(["{a} - {t}", "{a} - {t}", "{t} - {a}", "{t} by {a}", "{t} {a}"]))
        title, artist = form.format(a=artist, t=title), f"user{rng.integers(10**7)}"
    if rng.random() < 0.2:
        title = typo(title, rng)
    if rng.random() < 0.05:
        artist = typo(artist, rng)
    spell = _SPELLINGS[rng.integers(len(_SPELLINGS))]
    title, artist = spell(title), spell(artist)
    if rng.random() < 0.1:
        title = f"{title} {rng.choice(EMOJI)}"
    return title, artist


def typo(text: str, rng: np.random.Generator) -> str:
    """One letter dropped, doubled, exchanged for another or for its neighbour, or one space lost."""
    if len(text) < 4:
        return text
    i, kind = int(rng.integers(1, len(text) - 1)), rng.integers(5)
    if kind == 0:
        return text[:i] + text[i + 1 :]
    if kind == 1:
        return text[:i] + text[i - 1 :]
    if kind == 2:
        return text[:i] + chr(int(rng.integers(97, 123))) + text[i + 1 :]
    if kind == 3:
        return text[: i - 1] + text[i] + text[i - 1] + text[i + 1 :]
    return text.replace(" ", "", 1)


_EXTRAS = [
    *("{title} (Official Video)", "{title} [Lyrics]", "{title} - Remix", "{title} (Live)", "{title}（Remix）"),
    *(
        "{title} (feat. {other})",
        "{title} ft. {other}",
        "{title} slowed + reverb",
        "{title} (sped up)",
        "{title} remix",
    ),
    *("{title} (8D Audio)", "「{title}」", "{title} | TikTok", "#{title}", "{title} nightcore", "{title} - Radio Edit"),
]
_WIDE = str.maketrans({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
_BOLD = str.maketrans(
    {**{65 + i: 0x1D400 + i for i in range(26)}, **{97 + i: 0x1D41A + i for i in range(26)}}  # mathematical bold
)
_SPELLINGS: tuple[Callable[[str], str], ...] = (
    *[str] * 6,
    *(str.lower, str.lower, str.upper, str.title),
    *(lambda text: text.translate(_WIDE), lambda text: text.translate(_BOLD)),
)


def _recombined(texts: list[str], count: int, rng: np.random.Generator) -> list[str]:
    """The beginning of one text with the end of another: as long, and of words as common, as the texts are."""
    first, second = (rng.integers(len(texts), size=count).tolist() for _ in range(2))
    split = [text.split() for text in texts]
    made = [
        split[a][: (len(split[a]) + 1) // 2] + split[b][len(split[b]) // 2 :]
        for a, b in zip(first, second, strict=True)
    ]
    for place in np.flatnonzero(rng.random(count) < NEW):
        one, two = split[first[place]][0], split[second[place]][-1]
        made[place][-1:] = [one[: (len(one) + 1) // 2] + two[len(two) // 2 :]]
    return [" ".join(words) for words in made]


def _recorded(count: int, rng: np.random.Generator) -> tuple[list[str], list[str]]:
    others = [phrase for phrase in ORIGINAL_SOUND if phrase not in PHRASES]
    phrases = [*PHRASES, *others]
    shares = np.array([*PHRASES.values(), *[(1 - sum(PHRASES.values())) / len(others)] * len(others)])
    titles = [phrases[i] for i in rng.choice(len(phrases), count, p=shares / shares.sum())]
    users = [f"user{number}" for number in rng.integers(10**7, size=count).tolist()]
    for place in np.flatnonzero(rng.random(count) < SIGNED):
        titles[place] = f"{titles[place]} - {users[place]}"
    return titles, users
