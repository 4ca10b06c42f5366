"""The body of a post: plain text, cut into paragraphs, its portal addresses as links; and two bodies compared."""

from __future__ import annotations

import difflib
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


def compared(theirs: str, mine: str) -> tuple[tuple[str, str], ...]:
    """The lines of both texts in one order, each as ("same" | "theirs" | "mine", line)."""
    before, after = theirs.split("\n"), mine.split("\n")
    found: list[tuple[str, str]] = []
    for kind, start, end, new_start, new_end in difflib.SequenceMatcher(None, before, after).get_opcodes():
        if kind == "equal":
            found += [("same", line) for line in before[start:end]]
        else:
            found += [("theirs", line) for line in before[start:end]]
            found += [("mine", line) for line in after[new_start:new_end]]
    return tuple(found)
