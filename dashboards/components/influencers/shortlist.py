"""How an account's shortlist looks: creators with a note each, and the same as a file."""

from collections.abc import Sequence

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboards.components.acts import act, place
from dashboards.components.card import About, Card, Column, Table
from dashboards.components.countries import country_name
from dashboards.components.influencers.ranking import link
from dashboards.components.numbers import day_words, full, several, short
from dashboards.queries.influencers import LONGEST_NOTE, Listed

CARD = Card(
    "influencers-shortlist",
    "Your shortlist",
    120,
    (
        ("Shortlist", "Creators that you think of working with. Nobody but this account sees it."),
        ("Note", f"Up to {LONGEST_NOTE} characters; it is kept when you leave the field."),
        ("No longer suggested", "A later delivery of creators does not have them any more."),
    ),
)
COLUMNS = (
    Column("Creator"),
    Column("Handle"),
    Column("Country"),
    Column("Main genre"),
    Column("Followers", full),
    Column("Typical plays", full),
    Column("Added on", day_words),
    Column("Note"),
)


def shortlist_button(influencer_id: str, listed: bool, look: str) -> Component:
    """The button that puts a creator on the list, or takes them off it."""
    if listed:
        return act("Remove from shortlist", "shortlist-remove", look=look, id=influencer_id)
    return act("Add to shortlist", "shortlist-add", look=look, id=influencer_id)


def shortlist(found: Sequence[Listed], about: About, language: str = "en") -> list[Component]:
    """The creators on the list, the latest first."""
    return [
        html.Ul([html.Li(_one(at, each, language)) for at, each in enumerate(found)], className="shortlist"),
        html.Div(foot(found, about), id="influencers-shortlist-foot"),
    ]


def foot(found: Sequence[Listed], about: About) -> Component:
    """How many there are, the table, the file and the meanings."""
    rows = [
        (one.name or one.influencer_id, one.handle, one.country, one.genre, one.followers, one.median_plays,
         one.added_at.date(), one.note)
        for one in found
    ]  # fmt: skip
    return html.Div(CARD.answer(f"{several(len(found), 'creator')} on your list.", [], Table(COLUMNS, rows), about))


def _one(at: int, one: Listed, language: str) -> Component:
    name = one.name or "No longer suggested"
    facts = (
        [f"@{one.handle}", country_name(one.country or "unknown", language), f"{short(one.followers)} followers",
         one.genre or ""]
        if one.name
        else [one.influencer_id]
    )  # fmt: skip
    return html.Div(
        [
            html.Div(
                [
                    html.A(html.Strong(name), href=link(one.influencer_id)) if one.name else html.Strong(name),
                    html.P([html.Span(fact) for fact in facts], className="facts"),
                ],
            ),
            html.Div(
                [
                    dmc.Textarea(
                        id={"part": "note", "id": one.influencer_id},
                        value=one.note,
                        placeholder="A note for yourself",
                        autosize=True,
                        minRows=1,
                        maxRows=6,
                        debounce=True,
                        attributes={"input": {"aria-label": f"Note on {name}"}},
                    ),
                    html.Span(id={"part": "noted", "id": one.influencer_id}, className="noted", role="status"),
                ],
                className="note",
            ),
            place(
                f"listed-{at}",
                act(
                    "Remove",
                    "shortlist-remove",
                    f"Remove {name} from the shortlist",
                    "text-button",
                    id=one.influencer_id,
                    name=name,
                    note=one.note,
                ),
            ),
        ],
        className="shortlisted",
    )
