"""The page Audience as plain functions: its address, its curves, its words, and whose numbers they are."""

import csv
import io
import logging
import re
from dataclasses import replace
from datetime import date, timedelta
from math import log10
from pathlib import Path

import numpy as np
import pytest
from dash import html
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards import theme
from dashboards.auth import Account
from dashboards.components.audience.curve import curve
from dashboards.components.audience.far import independent, points, stands_out, steepest, wilson
from dashboards.components.audience.kpis import kpis
from dashboards.components.audience.likes import likes, likes_words
from dashboards.components.audience.view import RANGES, Known, View, address, read
from dashboards.components.audience.where import where
from dashboards.components.card import About, Card, Column, Table, csv_of
from dashboards.components.charts import Chart
from dashboards.components.countries import country_name
from dashboards.pages import audience, query_of
from dashboards.pages.audience import answers, controls, whose
from dashboards.queries.artist import OwnTrack
from dashboards.queries.audience import Coverage, Curve, Filters, Interest, Kpis, Period, Told, Totals, Where, _heard
from etl.audience.people import BINS, Place
from etl.audience.sketches import sketch
from etl.countries import ALPHA3
from etl.errors import DatabaseUnavailable
from tests.drawn import badges, parts, words

SUNDAY = date(2020, 12, 20)
KNOWN = Known({7: "Quiet Harbour", 8: "Copper Wires", 9: "Ember"}, ["Folk", "Old-Time / Historic"], SUNDAY)
ABOUT = About("2020-11-23 to 2020-12-20; all tracks", SUNDAY, "listeners and listens")
FOUR_WEEKS = Period(date(2020, 11, 23), SUNDAY)
FOUR_WEEKS_OF = FOUR_WEEKS.start, FOUR_WEEKS.end
ASSETS = Path(theme.__file__).parent / "assets"


def a_curve(*shares, n=1000, finished=0.3, track_id=None, listeners=None):
    """A curve through nine shares; without listeners every listen is another person's."""
    return Curve(track_id, "", n, listeners, shares, finished)


# The address


@st.composite
def views(draw_one):
    """Any view that the page can show."""
    track = draw_one(st.none() | st.sampled_from(sorted(KNOWN.titles)))
    free = draw_one(st.booleans())
    start = draw_one(st.dates(date(2015, 1, 1), SUNDAY))
    return View(
        None if free else draw_one(st.sampled_from(RANGES)),
        start if free else None,
        start + timedelta(days=draw_one(st.integers(0, 364))) if free else None,
        track,
        draw_one(st.none() | st.sampled_from([*ALPHA3.values(), "unknown"])),
        None if track else draw_one(st.none() | st.sampled_from(sorted(KNOWN.genres))),
        draw_one(st.sampled_from(["any", "half", "finished"])),
        tuple(draw_one(st.lists(st.sampled_from(sorted(KNOWN.titles)), unique=True, max_size=5))),
    )


@settings(max_examples=500)
@given(views())
def test_a_view_survives_the_way_through_the_address(view):
    assert read(query_of(address(view)), KNOWN) == (view, [])


def test_the_usual_view_needs_no_address():
    assert address(View()) == ""
    assert read({}, KNOWN) == (View(), [])


@pytest.mark.parametrize(
    ("search", "said"),
    [
        ("?days=12", "“12” is none of 7, 28, 90 and 365 days: the last 28 are shown."),
        ("?from=2020-12-01", "From and to are not both days, such as 2020-12-20: the last 28 days are shown."),
        ("?from=2020-12-02&to=2020-12-01", "The first day is after the last: the last 28 days are shown."),
        ("?from=2021-01-01&to=2021-01-02", "There is data through 20 Dec 2020 only: the last 28 days are shown."),
        ("?track=99", "Track “99” is none of yours: all tracks are shown."),
        ("?track=7%20OR%201", "Track “7 OR 1” is none of yours: all tracks are shown."),
        ("?track=٧", "Track “٧” is none of yours: all tracks are shown."),
        ("?country=Sweden", "“Sweden” is no country’s code, such as SWE: none is chosen."),
        ("?genre=Polka", "You have no tracks of the genre “Polka”: all genres are shown."),
        ("?heard=most", "“most” is neither half nor finished: every listen counts."),
        ("?compare=99", "Some of the tracks to compare are none of yours: they are left out."),
    ],
)
def test_what_cannot_be_read_is_explained_and_dropped(search, said):
    assert read(query_of(search), KNOWN) == (View(), [said])


