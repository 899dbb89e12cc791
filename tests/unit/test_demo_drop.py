from datetime import date

import pytest

from etl.synthetic.demo import drop, make

DAYS = [date(2026, 3, 4)]


@pytest.fixture
def played(monkeypatch) -> list[int]:
    """The tracks that were played; playing and posting take a minute, and this one second."""
    tracks: list[int] = []

    def mp3(seed: int, genre: str, artist_id: int, track_id: int) -> bytes:
        tracks.append(track_id)
        return f"{seed} {genre} {track_id}".encode()

    monkeypatch.setattr(drop.music, "mp3", mp3)
    monkeypatch.setattr(drop, "_write_posts", lambda seed, day, clips, path: path.write_text(f"{seed} {day}"))
    return tracks


def made(folder, seed=7, **more):
    found = make(folder, seed, DAYS, clips=16, workers=1, **more)
    return {path.name: path.read_bytes() for path in (found.fma_metadata, found.fma_small, *found.tiktok.values())}


def test_a_finished_drop_is_left_alone(tmp_path, played):
    before = made(tmp_path)
    assert len(played) == 16
    assert made(tmp_path) == before
    assert len(played) == 16


def test_two_folders_hold_the_same_bytes_and_another_seed_others(tmp_path, played):
    assert made(tmp_path / "a") == made(tmp_path / "b")
    assert made(tmp_path / "a", seed=8)["fma_small.zip"] != made(tmp_path / "b")["fma_small.zip"]


def test_what_a_killed_run_left_is_made_again(tmp_path, played, monkeypatch):
    whole = made(tmp_path / "whole")

    def cut(path, clips):
        path.write_bytes(b"PK half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(drop, "write_clips", cut)
        with pytest.raises(KeyboardInterrupt):
            made(tmp_path / "cut")
    assert not (tmp_path / "cut/fma_small.zip").exists()
    assert made(tmp_path / "cut") == whole


def test_progress_counts_every_clip_and_file_once(tmp_path, played):
    steps: list[tuple[int, int]] = []
    made(tmp_path, progress=lambda done, total: steps.append((done, total)))
    assert [done for done, _ in steps] == sorted(done for done, _ in steps)
    assert steps[-1] == (18, 18)
    assert {total for _, total in steps} == {18}
