"""The page Influencers as plain functions: its address, its words, its file, and what a note may be."""

import csv
import io
from datetime import UTC, date, datetime

import pytest
from dash import dcc, html
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.auth import Account
from dashboards.components.acts import Done
from dashboards.components.card import About, csv_of
from dashboards.components.influencers import panel, ranking, shortlist
from dashboards.components.influencers.view import ALL, SIZES, SORTS, Known, View, address, read
from dashboards.pages import influencers as page
from dashboards.pages import query_of
from dashboards.pages.influencers import shortlist as on_list
from dashboards.pages.influencers import whose
from dashboards.queries.influencers import Evidence, Influencer, Listed, Through, Wanted, ranked, scored
from etl.tables import TOP_GENRES
from tests.drawn import badges, parts, words

KNOWN = Known({"SWE", "NOR"}, {"SWE", "DEU"}, "Rock")
ABOUT = About("genre: Rock", date(2020, 12, 20), invented="creators")


def creator(place=1, **changes):
    """A creator with half Rock and half Folk, heard in Sweden and Germany."""
    shares = [0.5 if genre in ("Rock", "Folk") else 0.0 for genre in TOP_GENRES]
    given = {"influencer_id": f"i{place}", "creator_id": f"c{place}", "handle": f"handle.{place}",
             "name": f"Creator {place}", "country": "SWE", "genre": "Rock", "tier": "nano", "followers": 5000,
             "videos": 40, "median_plays": 10_000, "median_likes": 2000 - 100 * place,
             "median_comments": 10, "median_shares": 10,
             "genre_shares": shares, "audience_countries": ["SWE", "DEU"], "audience_shares": [0.5, 0.2],
             "synthetic": True}  # fmt: skip
    return Influencer(**given | changes)


def video(**changes):
    """A video with a sound that matches the artist's own track."""
    given = {"video_id": "7", "url": "https://www.tiktok.com/7", "cover": None, "caption": "wait\nfor it",
             "plays": 12_437, "posted_on": date(2020, 12, 18), "title": "Quiet Harbour", "artist_name": "Ada",
             "genre": "Rock", "score": 0.934, "own": True, "videos": 1}  # fmt: skip
    return Evidence(**given | changes)


PEOPLE = [creator(place) for place in range(1, 13)]

views = st.builds(
    View,
    st.builds(
        Wanted,
        st.none() | st.sampled_from(TOP_GENRES),
        st.none() | st.sampled_from(sorted(KNOWN.countries)),
        st.none() | st.sampled_from(sorted(KNOWN.audiences)),
        st.none() | st.sampled_from(sorted(SIZES)),
        st.none()
        | st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20).map(
            lambda text: " ".join(text.split()) or None
        ),
    ),
    st.sampled_from(sorted(SORTS)),
)


@given(views, st.sampled_from([KNOWN, Known(KNOWN.countries, KNOWN.audiences, None)]))
@settings(max_examples=500)
def test_every_view_survives_its_address(view, known):
    assert read(query_of(address(view, known)), known) == (view, [])


def test_the_usual_view_needs_no_words_in_the_address_and_all_genres_do():
    assert address(View(Wanted("Rock")), KNOWN) == ""
    assert address(View(Wanted(None, country="SWE")), KNOWN) == "?genre=all&country=SWE"
    assert read({}, KNOWN)[0].wanted.genre == "Rock"
    assert read({"genre": ALL}, KNOWN)[0].wanted.genre is None


def test_what_cannot_be_read_is_explained_and_dropped():
    asked = {"genre": "Polka", "country": "DEU", "audience": "SWE", "size": "vast", "q": "x" * 61, "sort": "luck"}
    view, wrong = read(asked, KNOWN)
    assert view == View(Wanted("Rock", audience="SWE"))
    assert sorted(wrong) == [
        "The search has more than 60 characters: it is left out.",
        "“DEU” is the country of no creator here: all countries are shown.",
        "“Polka” is none of the genres: Rock is shown.",
        "“luck” is no order: the best fit comes first.",
        "“vast” is no size: creators of all sizes are shown.",
    ]


