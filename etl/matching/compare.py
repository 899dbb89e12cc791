"""Compare pairs of titles and artists, word by word and by runs of three letters: loops compiled by numba.

"One - Two" may be artist and title, title and artist, or title and album. Every reading of one side is held against
every reading of the other, and the pair is compared in the two that agree best: people who mean the same piece mean the
same reading. Where no dash parts them ("night train slow hands lyrics"), the other side's artist is taken out of the
title. What comes out is the same to the bit whatever else is in the batch.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

NAMED = 0.5  #: share of a name's words, or
NAMED_BY_LETTERS = 0.6  #: of its runs of letters, from which on a title names it
SAME_PIECE = 0.3  #: provided that the titles are so much alike: else they share a word by chance
NOBODY_NAMED = 0.45  #: how much an artist who is not named counts when readings are chosen
SPELT = 40  #: letters up to which spelling is compared; longer texts by their runs
ARTIST = 6  #: after the six parts of a title

#: What ``compare`` gives for each pair, all but the last four in [0, 1].
COLUMNS = (
    "title_words", "title_letters", "title_spelling", "title_begins", "title_rare", "artist", "artist_spelling",
    "artist_unknown", "total_words", "total_letters", "words_differ", "versions_differ", "versions_conflict",
    "numbers_differ", "no_title", "no_title_both", "named", "rarest_name", "track_names", "sound_names",
    "track_part", "sound_part", "track_artist_part", "sound_artist_part",
)  # fmt: skip


class Texts(NamedTuple):
    """Parts of titles, artists and whole titles, each a row."""

    start: np.ndarray  #: of a row's words in ``word``
    word: np.ndarray  #: in the order of the text
    set_start: np.ndarray
    set: np.ndarray  #: distinct words, ascending
    run_start: np.ndarray
    run: np.ndarray  #: distinct runs of three letters, spaces left out, an edge at both ends; ascending
    square: np.ndarray  #: sum of the squared idf
    rare: np.ndarray  #: sum of the idf


class Titles(NamedTuple):
    """What is known of each distinct title beside its parts, the rows 6 · title … 6 · title + 5 of ``Texts``."""

    parts: np.ndarray  #: between dashes
    numbered: np.ndarray  #: bool, the part before the first dash is a number
    ends_open: np.ndarray  #: bool, one part and then a dash: "Artist - ❤"
    version_start: np.ndarray
    version: np.ndarray  #: words that tell another version, ascending
    artists: int  #: row of ``Texts`` where the artists begin
    whole: int  #: row of ``Texts`` where the whole titles begin


@njit(cache=True)
def texts(start, word, words):
    """Lay out rows of words for ``compare``: the fields of ``Texts`` but the first two."""
    rows = len(start) - 1
    letters = 0
    for i in range(len(word)):
        letters += words.start[word[i] + 1] - words.start[word[i]]
    set_start, distinct, n = np.zeros(rows + 1, np.int64), np.empty(len(word), np.int32), 0
    run_start, run, m = np.zeros(rows + 1, np.int64), np.empty(letters + rows, np.int32), 0
    square, rare = np.zeros(rows), np.zeros(rows)
    for row in range(rows):
        set_start[row], run_start[row] = n, m
        if start[row] == start[row + 1]:
            continue
        ordered = np.sort(word[start[row] : start[row + 1]])
        for i in range(len(ordered)):
            if i == 0 or ordered[i] != ordered[i - 1]:
                distinct[n] = ordered[i]
                square[row] += words.idf[ordered[i]] ** 2
                rare[row] += words.idf[ordered[i]]
                n += 1
        size = 1
        for i in range(start[row], start[row + 1]):
            size += words.start[word[i] + 1] - words.start[word[i]]
        spelt = np.zeros(size + 1, np.int32)  # an edge at both ends
        k = 1
        for i in range(start[row], start[row + 1]):
            for j in range(words.start[word[i]], words.start[word[i] + 1]):
                spelt[k] = words.letters[j]
                k += 1
        runs = np.sort((spelt[:-2] * 37 + spelt[1:-1]) * 37 + spelt[2:])
        for i in range(len(runs)):
            if i == 0 or runs[i] != runs[i - 1]:
                run[m] = runs[i]
                m += 1
    set_start[rows], run_start[rows] = n, m
    return set_start, distinct[:n].copy(), run_start, run[:m].copy(), square, rare


@njit(cache=True)
def _common(values, a, a_end, b, b_end):
    """How many values two ascending stretches share."""
    count = 0
    while a < a_end and b < b_end:
        if values[a] == values[b]:
            count, a, b = count + 1, a + 1, b + 1
        elif values[a] < values[b]:
            a += 1
        else:
            b += 1
    return count


@njit(cache=True)
def _shared(t, words, a, b):
    """The squared idf of the words that two rows share."""
    i, i_end, j, j_end, total = t.set_start[a], t.set_start[a + 1], t.set_start[b], t.set_start[b + 1], 0.0
    while i < i_end and j < j_end:
        if t.set[i] == t.set[j]:
            total, i, j = total + words.idf[t.set[i]] ** 2, i + 1, j + 1
        elif t.set[i] < t.set[j]:
            i += 1
        else:
            j += 1
    return total


@njit(cache=True)
def _has(values, low, high, value):
    while low < high:
        middle = (low + high) // 2
        if values[middle] < value:
            low = middle + 1
        elif values[middle] > value:
            high = middle
        else:
            return True
    return False


@njit(cache=True)
def _has_word(t, row, word):
    return _has(t.set, t.set_start[row], t.set_start[row + 1], word)


@njit(cache=True)
def _has_run(t, row, run):
    return _has(t.run, t.run_start[row], t.run_start[row + 1], run)


@njit(cache=True)
def _over_root(common, a, b):
    return min(1.0, common / np.sqrt(a * b)) if a > 0 and b > 0 else 0.0


@njit(cache=True)
def _common_runs(t, a, b):
    return _common(t.run, t.run_start[a], t.run_start[a + 1], t.run_start[b], t.run_start[b + 1])


@njit(cache=True)
def _by_words(t, words, a, b):
    return _over_root(_shared(t, words, a, b), t.square[a], t.square[b])


@njit(cache=True)
def _by_letters(t, a, b):
    runs = _common_runs(t, a, b)
    return _over_root(
        float(runs), float(t.run_start[a + 1] - t.run_start[a]), float(t.run_start[b + 1] - t.run_start[b])
    )


@njit(cache=True)
def _name_alike(t, words, a, b):
    """How alike two names are: one of several is enough ("A" in "A & B"), and so are nearly all letters."""
    part = _shared(t, words, a, b) / min(t.square[a], t.square[b])
    runs_a, runs_b = t.run_start[a + 1] - t.run_start[a], t.run_start[b + 1] - t.run_start[b]
    runs = _common_runs(t, a, b)
    less = min(runs_a, runs_b)
    held = runs / less if less >= 5 and runs >= 0.75 * less else 0.0
    return min(1.0, max(part, held, runs / np.sqrt(float(runs_a * runs_b))))


@njit(cache=True)
def _named(t, words, name, whole, piece):
    """How much of a name a whole title holds beside the piece itself; 0 if too little, or nothing else."""
    if t.square[name] == 0 or t.square[whole] == 0:
        return 0.0
    held, other = 0.0, False
    for i in range(t.set_start[whole], t.set_start[whole + 1]):
        if not _has_word(t, name, t.set[i]):
            other = True
        elif not _has_word(t, piece, t.set[i]):
            held += words.idf[t.set[i]] ** 2
    if not other:
        return 0.0
    share = held / t.square[name]
    if share >= 1:
        return 1.0
    runs, all_runs = 0, t.run_start[name + 1] - t.run_start[name]
    for i in range(t.run_start[name], t.run_start[name + 1]):
        runs += _has_run(t, whole, t.run[i]) and not _has_run(t, piece, t.run[i])
    letters = runs / all_runs if all_runs >= 5 else 0.0
    return min(1.0, max(share if share >= NAMED else 0.0, letters if letters >= NAMED_BY_LETTERS else 0.0))


@njit(cache=True)
def _spell(word, count, words, out):
    """The letters of some words, at most one more than are compared; gives how many."""
    n = 0
    for i in range(count):
        for j in range(words.start[word[i]], words.start[word[i] + 1]):
            if n > SPELT:
                return n
            out[n] = words.letters[j]
            n += 1
    return n


@njit(cache=True)
def _spelling(a, count_a, b, count_b, otherwise, words, s):
    """1 - optimal string alignment distance / longer length of the letters of words; ``otherwise`` where too long."""
    n, m = _spell(a, count_a, words, s.one), _spell(b, count_b, words, s.two)
    if n > SPELT or m > SPELT:
        return otherwise
    if n == 0 or m == 0 or (otherwise <= 0.1 and min(n, m) > 7):
        return 0.0
    d = s.distance
    for j in range(m + 1):
        d[0, j] = j
    for i in range(1, n + 1):
        d[i % 3, 0] = i
        for j in range(1, m + 1):
            least = d[(i - 1) % 3, j - 1] + (s.one[i - 1] != s.two[j - 1])
            least = min(least, d[(i - 1) % 3, j] + 1, d[i % 3, j - 1] + 1)
            if i > 1 and j > 1 and s.one[i - 1] == s.two[j - 2] and s.one[i - 2] == s.two[j - 1]:
                least = min(least, d[(i - 2) % 3, j - 2] + 1)
            d[i % 3, j] = least
    return 1 - d[n % 3, m] / max(n, m)


@njit(cache=True)
def _names(t, words, name, other_name, other_title):
    """How much of a name the other side's name or title has, and the idf of the rarest word that it has."""
    if t.square[name] == 0:
        return 0.0, 0.0
    rarest = 0.0
    for i in range(t.set_start[name], t.set_start[name + 1]):
        if _has_word(t, other_name, t.set[i]) or _has_word(t, other_title, t.set[i]):
            rarest = max(rarest, words.idf[t.set[i]])
    alike = _name_alike(t, words, name, other_name) if t.square[other_name] > 0 else 0.0
    return max(alike, _shared(t, words, name, other_title) / t.square[name]), rarest


