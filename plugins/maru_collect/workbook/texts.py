"""Values as the XML of cells: texts that can do no harm, dates as serial numbers, stored results of formulas."""

import re
from dataclasses import dataclass
from decimal import Decimal
from xml.sax.saxutils import escape

from .formulas import Scalar, number_text
from .serials import serial_text

REMEMBERED = 4_000
LONGEST_TEXT = 32_767
SAFE = 10**15
UNUSUAL = re.compile("[&<>_\x00-\x1e\ufffe\uffff\ud800-\udfff]")
BETWEEN = "\x1f"
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
LITERAL_ESCAPE = re.compile("_(x[0-9A-Fa-f]{4}_)")


@dataclass(slots=True)
class Texts(dict[str, str]):
    """Inline texts by their value: departments and choices repeat thousands of times."""

    tag: str = ""
    cut_count: int = 0

    def __missing__(self, text: str) -> str:
        tail = self._tail(text)
        if len(self) < REMEMBERED:
            self[text] = tail
        return tail

    def _tail(self, text: str) -> str:
        if len(text) > LONGEST_TEXT:
            text = text[:LONGEST_TEXT]
            self.cut_count += 1
        space = ' xml:space="preserve"' if text != text.strip() or "\n" in text else ""
        if UNUSUAL.search(text) or BETWEEN in text:
            text = NOT_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
            text = escape(LITERAL_ESCAPE.sub(r"_x005F_\1", text))
        tag = self.tag
        return f' t="inlineStr"><{tag}is><{tag}t{space}>{text}</{tag}t></{tag}is></{tag}c>'


class Dates(dict[str, str]):
    """Date cells by their ISO text."""

    def __init__(self, tag: str, from_1904: bool, texts: Texts) -> None:
        super().__init__()
        self._tag, self._from_1904, self._texts = tag, from_1904, texts

    def __missing__(self, text: str) -> str:
        serial = serial_text(text, self._from_1904)
        if serial is None:
            return self._texts[text] if text else "/>"
        tail = f"><{self._tag}v>{serial}</{self._tag}v></{self._tag}c>"
        if len(self) < REMEMBERED:
            self[text] = tail
        return tail


def are_safe(values: list[Scalar], kinds: set[type]) -> bool:
    """Whether the numbers may be written as Python writes them."""
    if kinds == {int}:
        whole: list[int] = values  # type: ignore[assignment]  # `kinds` has just shown it
        return min(whole) > -SAFE and max(whole) < SAFE
    return all(type(value) is Decimal or -SAFE < value < SAFE for value in values)  # type: ignore[operator]  # numbers


def are_plain(values: list[Scalar]) -> bool:
    """Whether texts may stand in XML as they are: looked at all together, at the speed of C."""
    texts: list[str] = values  # type: ignore[assignment]  # the caller has looked at the types
    together = BETWEEN.join(texts)
    if together.count(BETWEEN) != len(texts) - 1 or UNUSUAL.search(together):
        return False
    has_edges = f" {BETWEEN}" in together or f"{BETWEEN} " in together or together != together.strip(" ")
    return not has_edges and "" not in texts and max(map(len, texts)) <= LONGEST_TEXT


def stored_value(value: Scalar, tag: str) -> tuple[str, str]:
    """The type attribute and the `v` element for the stored result of a formula."""
    if value is None:
        return "", f"<{tag}v>0</{tag}v>"
    if isinstance(value, bool):
        return ' t="b"', f"<{tag}v>{int(value)}</{tag}v>"
    if isinstance(value, str):
        kind = "e" if value in ("#DIV/0!", "#VALUE!", "#NUM!", "#REF!", "#N/A", "#NAME?", "#NULL!") else "str"
        return f' t="{kind}"', f"<{tag}v>{escape(NOT_XML.sub('', value))}</{tag}v>"
    return "", f"<{tag}v>{number_text(value)}</{tag}v>"
