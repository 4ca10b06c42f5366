"""Texts of files, taken out by a child process that may do nothing else."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from maru import Blob, StoredFile
from maru_db import connected
from maru_devkit.fixtures import Site
from maru_search import texts
from maru_search.models import DAMAGED, EMPTY, LIMIT, LOCKED, READ, REFUSED, SLOW, UNKNOWN, FileText
from maru_search.reading import MOST_LETTERS
from tests.habits.tree import ROOT

from .finding import stored, workbook

DOCUMENTS = ROOT / "tests" / "data" / "documents"
WORDS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read(blob: Blob) -> FileText:
    """The text of a stored file, without a database."""
    return texts.read(StoredFile(**{name: getattr(blob, name) for name in ("sha256", "name", "size_bytes")}))


@pytest.fixture(autouse=True)
def site(portal: Callable[..., Site]) -> Site:
    """A site with the search, whose store takes the files."""
    return portal("search")


def pdf(text: str) -> bytes:
    """A PDF of one page with one line."""
    stream = b"BT /F1 18 Tf 20 200 Td (" + text.encode("ascii") + b") Tj ET" if text else b""
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 300] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = b"%PDF-1.4\n"
    offsets = []
    for number, part in enumerate(parts, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    start = len(out)
    return out + b"xref\n0 6\n0000000000 65535 f \n%strailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        table,
        start,
    )


def packed(part: str, xml: str) -> bytes:
    """A package with one XML part."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr(part, xml)
    return out.getvalue()


def test_xlsx_gives_sheet_names_and_cells() -> None:
    """Every cell of every sheet, a row a line."""
    found = read(workbook("은하수 축제", "2026"))

    assert (found.state, found.text) == (READ, "자료\n은하수 축제\n2026")


def test_pdf_gives_its_pages() -> None:
    """The text layer; a page without one is flagged, not taken as success."""
    found, scanned = read(stored(pdf("Milky Way"), "길.pdf")), read(stored(pdf(""), "스캔.pdf"))

    assert (found.state, found.text) == (READ, "Milky Way")
    assert scanned.state == EMPTY


@pytest.mark.parametrize(
    ("name", "part", "xml"),
    [
        (
            "글.docx",
            "word/document.xml",
            "<d xmlns:w='w'><w:p><w:r><w:t>은하수 </w:t></w:r><w:r><w:t>축제</w:t></w:r></w:p></d>",
        ),
        ("발표.pptx", "ppt/slides/slide1.xml", "<d xmlns:a='a'><a:p><a:r><a:t>은하수 축제</a:t></a:r></a:p></d>"),
        (
            "한글.hwpx",
            "Contents/section0.xml",
            "<d xmlns:hp='h'><hp:p><hp:run><hp:t>은하수 축제</hp:t></hp:run></hp:p></d>",
        ),
    ],
)
def test_packed_documents_give_their_paragraphs(name: str, part: str, xml: str) -> None:
    """Word, PowerPoint and Hangul's open format."""
    found = read(stored(packed(part, xml), name))

    assert (found.state, found.text) == (READ, "은하수 축제")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("표.hwp", "표"),
        ("각주미주.hwp", "sssd"),
        ("문단번호.hwp", "양쪽 정렬\n왼쪽 정렬\n중앙정렬"),
        ("배포용.hwp", "입찰에 부치는 사항"),
    ],
)
def test_documents_of_hangul_give_their_paragraphs(name: str, said: str) -> None:
    """한글 5, packed or not, with tables and notes; of a locked one the preview."""
    found = read(stored((DOCUMENTS / name).read_bytes(), name))

    assert (found.state, found.problem) == (READ, "")
    assert said in found.text
    assert not re.search(r"[\x00-\x09\x0b-\x1f]", found.text)


def test_a_protected_document_of_hangul_is_said_to_be_so() -> None:
    """A password is asked for: nothing is read, and the page of the files that could not be read says why."""
    content = bytearray((DOCUMENTS / "문단번호.hwp").read_bytes())
    content[content.index(b"HWP Document File") + 36] |= 2

    found = read(stored(bytes(content), "암호.hwp"))

    assert (found.state, found.problem) == (REFUSED, LOCKED)


@pytest.mark.parametrize("seed", range(20))
def test_a_document_of_hangul_with_random_damage_is_read_or_refused(seed: int) -> None:
    """Never a reader that hangs or an error that is not said."""
    chance = random.Random(seed)
    content = bytearray((DOCUMENTS / chance.choice(["표.hwp", "문단번호.hwp"])).read_bytes())
    for _ in range(chance.choice([1, 30, 3_000])):
        content[chance.randrange(len(content))] = chance.randrange(256)

    found = read(stored(bytes(content[: chance.choice([len(content), 5_000])]), "깨진.hwp"))

    assert found.state in (READ, EMPTY, REFUSED)
    assert found.problem.partition(":")[0] in ("", DAMAGED, LOCKED)


