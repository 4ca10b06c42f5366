"""Names of files, as strangers give them: what may be kept of one, and what its ending says of the bytes."""

import re
import unicodedata
from pathlib import PurePath

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
