"""What stands above the steps: which genre is searched, where a song is dropped, and how far it is."""

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboards.components import states
from dashboards.components.icons import icon
from dashboards.components.marks import aria, data
from dashboards.components.numbers import day_words, full
from dashboards.queries.similar import Catalogue
from dashboards.theme import GENRE_COLOURS

ALL = "All genres"
#: What becomes of a song that is sent, as `/upload` names it, in the reader's words.
STAGES = {
    "sending": "Sending",
    "waiting": "Waiting",
    "decoding": "Decoding",
    "describing": "Listening",
    "comparing": "Comparing",
}
#: The steps in order: the name of each in addresses, and what it answers.
STEPS = {
    "song": "Song",
    "music": "Similar music",
    "tiktok": "On TikTok",
    "creators": "Creators",
    "expect": "What to expect",
}


def steps() -> Component:
    """The way, a link a step."""
    links = [html.Li(html.A(words, href=f"#{name}")) for name, words in STEPS.items()]
    return html.Nav(html.Ol(links), className="steps", **aria(label="Steps"))


def catalogue_words(catalogue: Catalogue | None) -> Component:
    """How much there is to compare with, and how far the data goes."""
    if catalogue is None:
        return states.setting_up()
    if not catalogue.tracks:
        return states.notice(
            "The first refresh is running",
            "Recordings can be compared as soon as they are described. This page looks again by itself.",
        )
    recordings = f"{full(catalogue.tracks)} recordings"
    return html.P(f"{recordings} to compare with. Data through {day_words(catalogue.through)}.", className="through")


def genre(catalogue: Catalogue | None, chosen: str | None) -> Component:
    """Which genre is searched."""
    return dmc.Select(
        id="similar-genre",
        label="Genre",
        data=genres(catalogue),
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


def genres(catalogue: Catalogue | None) -> list[dict[str, str]]:
    """The genres with how many recordings there are of each."""
    counts = catalogue.genres if catalogue else {}
    return [{"value": ALL, "label": ALL}] + [
        {"value": each, "label": f"{each} · {full(counts[each])}" if each in counts else each} for each in GENRE_COLOURS
    ]


def drop_area() -> Component:
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


def progress() -> Component:
    """How far a song is that is being sent, stage by stage, and how to stop it."""
    return html.Div(
        [
            html.Div(
                [
                    html.P(id="upload-words", role="status"),
                    html.Button("Cancel", id="upload-cancel", type="button", className="text-button"),
                ],
                className="upload-head",
            ),
            dmc.Progress(id="upload-bar", value=0, size="sm", transitionDuration=120, **aria(label="Upload")),
            html.Ol(
                [html.Li(words, **data(stage=name)) for name, words in STAGES.items()],
                className="stages",
                **aria(hidden="true"),
            ),
            html.Div(id="upload-error", role="alert"),
        ],
        id="upload-state",
        className="upload-state",
        **data(state="idle", stage=""),
    )
