"""How far a sheet reaches, however its cells are written."""

from pathlib import Path

import pytest

from maru_collect.tests import forms
from maru_collect.workbook import WorkbookProblem, read_rows, recognize
from maru_collect.workbook.extent import extent

LAYOUT = recognize(forms.FORM)
FAR = {
    "small letters": b'<row r="6"><c r="xfd1048576"><v>1</v></c></row>',
    "single quotes": b"<row r='6'><c r='XFD1048576'><v>1</v></c></row>",
    "spaces": b'<row r="6"><c r = "XFD1048576"><v>1</v></c></row>',
    "attribute in front": b'<row r="6"><c s=">" r="XFD1048576"><v>1</v></c></row>',
    "row and cell apart": b'<row r="1048576"><c><v>1</v></c></row><row r="7"><c r="XFD7"><v>1</v></c></row>',
    "prefix": b'<x:row r="6"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
    "no such column": b'<row r="6"><c r="ZZZZZZ6"><v>1</v></c></row>',
    "no such row": b'<row r="2000000"><c r="A2000000"><v>1</v></c></row>',
    "no addresses": b"<row>" + b"<c><v>1</v></c>" * 5_000 + b"</row>" + b"<row><c><v>1</v></c></row>" * 5_000,
}


@pytest.mark.parametrize("rows", FAR.values(), ids=FAR.keys())
def test_far_cells_are_refused_however_they_are_written(tmp_path: Path, rows: bytes) -> None:
    """No way of writing an address lets a table of a billion cells be laid out."""
    path = forms.changed_part(
        forms.FORM, tmp_path / "a.xlsx", "xl/worksheets/sheet1.xml",
        lambda old: old.replace(b"</sheetData>", rows + b"</sheetData>"),
    )  # fmt: skip

    with pytest.raises(WorkbookProblem) as refused:
        read_rows(path, LAYOUT)

    assert refused.value.code == "too_large"


def test_a_sheet_within_a_screen_needs_no_counting() -> None:
    """Cells up to Z9999 are told at once; wider tables are measured exactly."""
    near = b'<sheetData><row r="9999"><c r="Z9999" s="1"/></row></sheetData>'
    wide = b'<sheetData><row r="2"><c r="A2"/><c r="AB2"/></row><row r="12345"><c/></row></sheetData>'

    assert extent(near) == (9_999, 26)
    assert extent(wide) == (12_345, 28)
