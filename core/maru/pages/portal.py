"""The parts of one running portal, in one place that requests can reach."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import jinja2
from starlette.requests import Request

from maru.auth import Passwords
from maru.models import PluginState
from maru.pages.page import Page
from maru.pages.threads import ViewThreads
from maru.plugins import Dispatcher, Plugin
from maru.settings import Settings
from maru.templating import StaticFolders
from maru.types import DemoAccount

Made = TypeVar("Made")

REMEMBER_SECONDS = 10
MOST_REMEMBERED = 1_000


@dataclass
class Portal:
    """What `create_app` put together. One per application object, never a global."""

    settings: Settings
    plugins: list[Plugin]
    dispatcher: Dispatcher
    templates: jinja2.Environment
    static: StaticFolders
    threads: ViewThreads
    passwords: Passwords = field(default_factory=Passwords)
    pages: list[tuple[str, Page, Plugin | None]] = field(default_factory=list)
    demo_accounts: tuple[DemoAccount, ...] = ()
    _remembered: dict[Any, tuple[float, Any]] = field(default_factory=dict)

    def remembered(self, key: Any, make: Callable[[], Made]) -> Made:
        """`make()`, or what it gave within the last ten seconds; forgotten at every write of this process."""
        found = self._remembered.get(key)
        if len(self._remembered) > MOST_REMEMBERED:
            self.forget()
        if found is None or found[0] < time.monotonic():
            found = self._remembered[key] = (time.monotonic() + REMEMBER_SECONDS, make())
        answer: Made = found[1]
        return answer

    def forget(self) -> None:
        """Something was written: what menus and counts were made of may have changed."""
        self._remembered.clear()

    def refresh_plugins(self) -> None:
        """Take over which plugins are on, as another worker may have switched them."""
        states = {state.key: state.is_enabled for state in PluginState.select()}
        for plugin in self.plugins:
            is_enabled = bool(states.get(plugin.key, True))
            if plugin.is_enabled != is_enabled:
                plugin.is_enabled = is_enabled
                self.forget()

    def close(self) -> None:
        """Let threads and pools end."""
        self.threads.close()
        self.passwords.close()


def portal_of(request: Request) -> Portal:
    """The portal that answers this request."""
    portal: Portal = request.app.state.portal
    return portal