def test_the_answer_says_how_many_fit_and_who_fits_best_and_what_is_left_out():
    found = ranked(PEOPLE, Wanted("Rock"))
    text = words(ranking.ranked(found, Wanted("Rock"), "fit", str, ABOUT))
    assert "12 creators use Rock.  The best fit is  Creator 1 , " in text
    assert "Left out of the fit: audience (no country of the audience is chosen). " in text
    assert "The other parts weigh genre 47%, engagement 33%, reach 20%." in text
    assert ranking.left_out(ranked(PEOPLE, Wanted("Rock", audience="SWE"))) == ""
    few = ranked(PEOPLE[:3], Wanted("Rock"))
    assert "engagement (too few creators to compare with)" in ranking.left_out(few)


def test_the_order_is_the_readers_and_equals_stay_in_the_order_of_fit():
    found = ranked(PEOPLE, Wanted("Rock"))
    assert [one.influencer.influencer_id for one in ranking.in_order(found[::-1], "engagement")][:2] == ["i1", "i2"]
    assert ranking.in_order(found, "plays") == found


def test_the_file_has_the_rows_of_the_table_and_no_formula():
    people = [creator(place, name="=1+1" if place == 1 else f"Creator {place}") for place in range(1, 13)]
    found = ranked(people, Wanted("Rock", audience="DEU"))
    shown = [
        [words(cell) for cell in parts(row, html.Td)] for row in parts(ranking.creators(found, "fit", str), html.Tr)
    ]
    rows = list(
        csv.reader(io.StringIO(csv_of("Who fits best?", ranking.file_of(found, Wanted("Rock", audience="DEU")), ABOUT)))
    )
    assert [row[0] for row in rows[:4]] == ["# Who fits best?", "# genre: Rock", "# Data through 2020-12-20",
                                            "# Synthetic: creators are invented"]  # fmt: skip
    assert rows[4][:7] == ["Creator", "Handle", "Fit", "Genre", "Audience", "Engagement", "Reach"]
    assert [f"{row[0].removeprefix(chr(39))} @{row[1]}" for row in rows[5:]] == [row[0] for row in shown[1:]]
    assert [row[2:7] for row in rows[5:]] == [row[1:6] for row in shown[1:]]
    assert [row[0] for row in rows[5:] if row[1] == "handle.1"] == ["'=1+1"]


def test_a_head_that_names_an_order_sorts_by_it_and_the_chosen_one_says_so():
    table = ranking.creators(ranked(PEOPLE, Wanted("Rock")), "followers", lambda sort: f"?sort={sort}")
    heads = parts(table, html.Th)
    assert [words(head) for head in heads if hasattr(head, "aria-sort")] == ["Followers"]
    assert [link.href for head in heads for link in parts(head, dcc.Link)] == [
        f"?sort={sort}" for sort in ("fit", "engagement", "followers", "plays", "evidence")
    ]
    assert {getattr(cell, "data-label") for cell in parts(table, html.Td)} == {words(head) for head in heads}


def test_more_creators_than_the_table_has_are_said_to_be_in_the_file():
    people = [creator(place, name=f"Creator {place}") for place in range(1, 300)]
    found = ranked(people, Wanted("Rock"))
    shown = ranking.ranked(found, Wanted("Rock"), "fit", str, ABOUT)
    assert len(parts(shown, html.Tr)) == 1 + ranking.MOST_SHOWN
    assert f"The first 40 of {len(found)}; the file has 250. Narrow the choice to see others." in words(shown)


