"""The parts of one running portal, in one place that requests can reach."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

import jinja2
from pydantic import BaseModel
from starlette.requests import Request

from maru.auth import Passwords
from maru.models import Department, PluginFailure, PluginState, User
from maru.pages.page import Page
from maru.pages.threads import ViewThreads
from maru.plugins import Dispatcher, Plugin
from maru.settings import Settings
from maru.templating import StaticFolders
from maru.types import DemoAccount
from maru_db import is_given_up
from maru_language import now

Made = TypeVar("Made")
Chosen = TypeVar("Chosen", bound=BaseModel)

REMEMBER_SECONDS = 10
MOST_REMEMBERED = 1_000


@dataclass(frozen=True, eq=False)
class Portal:
    """What `create_app` put together. One per application object, never a global.

    What all share is read-only, so that no plugin takes it from the others by mistake.
    """

    settings: Settings
    plugins: tuple[Plugin, ...]
    dispatcher: Dispatcher
    templates: jinja2.Environment
    static: StaticFolders
    threads: ViewThreads
    passwords: Passwords = field(default_factory=Passwords)
    pages: tuple[tuple[str, Page, Plugin | None], ...] = ()
    demo_accounts: tuple[DemoAccount, ...] = ()
    slow_cards: dict[str, int] = field(default_factory=dict)
    """How often in a row the cards of a plugin were slow in this process."""
    _states: dict[str, tuple[bool, frozenset[int] | None, dict[str, Any]]] = field(default_factory=dict)
    _remembered: dict[Any, tuple[float, Any]] = field(default_factory=dict)

    def remembered(self, key: Any, make: Callable[[], Made]) -> Made:
        """`make()`, or what it gave within the last ten seconds; forgotten at every write of this process."""
        if len(self._remembered) > MOST_REMEMBERED:
            self.forget()
        kept = self._remembered  # what is made while it is forgotten is made of what was: it goes with the others
        found = kept.get(key)
        if found is None or found[0] < time.monotonic():
            found = (time.monotonic() + REMEMBER_SECONDS, make())
            if not is_given_up():  # a thread whose connection is gone has found nothing, which is not what there is
                kept[key] = found
        answer: Made = found[1]
        return answer

    def forget(self) -> None:
        """Something was written: what menus and counts were made of may have changed."""
        object.__setattr__(self, "_remembered", {})  # another one: who makes something now keeps it in the one before

    def refresh_plugins(self) -> None:
        """Take over what other workers have switched, set or paused."""
        states = {state.key: state for state in PluginState.select()}
        for plugin in self.plugins:
            if (state := states.get(plugin.key)) is not None:
                units = None if state.units is None else Department.ids_below(state.units)
                found = (state.is_enabled, units, state.settings)
                if self._states.get(plugin.key) != found:
                    self._states[plugin.key] = found
                    plugin.is_enabled, plugin.units = state.is_enabled, units
                    self.dispatcher.run(plugin.key, "settings", partial(plugin.take_settings, state.settings))
                    self.forget()
        self.dispatcher.quarantine.share(PluginFailure.select().where(PluginFailure.paused_until > now()))

    def settings_of(self, model: type[Chosen]) -> Chosen:
        """What administrators have set for the plugin whose manifest names `model`; its defaults without the plugin."""
        return next((p.settings for p in self.plugins if isinstance(p.settings, model)), None) or model()

    def is_on(self, key: str, viewer: User | None = None) -> bool:
        """Whether the plugin `key` is there, well and on: for `viewer`, or anywhere without one."""
        plugin = self.dispatcher.plugins.get(key)
        return plugin is not None and plugin.is_on(viewer)

    def on_for(self, viewer: User | None = None) -> list[str]:
        """The ids of the plugins that are on: for `viewer`, or anywhere without one."""
        return [plugin.key for plugin in self.plugins if plugin.is_on(viewer)]

    def paused_for(self, viewer: User | None) -> list[Plugin]:
        """The plugins of which `viewer` misses a part of the frame now: menu lines, or what waits for them."""
        keys = {key for key, place in self.dispatcher.quarantine.paused() if place in ("menu", "todo")}
        return [plugin for plugin in self.plugins if plugin.key in keys and plugin.is_on(viewer)]

    def close(self) -> None:
        """Let threads and pools end."""
        self.threads.close()
        self.passwords.close()


def portal_of(request: Request) -> Portal:
    """The portal that answers this request."""
    portal: Portal = request.app.state.portal
    return portal
