"""The audience's cards of news, songs, days, countries and sound, as plain functions."""

import csv
import io
from datetime import date, timedelta

import pytest
from dash import dcc, html
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.components.audience.by_country import by_country, compare
from dashboards.components.audience.far import Drop
from dashboards.components.audience.listen import hear
from dashboards.components.audience.news import news
from dashboards.components.audience.tracks import tracks
from dashboards.components.audience.view import MOST_COMPARED, RANGES, View, address
from dashboards.components.audience.when import when
from dashboards.components.card import About
from dashboards.components.charts import Chart
from dashboards.pages import audience, query_of
from dashboards.pages.audience import controls
from dashboards.pages.audience.whose import Mine
from dashboards.queries.artist import OwnTrack
from dashboards.queries.audience import Coverage, Curve, Day, Totals, TrackRow
from dashboards.queries.clips import Wave
from etl.audience.insights import Insight
from etl.audience.people import Place
from tests.drawn import parts, words

SUNDAY = date(2020, 12, 20)
ABOUT = About("2020-11-23 to 2020-12-20; all tracks", SUNDAY, "listeners and listens")
SONGS = [
    OwnTrack(7, "Quiet Harbour", "Folk", 120.0),
    OwnTrack(8, "Ember", "Jazz", None),
    OwnTrack(9, "Tide", "Folk", 60.0),
]


def file_of(shown):
    """The rows of a card's file below its head."""
    [button] = [one for one in parts(shown, html.Button) if "data-csv" in one.to_plotly_json()["props"]]
    rows = list(csv.reader(io.StringIO(button.to_plotly_json()["props"]["data-csv"])))
    return [row for row in rows if not row[0].startswith("#")]


# The choices


def mine(search=""):
    """Ada's page over no warehouse."""
    one = Mine(None, 3, Coverage(date(2020, 10, 5), True, SUNDAY), query_of(search))
    one.__dict__["tracks"] = {song.track_id: song for song in SONGS}
    return one


@st.composite
def views(draw):
    """Any view that the page can show."""
    track = draw(st.none() | st.sampled_from([7, 8, 9]))
    free = draw(st.booleans())
    start = draw(st.dates(date(2015, 1, 1), SUNDAY))
    return View(
        None if free else draw(st.sampled_from(RANGES)),
        start if free else None,
        start + timedelta(days=draw(st.integers(0, 364))) if free else None,
        track,
        draw(st.none() | st.sampled_from(["SWE", "USA", "unknown"])),
        None if track else draw(st.none() | st.sampled_from(["Folk", "Jazz"])),
        draw(st.sampled_from(["any", "half", "finished"])),
        tuple(draw(st.lists(st.sampled_from([7, 8, 9]), unique=True, max_size=MOST_COMPARED))),
    )


@settings(max_examples=500)
@given(views())
def test_what_the_controls_show_of_an_address_is_the_view_of_that_address(view):
    my = mine(address(view))
    shown = controls.values(my.view, my.through)
    again = controls.chosen(my, *(shown[name] for name in controls.CONTROLS), shown["range"], shown["compare"])
    assert again == my.view == view
    assert address(again) == address(view)


def test_no_card_has_the_name_of_a_control():
    assert {card.name for card, _ in audience.CARDS}.isdisjoint(
        f"audience-{name}" for name in (*controls.CONTROLS, "range", "compare", "shown")
    )


# What is new


def link(card, changes):
    """A card's address."""
    return f"{address(View(**changes))}#{card}"


