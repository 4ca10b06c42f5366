"""The list of a ledger: what its address asks for (filters, order, page), as a query and as what the page shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import peewee

from maru import Department, User, label_text, t

from ..contexts import Chip, Column, Filter
from ..definition import Field
from ..fields import kind_of
from ..ledgers.record_set import RecordSet
from ..models import Record
from .forms import number_in

__all__ = ["PAGE_SIZE", "Listing"]

PAGE_SIZE = 50


@dataclass
class Listing:
    """The list that an address asks for. `f.<key>` holds a condition, `f.<key>.from` and `.to` a range."""

    ledger: RecordSet
    asked: Mapping[str, str]
    problems: dict[str, str] = field(default_factory=dict)
    chips: list[Chip] = field(default_factory=list)
    _seen: peewee.ModelSelect[Record] | None = None

    @property
    def sort(self) -> str:
        """The key to sort by, with '-' for the greatest first; '' for the latest record first."""
        sort = self.asked.get("sort", "") or self.ledger.definition.order
        found = self.ledger.definition.by_key.get(sort.removeprefix("-"))
        return sort if found is not None and self._is_sortable(found) else ""

    def _is_sortable(self, each: Field) -> bool:
        return kind_of(each).sorting != "none"

    def href(self, **changed: str | None) -> str:
        """The address of this list with something changed; None takes it away."""
        kept = {k: v for k, v in {**self.asked, "page": None, **changed}.items() if v}
        return self.ledger.href + (f"?{urlencode(kept)}" if kept else "")

    @property
    def page_href(self) -> str:
        """The address of a page of this list, up to its number."""
        first = self.href()
        return f"{first}{'&' if '?' in first else '?'}page="

    def filtered(self, query: peewee.ModelSelect[Record]) -> peewee.ModelSelect[Record]:
        """`query`, the records this person may see, with every condition of the address.

        Also fills `chips` and `problems`. Call it once.
        """
        self._seen = query
        conditions = [*self._search(), *(c for f in self.ledger.definition.fields for c in self._conditions(f))]
        for condition in conditions:
            query = query.where(condition)
        return query

    def ordered(self, query: peewee.ModelSelect[Record]) -> peewee.ModelSelect[Record]:
        """`query` in the order asked for; blanks last; equal ones by their number."""
        table = self.ledger.table
        if not self.sort:
            return query.order_by(table.id.desc())
        each = self.ledger.definition.by_key[self.sort.removeprefix("-")]
        column: Any = getattr(table, each.key)
        value = column
        if each.type == "person":
            value = User.select(User.name).where(User.id == column)
        elif each.type == "department":
            value = Department.select(Department.official_order).where(Department.id == column)
        down = self.sort.startswith("-")
        return query.order_by(column.is_null(), peewee.Desc(value) if down else peewee.Asc(value), table.id.desc())

    def _search(self) -> Iterable[peewee.Expression]:
        wanted = self.asked.get("q", "").strip()
        texts = [f for f in self.ledger.definition.entered if f.type in ("text", "long_text", "choice")]
        if not wanted or not texts:
            return []
        self.chips.append(Chip(f"‘{wanted}’", self.href(q=None)))
        found = getattr(self.ledger.table, texts[0].key).contains(wanted)
        for other in texts[1:]:
            found |= getattr(self.ledger.table, other.key).contains(wanted)
        return [found]

    def _conditions(self, each: Field) -> Iterable[peewee.Expression]:
        name, label = f"f.{each.key}", label_text(each.label)
        kind = filter_kind(self.ledger, each)
        wanted = self.asked.get(name, "").strip()
        column: Any = getattr(self.ledger.table, each.key, None)
        if kind == "range":
            yield from self._range(each, column)
        elif kind == "contains" and wanted:
            self.chips.append(Chip(f"{label} {wanted}", self.href(**{name: None})))
            yield (
                column.in_(User.select(User.id).where(User.username.contains(wanted) | User.name.contains(wanted)))
                if each.type == "person"
                else (column.contains(wanted))
            )
        elif kind == "one_of" and wanted:
            shown = dict(self._choices(each)).get(wanted, wanted)
            self.chips.append(Chip(f"{label} {shown}", self.href(**{name: None})))
            yield column == _stored_choice(self.ledger, each, wanted)

    def _range(self, each: Field, column: Any) -> Iterable[peewee.Expression]:
        bounds: list[str] = []
        for end in ("from", "to"):
            name = f"f.{each.key}.{end}"
            wanted = self.asked.get(name, "").strip()
            if not wanted:
                bounds.append("")
                continue
            value = self._bound(each, wanted, end)
            if value is None:
                bounds.append("")
                continue
            bounds.append(wanted)
            yield column >= value if end == "from" else column <= value
        if any(bounds):
            text = f"{label_text(each.label)} {bounds[0]} ~ {bounds[1]}"
            without = self.href(**{f"f.{each.key}.from": None, f"f.{each.key}.to": None})
            self.chips.append(Chip(text.replace("  ", " ").strip(), without))

    def _bound(self, each: Field, wanted: str, end: str) -> Any:
        kind = self.ledger.kind(each)
        reader = _RANGE_READERS[kind]
        value, problem = kind_of(reader).read_entry(reader, wanted)
        if kind == "datetime" and value is None:  # a day alone is all of it
            value, problem = kind_of(reader).read_entry(reader, f"{wanted} {'00:00' if end == 'from' else '23:59'}")
        if value is None and problem is not None:
            self.problems[each.key] = problem.message
        return value

    def columns(self, totals: Mapping[str, str]) -> tuple[Column, ...]:
        """The headings of the list, in the order of the definition."""
        return tuple(self._column(f, totals.get(f.key, "")) for f in self.ledger.definition.fields if f.in_list)

    def _column(self, each: Field, total: str) -> Column:
        direction = {each.key: "ascending", f"-{each.key}": "descending"}.get(self.sort, "")
        target = f"-{each.key}" if direction == "ascending" else each.key
        sort_href = self.href(sort=target) if self._is_sortable(each) else ""
        is_number = self.ledger.kind(each) in ("number", "row_number")
        is_short = self.ledger.kind(each) not in ("text", "file")
        return Column(each, label_text(each.label), sort_href, direction, is_number, is_short, total)

    def filters(self) -> tuple[Filter, ...]:
        """What can be asked of each field."""
        return tuple(self._filter(f) for f in self.ledger.definition.fields if filter_kind(self.ledger, f) != "none")

    def _choices(self, each: Field) -> Iterable[tuple[str, str]]:
        """(value in the address, text) of a field that is asked for by picking: only what the seen records hold."""
        if self.ledger.kind(each) == "truth":
            return [("yes", t("예")), ("no", t("아니오"))]
        if each.type != "department":
            return [(choice, choice) for choice in each.choices]
        if self._seen is None:
            return []
        used = self._seen.select(getattr(self.ledger.table, each.key)).distinct()
        found = Department.select().where(Department.id.in_(used)).order_by(Department.official_order)
        return [(str(unit.id), unit.name) for unit in found]

    def _filter(self, each: Field) -> Filter:
        kind, name = filter_kind(self.ledger, each), f"f.{each.key}"
        is_range = kind == "range"
        return Filter(
            name=name,
            label=label_text(each.label),
            kind=kind,
            value=self.asked.get(f"{name}.from" if is_range else name, ""),
            until=self.asked.get(f"{name}.to", ""),
            choices=tuple(self._choices(each)) if kind == "one_of" else (),
            problem=self.problems.get(each.key, ""),
            is_date=self.ledger.kind(each) in ("date", "datetime"),
        )


_RANGE_READERS: dict[str, Field] = {
    "number": Field(key="bound", label="bound", type="decimal"),
    "date": Field(key="bound", label="bound", type="date"),
    "datetime": Field(key="bound", label="bound", type="datetime"),
}


def filter_kind(ledger: RecordSet, each: Field) -> str:
    """contains, range, one_of or none; a 계산 field is asked for by what it calculates."""
    kinds = {"text": "contains", "truth": "one_of", "number": "range", "date": "range"}
    return kinds[ledger.kind(each)] if each.type == "computed" else kind_of(each).filtering


def _stored_choice(ledger: RecordSet, each: Field, wanted: str) -> Any:
    if ledger.kind(each) == "truth":
        return wanted == "yes"
    if each.type == "department":
        return number_in(wanted)
    return wanted
