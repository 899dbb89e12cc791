import numpy as np
import pandas as pd
import pytest

from etl.matching import candidates
from etl.matching.candidates import FLOOR, TOP, Best, names_of, postings, track_matrix
from etl.matching.vocabulary import fit, weigh


def search(tracks: list[str], sounds: list[str], top: int = 10) -> dict[int, list[int]]:
    vocabulary = fit(tracks)
    best, number = Best(len(tracks), top), np.arange(len(sounds))
    rows = weigh(sounds, vocabulary)
    seen = rows.indptr.astype(np.int64), rows.indices.astype(np.int32), rows.data, number.astype(np.uint64)
    best.see(postings(weigh(tracks, vocabulary)), seen, number.astype(">u8").view(np.uint8).reshape(-1, 8))
    found = best.found()
    return {int(track): rows["sound"].tolist() for track, rows in found.groupby("track")}


def test_the_nearest_sound_comes_first_and_one_without_a_common_word_not_at_all() -> None:
    assert search(["night train tea", "day walk honey"], ["walk", "night train", "tea", "other"]) == {0: [1, 2], 1: [0]}


@pytest.mark.parametrize("equal", [10, 11, 12, 150, 3000])
def test_a_tie_goes_to_the_first_sound_however_many_tie(equal: int) -> None:
    sounds = [f"night other{n}" for n in range(equal)]
    assert search(["night train"], sounds) == {0: list(range(10))}
    assert search(["night train"], [*sounds, "night train"]) == {0: [equal, *range(9)]}


def test_a_weak_likeness_is_left_out() -> None:
    [far] = ["night " + " ".join(f"other{n}" for n in range(20))]
    assert search(["night train"], [far]) == {}


def test_there_may_be_no_sounds_no_tracks_or_no_words() -> None:
    assert search(["night"], []) == {}
    assert search([], ["night"]) == {}
    assert search([""], [""]) == {}


def test_in_a_large_catalogue_a_common_word_finds_only_tracks_that_have_no_rarer_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tracks = ["the night", "the"] + ["the day"] * 198 + [f"walk{n}" for n in range(100)]
    vocabulary = fit(tracks)
    columns = [vocabulary.place["night"], vocabulary.place["the"]]
    full = weigh(tracks, vocabulary)[:2, columns].toarray()
    monkeypatch.setattr(candidates, "LARGE", 50)
    pruned = track_matrix(tracks, vocabulary)[:2, columns].toarray()
    assert pruned.tolist() == [[full[0, 0], 0], [0, 1]]
    monkeypatch.setattr(candidates, "LARGE", 1000)
    assert track_matrix(tracks, vocabulary)[:2, columns].toarray().tolist() == full.tolist()


def world(seed: int, tracks: int = 30, sounds: int = 400) -> tuple:
    rng = np.random.default_rng(seed)
    words = [f"word{n}" for n in range(25)]
    texts, others = ([" ".join(rng.choice(words, rng.integers(1, 5))) for _ in range(n)] for n in (tracks, sounds))
    return weigh(texts, fit(texts)), weigh(others, fit(texts)), rng


def arrays(best: Best) -> list[list]:
    return [best.score.tolist(), best.key.tolist(), best.name.tolist()]


def search_of(tracks, rows, names: pd.Series, chunks: int) -> Best:  # type: ignore[no-untyped-def]
    best = Best(tracks.shape[0])
    for part in np.array_split(np.arange(rows.shape[0]), chunks):
        some = rows[part]
        key = part.astype(np.uint64) + np.uint64(1)
        best.see(postings(tracks), (some.indptr.astype(np.int64), some.indices, some.data, key), names_of(names[part]))
    return best


@pytest.mark.parametrize("chunks", [1, 7])
def test_the_best_are_those_of_comparing_everything_with_everything(chunks: int) -> None:
    tracks, sounds, rng = world(1)
    names = pd.Series(rng.permutation(sounds.shape[0])).astype(str)
    best = search_of(tracks, sounds, names, chunks)
    cosine = np.round((tracks @ sounds.T).toarray().astype(float), 6)
    for track in range(tracks.shape[0]):
        order = sorted(np.flatnonzero(cosine[track] >= FLOOR), key=lambda n: (-cosine[track, n], names[n]))[:TOP]
        assert best.row[track][best.row[track] >= 0].tolist() == order
        assert best.score[track][: len(order)] / 1e6 == pytest.approx(cosine[track, order], abs=2e-6)


def test_what_is_kept_of_some_tracks_goes_on_where_it_ended() -> None:
    tracks, sounds, _ = world(2)
    names = pd.Series([f"{'long ' * (n % 3)}{n}" for n in range(sounds.shape[0])])
    whole = search_of(tracks, sounds, names, 1)
    first = search_of(tracks, sounds[:200], names[:200], 1)
    ids = pd.Series(range(100, 130))
    kept = pd.concat([first.of(np.arange(10)).to_frame(ids[:10]), first.of(np.arange(10, 30)).to_frame(ids[10:])])
    again = Best.from_frame(kept.sample(frac=1, random_state=1), ids)
    assert arrays(again) == arrays(first)
    later = sounds[200:]
    rows = (later.indptr.astype(np.int64), later.indices, later.data, np.arange(201, 401, dtype=np.uint64))
    again.see(postings(tracks), rows, names_of(names[200:]))
    assert arrays(again) == arrays(whole)
    assert Best.from_frame(kept, pd.Series([7])).score.max() < FLOOR * 1e6  # a track that was not there