@njit(cache=True)
def _begins(t, a, b):
    """Whether one row of words is how the longer one begins."""
    n = min(t.start[a + 1] - t.start[a], t.start[b + 1] - t.start[b])
    if n == 0 or t.start[a + 1] - t.start[a] == t.start[b + 1] - t.start[b]:
        return 0.0
    for i in range(n):
        if t.word[t.start[a] + i] != t.word[t.start[b] + i]:
            return 0.0
    return 1.0


class _Scratch(NamedTuple):
    one: np.ndarray
    two: np.ndarray
    distance: np.ndarray
    left: np.ndarray
    right: np.ndarray
    left_numbers: np.ndarray
    right_numbers: np.ndarray


@njit(cache=True)
def _readings(t, titles, title, artist, row, out):
    """Which part of a title may be the title and which the artist (6: the artist's field); gives how many ways."""
    for part in range(6):
        row[part] = 6 * title + part
    row[ARTIST] = titles.artists + artist
    out[0, 0], out[0, 1], n = 0, ARTIST, 1
    if t.set_start[row[1] + 1] - t.set_start[row[1]] != t.set_start[row[0] + 1] - t.set_start[row[0]]:
        out[n, 0], out[n, 1], n = 1, ARTIST, n + 1
    if titles.parts[title] < 2:
        return n
    named = t.square[row[ARTIST]] > 0
    if named:
        out[n, 0], out[n, 1], n = 2, ARTIST, n + 1  # "Title - Album"
    out[n, 0], out[n, 1], n = 3, 2, n + 1  # "Artist - Title"
    out[n, 0], out[n, 1], n = 2, 3, n + 1
    if titles.numbered[title]:
        out[n, 0], out[n, 1], n = 3, ARTIST, n + 1  # "1 - Title"
    if titles.parts[title] > 2:
        out[n, 0], out[n, 1], n = 5, 4, n + 1
        out[n, 0], out[n, 1], n = 4, 5, n + 1
        if named:
            out[n, 0], out[n, 1], n = 4, ARTIST, n + 1
    return n


