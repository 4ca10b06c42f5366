"""The child process that takes the text out of one file: `python reading.py KIND MEGABYTES SECONDS < file`.

It is a script of its own and imports nothing of Maru. Before it looks at a byte it gives up what an evil file would
want: memory beyond a limit, time, and, where the system can, every further open file, which sockets are too. What it
finds goes to standard output as UTF-8; exit code 3 says that the file is not what its name says, 4 that it is
protected by a password.
"""

from __future__ import annotations

import codecs
import io
import re
import sys
import zipfile
from collections.abc import Callable, Iterator

MOST_LETTERS = 400_000
MOST_INPUT_BYTES = 100_000_000
MOST_UNPACKED_BYTES = 200_000_000
MOST_PARTS = 2_000
CELLS_A_ROW = 200
BROKEN, PROTECTED = 3, 4
PARTS = {
    "docx": re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml"),
    "pptx": re.compile(r"ppt/(slides|notesSlides)/[^/]+\.xml"),
    "hwpx": re.compile(r"Contents/section\d+\.xml"),
}


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


def packed(kind: str, content: bytes) -> Iterator[str]:
    """The texts in the XML parts of docx, pptx and hwpx: elements `t` below paragraphs `p`."""
    from defusedxml.ElementTree import iterparse

    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = [part for part in package.infolist() if PARTS[kind].fullmatch(part.filename)][:MOST_PARTS]
        if sum(part.file_size for part in parts) > MOST_UNPACKED_BYTES:
            raise ValueError("unpacks to too much")
        for part in parts:
            line: list[str] = []
            for _, element in iterparse(package.open(part), forbid_dtd=True):
                name = element.tag.rpartition("}")[2]
                if name == "t":
                    line += element.itertext()
                elif name == "p":
                    yield "".join(line)
                    line = []
                    element.clear()
            yield "".join(line)


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
    "hwpx": lambda content: packed("hwpx", content),
}  # fmt: skip


def shut_in(megabytes: int, seconds: int) -> None:
    """From here on: no socket, no other file, no more memory and time than allowed.

    On Windows the hook refuses sockets and programs, and the parent watches the clock.
    """
    sys.addaudithook(_refuse)
    if sys.platform != "win32":
        import resource

        limits = (
            (resource.RLIMIT_AS, megabytes << 20),
            (resource.RLIMIT_CPU, seconds),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_NOFILE, 3),
        )
        for what, most in limits:
            resource.setrlimit(what, (most, most))


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if event.startswith(("socket.", "subprocess.", "os.exec", "os.fork", "os.spawn", "os.system", "os.posix_spawn")):
        raise PermissionError(f"{event} is not for a reader of files")


def load(kind: str) -> None:
    """Import what the reader needs, while files can still be opened."""
    for codec in ("cp437", "cp949", "utf_16_le", "utf_8_sig"):  # found by name later
        codecs.lookup(codec)

    if kind in ("xlsx", "xls", "xlsm"):
        import python_calamine  # noqa: F401
    elif kind == "pdf":
        import pypdfium2

        pypdfium2.PdfDocument.new()  # binds the library
    elif kind in PARTS:
        import defusedxml.ElementTree  # noqa: F401


def main(kind: str, megabytes: int, seconds: int) -> int:
    """Read standard input, write its text."""
    load(kind)
    shut_in(megabytes, seconds)
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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
