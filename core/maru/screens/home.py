"""Home (홈): what waits for me first, then the cards of the functions."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from maru.errors import NotFound
from maru.pages import Portal, current_user, portal_of, render, render_part
from maru.pages.rendering import todos_of
from maru.screens.contexts import HomeContext, RenderedCard
from maru.types import Card
from maru_language import t, today


def home(request: Request) -> Response:
    """What waits for this person and the cards of every function; a card that fails says so in its own place."""
    portal, viewer = portal_of(request), current_user(request)
    cards = [
        _rendered(request, portal, key, card)
        for key, given in portal.dispatcher.call("slots", slot="home", viewer=viewer, portal=portal)
        for card in given
    ]
    cards.sort(key=lambda card: card.order)
    context = HomeContext(todos=tuple(todos_of(portal, viewer)), cards=tuple(cards), on=today())
    return render(request, "maru/home.html", context)


def _rendered(request: Request, portal: Portal, key: str, card: Card) -> RenderedCard:
    name = portal.dispatcher.plugins[key].label
    html = None
    try:
        html = render_part(request, card.template, card.context)
    except Exception as wrong:  # noqa: BLE001 — the card is a plugin's template; its place says that it is paused
        portal.dispatcher.note_failure(key, f"card {card.template}", wrong)
    return RenderedCard(card.title, html, card.href, name, html is None, card.order)


def nowhere(request: Request, **path: Any) -> Response:
    """Every address that is none."""
    raise NotFound(t("이 주소의 화면은 없습니다."))
