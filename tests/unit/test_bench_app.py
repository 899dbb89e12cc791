"""The bench of the app asks for what the page has."""

from dashboards.pages.audience import CARDS
from lab.bench.app import NAMES


def test_every_card_of_the_page_is_asked_for():
    assert [card.name for card, _ in CARDS] == list(NAMES)
