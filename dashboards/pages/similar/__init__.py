"""Similar music: what sounds like a clip, and how that music is used on TikTok.

The address is the state: ``?genre=`` what to search within, ``?upload=`` the clip (its description, kept for a day).
"""

from functools import partial
from typing import Any
from urllib.parse import urlencode

import dash_mantine_components as dmc
from dash import Dash, Input, Output, State, dcc, html, no_update, set_props
from dash.development.base_component import Component

from dashboards.auth import who
from dashboards.components import similar as draw
from dashboards.components import states
from dashboards.components.icons import icon
from dashboards.components.marks import aria, data
from dashboards.components.numbers import full, long_day
from dashboards.pages import Page, Query, query_of
from dashboards.queries import clips, uploads
from dashboards.queries import similar as ask
from dashboards.theme import GENRE_COLOURS
from etl.warehouse import Warehouse

ALL = "All genres"
LOOK_AGAIN_MS = 10_000  #: while there is nothing to search


def layout(warehouse: Warehouse, query: Query) -> Component:
    """The page at first sight: its question, the controls, and the shape of the answer if there will be one."""
    catalogue = ask.catalogue(warehouse)
    return html.Div(
        [
            html.H1("What sounds like your song?"),
            html.P(
                "Drop a clip. See which recordings of the Free Music Archive sound like it, and how TikTok uses them.",
                className="lead",
            ),
            html.Div(
                [_genre(catalogue, query.get("genre")), _drop_area()],
                className="controls",
            ),
            _progress(),
            html.Div(_catalogue_words(catalogue), id="similar-catalogue"),
            html.Div(
                states.skeleton_rows(3, 120) if query.get("upload") else None,
                id="similar-found",
                className="found",
            ),
            dcc.Interval(id="similar-again", interval=LOOK_AGAIN_MS, disabled=bool(catalogue and catalogue.tracks)),
        ],
        className="similar",
    )


def register(app: Dash, warehouse: Warehouse) -> None:
    """Add what the controls do."""

    @app.callback(
        Output("similar-found", "children"),
        Output("upload-state", "data-state"),
        Input("url", "search"),
        running=[(Output("similar-found", "className"), "found is-searching", "found")],
    )
    def search(address: str) -> tuple[Any, str]:
        query = query_of(address)
        set_props("similar-genre", {"value": query.get("genre", ALL)})  # after Back the choice follows the address
        return states.explained(partial(found, warehouse, query)), "idle"

    # set_props and not an Output: a search would wait for this at first, and never come when there is nothing to set.
    @app.callback(Input("similar-genre", "value"), State("url", "search"), prevent_initial_call=True)
    def choose(genre: str | None, address: str) -> None:
        wanted = search_of(query_of(address), genre)
        if wanted != (address or ""):
            set_props("url", {"search": wanted})

    @app.callback(
        Output("similar-catalogue", "children"),
        Output("similar-genre", "data"),
        Output("similar-again", "disabled"),
        Input("similar-again", "n_intervals"),
        State("similar-again", "disabled"),
        prevent_initial_call=True,
    )
    def look_again(_: int, done: bool) -> Any:
        if done:
            return no_update, no_update, no_update
        catalogue = ask.catalogue(warehouse)
        return _catalogue_words(catalogue), _genres(catalogue), bool(catalogue and catalogue.tracks)


def found(warehouse: Warehouse, query: Query) -> Any:
    """The answer for an address; nothing when it names no clip."""
    account, upload_id, genre = who(), query.get("upload"), query.get("genre")
    if account is None or not upload_id:
        return None
    if ask.catalogue(warehouse) is None:
        return states.setting_up()
    upload = uploads.read(warehouse, account.account_id, upload_id)
    if upload is None:
        return states.notice(
            "This clip is no longer here",
            "What a clip sounds like is kept for a day, for whoever sent it. Drop the file again.",
        )
    tracks = ask.nearest(warehouse, upload, genre)
    if not tracks:
        return [draw.clip(upload), _nothing(genre, upload_id)]
    playable = clips.playable(warehouse, [track.track_id for track in tracks])
    suggested = ask.suggested(warehouse, upload)
    chips = draw.suggestions(suggested, genre, lambda each: f"/similar{search_of(query, each)}")
    return [draw.clip(upload), draw.answer(tracks), chips, draw.score_help(), draw.tracks(tracks, playable)]


def search_of(query: Query, genre: str | None) -> str:
    """The address of the same clip within another genre."""
    rest = {name: value for name, value in query.items() if name != "genre"}
    state = ({"genre": genre} if genre and genre != ALL else {}) | rest
    return f"?{urlencode(state)}" if state else ""


def _nothing(genre: str | None, upload_id: str) -> Component:
    if genre is None:
        return states.notice(
            "Nothing to compare with yet",
            "No recording is described so far. The first refresh is running; search again in a minute.",
        )
    return states.notice(
        f"No {genre} to compare with",
        f"No recording of the genre {genre} is described so far.",
        dcc.Link("Search all genres", href=f"/similar{search_of({'upload': upload_id}, None)}", className="button"),
    )


def _catalogue_words(catalogue: ask.Catalogue | None) -> Component:
    if catalogue is None:
        return states.setting_up()
    if not catalogue.tracks:
        return states.notice(
            "The first refresh is running",
            "Recordings can be compared as soon as they are described. This page looks again by itself.",
        )
    recordings = f"{full(catalogue.tracks)} recordings"
    return html.P(f"{recordings} to compare with. Data through {long_day(catalogue.through)}.", className="through")


def _genre(catalogue: ask.Catalogue | None, chosen: str | None) -> Component:
    return dmc.Select(
        id="similar-genre",
        label="Genre",
        data=_genres(catalogue),
        value=chosen if chosen in GENRE_COLOURS else ALL,
        allowDeselect=False,
        searchable=True,
        clearSearchOnFocus=True,
        selectFirstOptionOnChange=True,
        nothingFoundMessage="No such genre",
        size="md",
        maxDropdownHeight=360,
        className="genre-choice",
        **data(slash="true"),
    )


def _genres(catalogue: ask.Catalogue | None) -> list[dict[str, str]]:
    counts = catalogue.genres if catalogue else {}
    return [{"value": ALL, "label": ALL}] + [
        {"value": genre, "label": f"{genre} · {full(counts[genre])}" if genre in counts else genre}
        for genre in GENRE_COLOURS
    ]


def _drop_area() -> Component:
    """Where a file is dropped or chosen; ``assets/upload.js`` sends it."""
    return html.Button(
        [
            icon("upload"),
            html.Span([html.Strong("Choose a song"), html.Span(" or drop it here", className="drop-words")]),
            html.Span("mp3 or wav, up to 20 MB. It is not kept.", className="drop-limits"),
        ],
        id="drop-area",
        className="drop-area",
        type="button",
    )


def _progress() -> Component:
    return html.Div(
        [
            html.P(id="upload-words", role="status"),
            dmc.Progress(id="upload-bar", value=0, size="sm", transitionDuration=120, **aria(label="Upload")),
            html.Div(id="upload-error", role="alert"),
        ],
        id="upload-state",
        className="upload-state",
        **data(state="idle"),
    )


PAGE = Page("/similar", "Similar music", "wave", layout, register)
