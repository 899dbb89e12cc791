import pytest

from etl.matching.reasons import reason

WHY = {
    ("Night Train", "Slow Hands", "NIGHT TRAIN", "slow hands"): "Same title; same artist",
    ("Night Train", "Slow Hands", "Slow Hands - Night Train [HD]", "user1"): (
        "Same title; the artist is named in the sound’s title"
    ),
    ("Night Train", "Slow Hands", "night train by slow hands slowed", "user1"): (
        "Same title; the artist is named in the sound’s title; only the sound is “slowed”"
    ),
    ("Slow Hands - Night Train", "", "Night Train", "Slow Hands"): (
        "Same title; the artist is named in the track’s title"
    ),
    ("Night Train", "Tea", "Day Train", "Tea"): "The titles differ in one word (“Night”, “Day”); same artist",
    ("Night Train", "Tea", "Nihgt Train", "Tea"): "The title is spelt differently (“Night”, “Nihgt”); same artist",
    ("Savage", "Tea", "Savage Love", "Tea"): "The sound’s title has “Love” as well; same artist",
    ("Night Train", "Tea", "Night Train", "Tea & Honey"): "Same title; “Tea” is named on both sides",
    ("Night Train", "Tea", "Night Train", ""): "Same title; the sound names no artist",
    ("Night Train", "Tea", "Night Train", "Honey"): "Same title; another artist",
    ("Night Train (Tea Remix)", "X", "Night Train (Honey Remix)", "X"): (
        "Same title; same artist; other versions (“Tea”, “Honey”)"
    ),
    ("", "Tea", "Night Train", "Tea"): "The track has no title; same artist",
}


@pytest.mark.parametrize("texts", WHY)
def test_a_reason_says_what_is_the_same_and_what_is_not(texts: tuple[str, str, str, str]) -> None:
    assert reason(*texts) == WHY[texts]


def test_no_match_says_how_the_closest_differs() -> None:
    live = reason("Night Train", "Tea", "Night Train (Live)", "Tea", match=False)
    assert live == "No match: closest is another version, “Live”"
    other = reason("Night Train", "Tea", "Night Train", "Honey", match=False)
    assert other == "No match. Closest: same title; another artist"


def test_an_original_sound_is_never_explained_as_a_match() -> None:
    assert reason("Night Train", "Tea", "sonido original - tea", "Tea").startswith("No match: an original sound")
