"""Uploaded workbooks are read by processes of their own: what one file does to its reader, nobody else notices."""

from __future__ import annotations

import io
import os
import pickle
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from maru_collect import readers
from maru_collect.readers import Readers, _Answer
from maru_collect.tests import forms
from maru_collect.workbook import WorkbookProblem, read_rows, recognize, write_merged
from maru_confined import Limits
from maru_devkit.fixtures import Site

from .rounds import XLSX

LAYOUT = recognize(forms.FORM)


@pytest.fixture
def own() -> Iterator[Readers]:
    """Readers of this test alone; whatever it did to them, they end with it."""
    made = Readers()
    yield made
    made.close()


def heavy_form(folder: Path) -> Path:
    """Six thousand rows that each may be a total, and each a heading: every one is compared with every other."""
    rows = "".join(f'<row r="{row}">{"".join(_cells(row))}</row>' for row in range(40, 6_040))
    return with_rows(folder, rows.encode())


def _cells(row: int) -> Iterator[str]:
    for letter in "ABCDEFGH":
        text = "계" if letter in "ABCD" else f"{letter}{row}"
        yield f'<c r="{letter}{row}" t="inlineStr"><is><t>{text}</t></is></c>'


def with_rows(folder: Path, rows: bytes) -> Path:
    """The form with further rows at the end of its sheet."""
    return forms.changed_part(
        forms.FORM, folder / "a.xlsx", "xl/worksheets/sheet1.xml",
        lambda old: old.replace(b"</sheetData>", rows + b"</sheetData>"),
    )  # fmt: skip


def asked(own: Readers, path: Path) -> str:
    """The code of the problem with a form; '' when it is read."""
    try:
        own.recognize(path)
    except WorkbookProblem as wrong:
        return wrong.code
    return ""


def test_a_reader_answers_what_the_engine_says(own: Readers, tmp_path: Path) -> None:
    """Layouts, rows and problems come back whole, from one process that stays."""
    broken = tmp_path / "b.xlsx"
    broken.write_bytes(b"hello")

    first = own.recognize(forms.FORM)
    filled = own.read_rows(forms.FORM, first, "유구읍", 100)

    assert first == LAYOUT
    assert filled == read_rows(forms.FORM, LAYOUT, "유구읍")
    assert asked(own, broken) == "not_xlsx"
    assert len(own._idle) == 1


def test_a_form_without_end_is_given_up(own: Readers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clerk reads that the file takes too much time, and the next file is read as if nothing had been."""
    path = heavy_form(tmp_path)
    monkeypatch.setattr(readers, "WALL_SECONDS", 1.5)

    code = asked(own, path)
    monkeypatch.undo()

    assert code == "too_large"
    assert asked(own, forms.FORM) == ""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit of this kind; the clock is watched there")
def test_memory_is_limited(own: Readers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that reaches down to the last row costs its reader, not the machine."""
    path = with_rows(tmp_path, b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>')
    monkeypatch.setattr(readers, "LIMITS", Limits(megabytes=250, cpu_seconds=8, may_read_files=True))

    with pytest.raises(WorkbookProblem) as refused:
        own.read_rows(path, LAYOUT, "유구읍", 100)

    assert refused.value.code == "too_large"


def test_one_file_is_read_at_a_time(own: Readers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who comes while a heavy one is read is asked to come again in a moment, and keeps no thread waiting."""
    monkeypatch.setattr(readers, "WAIT_SECONDS", 0.01)
    for _ in range(readers.MOST):
        own._places.acquire()

    code = asked(own, forms.FORM)
    own._places.release()

    assert code == "busy"
    assert asked(own, forms.FORM) == ""


def test_a_reader_that_died_is_replaced(own: Readers) -> None:
    """A reader may be ended by the system while it waits; nobody hears of it."""
    own.recognize(forms.FORM)
    own._idle[0].kill()
    own._idle[0].wait()

    assert asked(own, forms.FORM) == ""


def test_a_reader_is_confined(own: Readers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a workbook talks the engine into, it may not write; the clerk reads that the file is too much."""
    made = tmp_path / "made.txt"
    script = tmp_path / "talked_into.py"
    script.write_text(
        f"def load(): pass\ndef work(allow):\n    open({str(made)!r}, 'w').write('x')\n    return 0\n", encoding="utf-8"
    )
    monkeypatch.setattr(readers, "READER", script)

    assert asked(own, forms.FORM) == "too_large"
    assert not made.exists()


def test_an_answer_holds_nothing_but_values() -> None:
    """What a reader sends is never run here, even when a file has taken the reader over."""
    with pytest.raises(pickle.UnpicklingError):
        _Answer(io.BytesIO(pickle.dumps(os.system))).load()


def test_more_rows_than_can_be_taken_are_refused(own: Readers, tmp_path: Path) -> None:
    """The limit stands in the sentence."""
    path = tmp_path / "filled.xlsx"
    write_merged(forms.FORM, LAYOUT, [forms.budget_row(number) for number in range(30)], path)

    with pytest.raises(WorkbookProblem) as refused:
        own.read_rows(path, LAYOUT, "유구읍", 20)

    assert "20행" in str(refused.value)


HOSTILE: dict[str, tuple[bytes, int]] = {
    "a number of a hundred million digits": (
        b'<row r="40"><c r="A40"><v>1e999999</v></c><c r="B40"><v>1e99999999</v></c></row>',
        303,
    ),
    "a stray cell in the last row": (b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>', 422),
    "a row that is no number": (b'<row r="x1"><c/></row>', 422),
    "a million rows": (b"<row/>" * 1_000_000, 422),
}


@pytest.mark.parametrize(("rows", "status"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_strange_form_is_answered_in_words(
    portal: Callable[..., Site], tmp_path: Path, rows: bytes, status: int
) -> None:
    """POST /collect/new answers with the next step or with a sentence that names the file, and the portal goes on."""
    planner = portal("collect").client("planner")
    content = with_rows(tmp_path, rows).read_bytes()

    answer = planner.post("/collect/new", files={"form": ("서식.xlsx", content, XLSX)})

    assert answer.status_code == status
    assert ("올려 주세요" in answer.text) is (status == 422)
    assert planner.get("/collect/").status_code == 200


def test_a_form_that_can_grow_no_further_is_refused_at_once(own: Readers, tmp_path: Path) -> None:
    """Not sixteen townships find out at their download, but the collector at the upload."""
    path = with_rows(tmp_path, b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>')

    with pytest.raises(WorkbookProblem) as refused:
        own.recognize(path)

    assert "1,048,576행" in str(refused.value)
