"""What plugins may implement, in their `__init__.py`, marked with `@hookimpl`.

An implementation names only the arguments it needs. It is called by the dispatcher, inside the request's thread and
with its database connection; when it raises, its answer is left out, the failure is attributed to the plugin, and
everything else goes on.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import pluggy

from maru.types import Card, Event, MenuEntry, Todo

if TYPE_CHECKING:
    from maru import DemoSite, Portal, User

FailPolicy = Literal["skip", "retry"]
Specified = TypeVar("Specified", bound=Callable[..., Any])

hookspec = pluggy.HookspecMarker("maru")
hookimpl = pluggy.HookimplMarker("maru")


@dataclass(frozen=True)
class Returns:
    """What a hook gives: `kind`, or a list of at most `most` of `kind`, or nothing; and what follows when it fails.

    `skip`: its answer is left out, the others stay. `retry`: it is asked again, after growing delays.
    """

    kind: type | None
    many: bool = True
    most: int = 10_000
    fails: FailPolicy = "skip"

    def checked(self, answer: Any) -> Any:
        """`answer`, or TypeError naming what came instead."""
        if answer is None:
            return None
        if self.kind is None:
            raise TypeError(f"gave {type(answer).__name__} where nothing is expected")
        if self.many and not isinstance(answer, list | tuple):
            raise TypeError(f"gave {type(answer).__name__} where a list of {self.kind.__name__} is expected")
        if self.many and len(answer) > self.most:
            raise TypeError(f"gave {len(answer)} of {self.kind.__name__} where at most {self.most} are expected")
        for each in answer if self.many else [answer]:
            if not isinstance(each, self.kind):
                raise TypeError(f"gave {type(each).__name__} where {self.kind.__name__} is expected")
        return list(answer) if self.many else answer


def gives(
    kind: type | None, many: bool = True, *, most: int = 10_000, fails: FailPolicy = "skip"
) -> Callable[[Specified], Specified]:
    """Marks what a specification's implementations must return, and what follows when one fails: see `Returns`."""

    def mark(function: Specified) -> Specified:
        function.maru_returns = Returns(kind, many, most, fails)  # type: ignore[attr-defined]  # read back by `returns` below
        return function

    return mark


def returns(module: ModuleType) -> dict[str, Returns]:
    """Hook name → what it gives, for the specifications in `module`."""
    found = inspect.getmembers(module, lambda member: hasattr(member, "maru_returns"))
    return {name: function.maru_returns for name, function in found}


@hookspec
@gives(Card, most=20)
def slots(slot: str, viewer: User, portal: Portal) -> list[Card]:  # type: ignore[empty-body]  # a specification has no body
    """Cards for the named place of somebody else's page; `home` is the home page.

    Called while that page is made, for the person who sees it; `portal` is the one that runs. A card is rendered apart
    from the page: when its template fails, its place says that this part is paused.

        @hookimpl
        def slots(slot, viewer):
            return [Card(t("공지"), "maru_board/_card.html", CardContext.of(viewer))] if slot == "home" else []
    """


@hookspec
@gives(Todo, most=500)
def todo(viewer: User) -> list[Todo]:  # type: ignore[empty-body]  # a specification has no body
    """What waits for `viewer` to act: shown on the home page, the most urgent first, and counted in the top bar.

    @hookimpl
    def todo(viewer):
        return [Todo(r.title, f"/collect/{r.id}", "danger", t("미제출"), r.due_at) for r in open_for(viewer)]
    """


@hookspec
@gives(MenuEntry, most=200)
def menu(viewer: User, portal: Portal) -> list[MenuEntry]:  # type: ignore[empty-body]  # a specification has no body
    """Menu lines that are not in the manifest because they depend on data: ledgers, boards.

    Called once in ten seconds and person, and after each write; `portal` is the one that runs.

    @hookimpl
    def menu(viewer):
        return [MenuEntry(label_text(d.label), f"/records/{d.key}/", "table") for d in visible_to(viewer)]
    """


@hookspec
@gives(None, fails="retry")
def on_event(event: Event, portal: Portal) -> None:
    """Called for every event after its change was committed, at least once, in order per `event.key`.

    Saved models give `<table>.created`, `.changed` and `.deleted` with `{"id": …}`; others come from `change.emit`.
    An implementation that raises gets the event again, after growing delays. `portal.dispatcher` calls the hooks that
    a plugin owns itself.

        @hookimpl
        def on_event(event):
            if event.name == "board_post.created": …
    """


@hookspec
@gives(None)
def demo(site: DemoSite) -> None:
    """Fill a new demonstration with content of this plugin. Called once, when the demonstration is made.

    @hookimpl
    def demo(site):
        with site.write_as("demo-collector"): …
    """
