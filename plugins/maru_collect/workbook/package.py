"""The zip package of a workbook: checked before anything is parsed, its parts found and copied."""

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from isal import isal_zlib

from .markup import Markup
from .words import N_, WorkbookProblem, say

TOTAL_BYTES = 200_000_000
PARTS = 2_000
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OLE_NAME_BYTES = 64
CHUNK = 1 << 18
LOCAL_HEADER_BYTES = 30

NOT_XLSX = N_(
    "‘{name}’은(는) 엑셀 파일(.xlsx)이 아닙니다. 엑셀에서 ‘Excel 통합 문서(*.xlsx)’로 저장한 뒤 다시 올려 주세요."
)
EMPTY_FILE = N_("‘{name}’은(는) 내용이 없는 빈 파일입니다. 엑셀에서 열어 다시 저장한 뒤 올려 주세요.")
OLD_XLS = N_("‘{name}’은(는) 옛 형식(.xls)입니다. 엑셀에서 ‘Excel 통합 문서(*.xlsx)’로 저장한 뒤 다시 올려 주세요.")
ENCRYPTED = N_("‘{name}’에 암호가 걸려 있어 읽을 수 없습니다. 암호를 해제하고 저장한 뒤 다시 올려 주세요.")
DAMAGED = N_("‘{name}’ 파일이 손상되어 읽을 수 없습니다. 엑셀에서 열어 다시 저장한 뒤 올려 주세요.")
TOO_LARGE = N_(
    "‘{name}’의 압축을 풀면 {size}로, 허용 크기 {limit}를 넘습니다. 사진이나 쓰지 않는 시트를 지우고 다시 올려 주세요."
)
TOO_MANY_PARTS = N_(
    "‘{name}’에 구성 파일이 {count}개 있어 한도 {limit}개를 넘습니다. 쓰지 않는 시트를 지우고 다시 올려 주세요."
)


