"""The body of a post: plain text, cut into paragraphs, with addresses of this portal as links."""

from __future__ import annotations

import re
from dataclasses import dataclass

# `/board/7` or `/collect/9/?tab=2`: below a plugin's id, not in the middle of a word or of another address.
_PATH = re.compile(r"(?<![\w/.:\\-])/[a-z][a-z0-9_]*/[A-Za-z0-9_\-/.?=&%#]*")
_NOT_AT_THE_END = ".?&-"


@dataclass(frozen=True)
class Piece:
    """A stretch of text; with `href` a link into this portal."""

    text: str
    href: str = ""


Line = tuple[Piece, ...]
Paragraph = tuple[Line, ...]


def paragraphs(body: str) -> tuple[Paragraph, ...]:
    """The body as paragraphs (parted by empty lines) of lines of pieces. Escaping is left to the template."""
    parts = re.split(r"\n\s*\n", body.strip("\n"))
    return tuple(tuple(_pieces(line) for line in part.split("\n")) for part in parts if part.strip())


def _pieces(line: str) -> Line:
    found: list[Piece] = []
    end = 0
    for match in _PATH.finditer(line):
        path = match.group().rstrip(_NOT_AT_THE_END)
        found.append(Piece(line[end : match.start()]))
        found.append(Piece(path, path))
        end = match.start() + len(path)
    found.append(Piece(line[end:]))
    return tuple(piece for piece in found if piece.text)
