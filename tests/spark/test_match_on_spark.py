import pandas as pd
import pytest
from pyspark.sql import SparkSession

from etl.matching.link import best_of, link, link_on_spark, vocabulary_of

WORDS = ["night", "train", "day", "walk", "blue", "hour", "tea", "honey", "slow", "hands", "river", "stone"]
PAIRS = [(one, two) for one in WORDS for two in WORDS if one != two]
TRACKS = pd.DataFrame(
    [(n, f"{one} {two}", PAIRS[-1 - n][0]) for n, (one, two) in enumerate(PAIRS)],
    columns=["track_id", "title", "artist_name"],
)
#: For each track: itself, written otherwise; an upload; a remix; and many that tie with one another.
SOUNDS = pd.DataFrame(
    [
        sound
        for n, title, artist in TRACKS.itertuples(index=False)
        for sound in (
            (f"a{n:04}", title.upper(), artist),
            (f"b{n:04}", f"{artist} - {title}", "user4711"),
            (f"c{n:04}", f"{title} (remix)", artist),
            (f"d{999 - n:04}", title, f"other{n % 7}"),
            (f"e{999 - n:04}", title.title(), artist.upper()),
            (f"f{n:04}", "original sound", artist),
        )
        if n % 3 or not sound[0].startswith(("a", "e"))
    ],
    columns=["sound_id", "title", "artist_name"],
)


@pytest.mark.parametrize("partitions", [1, 2, 7])
def test_spark_links_as_one_process_does_whatever_the_number_of_partitions(
    spark: SparkSession, partitions: int
) -> None:
    here = link(TRACKS, SOUNDS, vocabulary_of(TRACKS))
    sounds = spark.createDataFrame(SOUNDS.sample(frac=1, random_state=partitions)).repartition(partitions)
    there = link_on_spark(spark, TRACKS, sounds, vocabulary_of(TRACKS)).matches
    assert len(here) == len(TRACKS)
    pd.testing.assert_frame_equal(there, here, check_exact=True)


def test_spark_finds_nothing_where_there_are_no_sounds(spark: SparkSession) -> None:
    none = spark.createDataFrame([], "sound_id string, title string, artist_name string")
    assert link_on_spark(spark, TRACKS, none, vocabulary_of(TRACKS)).matches.empty


def test_spark_takes_missing_titles_and_artists(spark: SparkSession) -> None:
    sounds = spark.createDataFrame(
        [("1", None, None), ("2", "Night Train", None), ("3", "Day Walk", "Stone")],
        "sound_id string, title string, artist_name string",
    )
    tracks = pd.DataFrame([(5, "Day Walk", "Stone"), (6, None, None)], columns=TRACKS.columns)
    matches = link_on_spark(spark, tracks, sounds, vocabulary_of(TRACKS)).matches
    assert matches[["fma_track_id", "tiktok_track_id"]].to_numpy().tolist() == [[5, "3"]]


def test_after_a_night_on_spark_the_candidates_are_those_of_all_and_no_match_is_worse(spark: SparkSession) -> None:
    vocabulary, columns = vocabulary_of(TRACKS), "sound_id string, title string, artist_name string"
    whole = link_on_spark(spark, TRACKS, spark.createDataFrame(SOUNDS, columns), vocabulary)
    early = link_on_spark(spark, TRACKS, spark.createDataFrame(SOUNDS.iloc[300:], columns), vocabulary)
    late = link_on_spark(spark, TRACKS, spark.createDataFrame(SOUNDS.iloc[:300], columns), vocabulary, early.best)
    matches = best_of(early.matches, late.matches)  # some were among the ten of their night
    pd.testing.assert_frame_equal(best_of(matches, whole.matches), matches, check_exact=True)
    for array in ("score", "key", "name"):
        assert (getattr(late.best, array) == getattr(whole.best, array)).all()