def test_more_than_a_year_is_cut_at_its_end():
    view, said = read({"from": "2018-01-01", "to": "2020-12-20"}, KNOWN)
    assert (view.start, view.end) == (date(2019, 12, 22), SUNDAY)
    assert said == ["A year at most can be shown: it begins 365 days before the last day."]


def test_the_nearest_relaxation_comes_first():
    view = View(days=90, track_id=7, country="SWE", completion="half")
    assert [word for word, _ in view.wider()] == [
        "Count every listen",
        "Show the last 365 days",
        "Show all tracks",
        "Start again",
    ]
    assert View(days=365).wider() == []


# The curve


@pytest.mark.parametrize("n", [100, 400, 2000])
@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.8])
def test_the_band_covers_the_truth_in_93_to_97_of_100_draws(n, share):
    drawn = np.random.default_rng(7).binomial(n, share, 20_000)
    edges = {count: wilson(count / n, n) for count in np.unique(drawn)}
    covered = np.mean([edges[count][0] <= share <= edges[count][1] for count in drawn])
    assert 0.93 <= covered <= 0.97


@pytest.mark.parametrize("share", [0.3, 0.5])
def test_the_band_covers_the_truth_when_listens_of_one_person_are_alike(share):
    """As in the made audience: people listen unevenly often, and their listens correlate by .03."""
    rng, people, alike = np.random.default_rng(8), 400, 0.03
    often = np.maximum(1, np.rint(rng.lognormal(1.0, 0.9, (2000, people)))).astype(int)
    person = rng.beta(share * (1 / alike - 1), (1 - share) * (1 / alike - 1), often.shape)
    reached, listens = rng.binomial(often, person).sum(axis=1), often.sum(axis=1)
    bands = [
        wilson(count / n, independent(a_curve(*[share] * 9, n=int(n), listeners=people)))
        for count, n in zip(reached, listens, strict=True)
    ]
    assert 0.93 <= np.mean([low <= share <= high for low, high in bands]) <= 0.97


@given(st.lists(st.floats(0, 1), min_size=10, max_size=10), st.integers(10, 10**6))
def test_the_curve_lies_in_its_band(shares, n):
    *before, finished = sorted(shares, reverse=True)
    line = points(a_curve(*before, n=n, finished=finished))
    assert [point.at for point in line] == list(range(0, 101, 10))
    assert all(0 <= point.low <= point.share <= point.high <= 1 for point in line)


def test_the_steepest_drop_is_after_the_first_tenth():
    falls = a_curve(0.6, 0.58, 0.57, 0.56, 0.4, 0.39, 0.38, 0.37, 0.36, finished=0.35)
    drop = steepest(falls)
    assert (drop.begin, drop.end, round(drop.share, 2)) == (40, 50, 0.16)
    assert stands_out(drop, falls)
    even = a_curve(0.6, 0.57, 0.54, 0.51, 0.48, 0.45, 0.42, 0.39, 0.36, finished=0.33)
    assert not stands_out(steepest(even), even)


def test_a_track_says_where_people_leave_in_its_own_minutes():
    falls = a_curve(0.6, 0.58, 0.57, 0.56, 0.4, 0.39, 0.38, 0.37, 0.36, finished=0.35)
    usual = a_curve(0.7, 0.65, 0.6, 0.55, 0.5, 0.45, 0.4, 0.35, 0.3)
    usual = Curve(None, "average Folk artist", 5000, None, usual.shares, 0.2)
    shown = curve([falls], usual, ["Quiet Harbour"], 200.0, ABOUT)
    assert words(shown[0]) == (
        "40% of listens are still going half way through, 10 points fewer than with the average Folk artist. "
        " 40 of 100 leave in the first tenth. After that the steepest drop is between 40% and 50% (1:20 to 1:40), "
        "where 16 of 100 leave."
    )


