"""The invented archive in the shape of FMA's ``fma_metadata.zip`` and ``fma_small.zip``, mess included.

The shape (three header rows, lists as text, HTML and newlines within quotes, -1 for an album that is not there) is
FMA's; every artist, title and biography is made here.
"""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_STORED, ZipFile, ZipInfo

from etl.synthetic import chance
from etl.synthetic.demo import names

TOP = {
    "International": 2, "Blues": 3, "Jazz": 4, "Classical": 5, "Old-Time / Historic": 8, "Country": 9, "Pop": 10, "Rock": 12,
    "Easy Listening": 13, "Soul-RnB": 14, "Electronic": 15, "Folk": 17, "Spoken": 20, "Hip-Hop": 21, "Experimental": 38,
    "Instrumental": 1235,
}  # fmt: skip
#: parent: its sub-genres; a parent stands before its children
SUBGENRES = """
International: African, Arabic, Balkan, Brazilian, Caribbean, Celtic, Gamelan, Klezmer, Latin, Nordic, Polka, Romany, Silk Road
Latin: Bolero, Cumbia, Salsa, Tango
Caribbean: Calypso, Reggae, Ska, Steel Band
Blues: Boogie, Country Blues, Electric Blues, Jump Blues, Slide Guitar
Jazz: Bebop, Big Band, Cool Jazz, Free Jazz, Fusion, Gypsy Swing, Modal Jazz, Vocal Jazz
Classical: Baroque, Chamber Music, Choral, Modern Composition, Opera, Romantic, Solo Piano, String Quartet, Symphony
Old-Time / Historic: Barn Dance, Cylinder, Field Recording, Parlour, Ragtime, String Band
Country: Americana, Bluegrass, Honky-Tonk, Outlaw, Truck Driving, Western Swing, Yodel
Pop: Bedroom Pop, Chamber Pop, Dream Pop, Jangle Pop, Power Pop, Sunshine Pop, Synth Pop, Teen Pop
Rock: Alternative, Folk Rock, Garage, Glam, Grunge, Indie Rock, Krautrock, Metal, New Wave, Post-Rock, Progressive, Psychedelic
Rock: Punk, Rockabilly, Shoegaze, Surf
Metal: Black Metal, Doom, Sludge, Thrash
Punk: Hardcore, No Wave, Post-Punk
Easy Listening: Bossa, Cocktail, Exotica, Hotel Lobby, Library Music, Space Age
Soul-RnB: Disco, Funk, Gospel, Neo-Soul, Northern Soul, Quiet Storm
Electronic: Ambient, Bass Music, Breakbeat, Chiptune, Downtempo, Drum and Bass, Dub, House, IDM, Synthwave, Techno, Trance, Trip-Hop
House: Acid House, Deep House
Techno: Minimal Techno, Hard Techno
Folk: Ballads, Campfire, Fingerstyle, Freak Folk, Sea Songs, Singer, Traditional
Spoken: Audio Play, Comedy, Interview, Lecture, Poetry, Radio, Story
Hip-Hop: Abstract, Beats, Boom Bap, Jazz Rap, Lo-Fi, Old School, Trap
Experimental: Avant-Garde, Collage, Drone, Electroacoustic, Improvisation, Microsound, Minimalism, Musique Concrete, Noise, Novelty
Experimental: Sound Art
Instrumental: Guitar Solo, New Age, Soundscape, Soundtrack
"""
CATALOGUE_ONLY = 800  #: tracks that have no clip
LICENSES = (
    "Attribution-NonCommercial-ShareAlike 3.0 International", "Attribution-Noncommercial-No Derivative Works 3.0 United States",
    "Attribution", "Attribution-NonCommercial 4.0", "Creative Commons Attribution", "Public Domain Mark 1.0",
)  # fmt: skip
COLUMNS = {
    "album": "comments date_created date_released engineer favorites id information listens producer tags title tracks type",
    "artist": "active_year_begin active_year_end associated_labels bio comments date_created favorites id latitude location "
    "longitude members name related_projects tags website wikipedia_page",
    "set": "split subset",
    "track": "bit_rate comments composer date_created date_recorded duration favorites genre_top genres genres_all information "
    "interest language_code license listens lyricist number publisher tags title",
}
BIOS = (
    "<p>{name} has played since {year}.</p>\n<p>\"It began with a {noun}\", they say; it ended with a <em>{noun}</em>.</p>",
    "{name} is <a href=\"http://example.invalid/{noun}\" target=\"_blank\">one person, two amplifiers</a>.<br />\nAnd, sometimes, a choir.",
    "<p><span style=\"font-family: Arial;\">Invented for a demonstration.&nbsp;</span></p>\n\n\t<p>{name}: \"loud\", 'quiet', loud</p>",
)  # fmt: skip


