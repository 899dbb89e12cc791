"""How an audience looks: its size, how far people get, where they are, what else they like."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from math import log10
from typing import Any

import plotly.graph_objects as go
from dash import dcc, html
from dash.development.base_component import Component

from dashboards.components import charts
from dashboards.components.audience_curve import Drop, Point, points, stands_out, steepest, still_listening
from dashboards.components.card import About, Card, Column, Table
from dashboards.components.countries import country_name
from dashboards.components.marks import aria
from dashboards.components.numbers import duration, full, several, short, short_day
from dashboards.queries.audience import Curve, Interest, Kpis, Period, Place, Totals
from dashboards.theme import REFERENCE, SERIES, genre_colour

MOST_PLACES = 9  #: in the ranked bars
MOST_LIKED = 7  #: genres, and tracks
LABELS = 150  #: px, of names beside dots
WORTH_A_SENTENCE = 1.25  #: times; the least that the low end of an interval must be

KPIS = Card(
    "audience-kpis",
    "At a glance",
    112,
    (
        (
            "Listener",
            "Somebody who started a song at least once. Over several weeks the number is estimated within 4 %.",
        ),
        ("Listen", "A song that was started, however much of it was heard."),
        ("Hours", "All the time that people listened."),
        ("Half got past", "The place in a song that half of all listens got past."),
        ("Finished", "The share of listens that reached the end of the song."),
        ("Against before", "The change from as many weeks right before. pts are percentage points."),
    ),
)
CURVE_MEANING = (
    ("Still listening", "Of all listens, the share that got at least this far into the song."),
    ("The band", "Where the true share lies with 95 % confidence (Wilson). More listens make it narrower."),
    ("Typical of a genre", "The middle one of the songs of the genre, of five artists or more, in the last 13 weeks."),
    ("Steepest drop", "The tenth of the song in which the most people leave, the first tenth aside."),
    ("Every listen counts", "The choice “Heard” has no part in this chart: it would cut the curve off."),
)
WHERE = Card(
    "audience-where",
    "Where do they listen?",
    380,
    (
        ("Listens", "Songs that were started from this country, in the weeks that are shown."),
        ("Listeners", "How many people these were, in tens."),
        ("Country unknown", "Listens that came without a country."),
        (
            "Other countries",
            "Countries with fewer than ten listeners a week, together, so that nobody can be recognised.",
        ),
    ),
)
LIKES = Card(
    "audience-likes",
    "What else do they like?",
    320,
    (
        ("2× a genre", "Of what your listeners play, it is twice the share that it is of what all listeners play."),
        (
            "2× a song",
            "Your listeners are twice as likely to play it as all listeners are. Your own songs do not count.",
        ),
        ("The line", "Where the true value lies with 95 % confidence. A line that crosses 1× may be chance."),
        ("When", "The last 13 weeks; it is worked out once a week, so the choices above do not change it."),
    ),
)


# At a glance


UNITS = {"median_heard": "% of the song", "finished_share": "share of listens"}


def kpis(found: Kpis, shown: Period, about: About) -> list[Component]:
    """The figures of a period, each against the period before."""
    now, before = found.now, found.before
    assert now is not None, "a view without listeners is explained before"
    figures: list[tuple[str, Any, Callable[[Any], str], bool]] = [  # name, field, words, whether it is a share
        ("Listeners", "listeners", short, False),
        ("Listens", "listens", short, False),
        ("Hours", "hours", _hours, False),
        ("Half got past", "median_heard", lambda pct: f"{pct:.0f}%", True),
        ("Finished", "finished_share", lambda share: f"{share:.0%}", True),
    ]
    tiles, rows = [], []
    for name, field, words, is_share in figures:
        value, past = getattr(now, field), getattr(before, field, None)
        change = _change(value, past, is_share, 1 if field == "median_heard" else 100)
        tiles.append(
            html.Div(
                [
                    html.Dt(name),
                    html.Dd([html.Strong(words(value) if value is not None else "–", className="number"), change]),
                ]
            )
        )
        rows.append((f"{name}, {UNITS[field]}" if field in UNITS else name, value, past))
    weeks = several(shown.weeks, "week")
    columns = (Column("Figure"), Column(f"These {weeks}", _plain), Column(f"The {weeks} before", _plain))
    return KPIS.answer(headline(now, before, shown), [html.Dl(tiles, className="kpis")], Table(columns, rows), about)


def headline(now: Totals, before: Totals | None, shown: Period) -> list[Any]:
    """Who listened, in a sentence or two."""
    past = f", {_more(now.listens / before.listens - 1)} the {several(shown.weeks, 'week')} before" if before else ""
    alone = "" if before else f" There are no {several(shown.weeks, 'whole week')} before to compare with."
    half = "" if now.median_heard is None else f" Half of all listens got past {now.median_heard:.0f}% of the song."
    if now.median_heard and now.median_heard > 99.5:
        half = " Half of all listens reached the end of the song."
    return [
        html.Strong(f"About {several(now.listeners, 'person', 'people')} listened {short(now.listens)} times"),
        f"{past}.{half}{alone}",
    ]


def period_words(shown: Period) -> str:
    """The weeks that are shown: 23 Nov – 20 Dec 2020, 4 whole weeks."""
    start = f"{shown.start.day} {shown.start:%b}"
    start += f" {shown.start.year}" if shown.start.year != shown.end.year else ""
    return f"{start} – {short_day(shown.end)}, {several(shown.weeks, 'whole week')}"


# How far people get


def curve(
    card: Card,
    found: Sequence[Curve],
    typical: Curve | None,
    names: Sequence[str],
    duration_s: float | None,
    about: About,
) -> list[Component]:
    """The curves of one view or of up to five tracks, the first the most heard.

    Args:
        typical: of the genre, to compare with.
        names: what each curve is of.
        duration_s: of the song, where there is just one.
    """
    shown = [points(each) for each in found]
    drop = steepest(found[0]) if len(found) == 1 else None
    sentence = _one(found[0], typical, drop, duration_s) if len(found) == 1 else _several(found, names)
    marked = drop if drop and stands_out(drop, found[0]) else None
    figure = _curves(found, shown, typical, names, marked, duration_s)
    key = [
        html.Li(
            [
                html.I(className=f"dash is-{dash}", style={"color": colour}, **aria(hidden="true")),
                html.Strong(name),
                html.Span(f"n = {short(each.n)}", className="number"),
            ]
        )
        for each, name, (colour, dash) in zip(found, names, SERIES, strict=False)
    ]
    if typical:
        key.append(
            html.Li(
                [html.I(className="dash is-dot", style={"color": REFERENCE}), html.Span(f"Typical {typical.title}")]
            )
        )
    columns = (
        Column("Of"),
        *(Column(title, _percent) for title in ("Place in the song", "Still listening", "Low", "High")),
    )
    rows: list[tuple[Any, ...]] = [
        (name, point.at / 100, point.share, point.low, point.high, each.n)
        for each, name, line in zip(found, names, shown, strict=True)
        for point in line[1:]
    ]
    if typical:
        rows += [(f"Typical {typical.title}", p.at / 100, p.share, None, None, None) for p in points(typical)[1:]]
    table = Table((*columns, Column("Listens", full)), rows)
    picture = [html.Ul(key, className="key"), charts.plot("curve", figure, "360px", f"Line chart. {_text(sentence)}")]
    return card.answer(sentence, picture, table, about)


def _one(of: Curve, typical: Curve | None, drop: Drop | None, duration_s: float | None) -> list[Any]:
    half = still_listening(of, 50)
    past = f"{half:.0%} of listens are still going half way through" if half is not None else "Few get half way"
    usual = still_listening(typical, 50) if typical else None
    if half is not None and usual is not None and typical:
        gap = round(100 * half) - round(100 * usual)
        against = f"{abs(gap)} points {'more' if gap > 0 else 'fewer'} than in" if gap else "as in"
        past += f", {against} a typical {typical.title} song"
    early = 1 - (still_listening(of, 10) or 0)
    words = f" {100 * early:.0f} of 100 leave in the first tenth."
    if drop:
        place = f"between {drop.begin}% and {drop.end}%"
        if duration_s:
            place += f" ({duration(duration_s * drop.begin / 100)} to {duration(duration_s * drop.end / 100)})"
        many = f"{max(1, round(100 * drop.share))} of 100"
        words += (
            f" After that the steepest drop is {place}, where {many} leave."
            if stands_out(drop, of)
            else f" After that they leave evenly, most of them {place}: {many}."
        )
    return [html.Strong(f"{past}."), words]


def _several(found: Sequence[Curve], names: Sequence[str]) -> list[Any]:
    halves = [
        (half, name) for each, name in zip(found, names, strict=True) if (half := still_listening(each, 50)) is not None
    ]
    if len(halves) < 2:
        return ["There are too few listens to compare these songs half way through."]
    (best, first), (worst, last) = max(halves), min(halves)
    return [
        html.Strong(f"People stay longest with {first}:"),
        f" {best:.0%} are there half way through, {worst:.0%} with {last}.",
    ]


def _curves(
    found: Sequence[Curve],
    shown: Sequence[Sequence[Point]],
    typical: Curve | None,
    names: Sequence[str],
    drop: Drop | None,
    duration_s: float | None,
) -> go.Figure:
    figure = go.Figure()
    if typical:
        usual = points(typical)
        figure.add_scatter(
            x=[point.at for point in usual], y=[point.share for point in usual], name=f"Typical {typical.title}",
            mode="lines", line={"color": REFERENCE, "dash": "dot", "width": 2}, hovertemplate="%{y:.0%}",
        )  # fmt: skip
    for each, line, name, (colour, dash) in zip(found, shown, names, SERIES, strict=False):
        at = [point.at for point in line]
        red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
        figure.add_scatter(
            x=[*at, *at[::-1]], y=[*(point.high for point in line), *(point.low for point in line[::-1])],
            fill="toself", fillcolor=f"rgba({red},{green},{blue},0.16)", line={"width": 0}, mode="lines",
            hoverinfo="skip",
        )  # fmt: skip
        figure.add_scatter(
            x=at, y=[point.share for point in line], mode="lines+markers", name=name, marker={"size": 6},
            line={"color": colour, "dash": dash, "width": 3 if len(found) == 1 else 2.25},
            customdata=[(point.low, point.high, short(each.n)) for point in line],
            hovertemplate="%{y:.0%} (95% sure: %{customdata[0]:.0%}–%{customdata[1]:.0%}), n = %{customdata[2]}",
        )  # fmt: skip
    if drop:
        figure.add_vrect(x0=drop.begin, x1=drop.end, fillcolor=SERIES[0][0], opacity=0.1, line_width=0)
        figure.add_annotation(
            x=(drop.begin + drop.end) / 2, y=1, text=f"steepest drop<br>−{100 * drop.share:.0f} of 100",
            showarrow=False, yanchor="top",
        )  # fmt: skip
    ticks = list(range(0, 101, 20))
    names_of_ticks = [f"{at}%" + (f"<br>{duration(duration_s * at / 100)}" if duration_s else "") for at in ticks]
    figure.update_layout(
        margin={"l": 44, "r": 14, "t": 12, "b": 50 if duration_s else 34}, showlegend=False, hovermode="x unified",
        xaxis={"range": [0, 101], "tickvals": ticks, "ticktext": names_of_ticks, "showgrid": False, "fixedrange": True,
               "spikethickness": 1, "spikecolor": REFERENCE},
        yaxis={"range": [0, 1.03], "tickformat": ".0%", "tickvals": [0.25, 0.5, 0.75, 1], "fixedrange": True},
    )  # fmt: skip
    return figure


# Where


def where(
    places: Sequence[Place], chosen: str | None, language: str, link: Callable[[str], str], about: About
) -> list[Component]:
    """Countries as a map, ranked bars and a table; what has no country follows last.

    Args:
        chosen: the country that the page is narrowed to.
        link: the address of the page narrowed to a country.
    """
    total = sum(place.listens for place in places)
    known = [place for place in places if place.country not in ("unknown", "hidden")]
    rest = [place for place in places if place.country in ("unknown", "hidden")]
    rows = [_bar(place, total, chosen, language, link) for place in known[:MOST_PLACES]]
    if more := known[MOST_PLACES:]:
        listens = sum(place.listens for place in more)
        rows.append(
            {"label": f"{len(more)} more countries", "value": None, "shown": short(listens), "quiet": True,
             "detail": f"{full(listens)} listens; the table names each"}
        )  # fmt: skip
    rows += [_bar(place, total, chosen, language, link) for place in rest]
    columns = (
        Column("Country"), Column("Code"), Column("Listens", full), Column("Share", _percent_1),
        Column("Listeners", full), Column("Hours", _hours), Column("Finished", _percent),
    )  # fmt: skip
    table = Table(
        columns,
        [
            (country_name(one.country, language), one.country if one in known else "", one.listens, one.listens / total,
             one.listeners, one.hours, one.finished_share)
            for one in places
        ],
    )  # fmt: skip
    sentence = _where_words(known, total, language)
    words = _text(sentence)
    picture = [
        html.Div(
            [
                html.Div(
                    [
                        charts.plot(
                            "where", _map(known, total, language), "clamp(160px, 46vw, 300px)", f"World map. {words}"
                        ),
                        _steps(),
                    ],
                    className="map",
                ),
                charts.bars(rows, "Countries by listens"),
            ],
            className="where",
        )
    ]
    return WHERE.answer(sentence, picture, table, about)


#: Shares of all listens at which the colours of the map change.
STEPS = (0.01, 0.03, 0.1, 0.3)


def _steps() -> Component:
    edges = [f"{edge:.0%}" for edge in STEPS]
    words = [f"under {edges[0]}", *(f"{a} – {b}" for a, b in pairwise(edges)), f"over {edges[-1]}"]
    return html.Ul(
        [html.Li([html.I(className=f"step-{n}"), word]) for n, word in enumerate(words)],
        className="steps",
        **aria(label="Share of all listens"),
    )


def _where_words(known: Sequence[Place], total: int, language: str) -> list[Any]:
    names = [f"{country_name(place.country, language)} ({place.listens / total:.0%})" for place in known[:3]]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else ""
    if 2 * sum(place.listens for place in known) < total:
        more = f" Of those shown, the first are {listed}." if listed else ""
        return [html.Strong("Most listens cannot be told by country: each has too few listeners a week."), more]
    return [
        html.Strong(f"The most listens come from {listed}."),
        f" There are ten listeners or more a week in {several(len(known), 'country', 'countries')}.",
    ]


def _bar(place: Place, total: int, chosen: str | None, language: str, link: Callable[[str], str]) -> Mapping[str, Any]:
    name, hidden = country_name(place.country, language), place.country == "hidden"
    detail = f"{full(place.listens)} listens, {place.listens / total:.1%} of all"
    detail += f", {full(place.listeners)} listeners" if place.listeners else ""
    return {
        "label": name if hidden else dcc.Link(name, href=link(place.country)),
        "value": place.listens,
        "shown": short(place.listens),
        "quiet": place.country in ("unknown", "hidden"),
        "chosen": place.country == chosen,
        "detail": detail,
    }


def _map(known: Sequence[Place], total: int, language: str) -> go.Figure:
    shares = [place.listens / total for place in known]
    figure = go.Figure(
        go.Choropleth(
            locations=[place.country for place in known],
            z=[sum(share >= edge for edge in STEPS) for share in shares],
            customdata=[
                (country_name(place.country, language), short(place.listens), f"{share:.1%}", short(place.listeners))
                for place, share in zip(known, shares, strict=True)
            ],
            hovertemplate="<b>%{customdata[0]}</b><br>%{customdata[1]} listens, %{customdata[2]} of all"
            "<br>%{customdata[3]} listeners<extra></extra>",
            coloraxis="coloraxis",
        )
    )
    figure.update_layout(
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        coloraxis={"cmin": 0, "cmax": len(STEPS), "showscale": False},
        geo={
            "projection": {"type": "natural earth"}, "lataxis": {"range": [-56, 78]},
            "showland": True, "showcountries": True,
            "showcoastlines": False, "showframe": False, "showlakes": False,
        },
    )  # fmt: skip
    return figure


# What else they like


def likes(found: Sequence[Interest], about: About) -> list[Component]:
    """Genres and tracks that the audience hears more than others do."""
    genres = [one for one in found if one.kind == "genre"][:MOST_LIKED]
    tracks = [one for one in found if one.kind == "track"][:MOST_LIKED]
    words = likes_words(found)
    columns = (
        Column("Kind"), Column("Genre or song"), Column("Artist"), Column("Lift", _times),
        Column("Low", _times), Column("High", _times), Column("Listeners", full),
    )  # fmt: skip
    table = Table(
        columns,
        [
            (one.kind, one.title, one.artist_name or "", one.lift, one.low, one.high, one.listeners)
            for one in (*genres, *tracks)
        ],
    )
    picture = html.Div(
        [
            html.Div(
                [
                    html.H3(title),
                    charts.plot(
                        f"likes-{name}", _dots(rows), f"{44 + 38 * len(rows)}px", f"{title}: dot plot. {words}"
                    ),
                ]
            )
            for name, title, rows in (("genres", "Genres", genres), ("tracks", "Songs", tracks))
            if rows
        ],
        className="likes",
    )
    return LIKES.answer(html.Strong(words), [picture], table, about)


def likes_words(found: Sequence[Interest]) -> str:
    """The strongest interest, genres before songs, that is sure and large enough; else that there is none."""
    worth = [one for one in found if one.low >= WORTH_A_SENTENCE]
    best = max(worth, key=lambda one: (one.kind == "genre", one.low), default=None)
    if best is None:
        return "They like about what everybody here likes: nothing stands out by much."
    if best.kind == "genre":
        return f"Your listeners play {best.lift:.1f} times as much {best.title} as all listeners do."
    song = f"“{best.title}” by {best.artist_name or 'an unnamed artist'}"
    return f"Your listeners are {best.lift:.1f} times as likely to play {song} as all listeners are."


def _dots(rows: Sequence[Interest]) -> go.Figure:
    at = list(range(len(rows)))
    figure = go.Figure()
    figure.add_vline(x=1, line={"color": REFERENCE, "width": 1, "dash": "dot"})
    figure.add_scatter(
        x=[one.lift for one in rows], y=at, mode="markers", showlegend=False,
        marker={"size": 11, "color": [genre_colour(one.item) if one.kind == "genre" else SERIES[0][0] for one in rows]},
        error_x={
            "type": "data", "symmetric": False, "array": [one.high - one.lift for one in rows],
            "arrayminus": [one.lift - one.low for one in rows], "color": REFERENCE, "thickness": 2, "width": 0,
        },
        customdata=[(one.title, one.low, one.high, short(one.listeners)) for one in rows],
        hovertemplate="<b>%{customdata[0]}</b><br>%{x:.2f}× (95% sure: %{customdata[1]:.2f}–%{customdata[2]:.2f}×)"
        "<br>%{customdata[3]} of your listeners<extra></extra>",
    )  # fmt: skip
    low, high = min(1.0, *(one.low for one in rows)), max(1.0, *(one.high for one in rows))
    ticks = [0.25, 0.5, 1, 2, 4, 8, 16, 32] if high > 3 * max(low, 0.05) else [0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3]
    for place, one in enumerate(rows):
        artist = f"<br>{_cut(one.artist_name or '', 22)}" if one.kind == "track" else ""
        figure.add_annotation(
            x=0, xref="paper", xanchor="left", xshift=-LABELS, y=place, align="left", showarrow=False,
            text=f"{_cut(one.title, 22)}{artist}",
        )  # fmt: skip
    figure.update_layout(
        margin={"l": LABELS, "r": 12, "t": 4, "b": 30},
        xaxis={"type": "log", "tickvals": ticks, "ticktext": [f"{tick:g}×" for tick in ticks], "fixedrange": True,
               "range": [_log(low * 0.95), _log(high * 1.05)]},
        yaxis={"showticklabels": False, "range": [len(rows) - 0.5, -0.5], "showgrid": False, "zeroline": False,
               "fixedrange": True},
    )  # fmt: skip
    return figure


# Words and numbers


def _log(value: float) -> float:
    return log10(max(value, 0.05))


def _change(value: float | None, past: float | None, is_share: bool, scale: int) -> Component:
    if value is None or not past:
        return html.Span(className="change")
    if is_share:
        points_more = round(scale * (value - past), 1)
        words, sign = f"{abs(points_more):.1f} pts", points_more
    else:
        sign = value / past - 1
        words = f"{abs(sign):.0%}"
    kind = "same" if words in ("0%", "0.0 pts") else "up" if sign > 0 else "down"
    arrow = {"same": "=", "up": "↑", "down": "↓"}[kind]
    read = {"same": "as before", "up": f"{words} more than before", "down": f"{words} less than before"}[kind]
    return html.Span([html.Span([f"{arrow} ", words], **aria(hidden="true")), html.Span(read, className="unseen")],
                     className=f"change is-{kind} number")  # fmt: skip


def _more(change: float) -> str:
    if abs(change) < 0.005:
        return "as often as in"
    return f"{abs(change):.0%} {'more' if change > 0 else 'less'} often than in"


def _text(sentence: Sequence[Any]) -> str:
    return "".join(part if isinstance(part, str) else str(part.children) for part in sentence)


def _hours(hours: float) -> str:
    return f"{hours:.1f}" if hours < 10 else short(round(hours))


def _plain(value: float) -> str:
    return full(value) if isinstance(value, int) else f"{value:.2f}" if value < 1 else f"{value:.1f}"


def _percent(share: float) -> str:
    return f"{share:.0%}"


def _percent_1(share: float) -> str:
    return f"{share:.1%}"


def _times(lift: float) -> str:
    return f"{lift:.2f}×"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
