import numpy as np
import pandas as pd
import pytest

from etl.matching import link as linking
from etl.matching.link import MATCH, best_of, link, link_stream, vocabulary_of

TRACKS = pd.DataFrame(
    [
        (2, "Night Train", "Tea"),
        (3, "Night Train", "Honey"),
        (5, "Day Walk", "Slow Hands"),
        (10, "Blue Hour", "Slow Hands"),
        (20, "Original Sound", "Slow Hands"),
        (26, "夜行列車", "Лампа"),
        (30, None, None),
    ],
    columns=["track_id", "title", "artist_name"],
)
SOUNDS = pd.DataFrame(
    [
        ("101", "night train", "tea"),
        ("100", "Night Train!", "TEA"),  # the same in other letters
        ("102", "Honey - Night Train (slowed)", "user4711"),
        ("103", "Day Walk", "Somebody Else"),
        ("104", "original sound - Slow Hands", "Slow Hands"),
        ("105", "夜行列車（Remix）", "Lampa"),
        ("106", "Blue Hour", "Slow Hands"),
        ("107", "BLUE HOUR (sped up)", "Slow Hands"),
        ("108", None, None),
    ],
    columns=["sound_id", "title", "artist_name"],
)


def found(tracks: pd.DataFrame, sounds: pd.DataFrame) -> dict[int, str]:
    matches = link(tracks, sounds, vocabulary_of(TRACKS))
    return dict(zip(matches["fma_track_id"], matches["tiktok_track_id"], strict=True))


def test_each_track_gets_its_most_likely_sound_or_none() -> None:
    assert found(TRACKS, SOUNDS) == {
        2: "100",  # of two that read the same, the smallest id
        3: "102",  # the artist is in the title
        10: "106",  # rather than its sped-up version
        26: "105",
        # 5: the only sound of that title is by another artist; 20: an original sound is nothing; 30: no words
    }


def test_a_match_tells_its_scores() -> None:
    matches = link(TRACKS, SOUNDS, vocabulary_of(TRACKS))
    assert matches.columns.tolist() == MATCH
    assert matches.dtypes.astype(str).tolist() == ["int64", "object", *["float32"] * 4]
    assert matches.loc[0, ["title_score", "artist_score", "total_score"]].tolist() == [1, 1, 1]


def test_an_original_sound_never_matches_though_every_word_does() -> None:
    sounds = pd.DataFrame([("1", "Original Sound", "Slow Hands")], columns=SOUNDS.columns)
    assert found(TRACKS, sounds) == {}


def test_a_tie_goes_to_the_smallest_sound_id() -> None:
    sounds = pd.DataFrame(
        [("9", "Night Train [Explicit]", "Tea"), ("10", "Night Train (Clean)", "Tea")], columns=SOUNDS.columns
    )
    assert found(TRACKS, sounds) == {2: "10"}  # ids are texts: "10" comes before "9"


def test_new_words_of_a_new_track_are_found_though_the_vocabulary_is_older() -> None:
    old = vocabulary_of(TRACKS)
    new = pd.DataFrame([(40, "Zebra Crossing", "Quagga")], columns=TRACKS.columns)
    sounds = pd.DataFrame([("1", "zebra crossing", "quagga")], columns=SOUNDS.columns)
    assert link(new, sounds, old)["tiktok_track_id"].tolist() == ["1"]


def test_nothing_to_link_gives_no_rows() -> None:
    assert found(TRACKS, SOUNDS.iloc[:0]) == {}
    assert found(TRACKS.iloc[:0], SOUNDS) == {}