@dataclass(frozen=True)
class Artist:
    """An invented artist of one genre."""

    artist_id: int
    name: str
    genre: str


@dataclass(frozen=True)
class Track:
    """An invented track; ``genre`` is its top genre, also where the archive leaves it out."""

    track_id: int
    title: str
    artist: Artist
    genre: str
    clip: bool


@dataclass(frozen=True)
class Genre:
    """One of the 163."""

    genre_id: int
    parent_id: int
    title: str
    top: str


@lru_cache
def genres() -> dict[str, Genre]:
    """By title: FMA's 16 top genres with FMA's ids, and 147 of our own below them."""
    found = {title: Genre(number, 0, title, title) for title, number in TOP.items()}
    for line in SUBGENRES.strip().splitlines():
        parent, children = line.split(": ")
        for title in children.split(", "):
            found[title] = Genre(100 + len(found), found[parent].genre_id, title, found[parent].top)
    return found


@lru_cache(maxsize=4)
def catalogue(seed: int, clips: int) -> tuple[Track, ...]:
    """Every track, by id. ``clips`` of them have a clip, spread evenly over the 16 genres, three to an artist."""
    rng = chance(seed, "catalogue")
    tops, total = list(TOP), clips + CATALOGUE_ONLY
    artists = [
        Artist(101 + 7 * i, names.artist(rng), tops[i % 16]) for i in range(max(80, 16 * -(-clips // 48)) + 40)
    ]
    with_clip = [artists[(i % 16) + 16 * (i // 48)] for i in range(clips)]
    others = [artists[i] for i in rng.integers(len(artists), size=CATALOGUE_ONLY)]
    titles = [names.title(rng) for _ in range(total)]
    for i in rng.integers(total, size=total // 25):  # titles that other artists chose too
        titles[i] = titles[rng.integers(total)]
    for i in rng.integers(total, size=total // 20):
        titles[i] += rng.choice([" (feat. {})", " feat. {}", " [ft. {}]"]).format(names.artist(rng))
    ids = rng.permutation(rng.choice(150_000, total, replace=False)) + 200
    rows = enumerate(zip(ids, titles, with_clip + others, strict=True))
    return tuple(
        sorted((Track(int(n), t, a, a.genre, i < clips) for i, (n, t, a) in rows), key=lambda track: track.track_id)
    )


def write_metadata(path: Path, seed: int, clips: int) -> None:
    """Write ``fma_metadata.zip``, packed with bzip2 as the genuine one is."""
    rows = [_row(seed, track) for track in catalogue(seed, clips)]
    count = Counter(number for row in rows for number in row["track", "genres_all"])
    columns = [(group, name) for group, those in COLUMNS.items() for name in those.split()]
    header = [["", *(group for group, _ in columns)], ["", *(name for _, name in columns)], ["track_id"] + [""] * len(columns)]
    tables = {
        "genres.csv": _csv(
            [["genre_id", "#tracks", "parent", "title", "top_level"]]
            + [
                [g.genre_id, count[g.genre_id], g.parent_id, g.title, TOP[g.top]]
                for g in sorted(genres().values(), key=lambda genre: genre.genre_id)
            ]
        ),
        "tracks.csv": _csv(header + [[row["", "id"], *(row.get(column) for column in columns)] for row in rows]),
    }
    readme = "Made for Overtone's demo in the shape of FMA's metadata. Every artist, title and number in it is invented.\n"
    with ZipFile(path, "w") as archive:
        _put(archive, "fma_metadata/README.txt", readme.encode(), ZIP_BZIP2)
        _put(archive, "fma_metadata/checksums", _checksums(tables.items()), ZIP_BZIP2)
        for name, content in tables.items():
            _put(archive, f"fma_metadata/{name}", content, ZIP_BZIP2)


def write_clips(path: Path, clips: Iterable[tuple[Track, bytes]]) -> None:
    """Write ``fma_small.zip`` from tracks and their mp3 files."""
    sums = []
    with ZipFile(path, "w") as archive:
        _put(archive, "fma_small/README.txt", b"Made for Overtone's demo: invented music, free to use.\n", ZIP_STORED)
        for track, content in clips:
            name = f"{track.track_id // 1000:03}/{track.track_id:06}.mp3"
            sums.append((name, content))
            _put(archive, f"fma_small/{name}", content, ZIP_STORED)
        _put(archive, "fma_small/checksums", _checksums(sums), ZIP_STORED)


def _row(seed: int, track: Track) -> dict:
    rng, own, artist = chance(seed, "row", track.track_id), chance(seed, "bio", track.artist.artist_id), track.artist
    known = genres()
    below = [g for g in known.values() if g.top == track.genre]
    picked = [below[i] for i in rng.choice(len(below), rng.integers(1, 3), replace=False)]
    if mixed := not track.clip and rng.random() < 0.2:  # of two top genres: FMA then names none as the top one
        picked.append(known[rng.choice([title for title in TOP if title != track.genre])])
    by_id, closed = {g.genre_id: g for g in known.values()}, {g.genre_id for g in picked}
    while parents := {by_id[i].parent_id for i in closed} - closed - {0}:
        closed |= parents
    born = datetime(2009, 1, 1) + timedelta(seconds=int(own.integers(2e8)))
    entered, year = born + timedelta(seconds=int(rng.integers(3e7))), int(own.integers(1968, 2009))
    album = int(own.integers(4)) and int(rng.integers(1, 4))  # 0: the artist's tracks are on no album
    fame = int(own.lognormal(7, 1))
    noun = str(own.choice(names.NOUNS)).lower()
    # an artist's columns repeat on each of their tracks, so they are drawn from the artist's own chance, in this order
    row: dict[tuple[str, str], object] = {
        ("", "id"): track.track_id,
        ("artist", "id"): artist.artist_id,
        ("artist", "name"): artist.name,
        ("artist", "bio"): own.choice(BIOS).format(name=artist.name, year=year, noun=noun) if own.random() < 0.8 else None,
        ("artist", "date_created"): born,
        ("artist", "comments"): own.integers(4),
        ("artist", "favorites"): own.integers(40),
        ("artist", "active_year_begin"): f"{year}-01-01 00:00:00" if own.random() < 0.4 else None,
        ("artist", "location"): own.choice(["", "Upper Kettle, Nowhere", "Heronsby", "São Tugboat", "12 Thimble Row, Larder, QX"]),
        ("artist", "members"): "\n".join(f"{names.word(own).title()} - {p}" for p in ("vocals", "bass")[: own.integers(3)]),
        ("artist", "tags"): [artist.name.lower()] if own.random() < 0.9 else [],
        ("artist", "website"): f"http://example.invalid/{noun}",
        ("set", "split"): rng.choice(["training", "training", "training", "validation", "test"]),
        ("set", "subset"): "small" if track.clip else "large" if mixed else rng.choice(["medium", "large"]),
        ("track", "bit_rate"): rng.choice([128000, 192000, 256000, 320000, 287639]),
        ("track", "comments"): rng.integers(2),
        ("track", "composer"): names.artist(rng) if rng.random() < 0.15 else None,
        ("track", "date_created"): entered,
        ("track", "date_recorded"): f"{entered:%Y-%m-%d} 00:00:00" if rng.random() < 0.3 else None,
        ("track", "duration"): rng.integers(31, 480),
        ("track", "favorites"): rng.integers(9),
        ("track", "genre_top"): None if mixed else track.genre,
        ("track", "genres"): [g.genre_id for g in picked],
        ("track", "genres_all"): list(closed),
        ("track", "interest"): fame + rng.integers(5000),
        ("track", "language_code"): "en" if rng.random() < 0.4 else None,
        ("track", "license"): rng.choice(LICENSES),
        ("track", "listens"): int(fame * rng.uniform(0.1, 1)),
        ("track", "number"): rng.integers(1, 20),
        ("track", "tags"): [],
        ("track", "title"): track.title,
    }
    sleeve = chance(seed, "album", artist.artist_id, album)
    row |= {
        ("album", "comments"): sleeve.integers(3) if album else -1,
        ("album", "favorites"): sleeve.integers(9) if album else -1,
        ("album", "id"): artist.artist_id * 4 + album if album else -1,
        ("album", "listens"): fame * 3 if album else -1,
        ("album", "tags"): [],
        ("album", "tracks"): 12 if album else -1,
        ("album", "date_created"): born if album else None,
        ("album", "date_released"): f"{year + album}-05-01 00:00:00" if album else None,
        ("album", "information"): "<p></p>" if album == 1 else "<p>Recorded in a kitchen,\non a Sunday.</p>" if album else None,
        ("album", "title"): names.title(sleeve) if album else None,
        ("album", "type"): "Album" if album else None,
    }
    return row


def _csv(rows: list[list]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _checksums(files: Iterable[tuple[str, bytes]]) -> bytes:
    return "".join(f"{hashlib.sha1(content).hexdigest()}  {name}\n" for name, content in files).encode()


def _put(archive: ZipFile, name: str, content: bytes, packing: int) -> None:
    member = ZipInfo(name, date_time=(2017, 4, 1, 0, 0, 0))  # a fixed time: the same archive, byte for byte
    member.compress_type = packing
    member.external_attr = 0o644 << 16
    archive.writestr(member, content)
