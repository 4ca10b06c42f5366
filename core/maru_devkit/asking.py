"""Asks plugins what can be asked without a person or an event, so that a mistake is told before somebody meets it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from maru import Plugin, Portal
from maru_db import connected
from maru_devkit.manifests import reasons
from maru_language import current_locale


def troubles(portal: Portal) -> dict[str, list[str]]:
    """Of each plugin why it cannot be used, or which of its definitions fail: a line each, with file and line."""
    failing = _failing(portal)
    return {plugin.key: reasons(plugin) or failing.get(plugin.key, []) for plugin in portal.plugins}


def _failing(portal: Portal) -> dict[str, list[str]]:
    """What fails of the hooks that take no arguments, such as those that give definitions."""
    dispatcher = portal.dispatcher
    found: dict[str, list[str]] = {}
    for hook in dispatcher.specifications:
        specification = getattr(dispatcher.manager.hook, hook).spec
        if specification is not None and not specification.argnames:
            with told_once(), connected():
                list(dispatcher.call(hook))
            for (key, place), failure in dispatcher.quarantine.unsaved.items():
                if place == hook:
                    told = f"{failure.where or '?'}: {failure.problem.removeprefix('PluginError: ')}"
                    found[key] = _with_package(told, dispatcher.plugins[key])
    return found


def _with_package(text: str, plugin: Plugin) -> list[str]:
    return [f"{plugin.package}/{line}" for line in text.splitlines()]


@contextmanager
def told_once() -> Iterator[None]:
    """What plugins do wrong inside is told by whoever asks, in the English of the console, and not by the log too."""
    logger = logging.getLogger("maru.plugins")
    before, logger.disabled = logger.disabled, True
    spoken = current_locale.set("en")
    try:
        yield
    finally:
        current_locale.reset(spoken)
        logger.disabled = before