@pytest.mark.parametrize("chunk", [1, 2, 5])
def test_the_size_of_the_chunks_changes_nothing(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    whole = link(TRACKS, SOUNDS, vocabulary_of(TRACKS))
    monkeypatch.setattr(linking, "CHUNK", chunk)
    pd.testing.assert_frame_equal(link(TRACKS, SOUNDS, vocabulary_of(TRACKS)), whole, check_exact=True)


def test_night_by_night_gives_what_all_at_once_gives() -> None:
    vocabulary = vocabulary_of(TRACKS)
    whole = link(TRACKS, SOUNDS, vocabulary)
    for order in (SOUNDS, SOUNDS.iloc[::-1]):
        first, second = order.iloc[:4], order.iloc[4:]
        early, late = TRACKS.iloc[:3], TRACKS.iloc[3:]
        matches = link(early, first, vocabulary)
        matches = best_of(matches, link(early, second, vocabulary))  # new sounds
        matches = best_of(matches, link(late, SOUNDS, vocabulary))  # new tracks
        pd.testing.assert_frame_equal(matches, whole, check_exact=True)
        again = best_of(matches, link(early, second, vocabulary))
        pd.testing.assert_frame_equal(again, whole, check_exact=True)


def test_a_night_that_is_given_the_candidates_so_far_ends_with_those_of_all() -> None:
    vocabulary = vocabulary_of(TRACKS)
    whole = link_stream(TRACKS, [SOUNDS], vocabulary)
    for order in (SOUNDS, SOUNDS.iloc[::-1]):
        early = link_stream(TRACKS, [order.iloc[:4]], vocabulary)
        late = link_stream(TRACKS, [order.iloc[4:6], order.iloc[6:]], vocabulary, early.best)
        pd.testing.assert_frame_equal(best_of(early.matches, late.matches), whole.matches, check_exact=True)
        assert (late.best.key == whole.best.key).all()
        assert link_stream(TRACKS, [SOUNDS], vocabulary, late.best).matches.empty  # nothing comes among the ten


def test_a_slip_of_the_pen_and_a_lost_space_are_found() -> None:
    sounds = pd.DataFrame([("1", "NigthTrain", "Honney"), ("2", "Bluehour", "Slow Hnads")], columns=SOUNDS.columns)
    assert link_stream(TRACKS, [sounds], vocabulary_of(TRACKS)).best.score.max(axis=1).argmax() in (1, 3)


def test_the_better_match_is_likelier_then_more_alike_then_of_the_smaller_id() -> None:
    def row(sound_id: str, total: float, probability: float) -> pd.DataFrame:
        return pd.DataFrame([(7, sound_id, 1.0, np.nan, total, probability)], columns=MATCH)

    def better(*rows: pd.DataFrame) -> str:
        [forth], [back] = (best_of(*order)["tiktok_track_id"].tolist() for order in (rows, rows[::-1]))
        assert forth == back
        return forth

    assert better(row("1", 0.5, 0.8), row("2", 0.1, 0.9)) == "2"
    assert better(row("1", 0.5, 0.9), row("2", 0.6, 0.9)) == "2"
    assert better(row("2", 0.5, 0.9), row("10", 0.5, 0.9)) == "10"
    # the warehouse gives back 0.9 as the float32 it kept
    assert better(row("2", 0.5, 0.9), row("1", 0.5, float(np.float32(0.9)))) == "1"


def test_real_tracks_and_real_posts_of_other_artists_do_not_match(real_data) -> None:  # type: ignore[no-untyped-def]
    table = pd.read_csv(real_data / "fma/fma_metadata/tracks.csv", header=[0, 1], index_col=0, low_memory=False)
    tracks = pd.DataFrame(
        {"track_id": table.index, "title": table["track", "title"], "artist_name": table["artist", "name"]}
    )
    posts = pd.read_json(real_data / "tiktok/posts_2020-12.ndjson", lines=True, dtype=False)
    music = pd.DataFrame(posts["musicInfos"].tolist())
    sounds = music.rename(columns={"musicId": "sound_id", "musicName": "title", "authorName": "artist_name"})
    assert (len(tracks), len(sounds)) == (682, 1000)
    assert link(tracks, sounds, vocabulary_of(tracks)).empty