@njit(cache=True)
def _without(t, words, piece, other, names, name):
    """Weight of words and number of runs of a title without a name that is not in the other title as well."""
    weight, runs = 0.0, 0
    for i in range(t.set_start[piece], t.set_start[piece + 1]):
        word = t.set[i]
        if not (names and _has_word(t, name, word) and not _has_word(t, other, word)):
            weight += words.idf[word] ** 2
    for i in range(t.run_start[piece], t.run_start[piece + 1]):
        run = t.run[i]
        runs += not (names and _has_run(t, name, run) and not _has_run(t, other, run))
    return weight, runs


@njit(cache=True)
def _kept(t, piece, other, names, name, by, out):
    """The words of a title in order without a name and "by" that are not in the other title; gives how many."""
    n = 0
    for i in range(t.start[piece], t.start[piece + 1]):
        word = t.word[i]
        drop = word == by or (names and _has_word(t, name, word))
        if n < len(out) and not (drop and not _has_word(t, other, word)):
            out[n] = word
            n += 1
    return n


@njit(cache=True)
def _alone(t, words, piece, other, names, name, by, out):
    """The words only this title has: how many, and the heaviest one's idf against that of the title's heaviest."""
    n, heavy, most = 0, 0.0, 0.0
    for i in range(t.start[piece], t.start[piece + 1]):
        word = t.word[i]
        most = max(most, words.idf[word])
        if word != by and not _has_word(t, other, word) and not (names and _has_word(t, name, word)):
            heavy = max(heavy, words.idf[word])
            if n < len(out):
                out[n] = word
                n += 1
    return n, heavy / most if most > 0 else 0.0


