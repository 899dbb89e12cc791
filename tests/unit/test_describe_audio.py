"""Which clips of a night are checked against librosa."""

import random

from etl.jobs.describe_audio import CHECKED, to_check


def test_five_clips_are_checked_the_same_in_whatever_order_they_come():
    clips = [f"zip-{number:08x}-700000" for number in range(1000)]
    chosen = to_check(clips)
    assert len(chosen) == CHECKED == 5
    assert to_check(random.Random(1).sample(clips, 1000)) == chosen
    assert to_check(chosen) == chosen
    assert sorted(clips.index(clip) for clip in chosen) == [521, 607, 624, 878, 921]


def test_of_fewer_clips_each_is_checked_and_of_none_none():
    assert to_check(["b", "a"]) == {"a", "b"}
    assert to_check([]) == set()


def test_what_a_clip_is_known_by_does_not_decide_its_turn():
    """Of a landed file it is a hash and of an archive's member it is not; both have their turn."""
    clips = [f"{number:064x}" for number in range(50)] + [f"zip-{number:08x}-1" for number in range(50)]
    assert {clip.startswith("zip") for clip in to_check(clips)} == {True, False}
