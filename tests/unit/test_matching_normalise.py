import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.matching.normalise import (
    are_original_sounds,
    is_original_sound,
    normalise,
    normalise_all,
    normalised_lines,
)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("Night  Train", "night train"),
        ("Ｎｉｇｈｔ　Ｔｒａｉｎ！", "night train"),
        ("NIGHT-TRAIN (Live)", "night train live"),
        ("Tëa & Höney + Möre", "tea and honey and more"),
        ("Straße", "strasse"),
        ("Ca$h Ba$$", "cash bass"),
        ("don't don’t don´t don`t", "dont dont dont dont"),
        ("A.B.C. vs. Mr. X", "abc vs mr x"),
        ("🎵 night\u200btrain ✨🇳🇱", "nighttrain"),
        ("Ночной поезд", "nochnoy poezd"),
        ("夜行列車", "ye xing lie che"),
        ("قِطار", "qtr"),
        ("𝓝𝓲𝓰𝓱𝓽 🅽", "night n"),
        ("SlowHandsNightTrain", "slow hands night train"),
        ("ＳｌｏｗＨａｎｄｓ－ＮｉｇｈｔＴｒａｉｎ", "slow hands night train"),
        ("NiñoDormidoAzul", "nino dormido azul"),
        ("McTea", "mctea"),
        ("Live at SlowHandsNightTrain", "live at slowhandsnighttrain"),
        ("…?!", ""),
        ("", ""),
    ],
)
def test_a_text_comes_down_to_latin_letters_digits_and_single_spaces(written: str, normal: str) -> None:
    assert normalise(written) == normal


@given(st.text())
def test_any_text_can_be_normalised_and_twice_is_once(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert set(once) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")
    assert once == " ".join(once.split())


WRITTEN = st.one_of(
    st.text(max_size=30),
    st.text("aBz9 .-_'&+$(\n\t´é", max_size=12),
    st.sampled_from(
        [
            "Original Sound - x",
            "ＯＲＩＧＩＮＡＬ ＳＯＵＮＤ",
            "(原聲)",
            "original sounds",
            "SlowHandsNightTrain",
            "a.b.c",
        ]
    ),
)


@given(st.lists(WRITTEN, max_size=8))
def test_many_texts_at_once_come_out_as_each_alone(texts: list[str]) -> None:
    assert normalise_all(texts) == [normalise(text) for text in texts]
    assert are_original_sounds(normalised_lines(texts)[1]).tolist() == [is_original_sound(text) for text in texts]


@pytest.mark.parametrize(
    "title",
    [
        "original sound",
        "Original Sound",
        "ＯＲＩＧＩＮＡＬ　ＳＯＵＮＤ",
        "original sound - user123",
        "original sound – 🌸 somebody 🌸",
        "♬ original sound - somebody",
        "(original sound)",
        "sonido original",
        "som original",
        "son original - quelqu'un",
        "suono originale",
        "Originalton",
        "Originalton [Somebody - Night Train]",
        "origineel geluid",
        "dźwięk oryginalny",
        "DŹWIĘK ORYGINALNY",
        "orijinal ses",
        "sunet original",
        "âm thanh gốc",
        "nhạc nền - ai đó",
        "suara asli - seseorang",
        "Оригинальный звук",
        "оригинальный звук - кто-то",
        "الصوت الأصلي",
        "الصوت الاصلي",
        "ओरिजिनल साउंड",
        "原聲",
        "原声 - 某人",
        "オリジナル楽曲 - だれか",
        "오리지널 사운드 - 누군가",
        "πρωτότυπος ήχος",
        "เสียงต้นฉบับ",
    ],
)
def test_an_original_sound_is_one_in_any_language(title: str) -> None:
    assert is_original_sound(title)


@pytest.mark.parametrize(
    "title",
    [
        "Original Soundtrack",
        "Original Sounds of Summer",
        "My Original Sound",
        "Night Train",
        "Words - Original 1982",
        "",
    ],
)
def test_a_title_that_only_looks_like_one_is_not_an_original_sound(title: str) -> None:
    assert not is_original_sound(title)


def test_of_a_thousand_real_posts_582_use_an_original_sound(real_data: Path) -> None:
    with (real_data / "tiktok" / "posts_2020-12.ndjson").open(encoding="utf-8") as lines:
        titles = [json.loads(line)["musicInfos"]["musicName"] for line in lines]
    assert (sum(map(is_original_sound, titles)), len(titles)) == (582, 1000)
