"""The loops of matching that run once a byte or once a posting, compiled by numba.

They work on arrays that their callers lay out (``normalise``, ``vocabulary``, ``candidates``). The same in Python
with scipy and sparse_dot_topn took 69 CPU-seconds for two million sounds, these take 17. Compiling takes ten seconds
once and is kept on disk; ``etl.matching.link.warm`` does it.

Texts are bytes of ASCII in lines; a word is the 64-bit hash of its bytes.
"""

import numpy as np
from numba import njit

FNV, PRIME = np.uint64(14695981039346656037), np.uint64(1099511628211)  #: of the hash FNV-1a
#: What a byte of ASCII text is; of any other value: the letter or digit that it is written as.
SPACE, GONE, PART, DOT, AND, UNDERSCORE, END = range(7)
CAPITALS = 2  #: after small letters, in a text without spaces: from so many on they begin words
SHORTEST, LONGEST = 4, 40  #: letters of a word that may be misspelt
MOST = 8  #: readings of one


@njit(cache=True)
def clean(text, kinds, word_like, lines):
    """Normalise lines of ASCII.

    Args:
        text: uint8, the lines, each ended by a newline.
        kinds: uint8[128], as above. word_like: bool[128], what ``\\w`` matches.
        lines: how many lines there are.
    Returns:
        out (the normalised lines, each ended by a newline), first: uint64[lines], the hash of the words of a line's
        first part that has any, where a part ends at a mark such as "-" or "(".
    """
    out = np.empty(4 * len(text), np.uint8)  # "&" becomes " and"
    first = np.zeros(lines, np.uint64)
    n, line, begin = 0, 0, 0  # bytes written, line, where the line begins in `out`
    gap, settled, hashed, parted = False, False, FNV, False
    start = 0
    for i in range(len(text)):
        byte = text[i]
        if i == start:
            parted = _is_parted(text, i)
        if parted and 65 <= byte <= 90 and i > start and 97 <= text[i - 1] <= 122:
            gap = True
        kind = kinds[byte]
        if kind > END:
            if gap and n > begin:
                out[n] = 32
                n += 1
                hashed = (hashed ^ np.uint64(32)) * PRIME
            gap = False
            out[n] = kind
            n += 1
            hashed = (hashed ^ np.uint64(kind)) * PRIME
        elif kind in (SPACE, UNDERSCORE):
            gap = True
        elif kind == AND:
            for letter in (97, 110, 100):
                if letter == 97 and n > begin:
                    out[n] = 32
                    n += 1
                    hashed = (hashed ^ np.uint64(32)) * PRIME
                out[n] = letter
                n += 1
                hashed = (hashed ^ np.uint64(letter)) * PRIME
            gap = True
        elif kind == DOT:
            gap = gap or not (
                start < i < len(text) - 1
                and _letter(text[i - 1])
                and (i - 1 == start or not word_like[text[i - 2]])
                and _letter(text[i + 1])
                and not (i + 2 < len(text) and word_like[text[i + 2]])
            )
        elif kind == PART:
            gap = True
            if not settled and n > begin:
                first[line], settled = hashed, True
        elif kind == END:
            if not settled:
                first[line] = hashed
            out[n] = 10
            n += 1
            line += 1
            begin, start = n, i + 1
            gap, settled, hashed = False, False, FNV
    return out[:n], first


@njit(cache=True)
def _is_parted(text, start):
    """Whether capitals part the words of the line that starts here, see ``part_words``."""
    steps, i = 0, start
    while text[i] != 10:
        if text[i] == 32:
            return False
        steps += i > start and 65 <= text[i] <= 90 and 97 <= text[i - 1] <= 122
        i += 1
    return steps >= CAPITALS


@njit(cache=True)
def _letter(byte):
    return 97 <= (byte | 32) <= 122


