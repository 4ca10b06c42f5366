"""Asking a plugin for its documents: one that it cannot give takes none of the others with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from maru import Portal

from .api import SearchDocument

HOOK = "search_documents"
MOST_FAILURES = 10
"""So many in a row, and the plugin as such is taken for broken: eight lead from 200 keys to a single one."""


@dataclass
class Given:
    """What came back: the documents of the keys `answered`; those `stuck` by themselves; those `unasked` after all."""

    documents: dict[str, SearchDocument] = field(default_factory=dict)
    answered: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    unasked: list[str] = field(default_factory=list)


def ask(portal: Portal, plugin: str, keys: Sequence[str], apart: Sequence[str] = ()) -> Given:
    """Ask for `keys` together, in halves where that fails, down to the one that cannot be given; for each of `apart`
    by itself, at the end.
    """
    dispatcher, place = portal.dispatcher, (plugin, HOOK)
    parts, given, in_a_row = [*([key] for key in apart), list(keys)], Given(), 0
    while parts:
        part = parts.pop()
        if not part:
            continue
        if in_a_row >= MOST_FAILURES or dispatcher.quarantine.is_paused(place):
            given.unasked += part
            continue
        answers = dispatcher.ask(plugin, HOOK, keys=part)
        in_a_row = in_a_row + 1 if answers is None else 0
        if answers is not None:
            given.documents |= {each.key: each for documents in answers for each in documents}
            given.answered += part
        elif len(part) == 1:
            given.stuck += part
        else:  # no verdict yet on the place: its halves will tell, and must not find it paused
            dispatcher.quarantine.forget(place)
            parts += [part[len(part) // 2 :], part[: len(part) // 2]]
    if in_a_row >= MOST_FAILURES:
        dispatcher.note_failure(plugin, HOOK, RuntimeError(f"gave none of {len(keys)} documents"), at_once=True)
    return given