def test_several_tracks_are_compared_half_way_through():
    flat, steep = a_curve(*[0.8] * 9), a_curve(*[0.4] * 9)
    shown = curve([flat, steep], None, ["Ember", "Slow Tide"], None, ABOUT)
    assert words(shown[0]) == "People stay longest with Ember:  80% are there half way through, 40% with Slow Tide."


# Words and files


def test_the_figures_stand_against_the_period_before():
    both = Kpis(Totals(1200, 310, 60.5, 63.0, 0.41, 1200), Totals(1000, 310, 55.0, 60.0, 0.44, 1000))
    shown = words(kpis(both, FOUR_WEEKS, ABOUT))
    assert "About 310 people listened 1.2k times , 20% more often than in the 4 weeks before." in shown
    assert "Half of all listens got past 63% of the song." in shown
    for change in ("20% more than before", "as before", "3.0 pts more than before", "3.0 pts less than before"):
        assert change in shown


def test_without_a_period_before_nothing_is_compared():
    shown = words(kpis(Kpis(Totals(1200, 310, None, 100.0, 0.6, 1200), None), FOUR_WEEKS, ABOUT))
    assert "Half of all listens reached the end of the song." in shown
    assert "Half got past the end" in shown
    assert "There are no 4 whole weeks before to compare with." in shown


def test_of_how_many_listens_it_is_known_how_far_they_got_is_said(mine, monkeypatch):
    some, none = Totals(1200, 310, 60.5, 63.0, 0.41, 900), Totals(1200, 310, None, None, None, 0)
    shown = words(kpis(Kpis(some, None), FOUR_WEEKS, ABOUT))
    assert "Half of these listens got past 63% of the song. How far is known of 900 of them." in shown
    shown = words(kpis(Kpis(none, some), FOUR_WEEKS, ABOUT))
    assert "It is not known how far they got." in shown
    assert "Finished –" in shown
    shown = words(
        curve(
            [replace(a_curve(*(0.9, 0.8, 0.7, 0.6, 0.5, 0.45, 0.4, 0.35, 0.32)), unknown=300)],
            None,
            ["All"],
            None,
            ABOUT,
        )
    )
    assert "300 listens more are not in it: how far they got is not known." in shown
    monkeypatch.setattr(whose.ask, "kpis", lambda *_: Kpis(none, None))
    monkeypatch.setattr(whose.ask, "curves", lambda *_: [])
    assert words(answers.curve(mine("?track=7"))).startswith("It is not known how far they got")


def a_place(country, people, error=6.5, estimated=False):
    """People of a country, who all finish."""
    return Place(country, people, people - error, people + error, estimated, (*[0.0] * (BINS - 1), people), 6.6)


def rows_of(shown):
    """The lines of the file of a card: those before the columns, the columns, the rows."""
    [button] = [one for one in parts(shown[-1], html.Button) if hasattr(one, "data-csv")]
    lines = list(csv.reader(io.StringIO(button.to_plotly_json()["props"]["data-csv"])))
    head = [line for line in lines if line[0].startswith("#")]
    return head, *lines[len(head) :]


def test_where_tells_people_how_sure_it_is_and_who_is_not_told():
    found = Where(*FOUR_WEEKS_OF, 400, [a_place("SWE", 205), a_place("DEU", 80.4), a_place("unknown", 20)])
    shown = where(found, None, [], "sv", lambda code: f"?country={code}", ABOUT)
    assert words(shown[0]) == (
        "In 23 Nov – 20 Dec 2020 the most people are in Sverige (about 205 ± 6) and Tyskland (about 80 ± 6). "
        " 2 countries are told, with 71% of your listeners."
    )
    assert "Elsewhere 95 ± 11" in words(shown)
    rest = replace(found, listeners=310)  # what is left may be noise alone
    assert "Elsewhere" not in words(where(rest, None, [], "sv", str, ABOUT)[1])
    song = where(replace(found, listeners=None), None, [], "sv", str, ABOUT)  # of a song others are told of nothing
    assert "Elsewhere" not in words(song[1])
    assert words(song[0]).endswith(" 2 countries are told.")
    assert float(rows_of(song)[2][-1]) == pytest.approx(205 / 305.4, abs=1e-4)
    head, title, first, second, unknown = rows_of(shown)
    assert head == [
        ["# Where are they?"],
        ["# 2020-11-23 to 2020-12-20; all tracks"],
        ["# Data through 2020-12-20"],
        ["# Synthetic: listeners and listens are invented"],
    ]
    assert title == ["Place", "Country", "Code", "People", "At least", "At most", "Share"]
    assert first == ["1", "Sverige", "SWE", "205", "198", "212", "0.5125"]
    assert second[:4] == ["2", "Tyskland", "DEU", "80"]
    assert unknown[:4] == ["3", "Country unknown", "", "20"]


