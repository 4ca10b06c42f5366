"""From the stacks of a dead worker to the plugin it died of: whose hook, page, card or job ran in the end."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from maru.pages import Portal
from maru.plugins import Plugin
from maru_server.crashes import Crash, Frame, spelled

IMPORTING = "<module>"
DECLARING = "jobs"
AT_START = ("import", "migration", DECLARING)

Stack = tuple[Frame, ...]


@dataclass(frozen=True)
class Culprit:
    """A plugin, the place, and the deepest of its lines. Not all places can be paused: a start cannot, nor a thread."""

    plugin: Plugin
    place: str
    where: str
    can_be_paused: bool = False


def suspects(crash: Crash, plugins: Sequence[Plugin]) -> list[Stack]:
    """The stacks in which it may have happened.

    Where the system says in which, that one alone. A frozen worker does not say: a thread that stands in a line of one
    of `plugins` is more likely to hold the interpreter than one that waits inside a library.
    """
    if crash.died_in:
        return [crash.died_in]
    busy = [stack for stack in crash.others if any(_own(stack[-1:], plugin) for plugin in plugins)]
    return busy or list(crash.others)


def at_start(stack: Stack, plugin: Plugin) -> Culprit | None:
    """`plugin`, when it was being imported, changed its tables, or declared its jobs: all that a start consists of."""
    own = _own(stack, plugin)
    if not own:
        return None
    if _file(own[0], plugin).startswith("migrations/"):
        return Culprit(plugin, "migration", _where(own[-1], plugin))
    if own[0].function in (IMPORTING, DECLARING):
        return Culprit(plugin, "import" if own[0].function == IMPORTING else DECLARING, _where(own[-1], plugin))
    return None


def culprits(crash: Crash, portal: Portal) -> list[Culprit]:
    """The plugins that `crash` is blamed on: one, unless a frozen worker had several that were busy."""
    known = places_of(portal)
    stacks = suspects(crash, portal.plugins)
    return [found for stack in stacks if (found := _culprit(stack, portal, known)) is not None]


def _culprit(stack: Stack, portal: Portal, known: dict[tuple[str, str], tuple[Plugin, str]]) -> Culprit | None:
    """Whose place was entered last: a plugin may have asked another one, in a hook of its own."""
    for number in reversed(range(len(stack))):
        if found := known.get((stack[number].file, stack[number].function)):
            plugin, place = found
            return Culprit(plugin, place, _where(_own(stack[number:], plugin)[-1], plugin), can_be_paused=True)
    for frame in reversed(stack):
        for plugin in portal.plugins:
            if file := _file(frame, plugin):
                return at_start(stack, plugin) or _beside(stack, plugin, file)
    return None


def _beside(stack: Stack, plugin: Plugin, file: str) -> Culprit:
    """Neither at the start nor in a known place: a card, which is a template of its own, or a thread of the plugin."""
    own = _own(stack, plugin)
    templates = [_file(frame, plugin) for frame in own if _file(frame, plugin).startswith("templates/")]
    if templates:
        return Culprit(plugin, f"card {templates[0].removeprefix('templates/')}", _where(own[-1], plugin), True)
    return Culprit(plugin, own[0].function, f"{file}:{own[-1].line}")


def places_of(portal: Portal) -> dict[tuple[str, str], tuple[Plugin, str]]:
    """(file, function) → the plugin, and what the dispatcher calls the place. Hooks of the start are not among them."""
    dispatcher = portal.dispatcher
    found = {_code(page.view): (owner, page.view_name) for _, page, owner in portal.pages if owner is not None}
    for hook in dispatcher.specifications.keys() - {DECLARING}:
        for each in getattr(dispatcher.manager.hook, hook).get_hookimpls():
            found[_code(each.function)] = (dispatcher.plugins[each.plugin_name.split("/")[0]], hook)
    for job in dispatcher.jobs.values():
        found[_code(job.run)] = (dispatcher.plugins[job.name.partition(".")[0]], f"job {job.name}")
    return {code: place for code, place in found.items() if _is_of(code, place[0])}


def _is_of(code: tuple[str, str], plugin: Plugin) -> bool:
    return bool(_file(Frame(code[0], 0, code[1]), plugin))


def _code(function: Callable[..., Any]) -> tuple[str, str]:
    code = getattr(inspect.unwrap(function), "__code__", None)  # an object that can be called has none
    return (spelled(code.co_filename), code.co_name) if code else ("", "")


def _own(stack: Stack, plugin: Plugin) -> Stack:
    return tuple(frame for frame in stack if _file(frame, plugin))


def _file(frame: Frame, plugin: Plugin) -> str:
    """`views.py`: the file of the frame inside the folder of `plugin`; empty where it lies elsewhere."""
    folder = spelled(plugin.folder)
    is_inside = frame.file.startswith(folder) and frame.file[len(folder) :][:1] in ("/", "\\")
    return frame.file[len(folder) + 1 :].replace("\\", "/") if is_inside else ""


def _where(frame: Frame, plugin: Plugin) -> str:
    return f"{_file(frame, plugin)}:{frame.line}"
