"""XML that is changed in place: every byte that is not edited stays as the office wrote it.

A document is parsed once into nodes that know their byte positions. Edits are collected and applied on output.
Documents with a DTD are refused, so no entity is ever expanded (the rule of defusedxml, applied to bare expat,
which alone tells byte positions).
"""

import re
from collections.abc import Iterator
from xml.parsers import expat  # DTDs are refused below, before any entity could be declared
from xml.sax.saxutils import escape

from .words import N_, WorkbookProblem, say

NODES = 600_000
DEPTH = 100
OPEN_TAG = re.compile(rb"<[^>\"']*(?:\"[^\"]*\"[^>\"']*|'[^']*'[^>\"']*)*>")
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
QUOTED = {'"': "&quot;", "\n": "&#10;", "\t": "&#9;"}


class Node:
    """One element: its local name, attributes, children, own text and byte positions."""

    __slots__ = ("attributes", "children", "close", "end", "inner", "name", "start", "tag", "text")

    def __init__(self, tag: str, attributes: dict[str, str], start: int, inner: int) -> None:
        self.tag = tag
        self.name = tag.rpartition(":")[2]
        self.attributes = attributes
        self.children: list[Node] = []
        self.text = ""
        self.start, self.inner, self.close, self.end = start, inner, inner, inner

    def get(self, name: str, default: str = "") -> str:
        """An attribute by its name as written."""
        return self.attributes.get(name, default)

    def local(self, name: str) -> str:
        """An attribute by its local name, whatever its prefix (`r:id`); '' where there is none."""
        return next((value for key, value in self.attributes.items() if key.rpartition(":")[2] == name), "")

    def child(self, name: str) -> "Node | None":
        """The first child of that local name."""
        return next((node for node in self.children if node.name == name), None)

    def every(self, *names: str) -> Iterator["Node"]:
        """All descendants with one of the local names, in document order."""
        waiting = self.children[::-1]
        while waiting:
            node = waiting.pop()
            if node.name in names:
                yield node
            waiting += node.children[::-1]


class Markup:
    """A parsed document with its pending edits."""

    def __init__(self, source: bytes, part: str) -> None:
        if source[:2] in (b"\xff\xfe", b"\xfe\xff"):
            source = re.sub(r"^\s*<\?xml.*?\?>", "", _from_utf_16(source, part)).encode()
        self.source = source
        self.part = part
        self._edits: list[tuple[int, int, bytes]] = []
        self._count = 0
        self.root = self._parse()

    def _parse(self) -> Node:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        top = Node("", {}, 0, 0)
        stack = [top]

        def opened(tag: str, attributes: dict[str, str]) -> None:
            start = parser.CurrentByteIndex
            found = OPEN_TAG.match(self.source, start)
            node = Node(tag, attributes, start, found.end() if found else start)
            stack[-1].children.append(node)
            stack.append(node)
            self._count += 1
            if self._count > NODES:
                raise WorkbookProblem("too_large", say(TOO_MANY_CELLS, part=self.part))
            if len(stack) > DEPTH:
                raise WorkbookProblem("damaged", say(BROKEN_PART, part=self.part))

        def closed(_: str) -> None:
            node, position = stack.pop(), parser.CurrentByteIndex
            if self.source[node.inner - 2 : node.inner] == b"/>":
                node.close = node.end = node.inner
            else:
                node.close, node.end = position, self.source.index(b">", position) + 1

        def written(text: str) -> None:
            stack[-1].text += text

        def doctype(*_: object) -> None:
            raise WorkbookProblem("damaged", say(DTD_FOUND, part=self.part))

        parser.StartElementHandler = opened
        parser.EndElementHandler = closed
        parser.CharacterDataHandler = written
        parser.StartDoctypeDeclHandler = doctype
        try:
            parser.Parse(self.source, True)
        except (expat.ExpatError, ValueError, LookupError) as problem:  # a declared encoding may be any word
            raise WorkbookProblem("damaged", say(BROKEN_PART, part=self.part)) from problem
        return top.children[0]

    def replace(self, start: int, end: int, text: str) -> None:
        """Put `text` (already XML) in place of the bytes from `start` to `end`."""
        self._edits.append((start, end, text.encode()))

    def overwrite(self, start: int, end: int, text: str) -> None:
        """Like `replace`, giving up earlier edits that lie inside."""
        self._edits = [edit for edit in self._edits if edit[1] <= start or edit[0] >= end]
        self.replace(start, end, text)

    def remove(self, node: Node) -> None:
        """Leave the element out."""
        self.replace(node.start, node.end, "")

    def attribute(self, node: Node, name: str, value: str) -> None:
        """Set one attribute of an element, adding it where it is missing."""
        if node.attributes.get(name) == value:
            return
        tag = self.source[node.start : node.inner]
        found = re.search(rb"\s%b\s*=\s*(\"[^\"]*\"|'[^']*')" % re.escape(name.encode()), tag)
        written = f'"{escape(value, QUOTED)}"'
        if found:
            self.replace(node.start + found.start(1), node.start + found.end(1), written)
        else:
            place = node.start + 1 + len(node.tag.encode())
            self.replace(place, place, f" {name}={written}")

    def text(self, node: Node, text: str) -> None:
        """Set the text of an element without children."""
        if text == node.text:
            return
        if node.inner == node.end:
            self.replace(node.inner - 2, node.end, f">{escape(text)}</{node.tag}>")
        else:
            self.replace(node.inner, node.close, escape(text))

    def render(self, start: int = 0, end: int | None = None) -> bytes:
        """The bytes from `start` to `end` with their edits applied."""
        stop = len(self.source) if end is None else end
        pieces, position = [], start
        for first, last, text in sorted(self._edits, key=lambda edit: edit[:2]):
            if start <= first and last <= stop:
                pieces += [self.source[position:first], text]
                position = last
        return b"".join([*pieces, self.source[position:stop]])

    @property
    def is_changed(self) -> bool:
        """Whether any edit is pending."""
        return bool(self._edits)


def _from_utf_16(source: bytes, part: str) -> str:
    try:
        return source.decode("utf-16")
    except UnicodeDecodeError as problem:
        raise WorkbookProblem("damaged", say(BROKEN_PART, part=part)) from problem


TOO_MANY_CELLS = N_("{part}에 셀이 너무 많아 서식으로 쓸 수 없습니다. 입력된 자료를 지우고 빈 서식만 올려 주세요.")
DTD_FOUND = N_("{part}에 허용하지 않는 선언(DTD)이 있습니다. 엑셀에서 새 파일로 저장한 뒤 다시 올려 주세요.")
BROKEN_PART = N_("{part} 부분이 손상되어 읽을 수 없습니다. 엑셀에서 열어 다시 저장한 뒤 올려 주세요.")
