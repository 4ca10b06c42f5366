"""업무 대장: what staff keep lists of, kept in one place.

Staff see the ledgers they may read under 업무 대장: filter and sort them, open a record and its history, write, change
and delete records of their own unit, and take the filtered list along as an Excel file. Two people in one record: the
second is told, sees what changed, and keeps what they wrote.

For plugins it is the engine of fields, tables, grid and checks; see `api.py` and the hook in `hooks.py`. Its floors,
each of which knows only those above it here:

    definition/   the document: fields, formulas, the files it ships in
    fields/       what each type of field can read, show and keep
    checking.py   rows of typed text held against a definition
    ledgers/      a definition in use: key, table, rights, and the records a person may see
    writing/      every change of a ledger or a record
    grid/  workbook.py  pages/  views.py   what people meet
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maru import Job, JobRun, MenuEntry, hookimpl, label_text

if TYPE_CHECKING:
    from maru import DemoSite, Portal, User


@hookimpl
def menu(viewer: User, portal: Portal) -> list[MenuEntry]:
    """The ledgers `viewer` may read; the first menu after a start takes in those that plugins ship."""
    # imported when a menu is made: other plugins need the pure parts alone
    from .ledgers.record_set import record_sets_for
    from .writing.shipping import take_shipped

    if not viewer.may("records.read"):
        return []
    take_shipped(portal)
    return [
        MenuEntry(label_text(ledger.definition.label), ledger.href, ledger.definition.icon)
        for ledger, _ in record_sets_for(portal, viewer)
    ]


@hookimpl
def jobs() -> list[Job]:
    """The records of a large ledger are calculated anew, piece by piece, when its formulas changed."""
    return [Job("records.recalculate", {"ko": "바뀐 계산식으로 다시 계산", "en": "Recalculating"}, _recalculate)]


def _recalculate(run: JobRun) -> None:
    from .writing.upkeep import recalculate_piece  # formulas change rarely: what it needs is read when one does

    recalculate_piece(run)


@hookimpl
def demo(site: DemoSite) -> None:
    """The ledger of shared goods."""
    from .demonstration import fill_demo  # only a new demonstration needs it

    fill_demo(site)
