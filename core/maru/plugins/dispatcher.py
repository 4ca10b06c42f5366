"""Hooks are called here and nowhere else: in order, guarded, timed, attributed and checked."""

import inspect
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from types import MappingProxyType
from typing import Any

import pluggy

from maru import hookspecs
from maru.errors import AskAgain, PluginError
from maru.models import User
from maru.plugins.loader import Plugin
from maru.types import Job
from maru_boundary import MOST_PLACE, describe, did_you_mean, line_of, log_failure, place_of
from maru_boundary.quarantine import Quarantine
from maru_db import is_given_up, nothing_left_open, running
from maru_db.hops import Abandoned
from maru_language import current_locale

logger = logging.getLogger("maru.plugins")

FAILED = object()
SLOW_SECONDS = 1.0
"""A hook that takes longer keeps its answer and counts as a failure: see Quarantine."""

OWNER = "If another plugin owns it, name that one in requires, in the version that has it."

Walk = dict[str, list[Callable[..., Any]]]
"""Plugin id → its implementations of a hook, in dependency order."""


class Dispatcher:
    """Walks the implementations of a hook. No exception of a plugin passes it; the other answers are kept."""

    def __init__(self, plugins: list[Plugin]) -> None:
        self.manager = pluggy.PluginManager("maru")
        self.manager.add_hookspecs(hookspecs)
        self.plugins = MappingProxyType({plugin.key: plugin for plugin in plugins})
        self.quarantine = Quarantine()
        self.spent: dict[tuple[str, str], list[float]] = {}
        """Of each (plugin, hook or page): how often it ran, and how many seconds in all."""
        self._walks: dict[str, tuple[list[Any], Walk]] = {}
        self._jobs: dict[str, Job] = {}
        self.jobs = MappingProxyType(self._jobs)
        """What the plugins declare in the hook `jobs`, by name."""
        self._specifications = hookspecs.returns(hookspecs)
        self.specifications = MappingProxyType(self._specifications)
        for plugin in plugins:
            if plugin.is_well:
                self._register(plugin)

    def _register(self, plugin: Plugin) -> None:
        try:
            if "hooks" in plugin.modules:
                self.manager.add_hookspecs(plugin.modules["hooks"])
                self._specifications |= hookspecs.returns(plugin.modules["hooks"])
            others = {name: module for name, module in plugin.modules.items() if name.startswith("for_")}
            for name, module in {"": plugin.module, **others}.items():
                self._refuse_strangers(plugin, vars(module))
                self.manager.register(module, name=f"{plugin.key}/{name}".rstrip("/"))
        except BaseException as wrong:  # noqa: BLE001 — pluggy raises several kinds, and a plugin's names may be anything
            for name in [n for n, _ in self.manager.list_name_plugin() if n.split("/")[0] == plugin.key]:
                self.manager.unregister(name=name)
            plugin.fall_ill(wrong)

    def _refuse_strangers(self, plugin: Plugin, names: Mapping[str, Any]) -> None:
        """Raises PluginError for an implementation of a hook that is not here, or that has not all of its arguments."""
        for name, function in [(name, each) for name, each in names.items() if hasattr(each, "maru_impl")]:
            spec = getattr(getattr(self.manager.hook, name, None), "spec", None)
            wanted, known = list(inspect.signature(function).parameters), spec.argnames if spec else ()
            if spec is None or not {*wanted} <= {*known}:
                only = f", only {name}({', '.join(known)})" if spec else ""
                strange = next((each for each in wanted if each not in known), "") if spec else name
                meant = did_you_mean(strange, known or self.specifications, OWNER)
                text = f"There is no hook {name}({', '.join(wanted)}) here{only}.{meant}"
                raise PluginError(text, line_of(function, plugin.folder))

    def collect_jobs(self, plugin: Plugin) -> None:
        """Take the jobs that `plugin` declares, once, at the start. It falls ill when one cannot be used."""
        mine = self._implementations("jobs").get(plugin.key, [])
        try:
            with self.timed(plugin.key, "jobs"), nothing_left_open():
                found = [job for give in mine for job in self.specifications["jobs"].checked(give()) or []]
            for job in found:
                if job.name.partition(".")[0] != plugin.key:
                    raise PluginError(f'Job "{job.name}" does not begin with "{plugin.key}.". Rename it.')
            self._jobs |= {job.name: job for job in found}
        except BaseException as wrong:  # noqa: BLE001 — the plugin boundary, SystemExit included
            plugin.fall_ill(wrong, line_of(mine[0], plugin.folder))

    def run(self, key: str, place: str, work: Callable[..., Any], line: str = "", **arguments: Any) -> bool:
        """Whether `work` of plugin `key` went well: no hook, but guarded, timed and blamed at `place` like one."""
        return self._guarded(key, place, work, arguments, line) is not FAILED

    def call(self, hook: str, /, **arguments: Any) -> Iterator[tuple[str, Any]]:
        """(plugin id, answer) of every implementation that is on and answers well, in dependency order.

        A list that a plugin gives is checked item by item. The argument `viewer` is the person it is for: plugins that
        are off in all of their departments are not asked. Where a failure must be told from an empty answer: `ask`.
        """
        viewer = arguments.get("viewer")
        for key, functions in self._implementations(hook).items():
            if self.plugins[key].is_on(viewer):
                for function in functions:
                    if not self.quarantine.is_paused((key, hook)):
                        answer = self._guarded(key, hook, function, arguments)
                        if answer is not None and answer is not FAILED:
                            yield key, answer

    def ask(self, key: str, hook: str, /, **arguments: Any) -> list[Any] | None:
        """Every answer of plugin `key`; None when one failed, or when it is paused: then it must be asked again."""
        if not self.plugins[key].is_on(arguments.get("viewer")):
            return []
        if self.quarantine.is_paused((key, hook)):
            return None
        mine = self._implementations(hook).get(key, [])
        answers = [self._guarded(key, hook, function, arguments) for function in mine]
        return None if FAILED in answers else [answer for answer in answers if answer is not None]

    def listeners(self, hook: str) -> list[str]:
        """The ids of the plugins that implement `hook`, in dependency order."""
        return list(self._implementations(hook))

    def _implementations(self, hook: str) -> Walk:
        caller = getattr(self.manager.hook, hook, None)
        if caller is None:
            return {}
        registered = caller.get_hookimpls()
        if hook in self._walks and self._walks[hook][0] == registered:
            return self._walks[hook][1]
        order = {key: place for place, key in enumerate(self.plugins)}
        walk: Walk = {}
        for each in sorted(registered, key=lambda i: order.get(i.plugin_name.split("/")[0], 999)):
            walk.setdefault(each.plugin_name.split("/")[0], []).append(_fitted(each.function, each.argnames))
        self._walks[hook] = registered, walk
        return walk

    def _guarded(
        self, key: str, hook: str, function: Callable[..., Any], arguments: Mapping[str, Any], line: str = ""
    ) -> Any:
        people = [(each, each.known_facts()) for each in arguments.values() if isinstance(each, User)]
        person, locale = people[0][0].id if people else None, current_locale.get()
        began = time.perf_counter()
        try:
            try:
                with running(key, hook), nothing_left_open():
                    answer = function(**arguments)
                    if hook in self.specifications:
                        answer = self.specifications[hook].checked(answer)
            finally:
                took, was_touched = self._took(key, hook, began), put_back(people)
                current_locale.set(locale)
            if was_touched:
                raise TypeError("changed the person that it was asked about")
        except BaseException as wrong:
            if _comes_from_outside(wrong):
                raise
            if not (issubclass(type(wrong), AskAgain) and self._may_ask_again(hook)):
                line = line or self._begins_at(key, hook, function)
                self.note_failure(key, hook, wrong, pauses=True, line=line, person=person)
            return FAILED
        if took > SLOW_SECONDS and "viewer" in arguments:
            late = TimeoutError(f"answered after {took:.1f} seconds")
            self.note_failure(key, hook, late, pauses=True, person=person)
        elif not is_given_up():
            self.quarantine.went_well((key, hook))
        return answer

    def _may_ask_again(self, hook: str) -> bool:
        """Whether `hook` is called again later by whoever called it, so that it may wait for another plugin."""
        return hook not in self.specifications or self.specifications[hook].fails == "retry"

    def _begins_at(self, key: str, hook: str, function: Callable[..., Any]) -> str:
        """The line where the plugin's own function begins; others may have wrapped it up before they had it run."""
        lines = [
            line_of(each, self.plugins[key].folder) for each in (function, *self._implementations(hook).get(key, ()))
        ]
        return next(filter(None, lines), "")

    @contextmanager
    def timed(self, key: str, place: str) -> Iterator[None]:
        """Inside runs plugin `key` at `place`: measured, blamed if it never comes back, and leaving nothing open."""
        began = time.perf_counter()
        try:
            with running(key, place), nothing_left_open():
                yield
        finally:
            self._took(key, place, began)

    def _took(self, key: str, place: str, began: float) -> float:
        """Count the seconds since `began`, and give them."""
        seconds = time.perf_counter() - began
        spent = self.spent.setdefault((key, place), [0, 0.0])
        spent[0] += 1
        spent[1] += seconds
        return seconds

    def note_failure(
        self, key: str, place: str, wrong: BaseException, *, pauses: bool = False, at_once: bool = False,
        line: str = "", person: int | None = None,
    ) -> None:  # fmt: skip
        """Count a failure of plugin `key` at `place`: a hook, a page, a card. `pauses` and `at_once`: see Quarantine.

        `line` is shown where none of the plugin's raised it: it gave what is wrong, or left it open. `person` is the id
        of whom it was asked for. Never raises, whatever the exception does when it is asked what it says.
        """
        if is_given_up():
            return  # this thread has come back, and finds its connection gone; what it hung in was blamed then
        with running(key, place):  # what the exception says of itself is code of the plugin, too
            where = place_of(wrong, self.plugins[key].folder) or line[:MOST_PLACE]
            log_failure(logger, f"Plugin {key} failed in {place} at {where or '?'}", wrong)
            problem = describe(wrong).replace(f" {where}: ", " ", 1)  # the place is told beside it
        self.quarantine.note((key, place), problem, where, pauses=pauses, at_once=at_once, person=person)


def _fitted(function: Callable[..., Any], names: tuple[str, ...]) -> Callable[..., Any]:
    """An implementation may leave out arguments of the specification that it does not need."""

    @wraps(function)
    def fitted(**given: Any) -> Any:
        return function(**{name: given[name] for name in names})

    return fitted


def _comes_from_outside(wrong: BaseException) -> bool:
    """Whether it was raised by whoever gave this thread up, and blamed it then, or at the keyboard: not by a plugin."""
    is_main = threading.current_thread() is threading.main_thread()
    return (
        is_given_up() if issubclass(type(wrong), Abandoned) else is_main and issubclass(type(wrong), KeyboardInterrupt)
    )


def put_back(people: list[tuple[User, dict[str, Any]]]) -> bool:
    """Make each person be what was known of them before. True when somebody had changed one."""
    changed = [(person, facts) for person, facts in people if _is_touched(person, facts)]
    for person, facts in changed:
        person.__class__ = User
        person.restore(facts)
    return bool(changed)


def _is_touched(person: User, facts: dict[str, Any]) -> bool:
    try:
        return type(person) is not User or User.known_facts(person) != facts
    except Exception:  # noqa: BLE001 — what it is made of is gone, or is something else
        return True
