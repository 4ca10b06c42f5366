"""The collector sees their own sheet as Excel shows it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from openpyxl import Workbook

from maru_collect.sheet_view import sheet_view
from maru_collect.workbook import recognize


def test_a_date_is_shown_as_one(tmp_path: Path) -> None:
    """A workbook keeps 2026-07-01 as the number 46204; nobody is to read that."""
    path = tmp_path / "form.xlsx"
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["차량 운행 현황"], ["날짜", "차량", "거리"], [date(2026, 7, 1), "아반떼", 12], [None, None, None]):
        sheet.append(row)
    book.save(path)

    texts = [cell.text for line in sheet_view(path, recognize(path)).lines for cell in line.cells]

    assert "2026-07-01" in texts
    assert not any("46" in text for text in texts)