def test_a_creator_shows_each_part_with_its_number_and_what_it_comes_from():
    wanted = Wanted("Rock", audience="NOR")
    text = words(panel.panel(scored(PEOPLE, wanted)[0], wanted, [video()], listed=False))
    assert "Genre weighs 35% 71" in text.replace("  ", " ")
    assert "50% of the music of their videos is Rock." in text
    assert "Norway is not among their greatest countries." in text
    assert "19 likes, comments and shares for every 100 plays" in text
    assert "of the 12 creators nearest in size (5k to 5k followers)" in text
    assert "12.4k plays 18 Dec 2020 wait for it Matches your Quiet Harbour, score 0.93" in text
    assert "Elsewhere 30%" in text
    assert "Add to shortlist" in text


def test_without_evidence_the_creator_says_so():
    found = scored(PEOPLE, Wanted("Rock"))[0]
    assert (
        "No evidence yet: none of the videos we have seen uses a sound that matches one of your tracks or a track of "
        "the genre Rock." in words(panel.panel(found, Wanted("Rock"), [], listed=True))
    )
    assert "Remove from shortlist" in words(panel.panel(found, Wanted("Rock"), [], listed=True))


def test_who_is_looked_for_decides_what_is_said_to_be_invented():
    people = [creator(1, country="NOR"), creator(2, synthetic=False), creator(3, synthetic=False, country="NOR")]

    def said(**query):
        return whose.Mine(None, 1, None, Through(date(2020, 12, 20), None), people, query)

    assert said().invented == said(country="NOR").about.invented == "some of the creators, their audiences and videos"
    assert said(country="SWE").invented == said(country="SWE").about.invented == ""
    assert said(q="handle.1").invented == "creators, their audiences and videos"


def test_evidence_says_what_of_it_was_made():
    def said(*videos):
        return badges(panel.panel(scored([creator(synthetic=False)], Wanted())[0], Wanted(), videos, listed=False))

    assert said(video()) == []
    assert said(video(), video(synthetic=True)) == ["Some of the videos are invented."]
    assert said(video(synthetic_track=True)) == ["Matched tracks are invented."]


def test_a_video_with_an_address_that_is_none_of_the_web_is_no_link():
    shown = [panel._video(video(url=url), "x") for url in ("https://www.tiktok.com/7", "javascript:alert(1)")]
    assert [getattr(one, "href", None) for one in shown] == ["https://www.tiktok.com/7", None]


def test_the_shortlist_keeps_who_is_no_longer_suggested_and_its_file_has_the_notes():
    noon = datetime(2020, 12, 20, 12, tzinfo=UTC)
    found = [
        Listed("i1", "=cmd()", noon, "Creator 1", "handle.1", "SWE", "Rock", 5000, 10_000, True),
        Listed("i9", "", noon, None, None, None, None, None, None, None),
    ]
    shown = shortlist.shortlist(found, ABOUT)
    assert "Creator 1 @handle.1 Sweden 5k followers Rock" in words(shown)
    assert "No longer suggested i9" in words(shown)
    foot = shortlist.foot(found, ABOUT)
    button = next(one for one in parts(foot, html.Button) if hasattr(one, "data-csv"))
    assert "Creator 1,handle.1,SWE,Rock,5000,10000,2020-12-20,'=cmd()" in getattr(button, "data-csv")


@pytest.mark.parametrize("account", [None, Account(3, "lena", "listener", "Lena", None, True)])
def test_a_stranger_is_told_nothing_and_changes_nothing(monkeypatch, account):
    monkeypatch.setattr(whose, "who", lambda: account)
    for told in (page.ranked(None, ""), page.chosen(None, "#creator=i1", ""), on_list.shortlist(None)):
        assert "This page is for artists" in words(told)
    assert on_list.noted(None, "i1", "x") == ("", "")


def test_nobody_changes_no_shortlist(monkeypatch):
    monkeypatch.setattr(on_list, "who", lambda: None)
    assert [change(None, {"id": "i1"}) for change in (on_list.add, on_list.remove)] == [Done(), Done()]
