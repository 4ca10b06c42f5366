"""What the list, the index and the page of one record show."""

from __future__ import annotations

from collections.abc import Iterable

import peewee

from maru import MenuEntry, Paging, User, label_text

from ..contexts import Cell, DetailLine, IndexLine, ListContext, ListLine, ShowContext
from ..definition import Field
from ..grid.columns import heading_rows
from ..ledgers.record_set import RecordSet
from ..ledgers.rights import Access
from ..ledgers.values import text_of
from ..models import Record, value_of
from .cells import RecordCells
from .listing import PAGE_SIZE, Listing

__all__ = ["detail_lines", "index_line", "list_context", "show_context", "title_of"]

LONGEST_TITLE = 100
HISTORY_SHOWN = 30


def index_line(ledger: RecordSet, access: Access) -> IndexLine:
    """A ledger as a line of the index."""
    about = ledger.definition
    return IndexLine(
        ledger.href,
        label_text(about.label),
        label_text(about.summary),
        owner_of(ledger),
        about.icon,
        bool(access.write),
        ledger.stored.is_closed,
    )


def owner_of(ledger: RecordSet) -> str:
    """The name of the unit that owns the ledger, '' for a plugin's."""
    return ledger.stored.department.name if ledger.stored.department else ""


def list_context(
    listing: Listing, found: peewee.ModelSelect[Record], access: Access, user: User, links: tuple[MenuEntry, ...]
) -> ListContext:
    """One page of the filtered list. Asks twice: the count with the totals, the rows."""
    ledger = listing.ledger
    count, totals = ledger.count_and_totals(found)
    paging = Paging.of(listing.asked.get("page", ""), count, PAGE_SIZE)
    rows = listing.ordered(ledger.joined(found)).paginate(paging.number, PAGE_SIZE)
    shown = [field for field in ledger.definition.fields if field.in_list]
    lines = tuple(_line(ledger, shown, record, paging.start + place) for place, record in enumerate(rows, start=1))
    kept_filters = {key: value for key, value in listing.asked.items() if key == "sort"}
    return ListContext(
        label=label_text(ledger.definition.label),
        summary=label_text(ledger.definition.summary),
        owner=owner_of(ledger),
        href=ledger.href,
        count=count,
        columns=listing.columns(totals),
        headings=heading_rows(shown),
        lines=lines,
        filters=listing.filters(),
        chips=tuple(listing.chips),
        clear_href=Listing(ledger, kept_filters).href(),
        export_href=listing.href().replace(ledger.href, f"{ledger.href}export", 1),
        search=listing.asked.get("q", ""),
        sort=listing.asked.get("sort", ""),
        page=paging.number,
        page_count=paging.page_count,
        page_href=listing.page_href,
        may_write=access.write.everywhere or any(unit in access.write for unit in user.unit_ids),
        has_totals=bool(totals) and count > 0,
        has_problem=bool(listing.problems),
        is_closed=ledger.stored.is_closed,
        links=links,
    )


def _line(ledger: RecordSet, shown: list[Field], record: Record, number: int) -> ListLine:
    under = RecordCells(ledger, record, number).under
    cells = tuple(under(field) for field in shown)
    title = ledger.definition.title_field
    title_at = shown.index(title) if title in shown else 0
    return ListLine(f"{ledger.href}{record.id}", cells, title_at)


def title_of(ledger: RecordSet, record: Record) -> str:
    """What a record is called: the first line of its title field, or its number."""
    field = ledger.definition.title_field
    text = "" if field.type == "row_number" else text_of(field, value_of(record, field.key))
    line = text.partition("\n")[0] or f"{label_text(ledger.definition.label)} {record.id}"
    return line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1]}…"


def detail_lines(ledger: RecordSet, fields: Iterable[Field], record: Record) -> tuple[DetailLine, ...]:
    """Fields of a record as lines of its page."""
    under = RecordCells(ledger, record).under
    return tuple(_detail_line(ledger, field, record, under(field)) for field in fields)


def _detail_line(ledger: RecordSet, field: Field, record: Record, cell: Cell) -> DetailLine:
    return DetailLine(
        label=label_text(field.label),
        path=" · ".join(field.headings),
        unit=field.unit_text,
        help=label_text(field.help),
        cell=cell,
        file_href=f"{ledger.href}{record.id}/files/{field.key}" if cell.kind == "file" else "",
        is_computed=field.type == "computed",
    )


def show_context(ledger: RecordSet, record: Record, may_write: bool) -> ShowContext:
    """One record with its history."""
    return ShowContext(
        ledger=label_text(ledger.definition.label),
        ledger_href=ledger.href,
        href=f"{ledger.href}{record.id}",
        title=title_of(ledger, record),
        record=record,
        lines=detail_lines(ledger, (f for f in ledger.definition.fields if f.type != "row_number"), record),
        history=tuple(ledger.history(record, HISTORY_SHOWN)),
        labels={f.key: label_text(f.label) for f in ledger.definition.fields},
        may_write=may_write,
    )