def _holds(container: bytes, part: str) -> bool:
    """Whether the directory of an OLE container names the part: UTF-16, filled up with zeros."""
    return part.encode("utf-16-le").ljust(OLE_NAME_BYTES, b"\0") in container


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet of a workbook: its name, its part in the package, and whether people see it."""

    name: str
    part: str
    is_visible: bool


class Package:
    """An open workbook. Opening checks the kind of file and every size; closing is the caller's (`with`).

    Raises WorkbookProblem for what is not an xlsx, is protected with a password, is damaged, or unpacks to more
    than TOTAL_BYTES or PARTS: by the sizes it declares, and by those it really has.
    """

    def __init__(self, path: Path | str, kept: str = "") -> None:
        """`kept` is a pattern of part names whose bytes are kept from the check, so they need no second unpacking."""
        self.path = Path(path)
        self.name = self.path.name
        self._kept: dict[str, bytes] = {}
        self._file = self.path.open("rb")  # closed by close(); the zip reads on from it
        try:
            self._zip = self._opened_zip()
            self._check_sizes(kept)
        except BaseException:
            self._file.close()
            raise
        self._markups: dict[str, Markup] = {}

    def __enter__(self) -> "Package":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def understood(self) -> Iterator[None]:
        """Inside, whatever no office program would write (`<row r="x1">`, style -99) is a damaged file, in words."""
        try:
            yield
        except (ArithmeticError, LookupError, RecursionError, ValueError) as problem:
            raise self._problem("damaged", DAMAGED) from problem

    def close(self) -> None:
        """Close the file."""
        self._zip.close()
        self._file.close()

    def _opened_zip(self) -> zipfile.ZipFile:
        magic = self._file.read(8)
        if magic == OLE_MAGIC:
            raise self._unusable_container(self._file.read())
        if not magic:
            raise self._problem("empty", EMPTY_FILE)
        if magic[:4] != b"PK\x03\x04":
            raise self._problem("not_xlsx", NOT_XLSX)
        try:
            opened = zipfile.ZipFile(self._file)
        except (zipfile.BadZipFile, ValueError, EOFError, OSError, struct.error) as problem:
            raise self._problem("damaged", DAMAGED) from problem
        names = opened.namelist()
        if "[Content_Types].xml" not in names:
            raise self._problem("not_xlsx", NOT_XLSX)
        if len(set(names)) != len(names):
            raise self._problem("damaged", DAMAGED)
        return opened

    def _unusable_container(self, content: bytes) -> WorkbookProblem:
        """A workbook with a password, an old one, or an old hwp, doc or ppt: what parts it has tells them apart."""
        if _holds(content, "EncryptedPackage"):
            return self._problem("encrypted", ENCRYPTED)
        is_old_xls = _holds(content, "Workbook") or _holds(content, "Book")
        return self._problem("old_xls", OLD_XLS) if is_old_xls else self._problem("not_xlsx", NOT_XLSX)

    def _problem(self, code: str, msgid: str, **values: object) -> WorkbookProblem:
        return WorkbookProblem(code, say(msgid, name=self.name, **values))

    def _check_sizes(self, kept: str) -> None:
        parts = self._zip.infolist()
        if len(parts) > PARTS:
            raise self._problem("too_large", TOO_MANY_PARTS, count=f"{len(parts):,}", limit=f"{PARTS:,}")
        declared = sum(part.file_size for part in parts)
        if declared > TOTAL_BYTES:
            raise self._too_large(declared)
        if any(part.flag_bits & 1 for part in parts):
            raise self._problem("encrypted", ENCRYPTED)
        pattern = re.compile(kept) if kept else None
        for part in parts:
            keeps = pattern is not None and pattern.fullmatch(part.filename) is not None
            chunks, size = [], 0
            for chunk in self._unpacked(part, part.file_size + 1 if keeps else CHUNK):
                size += len(chunk)
                if size > part.file_size:
                    raise self._problem("damaged", DAMAGED)
                if keeps:
                    chunks.append(chunk)
            if size != part.file_size:
                raise self._problem("damaged", DAMAGED)
            if keeps:
                self._kept[part.filename] = b"".join(chunks)

    def _too_large(self, size: int) -> WorkbookProblem:
        return self._problem(
            "too_large", TOO_LARGE, size=f"{size // 1_000_000:,}MB", limit=f"{TOTAL_BYTES // 1_000_000:,}MB"
        )

    def _unpacked(self, part: zipfile.ZipInfo, most: int) -> Iterator[bytes]:
        """The real bytes of a part, at most `most` at a time.

        zipfile alone would stop at the declared size and hide what follows.
        """
        if part.compress_type == zipfile.ZIP_STORED:
            yield from self.packed(part)
            return
        if part.compress_type != zipfile.ZIP_DEFLATED:
            raise self._problem("damaged", DAMAGED)
        unpacker = zlib.decompressobj(-15)
        try:
            for chunk in self.packed(part):
                yield unpacker.decompress(chunk, most)
                while unpacker.unconsumed_tail:
                    yield unpacker.decompress(unpacker.unconsumed_tail, most)
            yield unpacker.flush()
        except zlib.error as problem:
            raise self._problem("damaged", DAMAGED) from problem

    def packed(self, part: zipfile.ZipInfo) -> Iterator[bytes]:
        """The bytes of a part as they lie in the file, still compressed."""
        try:
            self._file.seek(part.header_offset)
        except (OSError, ValueError) as problem:  # an offset below zero
            raise self._problem("damaged", DAMAGED) from problem
        header = self._file.read(LOCAL_HEADER_BYTES)
        if len(header) < LOCAL_HEADER_BYTES or header[:4] != b"PK\x03\x04":
            raise self._problem("damaged", DAMAGED)
        name_bytes, extra_bytes = struct.unpack("<HH", header[26:30])
        self._file.seek(name_bytes + extra_bytes, 1)
        left = part.compress_size
        while left:
            chunk = self._file.read(min(left, CHUNK))
            if not chunk:
                raise self._problem("damaged", DAMAGED)
            left -= len(chunk)
            yield chunk

    def parts(self) -> list[zipfile.ZipInfo]:
        """All parts in the order of the file."""
        return self._zip.infolist()

    def has(self, part: str) -> bool:
        """Whether the package has a part of that name."""
        return part in self._zip.NameToInfo

    def read(self, part: str) -> bytes:
        """The unpacked bytes of a part. Raises WorkbookProblem when it is missing or damaged."""
        if part in self._kept:
            return self._kept[part]
        try:
            return self._zip.read(part)
        except (KeyError, zipfile.BadZipFile, zlib.error, EOFError) as problem:
            raise self._problem("damaged", DAMAGED) from problem

    def markup(self, part: str) -> Markup:
        """A part as parsed XML, parsed once; edits to it are seen by everybody who asks again."""
        if part not in self._markups:
            self._markups[part] = Markup(self.read(part), part)
        return self._markups[part]

    def edited(self) -> dict[str, Markup]:
        """Parts with pending edits."""
        return {part: markup for part, markup in self._markups.items() if markup.is_changed}

    def related(self, part: str) -> dict[str, tuple[str, str]]:
        """Parts that a part refers to, by relationship id: (kind, part). External targets are left out."""
        folder, name = posixpath.split(part)
        rels = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(rels):
            return {}
        found = {}
        for node in self.markup(rels).root.children:
            if node.get("TargetMode") != "External":
                target = node.get("Target")
                path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                found[node.get("Id")] = (node.get("Type").rpartition("/")[2], posixpath.normpath(path))
        return found

    @property
    def workbook_part(self) -> str:
        """The part that lists the sheets, usually xl/workbook.xml."""
        for kind, part in self.related("").values():
            if kind == "officeDocument" and self.has(part):
                return part
        raise self._problem("not_xlsx", NOT_XLSX)

    def sheets(self) -> list[Sheet]:
        """The worksheets in their order; charts and macro sheets are left out."""
        part = self.workbook_part
        targets = self.related(part)
        found = []
        for node in self.markup(part).root.every("sheet"):
            kind, target = targets.get(node.local("id"), ("", ""))
            if kind == "worksheet" and self.has(target):
                found.append(Sheet(node.get("name"), target, node.get("state", "visible") == "visible"))
        return found

    def first_related(self, part: str, kind: str) -> str:
        """The first part of a kind (`styles`, `sharedStrings`, `drawing`) that a part refers to, or ''."""
        return next((target for found, target in self.related(part).values() if found == kind and self.has(target)), "")


class PackageWriter(zipfile.ZipFile):
    """A zip file that can also take over a part without unpacking and packing it again."""

    def __init__(self, out: BinaryIO | Path) -> None:
        super().__init__(out, "w", zipfile.ZIP_DEFLATED)

    def stream(self, name: str) -> IO[bytes]:
        """The part `name`, to be written piece by piece; ISA-L packs it three times as fast as zlib's level 1."""
        part = self.open(name, "w")
        # zipfile takes no compressor from outside; a test shows that what comes out is an ordinary zip file.
        part._compressor = isal_zlib.compressobj(1, isal_zlib.DEFLATED, -15)  # type: ignore[attr-defined]
        return part

    def take_over(self, package: Package, part: zipfile.ZipInfo) -> None:
        """Copy the compressed bytes of a part as they are."""
        copy = zipfile.ZipInfo(part.filename, part.date_time)
        copy.compress_type, copy.CRC = part.compress_type, part.CRC
        copy.compress_size, copy.file_size = part.compress_size, part.file_size
        copy.external_attr, copy.create_system = part.external_attr, part.create_system
        stream: BinaryIO = self.fp  # type: ignore[assignment]  # open until close()
        # zipfile has no public call for this; these four are what its own _open_to_write and close keep up to date.
        copy.header_offset = stream.tell()
        stream.write(copy.FileHeader(zip64=False))
        stream.writelines(package.packed(part))
        self.filelist.append(copy)
        self.NameToInfo[copy.filename] = copy
        self.start_dir = stream.tell()
        self._didModify = True
