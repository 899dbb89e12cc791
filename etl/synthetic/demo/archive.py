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
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zipfile import ZIP_BZIP2, ZIP_STORED, ZipFile, ZipInfo

import numpy as np
import pyarrow as pa

from etl.synthetic import chance, names

#: FMA's top genres and its ids for them
TOP = {
    "International": 2, "Blues": 3, "Jazz": 4, "Classical": 5, "Old-Time / Historic": 8, "Country": 9, "Pop": 10,
    "Rock": 12, "Easy Listening": 13, "Soul-RnB": 14, "Electronic": 15, "Folk": 17, "Spoken": 20, "Hip-Hop": 21,
    "Experimental": 38, "Instrumental": 1235,
}  # fmt: skip
#: parent: its sub-genres, 147 in all; a parent stands before its children
SUBGENRES = """
International: African, Arabic, Balkan, Brazilian, Caribbean, Celtic, Gamelan, Klezmer, Latin, Nordic, Polka, Silk Road
Latin: Bolero, Cumbia, Salsa, Tango
Caribbean: Calypso, Reggae, Ska, Steel Band
Blues: Boogie, Country Blues, Electric Blues, Jump Blues, Slide Guitar
Jazz: Bebop, Big Band, Cool Jazz, Free Jazz, Fusion, Gypsy Swing, Modal Jazz, Vocal Jazz
Classical: Baroque, Chamber Music, Choral, Modern Composition, Opera, Romantic, Solo Piano, String Quartet, Symphony
Old-Time / Historic: Barn Dance, Cylinder, Field Recording, Parlour, Ragtime, String Band
Country: Americana, Bluegrass, Honky-Tonk, Outlaw, Truck Driving, Western Swing, Yodel
Pop: Bedroom Pop, Chamber Pop, Dream Pop, Jangle Pop, Power Pop, Sunshine Pop, Synth Pop
Rock: Alternative, Folk Rock, Garage, Glam, Grunge, Indie Rock, Krautrock, Metal, New Wave, Post-Rock, Progressive
Rock: Psychedelic, Punk, Rockabilly, Shoegaze, Surf
Metal: Black Metal, Doom, Sludge, Thrash
Punk: Hardcore, No Wave, Post-Punk
Easy Listening: Bossa, Cocktail, Exotica, Library Music, Space Age
Soul-RnB: Disco, Funk, Gospel, Neo-Soul, Quiet Storm
Electronic: Ambient, Bass Music, Breakbeat, Chiptune, Downtempo, Drum and Bass, Dub, House, IDM, Synthwave, Techno
Electronic: Trance, Trip-Hop
House: Acid House, Deep House
Techno: Minimal Techno
Folk: Ballads, Campfire, Fingerstyle, Freak Folk, Sea Songs, Singer, Traditional
Spoken: Audio Play, Comedy, Interview, Lecture, Poetry, Radio, Story
Hip-Hop: Abstract, Beats, Boom Bap, Jazz Rap, Lo-Fi, Old School, Trap
Experimental: Avant-Garde, Collage, Drone, Electroacoustic, Improvisation, Microsound, Minimalism, Musique Concrete
Experimental: Noise, Novelty, Sound Art
Instrumental: Guitar Solo, New Age, Soundscape, Soundtrack
"""
CATALOGUE_ONLY = 800  #: tracks that have no clip
NEW, NEW_CLIPS = 2, 1  #: tracks that come out on a day; of these, with a clip
FIRST_NEW = date(2020, 11, 21)  #: the first day on which any comes out; the others were always there
COLUMNS = {
    "album": "comments date_created date_released engineer favorites id information listens producer tags title tracks "
    "type",
    "artist": "active_year_begin active_year_end associated_labels bio comments date_created favorites id latitude "
    "location longitude members name related_projects tags website wikipedia_page",
    "set": "split subset",
    "track": "bit_rate comments composer date_created date_recorded duration favorites genre_top genres genres_all "
    "information interest language_code license listens lyricist number publisher tags title",
}
LICENSES = (
    "Attribution-NonCommercial-ShareAlike 3.0 International",
    "Attribution-Noncommercial-No Derivative Works 3.0 United States",
    "Attribution",
    "Public Domain Mark 1.0",
)
PLACES = ("", "Upper Kettle, Nowhere", "Heronsby", "São Tugboat", "12 Thimble Row, Larder, QX")
BIOS = (
    '<p>{name}: on stages since {year}.</p>\n<p>"It began with a {noun}", they say; it ended in <em>{noun}</em>.</p>',
    '{name} is <a href="http://example.invalid/{noun}" target="_blank">one person, two amplifiers</a>.<br />\nA choir?',
    '<p><span style="font-family: Arial;">Invented.&nbsp;</span></p>\n\n\t<p>{name}: "loud", \'quiet\', loud</p>',
    "",
)


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
    released: date | None = None  #: None: it was always there


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
    called = names.distinct(names.artist, rng, 56 + 16 * -(-clips // 48))
    artists = [Artist(101 + 7 * i, name, tops[i % 16]) for i, name in enumerate(called)]
    with_clip = [artists[(i % 16) + 16 * (i // 48)] for i in range(clips)]
    others = [artists[i] for i in rng.integers(len(artists), size=CATALOGUE_ONLY)]
    titles = names.distinct(names.title, rng, total)
    for i in rng.integers(total, size=total // 25):  # titles that other artists chose too
        titles[i] = titles[rng.integers(total)]
    for i in rng.integers(total, size=total // 20):
        titles[i] += rng.choice([" (feat. {})", " feat. {}", " [ft. {}]"]).format(names.artist(rng))
    ids = rng.permutation(rng.choice(150_000, total, replace=False)) + 200
    rows = enumerate(zip(ids, titles, with_clip + others, strict=True))
    return tuple(
        sorted((Track(int(n), t, a, a.genre, i < clips) for i, (n, t, a) in rows), key=lambda track: track.track_id)
    )


@lru_cache(maxsize=1024)
def released(seed: int, clips: int, day: date) -> tuple[Track, ...]:
    """The tracks that come out on a day, by artists of the archive; the first ``NEW_CLIPS`` have a clip."""
    if day < FIRST_NEW:
        return ()
    rng, first = chance(seed, "released", day), 200_000 + NEW * (day - FIRST_NEW).days
    old = catalogue(seed, clips)
    artists = [old[i].artist for i in rng.integers(len(old), size=NEW)]
    titles = [names.title(rng) for _ in range(NEW)]
    return tuple(
        Track(first + i, title, artist, artist.genre, i < NEW_CLIPS, day)
        for i, (title, artist) in enumerate(zip(titles, artists, strict=True))
    )


def newest(seed: int, clips: int, first: date, last: date) -> tuple[Track, ...]:
    """What has come out from one day to another, both included."""
    days = (max(first, FIRST_NEW) + timedelta(days=ago) for ago in range((last - max(first, FIRST_NEW)).days + 1))
    return tuple(track for day in days for track in released(seed, clips, day))


def heard(seed: int, tracks: Iterable[Track]) -> pa.Table:
    """What listeners need to know of tracks: track_id, artist_id, genre as the archive has it, duration_s, released."""
    rows = [(track, _row(seed, track)) for track in tracks]
    return pa.table(
        {
            "track_id": pa.array([track.track_id for track, _ in rows], pa.int32()),
            "artist_id": pa.array([track.artist.artist_id for track, _ in rows], pa.int32()),
            "genre": pa.array([row["track", "genre_top"] for _, row in rows], pa.string()),
            "duration_s": pa.array([float(row["track", "duration"]) for _, row in rows], pa.float32()),
            "released": pa.array([track.released for track, _ in rows], pa.date32()),
        }
    )


def write_metadata(path: Path, seed: int, tracks: Iterable[Track]) -> None:
    """Write ``fma_metadata.zip``, packed with bzip2 as the genuine one is."""
    rows = [_row(seed, track) for track in tracks]
    count = Counter(number for row in rows for number in row["track", "genres_all"])
    tables = {
        "genres.csv": _csv(
            [["genre_id", "#tracks", "parent", "title", "top_level"]]
            + [
                [g.genre_id, count[g.genre_id], g.parent_id, g.title, TOP[g.top]]
                for g in sorted(genres().values(), key=lambda genre: genre.genre_id)
            ]
        ),
        "tracks.csv": _tracks_csv(rows),
    }
    readme = (
        "Made for Overtone's demo in the shape of FMA's metadata. Every artist, title and number in it is invented.\n"
    )
    with ZipFile(path, "w") as archive:
        _put(archive, "fma_metadata/README.txt", readme.encode(), ZIP_BZIP2)
        _put(archive, "fma_metadata/checksums", _checksums(tables.items()), ZIP_BZIP2)
        for name, content in tables.items():
            _put(archive, f"fma_metadata/{name}", content, ZIP_BZIP2)


def write_release(path: Path, seed: int, tracks: Iterable[Track], clips: Iterable[tuple[Track, bytes]]) -> None:
    """Write an archive of tracks that came after the first one, and of some of their mp3 files."""
    with ZipFile(path, "w") as archive:
        _put(archive, "fma_metadata/tracks.csv", _tracks_csv([_row(seed, track) for track in tracks]), ZIP_BZIP2)
        for track, content in clips:
            _put(archive, f"fma_small/{_place(track)}", content, ZIP_STORED)


def write_clips(path: Path, clips: Iterable[tuple[Track, bytes]]) -> None:
    """Write ``fma_small.zip`` from tracks and their mp3 files."""
    sums = []
    with ZipFile(path, "w") as archive:
        _put(archive, "fma_small/README.txt", b"Made for Overtone's demo: invented music, free to use.\n", ZIP_STORED)
        for track, content in clips:
            sums.append((_place(track), content))
            _put(archive, f"fma_small/{_place(track)}", content, ZIP_STORED)
        _put(archive, "fma_small/checksums", _checksums(sums), ZIP_STORED)


def _place(track: Track) -> str:
    return f"{track.track_id // 1000:03}/{track.track_id:06}.mp3"


def _tracks_csv(rows: list[dict[tuple[str, str], Any]]) -> bytes:
    columns = [(group, name) for group, those in COLUMNS.items() for name in those.split()]
    header = [
        ["", *(group for group, _ in columns)],
        ["", *(name for _, name in columns)],
        ["track_id"] + [""] * len(columns),
    ]
    return _csv(header + [[row["", "id"], *(row.get(column) for column in columns)] for row in rows])


def _row(seed: int, track: Track) -> dict[tuple[str, str], Any]:
    rng, artist = chance(seed, "row", track.track_id), track.artist
    genre_ids, mixed = _genre_ids(track, rng)
    day = datetime(2009, 6, 1) + timedelta(seconds=int(rng.integers(200_000_000)))
    if track.released:
        day = datetime.combine(track.released, time(0, 0, int(rng.integers(60))))
    return {
        ("", "id"): track.track_id,
        **_artist_columns(seed, artist),
        **_album_columns(seed, artist, int(rng.integers(4))),
        ("set", "split"): rng.choice(["training", "training", "training", "validation", "test"]),
        ("set", "subset"): "small" if track.clip else "large" if mixed else rng.choice(["medium", "large"]),
        ("track", "bit_rate"): rng.choice([128000, 192000, 256000, 320000, 287639]),
        ("track", "comments"): rng.integers(2),
        ("track", "composer"): names.artist(rng) if rng.random() < 0.15 else None,
        ("track", "date_created"): day,
        ("track", "date_recorded"): f"{day:%Y-%m-%d} 00:00:00" if rng.random() < 0.3 else None,
        ("track", "duration"): rng.integers(31, 480),
        ("track", "favorites"): rng.integers(9),
        ("track", "genre_top"): None if mixed else track.genre,
        ("track", "genres"): genre_ids,
        ("track", "genres_all"): _with_parents(genre_ids),
        ("track", "interest"): 20 + rng.integers(5000),
        ("track", "language_code"): "en" if rng.random() < 0.4 else None,
        ("track", "license"): rng.choice(LICENSES),
        ("track", "listens"): int(rng.lognormal(7, 1.2)),
        ("track", "number"): rng.integers(1, 20),
        ("track", "tags"): [],
        ("track", "title"): track.title,
    }


def _genre_ids(track: Track, rng: np.random.Generator) -> tuple[list[int], bool]:
    """The ids of a track's genres, and whether they are of two top genres: FMA then leaves the top one out."""
    known = genres()
    below = [genre.genre_id for genre in known.values() if genre.top == track.genre]
    ids = rng.choice(below, rng.integers(1, 3), replace=False).tolist()
    if mixed := not track.clip and rng.random() < 0.2:
        ids.append(TOP[str(rng.choice([title for title in TOP if title != track.genre]))])
    return ids, mixed


def _with_parents(ids: list[int]) -> list[int]:
    parent = {genre.genre_id: genre.parent_id for genre in genres().values()}
    found = set(ids)
    while more := {parent[i] for i in found} - found - {0}:
        found |= more
    return list(found)


@lru_cache(maxsize=512)
def _artist_columns(seed: int, artist: Artist) -> dict[tuple[str, str], object]:
    rng = chance(seed, "bio", artist.artist_id)
    year, noun = rng.integers(1968, 2009), names.one(rng, names.NOUNS).lower()
    columns: dict[str, object] = {
        "id": artist.artist_id,
        "name": artist.name,
        "active_year_begin": f"{year}-01-01 00:00:00" if rng.random() < 0.4 else None,
        "bio": rng.choice(BIOS).format(name=artist.name, year=year, noun=noun),
        "comments": rng.integers(4),
        "date_created": datetime(2009, 1, 1) + timedelta(seconds=int(rng.integers(10_000_000))),
        "favorites": rng.integers(40),
        "location": rng.choice(PLACES),
        "members": "\n".join(f"{names.word(rng).title()} - {part}" for part in ("vocals", "bass")[: rng.integers(3)]),
        "tags": [artist.name.lower()] if rng.random() < 0.9 else [],
        "website": f"http://example.invalid/{noun}",
    }
    return {("artist", name): value for name, value in columns.items()}


@lru_cache(maxsize=1024)
def _album_columns(seed: int, artist: Artist, number: int) -> dict[tuple[str, str], object]:
    """An artist's first, second or third album; number 0 is none, which FMA writes as -1."""
    rng = chance(seed, "album", artist.artist_id, number)
    columns: dict[str, object] = dict.fromkeys(("comments", "favorites", "id", "listens", "tracks"), -1)
    if number:
        columns = {
            "comments": rng.integers(3),
            "date_created": datetime(2009, 3, 1) + timedelta(seconds=int(rng.integers(10_000_000))),
            "date_released": f"{rng.integers(1999, 2009)}-05-01 00:00:00",
            "favorites": rng.integers(9),
            "id": artist.artist_id * 4 + number,
            "information": rng.choice(["<p></p>", "<p>Recorded in a kitchen,\non a Sunday.</p>"]),
            "listens": int(rng.lognormal(8, 1)),
            "title": names.title(rng),
            "tracks": 12,
            "type": "Album",
        }
    return {("album", name): value for name, value in (columns | {"tags": []}).items()}


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
