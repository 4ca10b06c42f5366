"""Forms that no office program would write: refused in words or read, never an error, and never a standstill."""

import random
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest

from maru_collect.tests import forms
from maru_collect.workbook import Layout, WorkbookProblem, blank_copy, read_rows, recognize
from maru_collect.workbook.grid import MERGED_CELLS, Grid
from maru_collect.workbook.package import OLE_MAGIC, Package

SHEET = "xl/worksheets/sheet1.xml"
LAYOUT = recognize(forms.FORM)
MUTATIONS = 60
DAMAGED = {
    "a row that is no number": b'<row r="x1"><c r="A40"/></row>',
    "a row of 5,000 digits": b'<row r="' + b"9" * 5_000 + b'"><c/></row>',
    "a style that is no number": b'<row r="40"><c r="A40" s="abc"/></row>',
    "a cell whose column is no letter": b'<row r="40"><c r="-1"><v>1</v></c></row>',
    "5,000 elements in each other": b"<a>" * 5_000 + b"</a>" * 5_000,
}
READ = {
    "numbers beyond Excel": b'<row r="40"><c r="A40"><v>1e999999</v></c><c r="B40"><v>1e99999999</v></c></row>',
    "no numbers": b'<row r="40"><c r="A40"><v>NaN</v></c><c r="B40"><v>-Infinity</v></c></row>',
    "a style below zero": b'<row r="40"><c r="A40" s="-99999"><v>1</v></c></row>',
    "a stray cell in the last row": b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>',
    "20,000 rows without a number": b"<row/>" * 20_000,
}
DECLARED = {
    "euc-kr": b'<?xml version="1.0" encoding="euc-kr"?>',
    "unknown": b'<?xml version="1.0" encoding="no-such-code"?>',
}


def with_rows(folder: Path, rows: bytes) -> Path:
    """The form with further rows at the end of its sheet."""
    return forms.changed_part(
        forms.FORM, folder / "a.xlsx", SHEET, lambda old: old.replace(b"</sheetData>", rows + b"</sheetData>")
    )


@pytest.mark.parametrize("rows", DAMAGED.values(), ids=DAMAGED.keys())
def test_what_no_program_writes_is_damaged(tmp_path: Path, rows: bytes) -> None:
    """The person reads that the file is damaged and what to do, not a reference number."""
    with pytest.raises(WorkbookProblem) as refused:
        recognize(with_rows(tmp_path, rows))

    assert refused.value.code == "damaged"


@pytest.mark.parametrize("rows", READ.values(), ids=READ.keys())
def test_odd_cells_below_the_table_change_nothing(tmp_path: Path, rows: bytes) -> None:
    """The same columns and entry rows are found; no number is worked out that would fill the memory."""
    layout = recognize(with_rows(tmp_path, rows))

    assert columns_of(layout) == columns_of(LAYOUT)
    assert (layout.first_row, layout.total_row) == (LAYOUT.first_row, LAYOUT.total_row)


def columns_of(layout: Layout) -> list[tuple[int, str]]:
    """Place and type of each column."""
    return [(column.index, column.type) for column in layout.columns]


@pytest.mark.parametrize("head", DECLARED.values(), ids=DECLARED.keys())
def test_a_declared_encoding_that_does_not_fit_is_damaged(tmp_path: Path, head: bytes) -> None:
    """expat takes any word for an encoding; what it cannot read is said."""
    path = forms.changed_part(
        forms.FORM, tmp_path / "a.xlsx", SHEET, lambda old: head + old.partition(b"?>")[2] + "가".encode()
    )

    with pytest.raises(WorkbookProblem) as refused:
        recognize(path)

    assert refused.value.code == "damaged"


def test_utf_16_with_an_odd_byte_is_damaged(tmp_path: Path) -> None:
    """Half a letter at the end is no error of ours."""
    path = forms.changed_part(forms.FORM, tmp_path / "a.xlsx", SHEET, lambda old: b"\xff\xfe" + old[:99])

    with pytest.raises(WorkbookProblem) as refused:
        recognize(path)

    assert refused.value.code == "damaged"


def test_many_merges_hold_no_more_than_their_share(tmp_path: Path) -> None:
    """Four hundred merges over the whole width take no more memory than one."""
    merges = b"".join(b'<mergeCell ref="A%d:XFC%d"/>' % (row, row + 5) for row in range(100, 2_500, 6))
    path = forms.changed_part(
        forms.FORM, tmp_path / "a.xlsx", SHEET, lambda old: old.replace(b"</mergeCells>", merges + b"</mergeCells>")
    )

    with Package(path) as package:
        grid = Grid(package, SHEET)

    assert len(grid.merges) > 400
    assert len(grid._anchors) <= MERGED_CELLS


def test_an_old_hwp_is_not_called_an_old_xls(tmp_path: Path) -> None:
    """Both are OLE containers; only what holds a workbook is an .xls."""
    codes = []
    for name in ("Workbook", "FileHeader"):
        path = tmp_path / f"{name}.xlsx"
        path.write_bytes(OLE_MAGIC + bytes(512) + name.encode("utf-16-le") + bytes(512))
        with pytest.raises(WorkbookProblem) as refused:
            recognize(path)
        codes.append(refused.value.code)

    assert codes == ["old_xls", "not_xlsx"]


@pytest.mark.parametrize("seed", range(4))
def test_a_form_with_random_damage_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    """Bytes of the sheet are overwritten, doubled and cut: a layout, rows, or a sentence comes out of it."""
    chance = random.Random(seed)
    for number in range(MUTATIONS // 4):
        path = forms.changed_part(forms.FORM, tmp_path / f"{number}.xlsx", SHEET, lambda old: mutated(old, chance))
        for read in (taken, lambda file: read_rows(file, LAYOUT, "유구읍")):
            with suppress(WorkbookProblem):
                read(path)


def taken(path: Path) -> None:
    """Read as the portal takes a form: the blank copy of a unit is made at once."""
    blank_copy(path, recognize(path), "유구읍", BytesIO())


def mutated(xml: bytes, chance: random.Random) -> bytes:
    """`xml` with one to four places changed."""
    changed = bytearray(xml)
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(changed))
        piece = bytes(changed[start : start + chance.randint(1, 60)])
        new = chance.choice([b"", piece * 2, b"9" * len(piece), bytes([chance.randrange(256)]), b'"', b"-1", b"1e999"])
        changed[start : start + len(piece)] = new
    return bytes(changed)
