"""Whose write was given up because others waited: told by what ran, or by the lines that its thread stood in."""

from __future__ import annotations

import traceback
from collections.abc import Sequence
from pathlib import Path

from maru.pages import Portal
from maru.plugins import Plugin
from maru_db.hops import Overdue, overdue


class WroteTooLong(TimeoutError):
    """Others waited to write for longer than they may have to. `stack` is where its thread stood."""

    stack: traceback.StackSummary | None = None


def blame_writers(portal: Portal) -> None:
    """Note whose write was given up since the last time, and pause the place that it stood in."""
    while overdue:
        late = overdue.popleft()
        culprit = late.running or _owner(late, portal.plugins)
        if culprit is not None and culprit[0] in portal.dispatcher.plugins:
            wrong = WroteTooLong("wrote for so long, while others waited, that it was given up")
            wrong.stack = late.stack
            portal.dispatcher.note_failure(*culprit, wrong, at_once=True)


def _owner(late: Overdue, plugins: Sequence[Plugin]) -> tuple[str, str] | None:
    """The plugin with the outermost line of the stack, and the function: a thread of its own, which nobody began."""
    for frame in late.stack or ():
        for plugin in plugins:
            if Path(frame.filename).is_relative_to(plugin.folder):
                return plugin.key, frame.name
    return None
