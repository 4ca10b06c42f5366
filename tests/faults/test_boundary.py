"""Whatever a hook gives or raises, its own plugin is blamed, and every page stays as it was."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

import pytest

from maru import AskAgain, Card, MenuEntry, Todo
from maru.models import User
from maru_boundary.quarantine import PAUSE_AFTER_OF_ONE
from maru_db import connected
from maru_db.hops import Abandoned
from maru_devkit.fixtures import Site
from maru_language import current_locale

EVIL = """
from maru import hookimpl

GIVE = {}

@hookimpl
def menu(viewer):
    return GIVE["menu"](viewer) if "menu" in GIVE else []

@hookimpl
def todo(viewer):
    return GIVE["todo"](viewer) if "todo" in GIVE else []

@hookimpl
def slots(slot, viewer):
    return GIVE["slots"](viewer) if "slots" in GIVE else []
"""
GOOD = """
from maru import MenuEntry, hookimpl, t

@hookimpl
def menu(viewer):
    return [MenuEntry("잘 되는 메뉴 " + viewer.username, "/good/")]
"""
SURROGATE = "보고\udcff"


class Marked(str):
    """Text that does something when it is shown."""

    __slots__ = ()

    def __html__(self) -> str:
        raise RuntimeError("html")


class Endless(list[MenuEntry]):
    """A list that says nothing of its length."""

    def __len__(self) -> int:
        raise SystemExit


class NoZone(tzinfo):
    """A time zone of somebody's own."""

    def utcoffset(self, at: datetime | None) -> Any:
        raise RuntimeError("utcoffset")

    dst = tzname = utcoffset


@dataclass(frozen=True)
class LooseEntry(MenuEntry):
    """Checks nothing."""

    def __post_init__(self) -> None:
        pass


@dataclass(frozen=True)
class LooseTodo(Todo):
    """Checks nothing."""

    def __post_init__(self) -> None:
        pass


@dataclass(frozen=True)
class Context:
    """Of a card."""

    x: Any


def changed(kind: Any, name: str, value: object, *given: Any) -> Any:
    """One that was well when it was made."""
    made = kind(*given)
    object.__setattr__(made, name, value)
    return made


class StrRaises(Exception):
    """Says nothing."""

    def __str__(self) -> str:
        raise RuntimeError("str")


class StrIsNone(Exception):
    """Says no text."""

    def __str__(self) -> Any:
        return 5  # noqa: PLE0307 — on purpose


class WhereRaises(Exception):
    """Does not say where."""

    @property
    def where(self) -> str:
        raise RuntimeError("where")


class NotesRaise(Exception):
    """Cannot be shown in a log."""

    @property
    def __notes__(self) -> Any:  # type: ignore[override]  # on purpose
        raise RecursionError


class NoStack(Exception):
    """Says a place and a stack that are none."""

    where = object()
    stack = (1, 2)


class NoClass(Exception):
    """Is of no class."""

    @property  # type: ignore[misc]  # on purpose
    def __class__(self) -> Any:
        raise RuntimeError("class")


def raises(wrong: type[BaseException], *said: object) -> Callable[[User], Any]:
    """A hook that raises it."""

    def give(viewer: User) -> Any:
        raise wrong(*said)

    return give


def no_zone() -> list[Todo]:
    """A todo whose instant is of no place on earth."""
    return [Todo("가", "/evil/", "info", "s", datetime(2026, 1, 1, tzinfo=NoZone()))]


RAISED: dict[str, tuple[type[BaseException], tuple[object, ...]]] = {
    "str raises": (StrRaises, ()),
    "str is no text": (StrIsNone, ()),
    "where raises": (WhereRaises, ()),
    "notes raise": (NotesRaise, ()),
    "no stack": (NoStack, ()),
    "no class": (NoClass, ()),
    "surrogate": (ValueError, (SURROGATE,)),
    "keyboard": (KeyboardInterrupt, ()),
    "abandoned": (Abandoned, ()),
    "ask again": (AskAgain, ("no hook that is asked again",)),
}
GIVEN: dict[str, tuple[str, Callable[[User], Any]]] = {
    "label with html of its own": ("menu", lambda viewer: [MenuEntry(Marked("가"), "/evil/")]),
    "label that is no UTF-8": ("menu", lambda viewer: [MenuEntry(SURROGATE, "/evil/")]),
    "href that is no UTF-8": ("menu", lambda viewer: [MenuEntry("가", f"/evil/{SURROGATE}")]),
    "count of 5,000 digits": ("menu", lambda viewer: [MenuEntry("가", "/evil/", "user", 10**5000)]),
    "entry that checks nothing": ("menu", lambda viewer: [LooseEntry(None, 5)]),  # type: ignore[arg-type]
    "entry changed since": ("menu", lambda viewer: [changed(MenuEntry, "href", 5, "가", "/evil/")]),
    "list of its own": ("menu", lambda viewer: Endless()),
    "naive instant": ("todo", lambda viewer: [Todo("가", "/evil/", "info", "s", datetime(2026, 1, 1))]),  # noqa: DTZ001
    "first instant": ("todo", lambda viewer: [Todo("가", "/", "info", "s", datetime.min.replace(tzinfo=UTC))]),
    "last instant": ("todo", lambda viewer: [Todo("가", "/", "info", "s", datetime.max.replace(tzinfo=UTC))]),
    "zone of its own": ("todo", lambda viewer: no_zone()),
    "title that is no UTF-8": ("todo", lambda viewer: [Todo(SURROGATE, "/evil/", "info", "s")]),
    "todo that checks nothing": ("todo", lambda viewer: [LooseTodo(None, None, "z", None, "morgen")]),  # type: ignore[arg-type]
    "card title that is no UTF-8": ("slots", lambda viewer: [Card(SURROGATE, "maru_evil/c.html", Context(1))]),
    "person made into something else": ("menu", lambda viewer: viewer.__dict__.update(posts_in_force=5)),
    "person without anything": ("menu", lambda viewer: viewer.__dict__.clear()),
}


