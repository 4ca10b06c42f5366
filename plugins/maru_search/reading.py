"""The confined process that takes the text out of one file: its kind is the argument, its bytes are the input.

It is a script of its own and imports nothing of Maru (see `maru_confined`). What it finds goes to standard output as
UTF-8; exit code 3 says that the file is not what its name says, 4 that it is protected by a password.
"""

from __future__ import annotations

import codecs
import io
import re
import struct
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator

MOST_LETTERS = 400_000
MOST_INPUT_BYTES = 100_000_000
MOST_UNPACKED_BYTES = 200_000_000
MOST_PARTS = 2_000
PIECE_BYTES = 65_536
CELLS_A_ROW = 200
BROKEN, PROTECTED = 3, 4
PARTS = {
    "docx": re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml"),
    "pptx": re.compile(r"ppt/(slides|notesSlides)/[^/]+\.xml"),
    "hwpx": re.compile(r"Contents/section\d+\.xml"),
}
HWP_SIGNATURE = b"HWP Document File"
HWP_PACKED, HWP_PASSWORD, HWP_LOCKED = 1, 2, 4
HWP_TEXT, HWP_LONG = 67, 0xFFF
HWP_CONTROL = re.compile(  # eight places for what stands in the text (a table, a note, a tab), one for a break
    "[\x01-\x09\x0b\x0c\x0e-\x17][\\s\\S]{0,7}|[\x00-\x1f]"
)


class ProtectedError(Exception):
    """The file asks for a password."""


def xlsx(content: bytes) -> Iterator[str]:
    """Sheet names and cells, a row a line."""
    from python_calamine import CalamineWorkbook, PasswordError

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    except PasswordError as wrong:
        raise ProtectedError from wrong
    for name in book.sheet_names:
        yield name
        for row in book.get_sheet_by_name(name).iter_rows():
            cells = (_cell(value) for value in row[:CELLS_A_ROW])
            yield " ".join(cell for cell in cells if cell)


def _cell(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()


def pdf(content: bytes) -> Iterator[str]:
    """Page by page."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as wrong:
        raise (ProtectedError if "password" in str(wrong).lower() else ValueError)(str(wrong)) from wrong
    for page in document:
        yield page.get_textpage().get_text_bounded()


class Lines:
    """Takes what a parser meets, and keeps the texts of elements `t`, a line for each `p`. Builds no tree."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self._line: list[str] = []
        self._depth = 0

    def start(self, tag: str, _: object) -> None:
        """An element begins."""
        self._depth += tag.endswith("}t") or tag == "t"

    def data(self, text: str) -> None:
        """Text, in pieces."""
        if self._depth:
            self._line.append(text)

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag.endswith("}p") or tag == "p":
            self.close()
        self._depth -= tag.endswith("}t") or tag == "t"

    def close(self) -> None:
        """The line ends."""
        self.done.append("".join(self._line))
        self._line.clear()

    def take(self) -> list[str]:
        """The lines since the last call."""
        taken, self.done = self.done, []
        return taken


def packed(kind: str, content: bytes) -> Iterator[str]:
    """The texts in the XML parts of docx, pptx and hwpx: elements `t` below paragraphs `p`."""
    from defusedxml.ElementTree import XMLParser

    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = [part for part in package.infolist() if PARTS[kind].fullmatch(part.filename)][:MOST_PARTS]
        if sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
            raise ValueError("unpacks to too much")
        for part in parts:
            lines = Lines()
            parser = XMLParser(target=lines, forbid_dtd=True)
            with package.open(part) as xml:
                while some := xml.read(PIECE_BYTES):
                    parser.feed(some)
                    yield from lines.take()
            parser.close()
            yield from lines.take()


def hwp(content: bytes) -> Iterator[str]:
    """한글 5: the paragraphs of every section; of a 배포용 document, whose sections are locked, the preview."""
    import olefile

    with olefile.OleFileIO(io.BytesIO(content)) as document:
        header = document.openstream("FileHeader").read(40)
        if not header.startswith(HWP_SIGNATURE):
            raise ValueError("no document of 한글 5")
        (flags,) = struct.unpack_from("<I", header, 36)
        if flags & HWP_PASSWORD:
            raise ProtectedError
        if flags & HWP_LOCKED:
            yield document.openstream("PrvText").read().decode("utf-16-le", errors="replace")
            return
        sections = [int(name[7:]) for folder, name in _pairs(document.listdir()) if folder == "BodyText"]
        for number in sorted(sections):
            records = document.openstream(f"BodyText/Section{number}").read()
            yield from _paragraphs(_unpacked(records) if flags & HWP_PACKED else records)


def _pairs(paths: list[list[str]]) -> Iterator[list[str]]:
    return (path for path in paths if len(path) == 2)


def _unpacked(records: bytes) -> bytes:
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    found = unpacking.decompress(records, MOST_UNPACKED_BYTES)
    if unpacking.unconsumed_tail:
        raise ValueError("unpacks to too much")
    return found


def _paragraphs(records: bytes) -> Iterator[str]:
    """The texts among the records of a section: ten bits of kind, ten of depth, twelve of length (all set: see on)."""
    place = 0
    while place + 4 <= len(records):
        (head,) = struct.unpack_from("<I", records, place)
        place, length = place + 4, head >> 20
        if length == HWP_LONG:
            (length,) = struct.unpack_from("<I", records, place)
            place += 4
        if head & 0x3FF == HWP_TEXT:
            yield HWP_CONTROL.sub(" ", records[place : place + length].decode("utf-16-le", errors="replace"))
        place += length


def plain(content: bytes) -> Iterator[str]:
    """UTF-8, or what Korean Windows writes."""
    try:
        yield content.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield content.decode("cp949", errors="replace")


READERS: dict[str, Callable[[bytes], Iterator[str]]] = {
    "xlsx": xlsx, "xls": xlsx, "xlsm": xlsx, "pdf": pdf, "txt": plain, "csv": plain,
    "docx": lambda content: packed("docx", content),
    "pptx": lambda content: packed("pptx", content),
    "hwp": hwp,
    "hwpx": lambda content: packed("hwpx", content),
}  # fmt: skip


def load(kind: str) -> None:
    """Import what the reader needs, while files can still be opened."""
    for codec in ("cp437", "cp949", "utf_16_le", "utf_8_sig"):  # found by name later
        codecs.lookup(codec)

    if kind in ("xlsx", "xls", "xlsm"):
        import python_calamine  # noqa: F401
    elif kind == "pdf":
        import pypdfium2

        pypdfium2.PdfDocument.new()  # binds the library
    elif kind == "hwp":
        import olefile  # noqa: F401
    elif kind in PARTS:
        import defusedxml.ElementTree  # noqa: F401


def work(allow: Callable[[], None], kind: str) -> int:
    """Read standard input, write its text."""
    content = sys.stdin.buffer.read(MOST_INPUT_BYTES + 1)
    left = MOST_LETTERS
    try:
        if len(content) > MOST_INPUT_BYTES:
            raise ValueError("too large")
        for line in READERS[kind](content):
            text = " ".join(line.split())[:left]
            if text:
                sys.stdout.buffer.write(text.encode("utf-8", errors="replace") + b"\n")
            left -= len(text)
            if left <= 0:
                break
    except ProtectedError:
        return PROTECTED
    except Exception as wrong:  # noqa: BLE001 — a broken file may make a reader raise anything
        sys.stderr.write(f"{type(wrong).__name__}: {wrong}"[:200])
        return BROKEN
    finally:
        sys.stdout.buffer.flush()
    return 0