def test_countries_that_cannot_be_told_apart_are_said_to_be_so_and_estimates_are():
    found = Where(*FOUR_WEEKS_OF, 300, [a_place("SWE", 105, estimated=True), a_place("DEU", 100), a_place("NOR", 40)])
    shown = where(found, None, [], "en", str, ABOUT)
    assert "The first 2 cannot be told apart." in words(shown[0])
    assert "This is an estimate: who listened in several spans of weeks is told once." in words(shown[0])
    _, _, *rows = rows_of(shown)
    assert [row[0] for row in rows] == ["1–2", "1–2", "3"]


def test_a_country_that_is_chosen_is_told_over_time_and_a_gap_is_one():
    week = timedelta(days=7)
    begin = FOUR_WEEKS.start
    over = [Told(begin + n * week, begin + n * week + timedelta(days=6), people, 6.47)
            for n, people in enumerate((40, None, 38, 44))]  # fmt: skip
    found = Where(*FOUR_WEEKS_OF, 300, [a_place("SWE", 105), a_place("NOR", 40)])
    shown = where(found, "SWE", over, "en", str, ABOUT)
    assert "Sweden, week by week: about 44 ± 6 people in 14 Dec – 20 Dec 2020." in words(shown)
    line = parts(shown, Chart)[-1].figure["data"][0]
    assert list(line["y"]) == [40, None, 38, 44]
    nothing = where(found, "FIN", [replace(one, people=None) for one in over], "en", str, ABOUT)
    assert "Finland: too few people in each of these weeks to be told over time." in words(nothing)


def test_names_of_countries_are_in_the_language_of_the_reader():
    assert country_name("DEU", "fr-CA") == "Allemagne"
    assert country_name("DEU", "xx-nonsense") == country_name("DEU", "") == "Germany"
    assert {code for code in ALPHA3.values() if country_name(code) == code} == set()


def test_a_title_cannot_become_a_formula_in_a_file():
    table = Table((Column("Track"), Column("Change", str)), [("=1+1", -0.25), ("@me", 1)])
    assert csv_of("T", table, ABOUT).splitlines()[-2:] == ["'=1+1,-0.25", "'@me,1"]


def interest(kind, item, lift, low, title=None):
    """Something that an audience likes."""
    return Interest(kind, item, title or item, "Ida Vale", 0.1 * lift, 0.1, lift, low, lift + 0.3, SUNDAY)


def test_what_they_like_is_said_when_it_is_sure_and_large():
    jazz, song = interest("genre", "Jazz", 2.1, 1.8), interest("track", "5", 3.0, 2.5, "Glass Choir")
    assert likes_words([jazz, song]) == ("Of your listeners’ favourite songs, about 21% are Jazz; of everybody’s, 10%.")
    assert likes_words([song]) == (
        "“Glass Choir” by Ida Vale is 3.0 times as often a favourite of your listeners as of everybody here."
    )
    assert "nothing stands out" in likes_words([interest("genre", "Jazz", 1.3, 1.1)])


def test_the_interest_that_is_said_is_one_that_is_drawn():
    songs = [interest("track", f"Song {n}", 3.0 - n / 10, 1.5 if n < 7 else 1.9) for n in range(9)]
    assert "“Song 0”" in words(likes(songs, ABOUT)[0])


@pytest.mark.parametrize(("low", "high", "least"), [(0.9, 1.3, 2), (0.95, 3.2, 4), (0.3, 12.0, 4)])
def test_the_axis_of_interests_reaches_over_what_is_drawn(low, high, least):
    [chart] = parts(
        likes([Interest("genre", "Folk", "Folk", None, 0.2, 0.1, high - 0.1, low, high, SUNDAY)], ABOUT), Chart
    )
    axis = chart.figure["layout"]["xaxis"]
    shown = [tick for tick in axis["tickvals"] if axis["range"][0] <= log10(tick) <= axis["range"][1]]
    assert len(shown) >= least
    assert shown[-1] > 0.6 * high


