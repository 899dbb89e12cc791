"""Write a recording's title and artist as people do who upload it: what matching learns from and is measured on.

Made from titles of real recordings, with the mess of real ones: the artist in front of the title, behind it or nowhere,
an uploader in the artist's field, "(Official Video)", "slowed + reverb", track numbers, emoji, hashtags, slips of the
pen, lost spaces, wrong encodings. Shares are guesses from looking at such titles, not counts of them.
"""

import re
import string

import numpy as np
import pandas as pd

#: Forms of title and artist: artist's place, share, and the text.
FORMS = [
    ("{t}", 0.26),
    ("{a} - {t}", 0.28),
    ("{a} – {t}", 0.04),
    ("{t} - {a}", 0.10),
    ("{t} by {a}", 0.05),
    ("{a} {t}", 0.04),
    ("{t} {a}", 0.04),
    ("{t} | {a}", 0.03),
    ('{a} "{t}"', 0.03),
    ("{t} ({a})", 0.03),
    ("{a}: {t}", 0.03),
    ("{t} ", 0.07),  # nobody is named anywhere
]
DECORATIONS = (
    *(
        "(Official Video)",
        "(Official Music Video)",
        "[Official Audio]",
        "official video",
        "| Official Video",
        "(Audio)",
    ),
    *("(Lyrics)", "(Lyric Video)", "lyrics", "w/ lyrics", "(Letra)", "[HD]", "HD", "(HQ)", "[4K]", "(Visualizer)"),
    *("(slowed + reverb)", "slowed", "- sped up", "(sped up)", "Nightcore", "tiktok version", "(Live)", "(Remix)"),
    *("(Acoustic)", "(remastered)", "(full song)", "(clip officiel)", "(Video Oficial)", "#fyp", "#music #viral", "🔥"),
    *("❤️🎶", "2012", "(1987)", "New 2019", "| prod. by {u}", "(prod. {u})", "feat. {u}", "(ft. {u})", "| {u}", "- {u}"),
    *("(from {w})", "[{w} EP]"),
)
BARE = ("🔥", "❤️", "...", "untitled", "???")  #: titles that say nothing


def upload(title: str, artist: str, uploader: str, word: str, rng: np.random.Generator) -> tuple[str, str]:
    """A title and an artist's field as somebody uploads this recording; ``word`` is the title of another one."""
    if rng.random() < 0.15:
        title = re.sub(r"[(\[].*?[)\]]", "", title).strip() or title
    if rng.random() < 0.12:
        title = slip(title, rng)
    if rng.random() < 0.10:
        artist = slip(artist, rng)
    if rng.random() < 0.04:
        artist = " ".join(artist.split()[:-1]) or artist
    if rng.random() < 0.05:
        artist += (" & " if rng.random() < 0.5 else " x ") + uploader
    form = str(rng.choice([form for form, _ in FORMS], p=[share for _, share in FORMS]))
    text = form.format(t=title, a=artist)
    for _ in range(rng.choice(4, p=[0.42, 0.36, 0.16, 0.06])):
        text += " " + DECORATIONS[rng.integers(len(DECORATIONS))].format(u=uploader, w=word)
    says_nothing = rng.random() < 0.012
    if says_nothing:
        text = str(rng.choice(BARE))
    shape = rng.random()
    if shape < 0.03:
        text = f"{rng.integers(1, 20):02d} - {text}"
    elif shape < 0.05:
        text = f"{rng.integers(1, 20)}. {text}"
    elif shape < 0.07:
        text = "".join(word[:1].upper() + word[1:] for word in text.split())
    elif shape < 0.09:
        text = text.encode().decode("cp1252", errors="replace")
    case = rng.random()
    text = text.upper() if case < 0.1 else text.lower() if case < 0.25 else text
    if form == "{t}" or says_nothing or rng.random() < 0.15:
        kind = rng.random()
        if form == "{t} ":
            return text, uploader
        if kind < 0.8:
            return text, artist
        forms = (artist + "VEVO", artist + " - Topic", artist + " Official", artist.lower(), artist.replace(" ", ""))
        return text, str(rng.choice(forms))
    return text, uploader if rng.random() < 0.88 else ""


def slip(text: str, rng: np.random.Generator) -> str:
    """A slip of the pen: a letter lost, two exchanged, one too many, a wrong one."""
    if len(text) < 4:
        return text
    i, letter = int(rng.integers(len(text) - 1)), str(rng.choice(list(string.ascii_lowercase)))
    tail = (text[i + 1 :], text[i + 1] + text[i] + text[i + 2 :], letter + text[i:], letter + text[i + 1 :])
    return text[:i] + tail[rng.integers(4)]


Tables = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]  #: left, right (id, title, artist), pairs (left_id, right_id)


def benchmark(recordings: pd.DataFrame, rows: int, rng: np.random.Generator) -> Tables:
    """A left table of recordings, a right one of uploads, and which belong together.

    Two in five left rows have one to three uploads; for one in eight there is the same title by somebody else; as many
    uploads again are of recordings that are not on the left.

    Args:
        recordings: title, artist; twice as many distinct ones as ``rows``.
    Returns:
        left (id, title, artist), right (the same), pairs (left_id, right_id).
    """
    recordings = recordings.iloc[rng.permutation(len(recordings))].reset_index(drop=True)
    titles, artists = recordings["title"].to_numpy(), recordings["artist"].to_numpy()

    def one_of(values: np.ndarray) -> str:
        return str(values[rng.integers(len(values))])

    def uploader() -> str:
        kind = rng.random()
        if kind < 0.2:
            return f"user{rng.integers(1_000_000)}"
        if kind < 0.6:
            return one_of(artists)
        if kind < 0.75:
            return one_of(titles).replace(" ", "_").lower()
        name = one_of(artists).replace(" ", "") if kind < 0.9 else "Best Music "
        return f"{name}{rng.integers(100)}"

    made: list[tuple[str, str, int]] = []  # title, artist, row of the left or -1
    for row in range(rows):
        for _ in range(rng.choice(4, p=[0.6, 0.24, 0.1, 0.06])):
            made.append((*upload(titles[row], artists[row], uploader(), one_of(titles), rng), row))
        if rng.random() < 0.12:
            made.append((titles[row], one_of(artists), -1))
    for row in range(rows, min(2 * rows, len(recordings))):
        made.append((*upload(titles[row], artists[row], uploader(), one_of(titles), rng), -1))
    right = pd.DataFrame(made, columns=["title", "artist", "row"])
    right["id"] = [f"u{n:06}" for n in range(len(right))]
    left = recordings.head(rows).assign(id=[f"r{n:06}" for n in range(min(rows, len(recordings)))])
    known = right[right["row"] >= 0]
    pairs = pd.DataFrame({"left_id": left["id"].to_numpy()[known["row"]], "right_id": known["id"].to_numpy()})
    return left[["id", "title", "artist"]], right[["id", "title", "artist"]], pairs


def rare(tables: Tables) -> Tables:
    """The same with the answers of seven in eight answerable left rows taken out of the right table."""
    left, right, answers = tables
    gone = answers[[int(one[1:]) % 8 > 0 for one in answers["left_id"]]]
    return left, right[~right["id"].isin(gone["right_id"])], answers.drop(gone.index)
