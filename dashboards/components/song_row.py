"""How a song stands in a list: its place, its sleeve with a button to play it, its title, artist and genre."""

from dash import html
from dash.development.base_component import Component

from dashboards.components.cover import art_src, picture
from dashboards.components.genre import genre_mark
from dashboards.components.marks import aria


def song_row(
    place: int, track_id: int, title: str, artist: str, genre: str | None, button: Component | None
) -> list[Component]:
    """The beginning of a row, whose heading has the id ``song-<track_id>``.

    Args:
        button: what plays it, where it can be heard.
    """
    art = picture(art_src(f"track {track_id}", genre or ""), "", className="sleeve-art")
    return [
        html.Div(str(place), className="rank number", **aria(hidden="true")),
        html.Div([art, *([button] if button else [])], className="sleeve"),
        html.Div(
            [
                html.H3(title, id=f"song-{track_id}", tabIndex=-1),
                html.P([html.Span(artist), genre_mark(genre)]),
            ],
            className="who",
        ),
    ]