def test_an_error_says_what_to_do_and_its_number_is_in_the_log(caplog, monkeypatch):
    monkeypatch.setattr(logging.getLogger(Card.__module__), "disabled", False)  # Airflow's tests configure logging
    card = Card("audience-x", "X", 100, ())

    def gone():
        raise DatabaseUnavailable("Postgres", "it does not answer", "Wait a moment")

    shown = card.explained(gone)
    assert "It cannot reach what it knows just now. Try again in a minute." in words(shown)
    [number] = re.findall(r"request (\w{8}): audience-x", caplog.text)
    assert number in words(shown)
    defect = words(card.explained(lambda: 1 / 0))
    assert "a defect of ours" in defect
    assert "division" not in defect


def test_charts_and_the_map_have_the_colours_of_the_page():
    sheet = (ASSETS / "tokens.css").read_text()
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#\w{6})", block))
        for block in re.search(r":root \{(.*?)\}.*?dark\"\] \{(.*?)\}", sheet, re.DOTALL).groups()
    )
    for tokens, template in ((light, theme.PLOTLY["light"]), (dark, theme.PLOTLY["dark"])):
        layout = template["layout"]
        assert (layout["font"]["color"], layout["xaxis"]["tickfont"]["color"]) == (tokens["ink"], tokens["ink-3"])
        assert (layout["yaxis"]["gridcolor"], layout["hoverlabel"]["bgcolor"]) == (tokens["line"], tokens["paper"])
    steps = re.findall(r"--step: (#\w{6})", (ASSETS / "audience.css").read_text())
    scales = [theme.PLOTLY[scheme]["layout"]["coloraxis"]["colorscale"][::2] for scheme in ("light", "dark")]
    assert steps == [colour for scale in scales for _, colour in scale]


# Whose numbers


@pytest.mark.parametrize(
    ("account", "said"),
    [
        (None, "This page is for artists"),
        (Account(1, "lena", "listener", "Lena", 1, True), "This page is for artists"),
        (Account(1, "olga", "operator", "Olga", 1, True), "This page is for artists"),
        (Account(1, "ada", "artist", "Ada", None, True), "No artist belongs to this account yet"),
    ],
)
def test_nobody_but_an_artist_gets_numbers_from_any_card(monkeypatch, account, said):
    monkeypatch.setattr(whose, "who", lambda: account)
    for answer in (answer for _, answer in audience.CARDS):
        assert said in words(audience.for_me(None, answer)("?artist_id=1"))
    assert said in words(audience.layout(None, {}))


@pytest.fixture
def mine(monkeypatch):
    """Ada's page over no warehouse: what would be asked is seen."""
    monkeypatch.setattr(whose, "who", lambda: Account(1, "ada", "artist", "Ada", 3, True))
    coverage = Coverage(first_week=date(2020, 10, 5), through=SUNDAY, synthetic=True)
    own = [OwnTrack(7, "Quiet Harbour", "Folk", 200.0), OwnTrack(8, "Ember", "Jazz", None)]
    monkeypatch.setattr(whose.ask, "coverage", lambda warehouse, artist_id: coverage)
    monkeypatch.setattr(whose, "own_tracks", lambda warehouse, artist_id: own)
    return lambda search: whose.mine(None, query_of(search))


def test_the_artist_is_the_accounts_whatever_the_address_says(mine):
    assert mine("?artist_id=4&artist=4").artist_id == 3


