"""업무 대장: what staff keep lists of, kept in one place.

Staff see the ledgers they may read under 업무 대장: filter and sort them, open a record and its history, write, change
and delete records of their own unit, and take the filtered list along as an Excel file. Two people in one record: the
second is told, sees what changed, and keeps what they wrote.

For plugins it is the engine of fields, tables, grid and checks; see `api.py` and the hook in `hooks.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maru import MenuEntry, hookimpl, label_text

if TYPE_CHECKING:
    from maru import DemoSite, Event, Portal, User


@hookimpl
def menu(viewer: User, portal: Portal) -> list[MenuEntry]:
    """The ledgers `viewer` may read; the first menu after a start takes in those that plugins ship."""
    from .record_set import record_sets_for  # imported when a menu is made: other plugins need the pure parts alone
    from .shipping import take_shipped

    if not viewer.may("records.read"):
        return []
    take_shipped(portal)
    return [
        MenuEntry(label_text(ledger.definition.label), ledger.href, ledger.definition.icon)
        for ledger, _ in record_sets_for(viewer)
    ]


@hookimpl
def on_event(event: Event) -> None:
    """Calculate the records of a large ledger anew when its formulas changed."""
    if event.name == "records.formulas_changed":
        from .upkeep import recalculate_piece  # few events are ours: what they need is read when one comes

        recalculate_piece(event)


@hookimpl
def demo(site: DemoSite) -> None:
    """The ledger of shared goods."""
    from .demonstration import fill_demo  # only a new demonstration needs it

    fill_demo(site)
