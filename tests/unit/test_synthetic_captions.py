import re

import numpy as np
import pytest

from etl.synthetic import names
from etl.synthetic.activity.world import CODES, SHARES, pick
from etl.synthetic.demo import phrases
from etl.synthetic.demo.captions import LANGUAGES, LONGEST, caption, language, tags

SPOKEN = sorted({name for known in LANGUAGES.values() for name, _ in known})


def posted(rng: np.random.Generator, spoken: str) -> tuple[list[str], str]:
    some = tags(rng, spoken)
    return some, caption(rng, spoken, title="Tea & Rain", artist="The Örreries", tags=some)


@pytest.fixture(scope="module")
def world() -> list[tuple[list[str], str]]:
    """Four thousand posts from everywhere, a third of them over somebody's original sound."""
    rng = np.random.default_rng(1)
    return [posted(rng, language(rng, CODES[int(pick(SHARES, rng.random()))])) for _ in range(4000)]


def test_every_language_of_a_market_has_phrases_of_every_topic_and_its_own_names():
    assert set(SPOKEN) == set(phrases.PHRASES) == set(phrases.OWN_TAGS) == set(phrases.REPLIES)
    assert len(SPOKEN) == 16
    topics = set(phrases.TOPIC_TAGS)
    assert {name: set(known) for name, known in phrases.PHRASES.items()} == dict.fromkeys(SPOKEN, topics | {"song"})
    assert set(phrases.EMOJI) == topics


@pytest.mark.parametrize("spoken", SPOKEN)
def test_no_slot_of_a_caption_is_left_open(spoken: str):
    rng = np.random.default_rng(2)
    texts = [posted(rng, spoken)[1] for _ in range(1500)]
    assert not [text for text in texts if re.search(r"[{}<>$]|\|\S|\S\||#( |$)|@( |$)|  | ,", text.replace("<3", ""))]
    assert len(set(texts)) > 1200
    assert any("Tea & Rain" in text for text in texts)
    assert any("The Örreries" in text for text in texts)


def test_a_caption_is_in_the_language_that_was_asked_for():
    rng = np.random.default_rng(3)
    #: letters that English has not, and in how many of 300 captions they are, a fifth of which are empty
    scripts = {
        "ru": ("[а-яё]", 180),
        "ja": ("[ぁ-ん一-龠]", 180),
        "ko": ("[가-힣]", 180),
        "ar": ("[ء-ي]", 180),
        "tr": ("[ışğ]", 100),
        "de": ("[äöüß]", 20),
        "pt": ("[ãõç]", 20),
    }
    english = [caption(rng, "en", title=None, artist=None, tags=[]) for _ in range(300)]
    for spoken, (letters, least) in scripts.items():
        some = [caption(rng, spoken, title=None, artist=None, tags=[]) for _ in range(300)]
        assert sum(bool(re.search(letters, text)) for text in some) > least, spoken
        assert not [text for text in english if re.search(letters, text)]


def test_a_caption_is_about_what_its_hashtags_are_about():
    rng = np.random.default_rng(4)
    texts = [caption(rng, "en", title=None, artist=None, tags=["fyp", "kitten"]) for _ in range(400)]
    assert (
        sum(bool(re.search("cat|dog|shoe|adopted|found|bath|every|zoom|vet|hi to|meet", text)) for text in texts) > 150
    )
    assert all(text.endswith("#fyp #kitten") for text in texts)


def test_without_a_song_none_is_named():
    rng = np.random.default_rng(5)
    assert not [
        text
        for text in (caption(rng, "en", title=None, artist=None, tags=["music"]) for _ in range(500))
        if "None" in text
    ]


def test_empty_captions_and_those_of_hashtags_alone_are_as_frequent_as_among_real_posts(world):
    """3.8 % of 1,000 real posts are empty, 13.1 % have hashtags alone; the bounds are four standard errors of 4,000."""
    assert 0.026 < np.mean([text == "" for _, text in world]) < 0.050
    alone = [bool(some) and text == " ".join(f"#{tag}" for tag in some) for some, text in world]
    assert 0.110 < np.mean(alone) < 0.152


def test_captions_are_as_long_and_as_tagged_as_real_ones(world):
    """Among 1,000 real posts: 82 letters, 4.5 words beside hashtags (medians), 5.4 hashtags, 43 % with emoji."""
    texts = [text for _, text in world]
    bare = [len(re.sub(r"#\S+", "", text).split()) for text in texts]
    assert 65 < np.median([len(text) for text in texts]) < 95
    assert 4 <= np.median(bare) <= 6
    assert 4.6 < np.mean([len(some) for some, _ in world]) < 5.9
    assert 0.35 < np.mean([bool(re.search("[\U0001f300-\U0001faff☀-➿]", text)) for text in texts]) < 0.5
    assert 0.45 < np.mean([not text.isascii() for text in texts]) < 0.65
    assert len(set(texts)) > 0.93 * len(texts)


def test_fyp_is_the_commonest_hashtag_and_two_in_five_words_are_rare(world):
    used = [tag for some, _ in world for tag in some]
    names_of, counts = np.unique(used, return_counts=True)
    assert names_of[counts.argmax()] == "fyp"
    assert 0.05 < counts.max() / len(used) < 0.11
    assert len(np.unique(used[:5400])) > 1600  # of 5,398 real ones 2,258 differ
    assert all(len(set(some)) == len(some) and sum(map(len, some)) < LONGEST + 30 for some, _ in world)
    assert not [tag for tag in used if re.search(r"[\s#@,.|]", tag)]


def test_a_country_speaks_its_languages_and_one_that_is_not_known_english():
    rng = np.random.default_rng(6)
    assert {language(rng, "CHE") for _ in range(200)} == {"de", "fr", "it", "en"}
    assert {language(rng, place) for place in ("SWE", None, "XXX") for _ in range(20)} == {"en"}
    for known in LANGUAGES.values():
        assert sum(share for _, share in known) == pytest.approx(1)
    assert set(LANGUAGES) <= set(CODES)


def test_captions_depend_on_the_generator_alone():
    def some(seed: int) -> list[str]:
        rng = np.random.default_rng(seed)
        return [posted(rng, spoken)[1] for spoken in SPOKEN]

    first = some(7)
    names.title(np.random.default_rng(0))
    assert some(7) == first
    assert some(8) != first
