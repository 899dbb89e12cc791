"""Quality of similarity on real music, and what the evaluation says of a set of one's own."""

import csv
import io
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import soundfile

from etl.audio.decode import Signal
from etl.errors import SourceMalformed, SourceMissing
from etl.similarity import ranking
from etl.synthetic.demo import music
from lab.evaluate import similarity
from lab.evaluate.labelled import Labelled, from_csv, made_clips, published, real_clips, worse

RATE = 22_050


@pytest.fixture(scope="module")
def clips(real_data: Path) -> Labelled:
    """The 77 clips of free music."""
    return real_clips(real_data, workers=2)


@pytest.fixture(scope="module")
def own_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A table of eight made clips of two genres, of one that is no audio, and of one that is not there."""
    folder = tmp_path_factory.mktemp("own")
    rows = []
    for number, genre in enumerate(["Jazz"] * 4 + ["Rock"] * 4):
        soundfile.write(folder / f"{number}.wav", music.render(1, genre, number // 2, number, 8.0), music.RATE)
        rows.append((f"{number}.wav" if number else str(folder / "0.wav"), genre, f"artist {number // 2}"))
    (folder / "page.mp3").write_text("<html>not found</html>")
    with (folder / "labels.csv").open("w", newline="") as file:
        csv.writer(file).writerows(
            [("file", "label", "artist"), *rows, ("page.mp3", "Rock", "x"), ("gone.mp3", "Rock", "y")]
        )
    return folder / "labels.csv"


@pytest.fixture(scope="module")
def two_thousand(real_data: Path) -> list[Labelled]:
    """2,000 published tracks, by the first genre of their tree and by the last."""
    return published(real_data)


def precisions(tracks: Labelled) -> dict[str, float]:
    """P@5 of each distance."""
    return {name: each.precision.mean() for name, each in similarity.measure(tracks, artist_filter=True).items()}


def test_of_real_clips_the_shipped_distance_finds_more_of_the_label_than_those_before(clips):
    measured = similarity.measure(clips, artist_filter=True)
    p5 = {name: each.precision.mean() for name, each in measured.items()}
    map10 = {name: each.average.mean() for name, each in measured.items()}
    assert p5["parts"] > 1.1 * p5["raw_euclid"]
    assert p5["parts"] > p5["zscore"] > p5["whitened"]
    assert map10["parts"] > 1.35 * map10["raw_euclid"]
    assert map10["parts"] > 1.1 * map10["zscore"]


def test_a_worse_copy_finds_itself_first_among_real_clips(clips):
    assert abs(clips.kbit_s - 64) < 1
    first, tried = similarity.recognised(clips)
    assert tried == 77
    assert first >= 76


def test_of_2000_published_tracks_the_head_finds_more_than_parts_and_parts_more_than_raw(two_thousand):
    p5, by_sub = map(precisions, two_thousand)
    assert p5["raw_euclid"] + 0.015 < p5["parts"]
    assert p5["parts"] + 0.01 < p5["head_unseen"]
    assert by_sub["head_unseen"] > by_sub["parts"] > by_sub["raw_euclid"]


def test_a_genre_suggested_for_artists_never_seen_is_as_sure_as_it_is_right(two_thousand):
    found = similarity.held_out_genres(two_thousand[0])
    assert found is not None
    top1, _, confidence, right, _ = found
    assert top1 > 0.87
    assert similarity.calibration_error(confidence, right) < 0.03


def test_a_score_comes_true_for_artists_that_it_was_not_fitted_on(clips, two_thousand):
    for tracks in (clips, two_thousand[0]):
        said, happened, weight = similarity.held_out_scores(tracks)
        assert similarity.calibration_error(said, happened, weight) < 0.12


def test_a_set_of_ones_own_is_measured_and_what_cannot_be_described_is_named(own_set):
    report = similarity.run(None, own_set, artist_filter=True)
    figures = {figure.name: figure for figure in report.figures}
    assert figures["similarity.labels.parts.p5"].n == 8
    assert figures["similarity.labels.raw_euclid.p5"].ratio == 1
    assert {name.split(".")[2] for name in figures if name.endswith(".map10")} >= {"raw_euclid", "zscore", "parts"}
    assert "with artist filter" in report.about
    assert "2 clips left out: page.mp3: it is a web page" in report.about
    assert "gone.mp3" in report.about


def test_the_artist_filter_leaves_the_artists_own_tracks_out(own_set):
    tracks, _ = from_csv(own_set)
    filtered = similarity.measure(tracks, artist_filter=True)["parts"].precision
    assert filtered.max() <= 2 / 5  # of each label an artist has two tracks and another one the other two
    assert similarity.measure(tracks, artist_filter=False)["parts"].precision.max() > 2 / 5


def test_a_missing_column_a_missing_table_and_an_empty_one_are_said_in_a_line(tmp_path):
    table = tmp_path / "labels.csv"
    with pytest.raises(SourceMissing, match="there is no such file"):
        from_csv(table)
    table.write_text("file,label\na.mp3,Rock\n")
    with pytest.raises(SourceMalformed, match="the column artist is missing"):
        from_csv(table)
    table.write_text("file,label,artist\n")
    with pytest.raises(SourceMissing, match="no clip in it can be described"):
        from_csv(table)


def test_made_clips_have_the_labels_of_their_genres(monkeypatch):
    monkeypatch.setattr(music, "mp3", partial(music.mp3, seconds=8.0))  # a whole song is half a second of CPU
    tracks = made_clips(artists=1, tracks=1)
    assert len(set(tracks.labels)) == 16
    assert tracks.features.shape == (16, 245)


def test_a_worse_copy_is_half_as_loud_five_seconds_shorter_and_64_kbit():
    at = np.arange(10 * RATE) / RATE
    signal = Signal((0.3 * np.sin(2 * np.pi * 440 * at) * (1 + np.sin(at))).astype(np.float32), RATE)
    data, rate = worse(signal)
    assert rate == pytest.approx(64, rel=0.03)
    back, _ = soundfile.read(io.BytesIO(data), dtype="float32")
    assert len(back) / signal.rate == pytest.approx(5, abs=0.1)
    assert np.std(back) == pytest.approx(np.std(signal.samples[5 * RATE :]) / 2, rel=0.08)


def test_precision_and_average_precision_by_eye():
    near = np.array([[0, 9, 8, 7], [9, 0, 1, 2], [8, 1, 0, 9], [7, 2, 9, 0]], float)
    labels = np.array(["a", "a", "b", "a"])
    nothing = np.zeros((4, 4), bool)
    found = ranking.nearest(near, nothing, 2)
    assert found.tolist() == [[1, 2], [0, 3], [3, 0], [2, 0]]
    assert ranking.precision(found, labels, 2).tolist() == [0.5, 1, 0, 0.5]
    average = similarity.average_precision(found, labels, nothing)
    np.testing.assert_allclose(average, [0.5, 1, np.nan, 0.25])
    apart = np.array(["x", "x", "y", "z"])
    filtered = ranking.nearest(near, apart[:, None] == apart, 3)
    assert filtered[0].tolist() == [2, 3, -1]