def test_news_lead_to_their_charts_and_say_when_and_how_much():
    found = [
        Insight("spike", SUNDAY, 340, 40, SUNDAY, 7),
        Insight("spike", date(2020, 12, 13), 52, 0, date(2020, 12, 15)),
        Insight("country", date(2020, 12, 7), 30, countries=("NOR", "SWE")),
        Insight("listens", date(2020, 11, 30), 20_000),
        Insight("listeners", date(2020, 11, 23), 1000),
    ]
    shown = news(found, {7: "Quiet Harbour"}, date(2020, 10, 5), "en", link, ABOUT)
    assert [row[:2] for row in file_of(shown)[1:]] == [
        ["20 Dec 2020", "“Quiet Harbour” was heard 340 times on a day that usually has about 40."],
        [
            "13 Dec 2020",
            "Your songs were heard 52 times on a day; most days before had none, and more than usual until "
            "15 Dec 2020.",
        ],
        [
            "Week of 7 Dec 2020",
            "For the first time enough people listened in Norway and Sweden to tell how many.",
        ],
        ["Week of 30 Nov 2020", "Your songs have been heard 20k times since 5 Oct 2020."],
        ["Week of 23 Nov 2020", "More than 1k people listened in one week, for the first time."],
    ]
    assert [one.href for one in parts(shown, dcc.Link)] == [
        "?track=7#audience-when", "#audience-when", "?country=NOR#audience-where", "?country=SWE#audience-where",
        "#audience-when", "#audience-when",
    ]  # fmt: skip


def test_no_news_are_said_in_a_line():
    shown = news([], {}, SUNDAY, "en", link, ABOUT)
    assert words(shown[0]) == "Nothing out of the ordinary in these weeks."
    assert len(file_of(shown)) == 1


# Songs and days


def curve(*shares, n=1000, track_id=None, listeners=800, finished=None):
    """A curve through nine shares."""
    return Curve(track_id, "", n, listeners, shares, shares[-1] if finished is None else finished)


def test_each_song_has_its_figures_and_leads_to_its_view():
    found = [
        TrackRow(7, "Quiet Harbour", "Folk", Totals(900, 310, 30.0, 60.0, 0.4, 900)),
        TrackRow(8, "Ember", "Jazz", Totals(90, 40, 3.0, 60.0, 0.2, 90)),
        TrackRow(9, "Loam", None, Totals(10, 9, 1.0, 60.0, None, 0)),
    ]
    curves = [curve(0.6, 0.58, 0.57, 0.56, 0.4, 0.39, 0.38, 0.37, 0.36, track_id=7, finished=0.35),
              curve(0.6, 0.57, 0.54, 0.51, 0.48, 0.45, 0.42, 0.39, 0.36, track_id=8, finished=0.33)]  # fmt: skip
    shown = tracks(found, curves, lambda track_id: f"?track={track_id}", ABOUT)
    assert words(shown[0]) == (
        "Quiet Harbour is heard the most: 90% of the listens.  3 songs of yours were heard. "
        " Of 10 listens it is not known how far they got."
    )
    assert file_of(shown)[1:] == [
        ["Quiet Harbour", "310", "900", "0.4", "0.4", "40–50%: 16 of 100", "Folk", "7"],
        ["Ember", "40", "90", "0.48", "0.2", "even", "Jazz", "8"],
        ["Loam", "9", "10", "", "", "", "", "9"],
    ]
    assert [one.href for one in parts(shown, dcc.Link)] == ["?track=7", "?track=8", "?track=9"]


def test_the_highest_day_is_said():
    found = [Day(SUNDAY - timedelta(days=ago), count, 1) for ago, count in ((3, 40), (2, 0), (1, 90), (0, 60))]
    shown = when(found, False, "All your songs", ABOUT)
    assert words(shown[0]) == (
        "All your songs: about 50 listens on a usual day.  Most were heard on Saturday, 19 Dec 2020: 90."
    )
    assert [row[1] for row in file_of(shown)[1:]] == ["40", "0", "90", "60"]
    weekly = words(when(found, True, "Your Folk", ABOUT)[0])
    assert "listens in a usual week.  Most were heard in the week of 19 Dec 2020: 90." in weekly


