"""Covers and art: what a browser may load, and what it gets instead."""

from xml.etree import ElementTree

import pytest

from dashboards.components.art import art
from dashboards.components.cover import art_src, cover_src, from_elsewhere, web_address
from dashboards.theme import GENRE_COLOURS, NO_GENRE_COLOUR, genre_colour


@pytest.mark.parametrize(
    "cover",
    [
        "https://p16-sign-va.tiktokcdn.com/obj/x?x-expires=1",
        "https://p16.muscdn.com/x.jpeg",
        "data:image/jpeg;base64,/9j/",
        "data:image/svg+xml;base64,PHN2Zy8+",
    ],
)
def test_covers_of_tiktok_are_shown_to_who_agreed_and_pictures_within_the_data_to_all(cover):
    assert cover_src(cover, "v1", "Rock", agreed=True) == cover
    ours = cover.startswith("data:")
    assert cover_src(cover, "v1", "Rock") == (cover if ours else "/art/v1.svg?genre=Rock")
    assert from_elsewhere(cover) is not ours


@pytest.mark.parametrize(
    "cover",
    [
        None,
        "",
        "http://p16-sign-va.tiktokcdn.com/x",
        "https://eviltiktokcdn.com/x",
        "https://tiktokcdn.com.elsewhere.example/x",
        "https://elsewhere.example/?tiktokcdn.com",
        "https://[broken",
        "javascript:alert(1)",
        "data:text/html;base64,PHA+",
    ],
)
def test_any_other_cover_becomes_art_of_ours(cover):
    assert cover_src(cover, "v1", "Old-Time / Historic", agreed=True) == "/art/v1.svg?genre=Old-Time%20/%20Historic"


def test_a_key_cannot_leave_the_folder_of_art():
    assert art_src("../../status", "") == "/art/..%2F..%2Fstatus.svg?genre="


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://www.tiktok.com/v/1", "https://www.tiktok.com/v/1"),
        ("javascript:alert(1)", None),
        ("//www.tiktok.com", None),
        ("https://[broken", None),
        ("", None),
        (None, None),
    ],
)
def test_only_web_addresses_are_linked_to(url, shown):
    assert web_address(url) == shown


def test_art_is_the_same_for_a_key_and_another_for_another():
    assert art("v1", "#d30d61") == art("v1", "#d30d61")
    assert art("v1", "#d30d61") != art("v2", "#d30d61")
    assert art("v1", "#d30d61") != art("v1", "#5aa0d0")


@pytest.mark.parametrize("colour", [*GENRE_COLOURS.values(), NO_GENRE_COLOUR])
def test_art_is_a_drawing_in_real_colours(colour):
    drawing = ElementTree.fromstring(art("v1", colour))
    colours = [element.get("stroke") or element.get("stop-color") for element in drawing.iter()]
    named = [name for name in colours if name]
    assert len(named) == 25
    assert all(len(name) == 7 and int(name[1:], 16) >= 0 for name in named)


def test_every_top_genre_has_a_colour_of_its_own():
    assert len(GENRE_COLOURS) == 16
    assert len(set(GENRE_COLOURS.values())) == 16
    assert genre_colour("Rock") == "#d30d61"
    assert genre_colour("Unknown") == genre_colour(None) == NO_GENRE_COLOUR