def test_text_of_old_windows_is_read() -> None:
    """UTF-8 with its mark, and cp949."""
    assert read(stored("은하수".encode("utf-8-sig"), "가.txt")).text == "은하수"
    assert read(stored("은하수".encode("cp949"), "나.csv")).text == "은하수"


def test_other_kinds_are_known_by_their_name_alone() -> None:
    """A picture is no failure."""
    assert read(stored(b"\x89PNG", "사진.png")).state == UNKNOWN


def test_what_is_broken_is_refused_with_the_reason() -> None:
    """Files that are not what their names say, and one that was cut off."""
    whole = workbook("은하수")
    with connected():
        cut = StoredFile(sha256=whole.sha256, name=whole.name, size_bytes=whole.size_bytes).path.read_bytes()[:900]

    for content, name in (
        (b"no zip", "가.xlsx"),
        (b"no pdf", "가.pdf"),
        (b"no zip", "가.docx"),
        (b"no ole", "가.hwp"),
        (cut, "잘린.xlsx"),
    ):
        found = read(stored(content, name))
        assert (found.state, found.problem.partition(":")[0]) == (REFUSED, DAMAGED), name


def test_a_bomb_stops_at_the_limit() -> None:
    """A part that unpacks to too much, and entities that grow by themselves: refused, in a few seconds."""
    grown = packed("word/document.xml", "<d>" + " " * 210_000_000 + "</d>")
    laughs = '<!DOCTYPE d [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{"&" + chr(97 + n) + ";"}">' for n in range(9)
    )
    entities = packed("word/document.xml", laughs + "]><d><p><t>&j;</t></p></d>")

    assert read(stored(grown, "폭탄.docx")).state == REFUSED
    assert read(stored(entities, "웃음.docx")).state == REFUSED


def test_a_document_of_nothing_but_elements_needs_little_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five million of them, outside of any paragraph: no tree is built, so a tenth of the usual memory is enough."""
    monkeypatch.setattr(texts, "LIMITS", replace(texts.LIMITS, megabytes=150, cpu_seconds=60))
    monkeypatch.setattr(texts, "WALL_SECONDS", 120)
    found = read(stored(packed("word/document.xml", f"<d>{'<a/>' * 5_000_000}<p><t>은하수</t></p></d>"), "빈.docx"))

    assert (found.state, found.problem, found.text) == (READ, "", "은하수")


def test_what_stands_within_a_text_belongs_to_it() -> None:
    """Marks and breaks of Hangul within a text: their own letters and those that follow."""
    found = read(stored(packed("Contents/section0.xml", "<d><p><t>은<m>하<b/>수</m> 축제</t>밖</p></d>"), "한글.hwpx"))

    assert found.text == "은하수 축제"


def test_a_very_long_text_is_cut() -> None:
    """Four hundred thousand letters are enough to find it by."""
    found = read(stored(("가나다라 " * 200_000).encode(), "긴.txt"))

    assert found.state == READ
    assert len(found.text) <= MOST_LETTERS


def test_one_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parent watches the clock as well."""
    monkeypatch.setattr(texts, "WALL_SECONDS", 0.001)

    assert read(workbook("은하수")).problem == SLOW


def test_the_reader_is_confined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a file talks its reader into, it opens no other file; the file is refused."""
    script = tmp_path / "talked_into.py"
    script.write_text(
        "def load(kind): pass\n"
        f"def work(allow, kind):\n    print(open({str(script)!r}, encoding='utf-8').read())\n    return 0\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(texts, "READER", script)

    found = read(stored(b"evil", "가.txt"))

    assert (found.state, found.problem, found.text) == (REFUSED, LIMIT, "")


def test_the_same_bytes_are_read_once(portal: Callable[..., Site], monkeypatch: pytest.MonkeyPatch) -> None:
    """The text is kept by the digest of the bytes."""
    blob = workbook("은하수")
    file = StoredFile(sha256=blob.sha256, name=blob.name, size_bytes=blob.size_bytes)
    with connected():
        before = texts.unread([file, file])
        first = texts.take_out(file)
        monkeypatch.setattr(texts, "read", None)
        second = texts.take_out(file)
        after = texts.texts_of([file, file])

    assert before == [file]
    assert first.text == second.text == after[blob.sha256].text == "자료\n은하수"


def test_a_file_of_a_kind_that_is_read_now_is_read_again(site: Site) -> None:
    """What an older version could not read is unread after 다시 읽기: the build that follows has it read."""
    blob = workbook("은하수")
    file = StoredFile(sha256=blob.sha256, name=blob.name, size_bytes=blob.size_bytes)
    with site.write_as("admin", plugin="search"):
        FileText.create(sha256=blob.sha256, name=blob.name, state=UNKNOWN)

    site.client("admin").post("/search/state/read-again")

    with connected():
        assert texts.unread([file]) == [file]
