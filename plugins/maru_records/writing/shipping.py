"""Ledgers that plugins ship: taken in once per running portal, with the first menu or ledger page after a start."""

from __future__ import annotations

import threading
from weakref import WeakKeyDictionary

import peewee

from maru import Actor, Conflict, Invalid, PluginError, Portal, write_as

from ..definition import Definition
from ..definition.files import place_of_key
from ..ledgers.record_set import RecordSet, records_of
from .defining import define

__all__ = ["shipped", "take_shipped"]

_taken: WeakKeyDictionary[Portal, set[str]] = WeakKeyDictionary()
_lock = threading.Lock()


def take_shipped(portal: Portal) -> None:
    """Publish what `record_definitions` gives and differs from what is in use, of each plugin once as it comes on.

    A definition that is refused harms nobody else; the failure is noted for its plugin, where 운영 shows it.
    """
    with _lock:
        taken = _taken.setdefault(portal, set())
        on = [key for key in portal.dispatcher.listeners("record_definitions") if portal.is_on(key)]
        asked = [key for key in on if key not in taken]
        taken.intersection_update(on)  # a plugin that is off may be uninstalled, and its ledgers with it
        taken.update(asked)
    for key in asked:
        for definitions in portal.dispatcher.ask(key, "record_definitions") or ():
            for definition in definitions:
                _publish(portal, key, definition)


def shipped(portal: Portal, key: str) -> RecordSet:
    """The ledger `key` that a plugin ships, taken in before if nobody has asked yet. Raises NotFound."""
    take_shipped(portal)
    return records_of(key)


def _publish(portal: Portal, plugin: str, definition: Definition) -> None:
    try:
        define(definition, write_as(Actor(None, "records.ship", plugin=plugin)), plugin=plugin)
    except (Conflict, Invalid) as refused:
        where = place_of_key(portal.dispatcher.plugins[plugin].folder / "app", definition.key)
        portal.dispatcher.note_failure(plugin, "record_definitions", PluginError(str(refused), where))
    except peewee.IntegrityError:  # another worker has published the same version meanwhile
        return
