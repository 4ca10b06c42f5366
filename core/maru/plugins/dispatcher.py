"""Hooks are called here and nowhere else: in order, guarded, timed, attributed and checked."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pluggy

from maru import hookspecs
from maru.plugins.loader import Plugin, place_of
from maru_language import now

logger = logging.getLogger("maru.plugins")

PAUSE_AFTER = 5
PAUSE_SECONDS = 60


@dataclass(frozen=True)
class Failure:
    """One plugin failing at one place: how often, why, at which line."""

    plugin: str
    place: str
    problem: str
    where: str
    count: int
    at: datetime


class Dispatcher:
    """Walks the implementations of a hook. No exception of a plugin passes it; the other answers are kept."""

    def __init__(self, plugins: list[Plugin]) -> None:
        self.manager = pluggy.PluginManager("maru")
        self.manager.add_hookspecs(hookspecs)
        self.plugins = {plugin.key: plugin for plugin in plugins}
        self.spent_ms: dict[str, float] = {}
        self.unsaved: dict[tuple[str, str], Failure] = {}
        self._in_a_row: dict[tuple[str, str], int] = {}
        self._paused_until: dict[tuple[str, str], datetime] = {}
        self._returns: dict[str, hookspecs.Returns] = hookspecs.returns(hookspecs)
        for plugin in plugins:
            if plugin.is_well:
                self._register(plugin)

    def _register(self, plugin: Plugin) -> None:
        try:
            if "hooks" in plugin.modules:
                self.manager.add_hookspecs(plugin.modules["hooks"])
                self._returns |= hookspecs.returns(plugin.modules["hooks"])
            self.manager.register(plugin.module, name=plugin.key)
            for name, module in plugin.modules.items():
                if name.startswith("for_"):
                    self.manager.register(module, name=f"{plugin.key}/{name}")
            self.manager.check_pending()
        except Exception as wrong:  # noqa: BLE001 — pluggy raises several kinds for an implementation that fits no specification
            for name in [n for n, _ in self.manager.list_name_plugin() if n.split("/")[0] == plugin.key]:
                self.manager.unregister(name=name)
            plugin.fall_ill(wrong)

    def call(self, hook: str, /, only: str | None = None, **arguments: Any) -> Iterator[tuple[str, Any]]:
        """(plugin id, answer) of every implementation that is on and answers well, in dependency order.

        A list that a plugin gives is checked item by item. With `only`, that plugin alone is asked.
        """
        for key, function in self._implementations(hook):
            if (only is None or key == only) and self._is_on(key, hook):
                answer = self._guarded(key, hook, function, arguments)
                if answer is not None:
                    yield key, answer

    def listeners(self, hook: str) -> list[str]:
        """The ids of the plugins that implement `hook`, in dependency order."""
        return list(dict.fromkeys(key for key, _ in self._implementations(hook)))

    def _implementations(self, hook: str) -> list[tuple[str, Callable[..., Any]]]:
        caller = getattr(self.manager.hook, hook, None)
        if caller is None:
            return []
        order = {key: place for place, key in enumerate(self.plugins)}
        found = [(i.plugin_name.split("/")[0], i) for i in caller.get_hookimpls()]
        found.sort(key=lambda pair: order.get(pair[0], 999))
        return [(key, _fitted(i.function, i.argnames)) for key, i in found]

    def _is_on(self, key: str, hook: str) -> bool:
        plugin = self.plugins[key]
        until = self._paused_until.get((key, hook))
        return plugin.is_well and plugin.is_enabled and (until is None or until < now())

    def _guarded(self, key: str, hook: str, function: Callable[..., Any], arguments: dict[str, Any]) -> Any:
        began = time.perf_counter()
        try:
            answer = function(**arguments)
            if hook in self._returns:
                answer = self._returns[hook].checked(answer)
        except KeyboardInterrupt:
            raise
        except BaseException as wrong:  # noqa: BLE001 — the plugin boundary: whatever it is, it stays here
            self.note_failure(key, hook, wrong)
            self._in_a_row[key, hook] = self._in_a_row.get((key, hook), 0) + 1
            if self._in_a_row[key, hook] >= PAUSE_AFTER:
                self.pause(key, hook)
            return None
        finally:
            self.spent_ms[key] = self.spent_ms.get(key, 0.0) + (time.perf_counter() - began) * 1000
        self._in_a_row.pop((key, hook), None)
        return answer

    def note_failure(self, key: str, place: str, wrong: BaseException) -> None:
        """Count a failure of plugin `key` at `place`: a hook, a page, a card. Only hooks are ever paused."""
        where = place_of(wrong, self.plugins[key].folder)
        logger.error("Plugin %s failed in %s at %s", key, place, where or "?", exc_info=wrong)
        count = self.unsaved[key, place].count + 1 if (key, place) in self.unsaved else 1
        problem = f"{type(wrong).__name__}: {wrong}"[:500]
        self.unsaved[key, place] = Failure(key, place, problem, where, count, now())

    def pause(self, key: str, hook: str) -> None:
        """Do not call `hook` of plugin `key` for a minute, as after five failures in a row."""
        self._in_a_row.pop((key, hook), None)
        self._paused_until[key, hook] = now() + timedelta(seconds=PAUSE_SECONDS)

    def paused(self) -> list[str]:
        """The ids of the plugins that are paused somewhere at this moment."""
        return sorted({key for (key, _), until in list(self._paused_until.items()) if until > now()})

    def take_failures(self) -> list[Failure]:
        """The failures since the last call, to be written down."""
        taken, self.unsaved = self.unsaved, {}
        return list(taken.values())


def _fitted(function: Callable[..., Any], names: tuple[str, ...]) -> Callable[..., Any]:
    """An implementation may leave out arguments of the specification that it does not need."""
    return lambda **given: function(**{name: given[name] for name in names})
