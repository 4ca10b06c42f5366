"""Home (홈): what waits for me first, then the cards of the functions."""

import time
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from maru.errors import NotFound
from maru.models import User
from maru.pages import Portal, current_user, is_partial, portal_of, render, render_part
from maru.pages.rendering import todos_of
from maru.screens.contexts import CardsContext, HomeContext, RenderedCard
from maru.types import Card
from maru_language import current_locale, t, today

CARD_SECONDS = 0.05
CARDS_SECONDS = 0.2
"""What the cards of one function may take, and those of all: what is later is loaded after the page."""
LARGEST_CARD = 200_000
LONGEST_PLACE = 120
"""What the list of failures has room for."""


def home(request: Request) -> Response:
    """What waits for this person and the cards of every function; a card that fails says so in its own place."""
    portal, viewer = portal_of(request), current_user(request)
    shown: list[RenderedCard] = []
    without: set[str] = portal.remembered(("no cards", viewer.id, current_locale.get()), set)
    began = time.perf_counter()
    for key in portal.dispatcher.listeners("slots"):
        if key not in without and portal.is_on(key, viewer):
            is_late = _is_slow(portal, key) or time.perf_counter() - began > CARDS_SECONDS
            found = [_later(portal, key)] if is_late else _cards(request, portal, key)
            shown += found
            without |= set() if found else {key}  # asked again in ten seconds, or after a write
    shown.sort(key=lambda card: card.order)
    context = HomeContext(todos=tuple(todos_of(portal, viewer)), cards=tuple(shown), on=today())
    return render(request, "maru/home.html", context)


def cards(request: Request, plugin: str) -> Response:
    """The cards of one function: what home left for later. 404 where there are none for this person."""
    portal = portal_of(request)
    if not portal.is_on(plugin, current_user(request)) or plugin not in portal.dispatcher.listeners("slots"):
        raise NotFound(t("이 주소의 화면은 없습니다."))
    found = tuple(_cards(request, portal, plugin))
    template = "maru/_cards.html" if is_partial(request) else "maru/cards.html"
    return render(request, template, CardsContext(found, portal.dispatcher.plugins[plugin].label))


def _is_slow(portal: Portal, key: str) -> bool:
    """Whether the cards of this plugin took too long twice in a row: the first time compiles templates."""
    return portal.slow_cards.get(key, 0) > 1


def _later(portal: Portal, key: str) -> RenderedCard:
    name = portal.dispatcher.plugins[key].label
    return RenderedCard(name, None, None, name, False, 1_000, f"/cards/{key}")


def _cards(request: Request, portal: Portal, key: str) -> list[RenderedCard]:
    began = time.perf_counter()
    given = portal.dispatcher.ask(key, "slots", slot="home", viewer=current_user(request), portal=portal)
    found = (
        [_paused(portal, key)]
        if given is None
        else [_rendered(request, portal, key, c) for each in given for c in each]
    )
    is_slow = time.perf_counter() - began > CARD_SECONDS
    portal.slow_cards[key] = portal.slow_cards.get(key, 0) + 1 if is_slow else 0
    return found


def _paused(portal: Portal, key: str) -> RenderedCard:
    name = portal.dispatcher.plugins[key].label
    return RenderedCard(name, None, None, name, True, 1_000)


def _rendered(request: Request, portal: Portal, key: str, card: Card) -> RenderedCard:
    dispatcher, place, drawn = portal.dispatcher, f"card {card.template}"[:LONGEST_PLACE], []

    def draw(person: User) -> None:
        html = render_part(request, card.template, card.context)
        if len(html) > LARGEST_CARD:
            raise ValueError(f"a card of {len(html):,} characters")
        html.encode()  # a page that holds what UTF-8 cannot would be none
        drawn.append(html)

    is_paused = dispatcher.quarantine.is_paused((key, place))
    line = f"templates/{card.template}:1"
    if is_paused or not dispatcher.run(key, place, draw, line, person=current_user(request)):
        return _paused(portal, key)
    return RenderedCard(card.title, drawn[0], card.href, dispatcher.plugins[key].label, False, card.order)


def nowhere(request: Request, **path: Any) -> Response:
    """Every address that is none."""
    raise NotFound(t("이 주소의 화면은 없습니다."))
