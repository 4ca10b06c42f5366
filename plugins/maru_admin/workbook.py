"""The audit as an Excel file: one row a changed record."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from datetime import datetime

from maru import AuditEntry, local, t

MOST_ROWS = 1_000_000
CELL_CHARACTERS = 32_000
WIDTHS = (8, 19, 18, 15, 12, 30, 34, 30, 22, 10, 8, 50, 50)


def audit_workbook(entries: Iterable[AuditEntry]) -> bytes:
    """The entries as xlsx, written row by row so that a long audit fits into memory.

    Times are Korean. Text is written as text: what looks like a formula stays what it was.
    """
    import xlsxwriter  # no page needs it, only the file

    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"constant_memory": True, "remove_timezone": True})
    sheet = book.add_worksheet(t("감사 기록"))
    bold, instant = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    for column, (head, width) in enumerate(zip(_heads(), WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, head, bold)
    sheet.freeze_panes(1, 0)
    for row, cells in enumerate(_rows(entries), 1):
        if row > MOST_ROWS:
            break
        for column, cell in enumerate(cells):
            if isinstance(cell, int):
                sheet.write_number(row, column, cell)
            elif isinstance(cell, datetime):
                sheet.write_datetime(row, column, cell, instant)
            elif cell:
                sheet.write_string(row, column, cell[:CELL_CHARACTERS])
    book.close()
    return target.getvalue()


def _heads() -> tuple[str, ...]:
    return (
        t("번호"),
        t("때"),
        t("누가"),
        t("접속 주소"),
        t("기능"),
        t("한 일"),
        t("요청"),
        t("메모"),
        t("표"),
        t("키"),
        t("바뀐 종류"),
        t("전"),
        t("후"),
    )


def _rows(entries: Iterable[AuditEntry]) -> Iterable[list[int | datetime | str]]:
    for entry in entries:
        head: list[int | datetime | str] = [
            entry.id,
            local(entry.at).replace(tzinfo=None),
            entry.actor_name,
            entry.address,
            entry.plugin,
            entry.action,
            entry.request,
            entry.note,
        ]
        for change in entry.changes or [None]:
            if change is None:
                yield head
            else:
                yield [*head, change["table"], change["key"], change["action"], *map(_json, _both(change))]


def _both(change: dict[str, object]) -> tuple[object, object]:
    return change["before"], change["after"]


def _json(value: object) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)
