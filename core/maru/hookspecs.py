"""What plugins may implement, in their `__init__.py`, marked with `@hookimpl`.

An implementation names only the arguments it needs. It is called by the dispatcher, inside the request's thread and
with its database connection; when it raises, the failure is attributed to the plugin, and everything else goes on.

Every hook is described in one form, which tests hold to the code: what it is for, `Arguments`, `Called`, `Gives`, `When
it fails`, `Example`. The examples, those of the hooks that plugins own included, are parts of one plugin `maru_lunch`,
the canteen (구내식당) in `tests/canteen/`; the test suite runs them as they stand. The same text is read in the portal
under 운영 › 개발 참고서, and in `core/docs/hooks.md`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import pluggy

from maru.types import Card, Event, Job, MenuEntry, Todo
from maru_boundary import all_of

if TYPE_CHECKING:
    from maru import DemoSite, Portal, User

FailPolicy = Literal["skip", "retry", "refuse", "ill"]
Specified = TypeVar("Specified", bound=Callable[..., Any])

hookspec = pluggy.HookspecMarker("maru")
hookimpl = pluggy.HookimplMarker("maru")


@dataclass(frozen=True)
class Returns:
    """What a hook gives: a list of at most `most` of `kind`, or nothing; and what follows when it fails.

    Nothing but plain values: see `Checked`. A subclass of `kind`, of `str` or of `list` is a failure.

    `skip`: its answer is left out, the others stay. `retry`: it is asked again later. `refuse`: what was asked for is
    not done, and whoever asked is told. `ill`: nothing of the plugin is used. Whoever calls a hook that is not `skip`
    must tell a failure from an answer, as `Dispatcher.ask` does.
    """

    kind: type | None
    most: int = 10_000
    fails: FailPolicy = "skip"

    def checked(self, answer: Any) -> Any:
        """`answer`, safe to use outside of the guard; or TypeError naming what came instead."""
        if answer is None:
            return None
        if self.kind is None:
            raise TypeError(f"gave {type(answer).__name__} where nothing is expected")
        return all_of(self.kind, answer, self.most)


def gives(kind: type | None, *, most: int = 10_000, fails: FailPolicy = "skip") -> Callable[[Specified], Specified]:
    """Marks what a specification's implementations must return, and what follows when one fails: see `Returns`."""

    def mark(function: Specified) -> Specified:
        function.maru_returns = Returns(kind, most, fails)  # type: ignore[attr-defined]  # read back by `returns` below
        return function

    return mark


def returns(module: ModuleType) -> dict[str, Returns]:
    """Hook name → what it gives, for the specifications in `module`."""
    found = inspect.getmembers(module, lambda member: isinstance(getattr(member, "maru_returns", None), Returns))
    return {name: function.maru_returns for name, function in found}


@hookspec
@gives(Card, most=20)
def slots(slot: str, viewer: User, portal: Portal) -> list[Card]:  # type: ignore[empty-body]  # a specification has no body
    """Cards for the named place of somebody else's page.

    Arguments:
        slot: the name of the place; `home` is the home page, and the only one so far. Give nothing for any other.
        viewer: the person who sees the page.
        portal: the portal that runs, for those who ask other plugins.

    Called: while the page is made, for plugins that are on for `viewer`. What takes long is loaded after the page. Who
    gives nothing is asked again ten seconds later, or after a write.

    Gives: a list of at most 20 `Card`, sorted among those of others by their `order`. Each is rendered by itself: when
    its template fails, its place alone says that this part is paused.

    When it fails: its answer is left out; in the place of its cards stands that the function is paused.

    Example:
        from dataclasses import dataclass

        from maru import Card, hookimpl, t, today

        from .models import Dish

        @dataclass(frozen=True)
        class TodayContext:
            dishes: tuple[Dish, ...]

        @hookimpl
        def slots(slot, viewer):
            if slot != "home":
                return []
            dishes = Dish.visible_to(viewer).where(Dish.served_on == today())
            return [Card(t("오늘의 식단"), "maru_lunch/_today.html", TodayContext(tuple(dishes)), "/lunch/")]
    """


@hookspec
@gives(Todo, most=500)
def todo(viewer: User, portal: Portal) -> list[Todo]:  # type: ignore[empty-body]  # a specification has no body
    """What waits for a person to act (할 일): shown on the home page, and counted in the top bar.

    Arguments:
        viewer: the person it waits for.
        portal: the portal that runs, for those who ask other plugins.

    Called: once in ten seconds and person, and after each write, for plugins that are on for `viewer`.

    Gives: a list of at most 500 `Todo`, in any order: the most urgent are shown first.

    When it fails: its answer is left out; the page says that the function is paused once it is.

    Example:
        from maru import Todo, hookimpl, t

        from .models import Dish

        @hookimpl
        def todo(viewer):
            unchecked = Dish.visible_to(viewer).where(~Dish.is_checked)
            return [Todo(dish.name, f"/lunch/{dish.id}", "warning", t("검식 전")) for dish in unchecked]
    """


