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
BLOCK = 64  #: pairs that a step takes at once
SPELT = 40  #: letters up to which spelling is compared; longer texts by their runs
#: Rows of a title and its artist: the parts that ``structure`` cuts, the artist's field, the whole title. The parts'
#: numbers stand there as well: numba keeps what it compiled of this file, and does not see another file change.
CORE, BARE, HEAD, REST, LEAD, LAST, ARTIST, WHOLE = range(8)

#: What ``compare`` gives for each pair: numbers in [0, 1], then rows of ``Texts``.
FOUND = np.dtype(
    [(name, np.float64) for name in (
        "title_words", "title_letters", "title_spelling", "title_begins", "title_rare", "artist", "artist_spelling",
        "artist_unknown", "total_words", "total_letters", "words_differ", "versions_differ", "versions_conflict",
        "numbers_differ", "no_title", "no_title_both", "named", "rarest_name", "track_names", "sound_names",
    )] + [(name, np.int64) for name in ("track_part", "sound_part", "track_artist_part", "sound_artist_part")]
)  # fmt: skip
#: Which part of a title may be the title, and which the artist.
WAYS = np.array(
    [
        (CORE, ARTIST), (BARE, ARTIST),
        (HEAD, ARTIST),  # "Title - Album"
        (REST, HEAD), (HEAD, REST),  # "Artist - Title"
        (REST, ARTIST),  # "1 - Title"
        (LAST, LEAD), (LEAD, LAST), (LEAD, ARTIST),
    ],
    [("title", np.int64), ("artist", np.int64)],
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
    """What is known of each distinct title beside its parts, the rows from ``ARTIST`` · title on of ``Texts``."""

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
def _spell(word, words, out):
    """The letters of some words, at most one more than are compared; gives how many."""
    n = 0
    for i in range(len(word)):
        for j in range(words.start[word[i]], words.start[word[i] + 1]):
            if n > SPELT:
                return n
            out[n] = words.letters[j]
            n += 1
    return n


@njit(cache=True)
def _spelling(a, b, otherwise, words, s):
    """1 - optimal string alignment distance / longer length of the letters of words; ``otherwise`` where too long."""
    n, m = _spell(a, words, s.one), _spell(b, words, s.two)
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
    one: np.ndarray  # letters
    two: np.ndarray
    distance: np.ndarray
    left: np.ndarray  # words
    right: np.ndarray
    left_numbers: np.ndarray
    right_numbers: np.ndarray


class _Readings(NamedTuple):
    left: np.ndarray  # numbers of ``WAYS``
    right: np.ndarray
    title_alike: np.ndarray  # of two parts; -1: not compared so far
    name_alike: np.ndarray


@njit(cache=True)
def _readings(t, titles, title, artist, row, out):
    """Note a side's rows, and the numbers of the ``WAYS`` in which it may be read; gives how many."""
    for part in range(ARTIST):
        row[part] = ARTIST * title + part
    row[ARTIST], row[WHOLE] = titles.artists + artist, titles.whole + title
    bare = t.set_start[row[BARE] + 1] - t.set_start[row[BARE]]
    more = bare != t.set_start[row[CORE] + 1] - t.set_start[row[CORE]]
    two, three, named = titles.parts[title] > 1, titles.parts[title] > 2, t.square[row[ARTIST]] > 0
    able = (True, more, two and named, two, two, two and titles.numbered[title], three, three, three and named)
    n = 0
    for way in range(len(WAYS)):
        if able[way]:
            out[n] = way
            n += 1
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


class _Block(NamedTuple):
    """Some pairs: a step takes many at once, since numba counts each array that a call is given in and out."""

    out: np.ndarray
    track: np.ndarray  # numbers of titles
    sound: np.ndarray
    left: np.ndarray  # rows, by pair and ``CORE`` … ``WHOLE``
    right: np.ndarray
    alike: np.ndarray  # the two titles, with all that is in them
    agreement: np.ndarray  # of the best readings
    free: np.ndarray  # read with a name taken out of a title


@njit(cache=True)
def _read(p, track_artist, sound_artist, ways, t, titles, words):
    """Note the readings that agree best, and how alike their artists are."""
    left_ways, right_ways, title_alike, name_alike = ways
    for pair in range(len(p.out)):
        row, left, right = p.out[pair], p.left[pair], p.right[pair]
        n_left = _readings(t, titles, p.track[pair], track_artist[pair], left, left_ways)
        n_right = _readings(t, titles, p.sound[pair], sound_artist[pair], right, right_ways)
        title_alike[:], name_alike[:] = -1, -1
        both_named = t.square[left[ARTIST]] > 0 and t.square[right[ARTIST]] > 0
        best = -1.0
        for i in range(n_left):
            title_i, name_i = WAYS[left_ways[i]].title, WAYS[left_ways[i]].artist
            for j in range(n_right):
                title_j, name_j = WAYS[right_ways[j]].title, WAYS[right_ways[j]].artist
                a, b, a_name, b_name = left[title_i], right[title_j], left[name_i], right[name_j]
                if title_alike[title_i, title_j] < 0:
                    letters = _by_letters(t, a, b)
                    title_alike[title_i, title_j] = max((_by_words(t, words, a, b) + letters) / 2, letters)
                if both_named and name_i != ARTIST and name_j != ARTIST:
                    continue  # equal titles hold equal dashes: that says nothing of the artist
                nobody = t.square[a_name] == 0 or t.square[b_name] == 0
                if not nobody and name_alike[name_i, name_j] < 0:
                    name_alike[name_i, name_j] = _name_alike(t, words, a_name, b_name)
                same_name = NOBODY_NAMED if nobody else name_alike[name_i, name_j]
                agreement = title_alike[title_i, title_j] * (0.1 + same_name)
                if agreement > best + 1e-9:
                    best = agreement
                    row.track_part, row.sound_part, row.track_artist_part, row.sound_artist_part = a, b, a_name, b_name
                    row.artist, row.artist_unknown = 0.0 if nobody else same_name, nobody
                    row.track_names = name_i != ARTIST and not nobody
                    row.sound_names = name_j != ARTIST and not nobody
        p.agreement[pair], p.alike[pair] = best, title_alike[CORE, CORE]


@njit(cache=True)
def _take_names_out(p, t, words):
    """Note the reading in which titles hold the other side's artist anywhere, if it agrees better."""
    for pair in range(len(p.out)):
        row, left, right, agreement = p.out[pair], p.left[pair], p.right[pair], p.agreement[pair]
        p.free[pair] = False
        if p.alike[pair] <= 0.02:
            continue  # no title is left when a name is taken out
        by_sound = _named(t, words, left[ARTIST], right[WHOLE], left[WHOLE])
        by_track = _named(t, words, right[ARTIST], left[WHOLE], right[WHOLE])
        named = max(by_sound, by_track)
        if named == 0:
            continue
        for a in (left[CORE], left[BARE]):
            for b in (right[CORE], right[BARE]):
                w1, r1 = _without(t, words, a, b, by_track > 0, right[ARTIST])
                w2, r2 = _without(t, words, b, a, by_sound > 0, left[ARTIST])
                by_words = _over_root(_shared(t, words, a, b), w1, w2)
                letters = _over_root(float(_common_runs(t, a, b)), float(r1), float(r2))
                alike = max((by_words + letters) / 2, letters)
                if alike >= SAME_PIECE and alike * (0.1 + named) > agreement + 0.02:
                    agreement, p.free[pair] = alike * (0.1 + named), True
                    row.track_part, row.sound_part = a, b
                    row.title_words, row.title_letters = by_words, letters
                    row.track_artist_part, row.sound_artist_part = left[ARTIST], right[ARTIST]
                    row.artist, row.artist_unknown = named, False
                    row.track_names, row.sound_names = by_track > 0, by_sound > 0


@njit(cache=True)
def _compare_titles(p, t, words, rarest, by, s):
    """What the titles share, and which word of each is not in the other."""
    for pair in range(len(p.out)):
        row, left, right, free = p.out[pair], p.left[pair], p.right[pair], p.free[pair]
        a, b = row.track_part, row.sound_part
        track_free, sound_free = free and row.track_names > 0, free and row.sound_names > 0
        if free:
            n = _kept(t, a, b, track_free, right[ARTIST], by, s.left)
            m = _kept(t, b, a, sound_free, left[ARTIST], by, s.right)
            row.title_spelling = _spelling(s.left[:n], s.right[:m], row.title_letters, words, s)
            row.title_letters = max(row.title_letters, row.title_spelling)
        else:
            row.title_words, row.title_letters = _by_words(t, words, a, b), _by_letters(t, a, b)
            one, two = t.word[t.start[a] : t.start[a + 1]], t.word[t.start[b] : t.start[b + 1]]
            row.title_spelling = _spelling(one, two, row.title_letters, words, s)
        row.title_begins = _begins(t, a, b)
        row.title_rare = min(t.rare[a], t.rare[b]) / rarest * max(row.title_letters, row.title_spelling)
        n, heavy_left = _alone(t, words, a, b, track_free, right[ARTIST], by, s.left)
        m, heavy_right = _alone(t, words, b, a, sound_free, left[ARTIST], by, s.right)
        slip = _spelling(s.left[:n], s.right[:m], row.title_letters, words, s) if n or m else 0.0
        row.words_differ = min(heavy_left, heavy_right) * (1 - slip) ** 2


@njit(cache=True)
def _compare_versions(p, t, titles, words, s):
    """Words that tell a version and numbers, of the whole titles."""
    for pair in range(len(p.out)):
        row, left, right = p.out[pair], p.left[pair], p.right[pair]
        track, sound = p.track[pair], p.sound[pair]
        v, v_end = titles.version_start[track], titles.version_start[track + 1]
        w, w_end = titles.version_start[sound], titles.version_start[sound + 1]
        n = _not_in(t, titles.version, v, v_end, right[WHOLE], s.left)
        m = _not_in(t, titles.version, w, w_end, left[WHOLE], s.right)
        if n or m:
            row.versions_differ = (n + m) / (n + m + _common(titles.version, v, v_end, w, w_end))
        if n and m:
            different = (1 - _spelling(s.left[:n], s.right[:m], 1.0, words, s)) ** 2
            row.versions_differ *= different
            row.versions_conflict = min(n / (v_end - v), m / (w_end - w)) * different
        n, m = _numbers(t, words, left[CORE], s.left_numbers), _numbers(t, words, right[CORE], s.right_numbers)
        row.numbers_differ = _numbers_differ(s.left_numbers, n, s.right_numbers, m)


@njit(cache=True)
def _compare_artists(p, t, words, s):
    """How the artists are spelt, and title and artist as one; no uploader where the title names the artist."""
    for pair in range(len(p.out)):
        row, left, right, free = p.out[pair], p.left[pair], p.right[pair], p.free[pair]
        if free:
            row.artist_spelling = row.artist
        elif not row.artist_unknown:
            a, b = row.track_artist_part, row.sound_artist_part
            one, two = t.word[t.start[a] : t.start[a + 1]], t.word[t.start[b] : t.start[b + 1]]
            row.artist_spelling = _spelling(one, two, row.artist, words, s)
        names = row.track_names - row.sound_names if free else 0.0
        use_left = row.track_artist_part == left[ARTIST] and names <= 0
        use_right = row.sound_artist_part == right[ARTIST] and names >= 0
        total = (left[CORE], left[ARTIST], use_left, right[CORE], right[ARTIST], use_right)
        row.total_words, row.total_letters = _total(t, words, True, *total), _total(t, words, False, *total)


@njit(cache=True)
def _compare_names(p, t, titles, words, rarest):
    """What is left where a side says nothing of the piece: how much of its artist's name the other side has."""
    for pair in range(len(p.out)):
        row, left, right = p.out[pair], p.left[pair], p.right[pair]
        left_none, right_none = t.square[left[CORE]] == 0, t.square[right[CORE]] == 0
        if p.alike[pair] < SAME_PIECE:
            left_none = left_none or titles.ends_open[p.track[pair]]
            right_none = right_none or titles.ends_open[p.sound[pair]]
        row.no_title, row.no_title_both = left_none or right_none, left_none and right_none
        if not (left_none or right_none):
            continue  # nobody asks
        named, rarest_name = _names(t, words, left[ARTIST], right[ARTIST], right[WHOLE])
        other, rarest_other = _names(t, words, right[ARTIST], left[ARTIST], left[WHOLE])
        row.named, row.rarest_name = max(named, other), max(rarest_name, rarest_other) / rarest


@njit(cache=True)
def compare(track, track_artist, sound, sound_artist, t, titles, words, rarest, by):
    """Compare pairs.

    Args:
        track, sound: numbers of distinct titles; track_artist, sound_artist: of distinct artists. One of each a pair.
        t, titles, words: ``Texts``, ``Titles``, ``Words``.
        rarest: the idf of a word that nobody has seen. by: the number of the word "by"; -1 where no text has it.
    Returns:
        a row of ``FOUND`` for each pair.
    """
    out = np.zeros(len(track), FOUND)
    s = _Scratch(
        np.empty(SPELT + 2, np.int8), np.empty(SPELT + 2, np.int8), np.empty((3, SPELT + 1), np.int64),
        np.empty(512, np.int32), np.empty(512, np.int32), np.empty(512, np.int64), np.empty(512, np.int64),
    )  # fmt: skip
    ways = _Readings(
        np.empty(len(WAYS), np.int64), np.empty(len(WAYS), np.int64), np.empty((WHOLE, WHOLE)), np.empty((WHOLE, WHOLE))
    )
    left, right = np.empty((BLOCK, WHOLE + 1), np.int64), np.empty((BLOCK, WHOLE + 1), np.int64)
    alike, agreement, free = np.empty(BLOCK), np.empty(BLOCK), np.empty(BLOCK, np.bool_)
    for at in range(0, len(track), BLOCK):
        end = at + BLOCK
        p = _Block(out[at:end], track[at:end], sound[at:end], left, right, alike, agreement, free)
        _read(p, track_artist[at:end], sound_artist[at:end], ways, t, titles, words)
        _take_names_out(p, t, words)
        _compare_titles(p, t, words, rarest, by, s)
        _compare_versions(p, t, titles, words, s)
        _compare_artists(p, t, words, s)
        _compare_names(p, t, titles, words, rarest)
    return out