@njit(cache=True)
def _not_in(t, values, begin, end, row, out):
    """The words of one stretch that a row has not; gives how many."""
    n = 0
    for i in range(begin, end):
        if n < len(out) and not _has_word(t, row, values[i]):
            out[n] = values[i]
            n += 1
    return n


@njit(cache=True)
def _numbers(t, words, row, out):
    n = 0
    for i in range(t.start[row], t.start[row + 1]):
        if words.number[t.word[i]] >= 0 and n < len(out):
            out[n] = words.number[t.word[i]]
            n += 1
    return n


@njit(cache=True)
def _numbers_differ(one, n, two, m):
    """The share of the numbers of the title with fewer that the other has not; uses ``two`` up."""
    shared = 0
    for i in range(n):
        for j in range(m):
            if two[j] == one[i]:
                shared, two[j] = shared + 1, -1
                break
    return 1 - shared / min(n, m) if n and m else 0.0


@njit(cache=True)
def _in_union(t, words_not_runs, value, a, b, use_b):
    if words_not_runs:
        return _has_word(t, a, value) or (use_b and _has_word(t, b, value))
    return _has_run(t, a, value) or (use_b and _has_run(t, b, value))


@njit(cache=True)
def _total(t, words, by_words, a, a_name, use_a, b, b_name, use_b):
    """Title and artist as one text: the cosine of words or of runs."""
    values, start = (t.set, t.set_start) if by_words else (t.run, t.run_start)
    common, left, right = 0.0, 0.0, 0.0
    for row in (a, a_name):
        if row == a or use_a:
            for i in range(start[row], start[row + 1]):
                value = values[i]
                if row == a or not _in_union(t, by_words, value, a, a, False):
                    weight = words.idf[value] ** 2 if by_words else 1.0
                    left += weight
                    common += weight if _in_union(t, by_words, value, b, b_name, use_b) else 0.0
    for row in (b, b_name):
        if row == b or use_b:
            for i in range(start[row], start[row + 1]):
                if row == b or not _in_union(t, by_words, values[i], b, b, False):
                    right += words.idf[values[i]] ** 2 if by_words else 1.0
    return _over_root(common, left, right)


