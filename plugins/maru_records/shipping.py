"""Ledgers that plugins ship: taken in once per running portal, the first time somebody opens a ledger page."""

from __future__ import annotations

import logging
import threading
from weakref import WeakKeyDictionary

from maru import Actor, Conflict, Invalid, Portal, write_as

from .services import define

__all__ = ["take_shipped"]

logger = logging.getLogger("maru.records")

_taken: WeakKeyDictionary[object, bool] = WeakKeyDictionary()
_lock = threading.Lock()


def take_shipped(portal: Portal) -> None:
    """Publish what `record_definitions` gives and is newer than what is in use. A refused one is logged, not fatal."""
    with _lock:
        if portal.dispatcher in _taken:
            return
        _taken[portal.dispatcher] = True
    for plugin, definitions in portal.dispatcher.call("record_definitions"):
        for definition in definitions:
            try:
                define(definition, write_as(Actor(None, "records.ship", plugin=plugin)), plugin=plugin)
            except (Conflict, Invalid) as refused:
                logger.warning("Plugin %s ships the ledger %s: %s", plugin, definition.key, refused)
