"""The frame around every page: name, navigation, account, and the router that fills the middle."""

from functools import partial
from typing import Any

import dash_mantine_components as dmc
from dash import ClientsideFunction, Dash, Input, Output, State, dcc, html, no_update
from dash.development.base_component import Component
from flask_wtf.csrf import generate_csrf

from dashboards import theme
from dashboards.auth import Account, who
from dashboards.components import acts, charts, choices, player, states, still
from dashboards.components.icons import icon
from dashboards.components.marks import aria
from dashboards.files import asset
from dashboards.pages import Page, query_of
from dashboards.pages import acts as answers
from etl.store.warehouse import Warehouse

INDEX = """<!DOCTYPE html>
<html lang="en">
  <head>
    {%metas%}
    <title>{%title%}</title>
    <link rel="icon" href="@/logo.svg" type="image/svg+xml">
    <script src="@/first.js"></script>
    <link rel="preload" href="@/fonts/inter-latin.woff2" as="font" type="font/woff2" crossorigin>
    {%css%}
  </head>
  <body>
    <a class="skip" href="#page">Skip to the page</a>
    <p class="offline" id="offline" role="alert" hidden></p>
    {%app_entry%}
    <noscript>Overtone draws with JavaScript. Please switch it on for this site.</noscript>
    <div>{%config%}<script src="@/regenerator/runtime.js"></script>{%scripts%}{%renderer%}</div>
  </body>
</html>""".replace("@/", asset(""))


def frame(demo: bool) -> Component:
    """Everything but the page itself.

    Args:
        demo: whether what the pages show is invented.
    """
    account = who()
    return dmc.MantineProvider(
        html.Div(
            [
                dcc.Location(id="url", refresh="callback-nav"),
                dcc.Store(id="arrived"),
                choices.came(),
                *acts.stores(),
                _rail(account, demo) if account else html.Div(),
                html.Main(states.skeleton(), id="page", className="page", tabIndex=-1),
                html.Div(id="announced", className="unseen", role="status"),
                charts.styles(),
                *([player.bar()] if account else []),
            ],
            className="shell",
        ),
        theme=theme.MANTINE,
        defaultColorScheme="auto",
    )


def register(app: Dash, warehouse: Warehouse, all_pages: list[Page]) -> None:
    """Add the router, and the callbacks of every page."""
    fold = still.folding(app)

    @app.callback(
        Output("page", "children"),
        Output("nav", "children"),
        Output("arrived", "data"),
        Input("url", "pathname"),
        State("url", "search"),
    )
    def turn(path: str, search: str) -> tuple[Any, Any, Any]:
        account = who()
        if account is None:
            return no_update, no_update, no_update
        mine = pages_of(account.role, all_pages)
        page, title = open_page(warehouse, mine, all_pages, path, search)
        return fold(page), navigation(mine, path), {"title": f"{title} · Overtone"}

    app.clientside_callback(
        ClientsideFunction("overtone", "arrive"), Output("announced", "children"), Input("arrived", "data")
    )
    choices.register(app)
    for page in all_pages:
        page.register(app, warehouse)
    answers.register(app, warehouse, {name: act for page in all_pages for name, act in page.acts.items()})


def pages_of(role: str, all_pages: list[Page]) -> list[Page]:
    """The pages that a role may see, in the order of the navigation; the first is where a login leads."""
    return sorted((page for page in all_pages if role in page.roles), key=lambda page: role not in page.first_for)


def open_page(
    warehouse: Warehouse, mine: list[Page], all_pages: list[Page], path: str, search: str
) -> tuple[Component, str]:
    """What stands at an address for somebody whose pages are ``mine``, the first of them at the root, and its title."""
    for page in mine:
        if path in (page.path, "/" if page is mine[0] else page.path):
            return states.explained(partial(page.layout, warehouse, query_of(search)), html.H1), page.title
    if any(path == page.path for page in all_pages):
        return _instead("This page is for others", "Your account has no access to it."), "No access"
    return _instead("There is nothing at this address", "Choose a page from the navigation."), "Not found"


def _instead(title: str, text: str) -> Component:
    return states.notice(title, text, dcc.Link("Go to your first page", href="/", className="button"), heading=html.H1)


def navigation(mine: list[Page], path: str) -> list[Component]:
    """The links to the pages, the one that is open marked."""
    links = []
    for page in mine:
        here = path == page.path or (path == "/" and page is mine[0])
        marks = aria(current="page") if here else {}
        links.append(
            dmc.Anchor(
                [icon(page.icon), html.Span(page.title)],
                href=page.path,
                className="nav-link",
                underline="never",
                **marks,
            )
        )
    return links


def _rail(account: Account, demo: bool) -> Component:
    return html.Header(
        [
            dmc.Anchor(
                [html.Img(src=asset("logo.svg"), alt="", width="26", height="26"), "Overtone"],
                href="/",
                className="brand",
                underline="never",
            ),
            html.Nav(id="nav", className="nav", **aria(label="Pages")),
            *([html.P("Demo: all music, posts and people are invented.", className="demo-note")] if demo else []),
            html.Div(
                [
                    html.A(
                        [html.Strong(account.display_name), html.Span(account.role.capitalize())],
                        href="/account",
                        title="Your account",
                        className="account-name",
                    ),
                    dmc.ColorSchemeToggle(
                        lightIcon=icon("sun"),
                        darkIcon=icon("moon"),
                        color="gray",
                        size="lg",
                        **aria(label="Switch between light and dark"),
                    ),
                    html.Form(
                        [
                            dcc.Input(type="hidden", name="csrf_token", value=generate_csrf()),
                            html.Button(
                                icon("leave"), className="icon-button", **aria(label="Log out"), title="Log out"
                            ),
                        ],
                        action="/logout",
                        method="POST",
                    ),
                ],
                className="account",
            ),
        ],
        className="rail",
    )