@njit(cache=True)
def compare(track, track_artist, sound, sound_artist, t, titles, words, rarest, by):
    """Compare pairs.

    Args:
        track, sound: numbers of distinct titles; track_artist, sound_artist: of distinct artists. One of each a pair.
        t, titles, words: ``Texts``, ``Titles``, ``Words``.
        rarest: the idf of a word that nobody has seen. by: the number of the word "by"; -1 where no text has it.
    Returns:
        float64, shape (pairs, len(COLUMNS)).
    """
    out = np.zeros((len(track), len(COLUMNS)))
    s = _Scratch(
        np.empty(SPELT + 2, np.int8), np.empty(SPELT + 2, np.int8), np.empty((3, SPELT + 1), np.int64),
        np.empty(512, np.int32), np.empty(512, np.int32), np.empty(512, np.int64), np.empty(512, np.int64),
    )  # fmt: skip
    left, right = np.empty(7, np.int64), np.empty(7, np.int64)  # rows of the parts
    ways_left, ways_right = np.empty((9, 2), np.int64), np.empty((9, 2), np.int64)
    title_alike, name_alike = np.empty((7, 7)), np.empty((7, 7))
    for pair in range(len(track)):
        n_left = _readings(t, titles, track[pair], track_artist[pair], left, ways_left)
        n_right = _readings(t, titles, sound[pair], sound_artist[pair], right, ways_right)
        title_alike[:], name_alike[:] = -1, -1
        both_named = t.square[left[ARTIST]] > 0 and t.square[right[ARTIST]] > 0
        best, artist, unknown = -1.0, 0.0, True
        a, b, a_name, b_name = left[0], right[0], left[ARTIST], right[ARTIST]
        for i in range(n_left):
            for j in range(n_right):
                title_i, title_j = ways_left[i, 0], ways_right[j, 0]
                name_i, name_j = ways_left[i, 1], ways_right[j, 1]
                if title_alike[title_i, title_j] < 0:
                    one, two = left[title_i], right[title_j]
                    letters = _by_letters(t, one, two)
                    title_alike[title_i, title_j] = max((_by_words(t, words, one, two) + letters) / 2, letters)
                if both_named and name_i != ARTIST and name_j != ARTIST:
                    continue  # equal titles hold equal dashes: that says nothing of the artist
                one, two = left[name_i], right[name_j]
                nobody = t.square[one] == 0 or t.square[two] == 0
                if not nobody and name_alike[name_i, name_j] < 0:
                    name_alike[name_i, name_j] = _name_alike(t, words, one, two)
                same_name = NOBODY_NAMED if nobody else name_alike[name_i, name_j]
                agreement = title_alike[title_i, title_j] * (0.1 + same_name)
                if agreement > best + 1e-9:
                    best, artist, unknown = agreement, same_name, nobody
                    a, b, a_name, b_name = left[title_i], right[title_j], one, two
        # the artist anywhere in the other side's title
        by_sound = by_track = 0.0
        if title_alike[0, 0] > 0.02:  # else no title is left when a name is taken out
            by_sound = _named(t, words, left[ARTIST], titles.whole + sound[pair], titles.whole + track[pair])
            by_track = _named(t, words, right[ARTIST], titles.whole + track[pair], titles.whole + sound[pair])
        free, title_words, title_letters = False, 0.0, 0.0
        if by_sound > 0 or by_track > 0:
            for one in left[:2]:
                for two in right[:2]:
                    w1, r1 = _without(t, words, one, two, by_track > 0, right[ARTIST])
                    w2, r2 = _without(t, words, two, one, by_sound > 0, left[ARTIST])
                    runs = _common(
                        t.run, t.run_start[one], t.run_start[one + 1], t.run_start[two], t.run_start[two + 1]
                    )
                    by_words = _over_root(_shared(t, words, one, two), w1, w2)
                    letters = _over_root(float(runs), float(r1), float(r2))
                    alike = max((by_words + letters) / 2, letters)
                    agreement = alike * (0.1 + max(by_sound, by_track))
                    if alike >= SAME_PIECE and agreement > best + 0.02:
                        best, artist, unknown, free = agreement, max(by_sound, by_track), False, True
                        a, b, a_name, b_name = one, two, left[ARTIST], right[ARTIST]
                        title_words, title_letters = by_words, letters
        track_free, sound_free = free and by_track > 0, free and by_sound > 0
        if free:
            n = _kept(t, a, b, track_free, right[ARTIST], by, s.left)
            m = _kept(t, b, a, sound_free, left[ARTIST], by, s.right)
            spelling = _spelling(s.left, n, s.right, m, title_letters, words, s)
            title_letters, name_spelling = max(title_letters, spelling), artist
        else:
            title_words, title_letters = _by_words(t, words, a, b), _by_letters(t, a, b)
            n, m = t.start[a + 1] - t.start[a], t.start[b + 1] - t.start[b]
            spelling = _spelling(t.word[t.start[a] :], n, t.word[t.start[b] :], m, title_letters, words, s)
            name_spelling = 0.0
            if not unknown:
                n, m = t.start[a_name + 1] - t.start[a_name], t.start[b_name + 1] - t.start[b_name]
                names = t.word[t.start[a_name] :], t.word[t.start[b_name] :]
                name_spelling = _spelling(names[0], n, names[1], m, artist, words, s)
        n, heavy_left = _alone(t, words, a, b, track_free, right[ARTIST], by, s.left)
        m, heavy_right = _alone(t, words, b, a, sound_free, left[ARTIST], by, s.right)
        slip = _spelling(s.left, n, s.right, m, title_letters, words, s) if n or m else 0.0
        n, m = _numbers(t, words, left[0], s.left_numbers), _numbers(t, words, right[0], s.right_numbers)
        v, v_end = titles.version_start[track[pair]], titles.version_start[track[pair] + 1]
        w, w_end = titles.version_start[sound[pair]], titles.version_start[sound[pair] + 1]
        versions = _common(titles.version, v, v_end, w, w_end)
        use_left = a_name == left[ARTIST] and not (track_free and by_sound == 0)
        use_right = b_name == right[ARTIST] and not (sound_free and by_track == 0)
        total = (left[0], left[ARTIST], use_left, right[0], right[ARTIST], use_right)
        left_none, right_none = t.square[left[0]] == 0, t.square[right[0]] == 0
        if title_alike[0, 0] < SAME_PIECE:
            left_none = left_none or titles.ends_open[track[pair]]
            right_none = right_none or titles.ends_open[sound[pair]]
        named = rarest_name = 0.0
        if left_none or right_none:  # else nobody asks
            named, rarest_name = _names(t, words, left[ARTIST], right[ARTIST], titles.whole + sound[pair])
            other, rarest_other = _names(t, words, right[ARTIST], left[ARTIST], titles.whole + track[pair])
            named, rarest_name = max(named, other), max(rarest_name, rarest_other)
        row = out[pair]
        row[0], row[1], row[2] = title_words, title_letters, spelling
        row[3] = _begins(t, a, b)
        row[4] = min(t.rare[a], t.rare[b]) / rarest * max(title_letters, spelling)
        row[5], row[6], row[7] = 0.0 if unknown else artist, name_spelling, unknown
        row[8], row[9] = _total(t, words, True, *total), _total(t, words, False, *total)
        row[10] = min(heavy_left, heavy_right) * (1 - slip) ** 2
        n_only = _not_in(t, titles.version, v, v_end, titles.whole + sound[pair], s.left)
        m_only = _not_in(t, titles.version, w, w_end, titles.whole + track[pair], s.right)
        row[11] = (n_only + m_only) / (n_only + m_only + versions) if n_only + m_only > 0 else 0.0
        if n_only and m_only:
            different = (1 - _spelling(s.left, n_only, s.right, m_only, 1.0, words, s)) ** 2
            row[11] *= different
            row[12] = min(n_only / (v_end - v), m_only / (w_end - w)) * different
        row[13] = _numbers_differ(s.left_numbers, n, s.right_numbers, m)
        row[14], row[15] = left_none or right_none, left_none and right_none
        row[16], row[17] = named, rarest_name / rarest
        row[18] = track_free or (a_name != left[ARTIST] and not unknown)
        row[19] = sound_free or (b_name != right[ARTIST] and not unknown)
        row[20], row[21], row[22], row[23] = a, b, a_name, b_name
    return out
