"""엑셀 내려받기: the filtered list as a workbook, written row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any, NamedTuple
from unicodedata import normalize

from maru import Department, StoredFile, User, label_text, local, t

from .definition import Field
from .definition.calculation import LONGEST_TEXT
from .fields.number_text import read_number
from .ledgers.record_set import RecordSet
from .models import Record, value_of

__all__ = ["workbook_of"]

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def workbook_of(ledger: RecordSet, records: Iterable[Record], totals: Mapping[str, str]) -> bytes:
    """The records as xlsx: numbers as numbers, dates as dates, everything typed as text stays text.

    A text that begins like a formula (= + - @, wide or small) is marked as text, headings too: it stays text when
    somebody edits its cell. The mark belongs to the workbook. A CSV file saved from it has none: whoever makes one
    for Excel must import its columns as text.
    """
    import xlsxwriter  # no page needs it, only the file

    written = BytesIO()
    book = xlsxwriter.Workbook(
        written,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    sheet = book.add_worksheet(_sheet_name(label_text(ledger.definition.label)))
    writer = _Writer(book, sheet, ledger)
    writer.headings()
    for place, record in enumerate(records, start=1):
        writer.row(place, record)
    writer.foot(totals)
    book.close()
    return written.getvalue()


def _sheet_name(label: str) -> str:
    return "".join(c for c in label if c not in "[]:*?/\\'")[:31] or "Sheet1"


class _TextLook(NamedTuple):
    """How texts look: as they are, and marked as text."""

    plain: Any
    quoted: Any

    @classmethod
    def of(cls, book: Any, look: dict[str, Any]) -> _TextLook:
        return cls(book.add_format(look), book.add_format(look | {"quote_prefix": True}))


class _Writer:
    """Writes one sheet; rows must come in order (constant memory)."""

    def __init__(self, book: Any, sheet: Any, ledger: RecordSet) -> None:
        self.sheet, self.ledger, self.at = sheet, ledger, 0
        self.fields = ledger.definition.fields
        base = {"border": 1, "border_color": "#CDD1D5", "valign": "vcenter"}
        heading = base | {"bold": True, "bg_color": "#F4F5F6", "text_wrap": True, "align": "center"}
        bold = base | {"bold": True, "num_format": "#,##0.##########"}
        self.heading, self.text, self.bold = (_TextLook.of(book, look) for look in (heading, base, bold))
        self.date = book.add_format(base | {"num_format": "yyyy. m. d."})
        self.moment = book.add_format(base | {"num_format": "yyyy. m. d. hh:mm"})
        self.numbers = {
            field.key: book.add_format(base | {"num_format": _number_format(field)}) for field in self.fields
        }

    def headings(self) -> None:
        for column, field in enumerate(self.fields):
            self.sheet.set_column(column, column, field.width or max(10, min(40, 2 * len(label_text(field.label)) + 4)))
        for column, field in enumerate(self.fields):
            name = " · ".join((*field.headings, label_text(field.label)))
            self._text(0, column, f"{name} ({field.unit_text})" if field.unit else name, self.heading)
        self.sheet.freeze_panes(1, 1)
        self.at = 1

    def row(self, place: int, record: Record) -> None:
        for column, field in enumerate(self.fields):
            self._cell(column, field, place if field.type == "row_number" else value_of(record, field.key))
        self.at += 1

    def _text(self, row: int, column: int, text: str, looks: _TextLook) -> None:
        begins_like_formula = normalize("NFKC", text[:1]).startswith(_FORMULA_STARTS)
        look = looks.quoted if begins_like_formula else looks.plain
        self.sheet.write_string(row, column, text[:LONGEST_TEXT], look)

    def _cell(self, column: int, field: Field, value: Any) -> None:
        kind = self.ledger.kind(field)
        if value is None:
            self.sheet.write_blank(self.at, column, None, self.text.plain)
        elif kind in ("number", "row_number"):
            self.sheet.write_number(self.at, column, value, self.numbers[field.key])
        elif kind == "date":
            self.sheet.write_datetime(self.at, column, value, self.date)
        elif kind == "datetime":
            self.sheet.write_datetime(self.at, column, local(value).replace(tzinfo=None), self.moment)
        else:
            self._text(self.at, column, _plain_text(value), self.text)

    def foot(self, totals: Mapping[str, str]) -> None:
        """The sums below the last row; numbers as numbers."""
        if not any(totals.values()):
            return
        for column, field in enumerate(self.fields):
            text = totals.get(field.key) or (t("합계") if column == 0 else "")
            found = read_number(text) if text else None
            if found is None or found.suffix:
                self._text(self.at, column, text, self.bold)
            else:
                self.sheet.write_number(self.at, column, found.value, self.bold.plain)


def _plain_text(value: Any) -> str:
    if isinstance(value, bool):
        return "O" if value else "X"
    return value.name if isinstance(value, User | Department | StoredFile) else str(value)


def _number_format(field: Field) -> str:
    places = 1 if field.percent and field.decimals is None else field.decimals or 0
    exact = (
        "#,##0"
        if field.decimals is not None or field.type in ("integer", "amount", "row_number")
        else "#,##0.##########"
    )
    pattern = "#,##0." + "0" * places if places else exact
    return f"{pattern}%" if field.percent else pattern