@njit(cache=True)
def words(text, skip, per_row, known, idf, unknown_idf, slips, slip):
    """Look up the words of rows of ``per_row`` lines of normalised text, and weigh them.

    A word that is not known may be a known one with a slip of the pen, or two of them without their space. It still
    counts as unknown in the length of its row.

    Args:
        skip: bool[rows], rows to leave empty. known, slips: of ``table`` and ``slip_table``. idf: float32, a column.
        slip: what a word so guessed weighs of its idf.
    Returns:
        ends: int64[rows + 1], where each row ends in found: int32, its distinct known words in the order of their
        columns, and in weights: float32, what they weigh in a row of length 1; key: uint64[rows], hash of its text.
    """
    rows = len(skip)
    ends = np.zeros(rows + 1, np.int64)
    found, weights = np.empty(8 * len(text) + 64, np.int32), np.empty(8 * len(text) + 64, np.float32)
    strange = np.empty(len(text) // 2 + 1, np.uint64)
    key = np.empty(rows, np.uint64)
    n, i = 0, 0
    for row in range(rows):
        begin, lost, lines, whole, word, start = n, 0, 0, FNV, FNV, i
        while lines < per_row:
            byte = text[i]
            i += 1
            lines += byte == 10
            if skip[row]:
                continue
            whole = (whole ^ np.uint64(byte)) * PRIME
            if byte > 32:
                word = (word ^ np.uint64(byte)) * PRIME
                continue
            if word != FNV:
                column = _look_up(word, known)
                if column >= 0:
                    found[n] = 2 * column
                    n += 1
                else:
                    strange[lost] = word
                    lost += 1
                    if len(slips[0]) > 0:
                        n = _guess(text[start : i - 1], known, idf, slips, found, n)
            word, start = FNV, i
        n = begin + _distinct(found[begin:n])
        squared = _distinct(strange[:lost]) * np.float64(unknown_idf) ** 2
        for at in range(begin, n):
            if found[at] % 2 == 0:
                squared += np.float64(idf[found[at] >> 1]) ** 2
        kept = begin
        for at in range(begin, n):
            column, guessed = found[at] >> 1, found[at] % 2
            if guessed and kept > begin and found[kept - 1] == column:
                continue
            found[kept] = column
            weights[kept] = idf[column] / np.sqrt(squared) * (slip if guessed else 1)
            kept += 1
        n = kept
        key[row], ends[row + 1] = whole, n
    return ends, found[:n], weights[:n], key


@njit(cache=True)
def _guess(word, known, idf, slips, found, n):
    """Note as ``2 * column + 1`` the known words that a word may stand for; how many are noted now."""
    length = len(word)
    if length < SHORTEST or length > LONGEST:
        return n
    hashes, columns = slips
    before = n
    for gone in range(-1, length):
        part = FNV
        for i in range(length):
            if i != gone:
                part = (part ^ np.uint64(word[i])) * PRIME
        slot = _slot(part, slips)
        while columns[slot] >= 0:
            if hashes[slot] == part and n < before + MOST:
                found[n] = 2 * columns[slot] + 1
                n += 1
            slot = (slot + 1) & (len(hashes) - 1)
    if n > before:
        return n
    part, best = FNV, np.float32(0)
    for i in range(length - 2):
        part = (part ^ np.uint64(word[i])) * PRIME
        if i < 1:
            continue
        left = _look_up(part, known)
        if left < 0:
            continue
        rest = FNV
        for j in range(i + 1, length):
            rest = (rest ^ np.uint64(word[j])) * PRIME
        right = _look_up(rest, known)
        if right >= 0 and min(idf[left], idf[right]) > best:
            best = min(idf[left], idf[right])
            found[before], found[before + 1] = 2 * left + 1, 2 * right + 1
            n = before + 2
    return n


@njit(cache=True)
def _slot(word, table):
    return np.int64((word ^ (word >> np.uint64(29))) & np.uint64(len(table[0]) - 1))


@njit(cache=True)
def _look_up(word, table):
    hashes, columns = table
    slot = _slot(word, table)
    while columns[slot] >= 0:
        if hashes[slot] == word:
            return columns[slot]
        slot = (slot + 1) & (len(hashes) - 1)
    return np.int32(-1)


@njit(cache=True)
def _put(word, column, table):
    hashes, columns = table
    slot = _slot(word, table)
    while columns[slot] >= 0:
        if hashes[slot] == word and columns[slot] == column:
            return
        slot = (slot + 1) & (len(hashes) - 1)
    hashes[slot], columns[slot] = word, column


@njit(cache=True)
def _distinct(values):
    """Sort in place with each value once; how many are left."""
    if len(values) > 30:
        values.sort()
        kept = 1
        for i in range(1, len(values)):
            if values[i] != values[i - 1]:
                values[kept] = values[i]
                kept += 1
        return kept
    kept = 0
    for i in range(len(values)):
        value, place = values[i], kept
        while place > 0 and values[place - 1] > value:
            place -= 1
        if place > 0 and values[place - 1] == value:
            continue
        for j in range(kept, place, -1):
            values[j] = values[j - 1]
        values[place] = value
        kept += 1
    return kept


@njit(cache=True)
def table(text, count):
    """An open hash table of words, one a line; hashes and columns, which are the line numbers (-1: a free slot)."""
    found = _empty(count)
    word, column = FNV, np.int32(0)
    for byte in text:
        if byte != 10:
            word = (word ^ np.uint64(byte)) * PRIME
            continue
        _put(word, column, found)
        word, column = FNV, np.int32(column + 1)
    return found


@njit(cache=True)
def slip_table(text):
    """The same of words with each of their letters left out, and whole; a hash may have several columns.

    Source: Garbe, SymSpell, 2012: two words one slip apart are equal when each has lost at most one letter.
    """
    found = _empty(len(text))
    start, column = 0, np.int32(0)
    for end in range(len(text)):
        if text[end] != 10:
            continue
        if SHORTEST - 1 <= end - start <= LONGEST:
            for gone in range(start - 1, end):
                part = FNV
                for i in range(start, end):
                    if i != gone:
                        part = (part ^ np.uint64(text[i])) * PRIME
                _put(part, column, found)
        start, column = end + 1, np.int32(column + 1)
    return found


@njit(cache=True)
def _empty(count):
    size = 16
    while size < 3 * count:
        size *= 2
    return np.zeros(size, np.uint64), np.full(size, -1, np.int32)


@njit(cache=True)
def pad(text, ends):
    """The bytes between each two ends as a row of equal width."""
    rows, width = len(ends) - 1, 1
    for row in range(rows):
        width = max(width, ends[row + 1] - ends[row])
    wide = np.zeros((rows, width), np.uint8)
    for row in range(rows):
        for i in range(ends[row + 1] - ends[row]):
            wide[row, i] = text[ends[row] + i]
    return wide


@njit(cache=True)
def search(rows, postings, names, base, best):
    """Give each track whichever of these rows belong among its best.

    Args:
        rows: ends, columns, weights and key, of ``words``. names: uint8[rows, width], what settles ties.
        postings: starts, tracks and shares: by word, which tracks have it and what it weighs there.
        base: the number of the first row. best: score, key, row and name of ``Best``, changed in place.
    """
    ends, columns, weights, keys = rows
    starts, tracks, shares = postings
    scores = best[0]
    bar = scores[:, -1] * np.float32(1e-6) - np.float32(1e-6)  # side by side: 1.6 times as fast as the last column
    summed, touched = np.zeros(len(scores), np.float32), np.empty(len(scores), np.int32)
    for row in range(len(ends) - 1):
        n = 0
        for at in range(ends[row], ends[row + 1]):
            weight, column = weights[at], columns[at]
            for posting in range(starts[column], starts[column + 1]):
                track = tracks[posting]
                if summed[track] == 0:
                    touched[n] = track
                    n += 1
                summed[track] += weight * shares[posting]
        for i in range(n):
            track = touched[i]
            total = summed[track]
            summed[track] = 0
            if total >= bar[track]:
                _offer(track, np.int32(total * 1e6 + 0.5), keys[row], base + row, names, row, best)
                bar[track] = scores[track, -1] * np.float32(1e-6) - np.float32(1e-6)


@njit(cache=True)
def take(track, score, key, names, base, best):
    """Offer each track what was found for it elsewhere; arrays of equal length, numbered from ``base``."""
    for row in range(len(track)):
        _offer(track[row], score[row], key[row], base + row, names, row, best)


@njit(cache=True)
def _offer(track, score, key, number, names, row, best):
    scores, keys, numbers, held = best
    top, width = scores.shape[1], names.shape[1]
    place = top
    while place > 0 and (
        score > scores[track, place - 1]
        or (score == scores[track, place - 1] and _smaller(names, row, held, track, place - 1))
    ):
        place -= 1
    if place == top:
        return
    for other in range(place):
        if keys[track, other] == key:
            return  # the same text, by a smaller name
    last = place
    while last < top - 1 and keys[track, last] != key:
        last += 1
    for other in range(last, place, -1):
        scores[track, other], keys[track, other] = scores[track, other - 1], keys[track, other - 1]
        numbers[track, other] = numbers[track, other - 1]
        for i in range(width):
            held[track, other, i] = held[track, other - 1, i]
    scores[track, place], keys[track, place], numbers[track, place] = score, key, number
    for i in range(width):
        held[track, place, i] = names[row, i]


@njit(cache=True)
def _smaller(names, row, held, track, place):
    for i in range(names.shape[1]):
        if names[row, i] != held[track, place, i]:
            return names[row, i] < held[track, place, i]
    return False