def test_what_was_made_of_listens_and_tracks_is_said_and_what_was_observed_is_not(mine, monkeypatch):
    def said(synthetic, observed, *tracks):
        coverage = Coverage(date(2020, 10, 5), synthetic, SUNDAY, observed)
        own = [OwnTrack(place, "T", "Folk", None, made) for place, made in enumerate(tracks)]
        monkeypatch.setattr(whose.ask, "coverage", lambda warehouse, artist_id: coverage)
        monkeypatch.setattr(whose, "own_tracks", lambda warehouse, artist_id: own)
        my = mine("")
        assert badges(controls.shown(my)) == (
            [f"{my.about.invented.capitalize()} are invented."] if my.about.invented else []
        )
        return my.about.invented

    assert said(True, False, False) == "listeners and listens"
    assert said(True, True, True) == "tracks, some of the listeners and some of the listens"
    assert said(False, True, True, False) == "some of the tracks"
    assert said(False, True, False) == said(False, False) == ""


def test_a_track_takes_the_place_of_a_genre_and_the_other_way_round(mine):
    choice = ("28", "7", "all", "Jazz", "any", [], [])
    assert controls.chosen(mine("?genre=Jazz"), *choice) == View(track_id=7)
    assert controls.chosen(mine("?track=7"), *choice) == View(genre="Jazz")


def test_a_free_range_begins_as_what_is_shown_and_waits_for_both_days(mine):
    free = View(None, date(2020, 11, 23), SUNDAY)
    assert controls.chosen(mine(""), "free", "all", "all", "all", "any", [], []) == free
    now = mine(address(free))
    assert controls.chosen(now, "free", "all", "all", "all", "any", ["2020-12-01", None], []) == free
    both = ["2020-12-01", "2020-12-03"]
    assert controls.chosen(now, "free", "all", "all", "all", "any", both, []).start == date(2020, 12, 1)


def test_too_narrow_offers_the_nearest_choice_that_shows_something(mine, monkeypatch):
    def kpis(warehouse, artist_id, filters, shown):
        return Kpis(None if filters.completion != "any" else Totals(50, 20, None, 50.0, 0.4, 50), None)

    monkeypatch.setattr(whose.ask, "kpis", kpis)
    shown = answers.kpis(mine("?country=NZL&heard=half"))
    assert words(shown).startswith("Nobody listened")
    assert (shown.children[-1].children, shown.children[-1].href) == ("Count every listen", "/audience?country=NZL")


def test_what_is_not_shown_says_why_and_protects_people_only_where_countries_are_told(mine, monkeypatch):
    monkeypatch.setattr(whose.ask, "kpis", lambda *_: Kpis(Totals(9, 9, None, 50.0, 0.4, 9), None))
    monkeypatch.setattr(whose.ask, "curves", lambda *_: [Curve(7, "", 9, 9, (0.5,) * 9, 0.5)])
    assert words(answers.curve(mine("?track=7"))) == (
        "Too few for a curve Fewer than ten people are behind it: that says little about the music."
    )
    monkeypatch.setattr(whose.ask, "kpis", lambda *_: Kpis(None, None))
    assert words(answers.kpis(mine("?track=7"))) == "Nobody listened There is no listen behind this choice."
    nobody = Where(FOUR_WEEKS.start, SUNDAY, 40, [])
    monkeypatch.setattr(answers.ask, "where", lambda *_: nobody)
    for answer in (answers.where, answers.by_country):
        assert "It takes some seventeen people of a country" in words(answer(mine("?track=7")))
    monkeypatch.setattr(answers.ask, "where", lambda *_: replace(nobody, listeners=0))
    assert words(answers.where(mine(""))).startswith("Nobody listened")


def test_weeks_before_the_first_listener_are_said_to_be_empty(mine, monkeypatch):
    monkeypatch.setattr(whose.ask, "kpis", lambda *_: Kpis(None, None))
    shown = answers.kpis(mine("?from=2020-08-03&to=2020-08-09"))
    assert words(shown).startswith("Nothing in these weeks Your first week with a listen begins on 5 Oct 2020")


def test_no_more_reached_the_end_than_listened_or_than_listens_did():
    class Asked:
        def query_as(self, sql, params, artist_id):
            crowd = sketch(range(1_300))
            return [{"name": "", "seen": None, "most_listeners": 1_000, "all_listeners": 1_000, "finished": 900,
                     "seen_reached": [crowd]}]  # fmt: skip

    [row] = _heard(Asked(), 1, Filters(SUNDAY, SUNDAY, completion="finished"), [("", 1, SUNDAY)])
    assert (row["listeners"], row["reached_listeners"]) == (1_000, 900)