@pytest.mark.parametrize(("days", "named"), [(1, 1), (4, 4), (28, 4), (92, 5)])
def test_an_axis_names_days_of_the_data_and_few(days, named):
    found = [Day(SUNDAY - timedelta(days=ago), 50, 40) for ago in reversed(range(days))]
    [chart] = parts(when(found, False, "All your songs", ABOUT), Chart)
    at = chart.figure["layout"]["xaxis"]["tickvals"]
    assert at[0] == found[0].day
    assert set(at) <= {each.day for each in found}
    assert len(at) == named
    if named < days:
        assert {one.weekday() for one in at} == {at[0].weekday()}


# Countries


def place(country, people, *leave):
    """People of a country of whom so many in a hundred leave in each tenth, and the others finish."""
    bins = [people * part / 100 for part in (*leave, 100 - sum(leave))]
    return Place(country, people, people - 6.5, people + 6.5, False, tuple(bins), 6.6)


def test_a_country_is_called_different_only_when_the_test_says_so():
    usual = (30, 4, 4, 2, 2, 2, 2, 2, 2, 0)
    places = [
        place("USA", 1500, *usual),
        place("BRA", 800, 10, *usual[1:]),
        place("FIN", 40, *usual),
        place("NOR", 300, *usual),
    ]
    found = compare(places)
    assert [one.country for one in found if one.different][:1] == ["BRA"]
    assert {one.country: one.different for one in found}["FIN"] is False
    shown = by_country(
        [found[0], *(one for one in found if not one.different)], "en", lambda code: f"?country={code}", ABOUT
    )
    assert words(shown[0]).startswith("It differs in Brazil (")
    assert "there is no measurable difference" in words(shown[0])
    title, brazil, *others = file_of(shown)
    assert dict(zip(title, others[0], strict=True))["Verdict"] == "no measurable difference"
    assert dict(zip(title, brazil, strict=True))["Verdict"] == "different: 19 points more"
    assert dict(zip(title, brazil, strict=True))["People, about"] == "800"
    finland = [one for one in found if one.country == "FIN"]
    alike = words(by_country(finland, "en", str, ABOUT)[0])
    assert alike == "No measurable difference:  in 1 country people get about as far as all others do."
    assert compare(places[:1]) == []


# Hear the drop


def test_the_drop_is_played_where_the_clip_has_it():
    wave = Wave([0.5] * 240, 30.0, 45.0)
    shown = hear(SONGS[0], "Ada", wave, True, Drop(50, 60, 0.2))
    [button] = parts(shown, html.Button)
    marks = button.to_plotly_json()["props"]
    assert (marks["data-play"], marks["data-start"]) == ("7", "15")
    assert "Play from the steepest drop 0:45 to 1:15 can be heard." in words(shown)
    style = parts(shown, html.Div)[2].style
    assert (style["left"], style["width"], style["--shape"]) == ("37.500%", "25.000%", "url(/clip/7.svg)")


def test_a_drop_that_the_clip_does_not_have_is_said_to_be_outside():
    shown = hear(SONGS[0], "Ada", Wave([0.5] * 240, 30.0, 45.0), True, Drop(80, 90, 0.2))
    assert "The steepest drop, 1:36 to 1:48, is not in that part." in words(shown)
    assert "Play what can be heard" in words(shown)
    assert parts(hear(SONGS[0], "Ada", Wave([0.5] * 240, 30.0, 45.0), False, None), html.Button) == []


def test_a_drop_that_begins_before_the_clip_is_played_from_its_beginning():
    shown = hear(SONGS[0], "Ada", Wave([0.5] * 240, 30.0, 45.0), True, Drop(30, 40, 0.2))
    assert parts(shown, html.Button)[0].to_plotly_json()["props"]["data-start"] == "0"


def test_a_clip_of_an_unknown_part_is_not_laid_under_the_curve():
    assert hear(SONGS[0], "Ada", Wave([0.5] * 240, 30.0, None), True, None) is None
    assert hear(SONGS[1], "Ada", Wave([0.5] * 240, 30.0, 45.0), True, None) is None
    whole = hear(SONGS[2], "Ada", Wave([0.5] * 240, 60.0, 0.0), True, Drop(10, 20, 0.2))
    assert "The whole song can be heard." in words(whole)