@hookspec
@gives(MenuEntry, most=200)
def menu(viewer: User, portal: Portal) -> list[MenuEntry]:  # type: ignore[empty-body]  # a specification has no body
    """Menu lines that depend on data, such as ledgers and counts; the others stand in `plugin.toml`.

    Arguments:
        viewer: the person who sees the menu. Check what they may: these lines name no permission.
        portal: the portal that runs, for those who ask other plugins.

    Called: once in ten seconds and person, and after each write, for plugins that are on for `viewer`. It is part of
    every page, so answer with one query.

    Gives: a list of at most 200 `MenuEntry`, in the order in which they stand below the plugin's name; those of
    another `place` stand in the top bar.

    When it fails: its answer is left out; the lines of `plugin.toml` stay, and the page says that the function is
    paused once it is.

    Example:
        from maru import MenuEntry, hookimpl, t, today

        from .models import Dish

        @hookimpl
        def menu(viewer):
            count = Dish.visible_to(viewer).where(Dish.served_on == today()).count()
            return [MenuEntry(t("오늘의 식단"), "/lunch/today", "utensils", count)] if count else []
    """


@hookspec
@gives(None, fails="retry")
def on_event(event: Event, portal: Portal) -> None:
    """What follows a change that was committed, without the page having to wait for it.

    Arguments:
        event: what happened. Saved models give `<table>.created`, `.changed` and `.deleted` with `{"id": …}`; others
            come from `change.emit`. It may be hours old: look at the state as it is now.
        portal: the portal that runs; by `portal.dispatcher` a plugin asks the hooks that it owns itself.

    Called: by the elected worker for every event, at least once, and in order per `event.key`. A plugin that is off
    everywhere misses what happens meanwhile. Write inside `write_as`, and so that being called twice does no harm.

    Gives: nothing.

    When it fails: it is asked again, after growing delays, and later events of the same key wait; after twelve
    attempts it is left to an administrator.

    Example:
        from maru import Actor, hookimpl, write_as

        from .models import Dish

        CALORIES = {"국수": 480, "비빔밥": 560}

        @hookimpl
        def on_event(event):
            if event.name != "lunch_dish.created":
                return
            dish = Dish.get_or_none(Dish.id == event.payload["id"])
            if dish is not None and dish.name in CALORIES:  # it may be gone meanwhile
                with write_as(Actor(None, "lunch.count_calories", plugin="lunch")):
                    dish.calories = CALORIES[dish.name]
                    dish.save()
    """


@hookspec
@gives(Job, most=100, fails="ill")
def jobs() -> list[Job]:  # type: ignore[empty-body]  # a specification has no body
    """The plugin's work that no page waits for: on a schedule, or when `change.enqueue` asks for it.

    Arguments: none.

    Called: once, when the portal starts. While the plugin is off or a job paused, its runs wait.

    Gives: a list of at most 100 `Job`, whose names begin with the plugin's id. `every` are five fields as cron has
    them, minute, hour, day, month and weekday, by the clock of Seoul: "30 2 * * *" is half past two each night,
    "0 9 * * mon" Monday at nine, "*/10 8-18 * * mon-fri" each ten minutes of office hours. Times that were missed while
    the portal stood still are made up for by one run. Without `every` it runs when a write asks for it, by
    `change.enqueue("lunch.forget_old", {"days": 30})`. `run` is called with a `JobRun`, in a thread of its own and
    outside of any write: `run.payload` is what was asked for (of a schedule `{"due_at": …}`), `run.actor` who asked
    (None for a schedule), `run.portal` the portal, `run.name` the name of the job; `run.progress(done, of, note)` tells
    those who watch how far it is. After `limit_seconds` it is given up. A run that raises is tried again, after growing
    delays; after `attempts` it is left to an administrator. Each may come twice, when a process dies at the wrong
    moment.

    When it fails: the plugin is ill, as it is for a job that cannot be used: the name of another plugin, a wrong
    schedule.

    Example:
        from datetime import timedelta

        from maru import Actor, Job, hookimpl, today, write_as

        from .models import Dish

        def forget_old(run):
            last = today() - timedelta(days=run.payload.get("days", 365))
            old = list(Dish.select().where(Dish.served_on < last))
            for done, dish in enumerate(old, 1):
                with write_as(Actor(run.actor, run.name, plugin="lunch")):
                    dish.delete_instance()
                run.progress(done, len(old), dish.name)

        @hookimpl
        def jobs():
            label = {"ko": "지난 식단 정리", "en": "Forgetting old dishes"}
            return [Job("lunch.forget_old", label, forget_old, every="30 2 * * *")]
    """


@hookspec
@gives(None)
def demo(site: DemoSite) -> None:
    """Content for a new demonstration, so that whoever tries the portal finds something in this function.

    Arguments:
        site: the people and units of the demonstration, and a way to write as one of them.

    Called: once, when the demonstration is made, after the organisation and the accounts; what the plugins before this
    one made is there too.

    Gives: nothing.

    When it fails: its answer is left out; the demonstration begins without this content.

    Example:
        from maru import hookimpl, today

        from .models import Dish

        @hookimpl
        def demo(site):
            with site.write_as("demo-collector", plugin="lunch"):
                Dish.create(name="국수", served_on=today())
    """
