"""The file store: bytes named by their SHA-256, written whole or not at all."""

import hashlib
import os
import re
import unicodedata
import uuid
from dataclasses import dataclass
from pathlib import PurePath

from starlette.datastructures import UploadFile

from maru.errors import Invalid
from maru.models import StoredFile
from maru_language import t

# Our own table: Windows takes content types from its registry, where anything may stand.
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".gif": "image/gif",
    ".html": "text/html; charset=utf-8",
    ".hwp": "application/x-hwp",
    ".hwpx": "application/hwp+zip",
    ".jpg": "image/jpeg",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
UNKNOWN_TYPE = "application/octet-stream"
_FORBIDDEN_IN_NAMES = dict.fromkeys([*range(32), *map(ord, '<>:"/\\|?*')], "_")
_DEVICE = re.compile(r"(con|prn|aux|nul|(com|lpt)\d)(\..*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Blob:
    """Bytes in the store that no row speaks of yet."""

    sha256: str
    size_bytes: int
    name: str
    content_type: str


def content_type(name: str) -> str:
    """The content type that the ending of `name` stands for."""
    return CONTENT_TYPES.get(PurePath(name).suffix.lower(), UNKNOWN_TYPE)


def clean_name(name: str) -> str:
    """`name` as Windows, too, can store it: composed Hangul, no path, no forbidden character, at most 120 long.

    A name that means a device there (`con`, `NUL.txt`) gets an underscore before it.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    legal = last.translate(_FORBIDDEN_IN_NAMES).strip(" .")
    plain = PurePath(f"_{legal}" if _DEVICE.fullmatch(legal) else legal)
    return plain.stem[: 120 - len(plain.suffix[:20])] + plain.suffix[:20] if plain.name else "file"


def take_file(upload: object) -> Blob:
    """Stream an uploaded file into the store, outside of `write`. Raises Invalid when nothing was chosen."""
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise Invalid(t("파일이 선택되지 않았습니다. 올릴 파일을 고른 다음 다시 눌러 주세요."))
    folder = StoredFile.folder
    folder.mkdir(parents=True, exist_ok=True)
    waiting = folder / f"{uuid.uuid4().hex}.part"
    digest, size_bytes = hashlib.sha256(), 0
    upload.file.seek(0)
    try:
        with waiting.open("wb") as out:
            while chunk := upload.file.read(1 << 20):
                digest.update(chunk)
                size_bytes += len(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        sha256 = digest.hexdigest()
        target = folder / sha256[:2] / sha256
        target.parent.mkdir(exist_ok=True)
        waiting.replace(target)
    finally:
        waiting.unlink(missing_ok=True)
    name = clean_name(upload.filename)
    return Blob(sha256, size_bytes, name, content_type(name))