@pytest.fixture
def site(rooms: Callable[..., Path], site_with: Callable[..., Site]) -> Site:
    """A plugin that does what a test says, and a good one after it."""
    rooms("evil", init=EVIL, **{"templates__maru_evil__c.html": "<p>{{ x }}</p>"})
    rooms("good", init=GOOD)
    return site_with()


def let(site: Site, hook: str, give: Callable[[User], Any]) -> None:
    """From now on, this is what the hook of `evil` does."""
    module: Any = site.portal.dispatcher.plugins["evil"].module
    module.GIVE.clear()
    module.GIVE[hook] = give
    site.portal.forget()


@pytest.mark.parametrize("case", GIVEN)
def test_what_a_hook_gives_takes_no_page_down(site: Site, case: str) -> None:
    """The page is that of before, and the plugin that gave it is named with a line of its own."""
    hook, give = GIVEN[case]
    let(site, hook, give)

    answer = site.client("clerk").get("/")

    assert answer.status_code == 200
    assert "잘 되는 메뉴 clerk" in answer.text
    assert {plugin for plugin, _ in site.portal.dispatcher.quarantine.unsaved} == {"evil"}
    (failure,) = site.portal.dispatcher.quarantine.unsaved.values()
    assert (failure.place, failure.where[:12]) == (hook, "__init__.py:")


@pytest.mark.parametrize("case", RAISED)
@pytest.mark.parametrize("hook", ["menu", "slots"])
def test_what_a_hook_raises_stays_at_the_boundary(site: Site, hook: str, case: str) -> None:
    """Its text, its place and its traceback may do what they like; the failure can be written down."""
    kind, said = RAISED[case]
    let(site, hook, raises(kind, *said))

    answer = site.client("clerk").get("/")

    assert answer.status_code == 200
    assert "잘 되는 메뉴 clerk" in answer.text
    (failure,) = site.portal.dispatcher.quarantine.unsaved.values()
    assert failure.plugin == "evil"
    assert failure.problem.encode().startswith(kind.__name__.encode())
    assert failure.where.startswith("__init__.py:")


def test_card_that_is_no_text(site: Site) -> None:
    """What UTF-8 cannot hold would break the whole page when it is sent; its place alone says that it is paused."""
    let(site, "slots", lambda viewer: [Card("식단", "maru_evil/c.html", Context(SURROGATE))])

    answer = site.client("clerk").get("/")

    assert answer.status_code == 200
    assert [failure.place for failure in site.portal.dispatcher.quarantine.unsaved.values()] == [
        "card maru_evil/c.html"
    ]


def test_card_that_changes_the_person(site: Site) -> None:
    """A template is code of the plugin, too: what it does to the person is undone, and blamed."""
    seen: list[User] = []

    class Touching:
        def __str__(self) -> str:
            seen[0].name = "somebody else"
            return "x"

    def give(viewer: User) -> list[Card]:
        seen[:] = [viewer]
        return [Card("식단", "maru_evil/c.html", Context(Touching()))]

    let(site, "slots", give)

    site.client("clerk").get("/")

    assert seen[0].name == "clerk"
    assert [failure.place for failure in site.portal.dispatcher.quarantine.unsaved.values()] == [
        "card maru_evil/c.html"
    ]


def test_language_is_put_back(site: Site) -> None:
    """A hook that speaks English for a moment, and forgets to stop, does not translate the page of others."""

    def give(viewer: User) -> None:
        current_locale.set("en")

    let(site, "menu", give)

    answer = site.client("clerk").get("/")

    assert '<html lang="ko"' in answer.text


def test_one_person_does_not_pause_it_for_all(site: Site) -> None:
    """What is wrong may be wrong with them alone: it is paused for everybody when it fails for two, or often."""

    def give(viewer: User) -> list[MenuEntry]:
        if viewer.username in unlucky:
            raise ValueError("a row that only they have")
        return []

    unlucky = {"clerk"}
    let(site, "menu", give)
    quarantine, clients = site.portal.dispatcher.quarantine, {name: site.client(name) for name in ("clerk", "head")}

    def fail(name: str, times: int) -> None:
        for _ in range(times):
            site.portal.forget()
            clients[name].get("/me-is-nowhere")

    fail("clerk", PAUSE_AFTER_OF_ONE - 1)
    assert quarantine.paused() == []
    unlucky.add("head")
    fail("head", 1)
    assert quarantine.paused() == [("evil", "menu")]


def test_a_thread_that_was_given_up_is_told_so(site: Site) -> None:
    """Abandoned passes where it is true: the thread is to end."""
    let(site, "menu", raises(Abandoned))
    ended: list[str] = []

    def ask() -> None:
        with connected() as hop:
            viewer = User.get(User.username == "clerk")
            viewer.known_facts()
            hop.is_abandoned = True
            try:
                list(site.portal.dispatcher.call("menu", viewer=viewer, portal=site.portal))
            except Abandoned:
                ended.append("ended")

    thread = threading.Thread(target=ask)
    thread.start()
    thread.join()

    assert ended == ["ended"]
    assert site.portal.dispatcher.quarantine.unsaved == {}
