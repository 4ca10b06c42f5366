"""What cell styles say about values: number formats, and the look that tells headings from entries."""

import re
from dataclasses import dataclass
from typing import Literal, TypeVar

from .markup import Node
from .package import Package

Kind = Literal["general", "text", "date", "percent", "amount", "integer", "decimal"]

BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 14: "yyyy-mm-dd",
    15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm", 19: "h:mm:ss", 20: "h:mm", 21: "h:mm:ss",
    22: "yyyy-mm-dd h:mm", 37: "#,##0", 38: "#,##0", 39: "#,##0.00", 40: "#,##0.00", 41: "#,##0", 42: "#,##0",
    43: "#,##0.00", 44: "#,##0.00", 45: "mm:ss", 46: "h:mm:ss", 47: "mm:ss", 49: "@",
    **dict.fromkeys([*range(27, 32), 36, *range(50, 59)], "yyyy-mm-dd"),
}  # fmt: skip
LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A number format as its code, what kind of value it shows, and with how many decimals."""

    code: str = "General"
    kind: Kind = "general"
    decimals: int = 0


def number_format(code: str) -> NumberFormat:
    """The kind of a format code: 'yyyy-mm-dd' is a date, '#,##0' an amount, '0.0%' a percentage with one decimal."""
    plain = LITERAL.sub("", code.partition(";")[0]).strip()
    decimals = len(re.match(r"[^.]*\.?([0#?]*)", plain)[1]) if "." in plain else 0  # type: ignore[index]  # matches always
    kind: Kind
    if plain in ("", "General", "general", "G/표준"):
        kind = "general"
    elif "@" in plain:
        kind = "text"
    elif re.search(r"[yYdD]", plain):
        kind, decimals = "date", 0
    elif "%" in plain:
        kind = "percent"
    elif re.search(r"[hs]", plain):
        kind = "general"
    elif "," in plain:
        kind = "amount"
    else:
        kind = "decimal" if decimals else "integer"
    return NumberFormat(code, kind, decimals)


@dataclass(frozen=True, slots=True)
class Style:
    """A cell style as far as reading a form needs it."""

    format: NumberFormat = NumberFormat()
    is_bold: bool = False
    fill: str = ""
    has_border: bool = False
    wraps: bool = False


PLAIN = Style()
T = TypeVar("T")


def read_styles(package: Package) -> list[Style]:
    """The cell styles of a workbook by their number (`s` of a cell); empty where it has none."""
    part = package.first_related(package.workbook_part, "styles")
    if not part:
        return []
    root = package.markup(part).root
    groups = {node.name: node.children for node in root.children}
    codes = {int(node.get("numFmtId", "0")): node.get("formatCode") for node in groups.get("numFmts", [])}
    bold = [any(child.name == "b" and child.get("val", "1") not in ("0", "false") for child in font.children)
            for font in groups.get("fonts", [])]  # fmt: skip
    fills = [_colour(fill) for fill in groups.get("fills", [])]
    borders = [any(side.get("style", "none") != "none" for side in border.children)
               for border in groups.get("borders", [])]  # fmt: skip
    styles = []
    for xf in groups.get("cellXfs", []):
        number = int(xf.get("numFmtId", "0"))
        code = codes.get(number) or BUILT_IN.get(number, "General")
        alignment = xf.child("alignment")
        styles.append(
            Style(
                format=number_format(code),
                is_bold=_at(bold, xf.get("fontId", "0"), False),
                fill=_at(fills, xf.get("fillId", "0"), ""),
                has_border=_at(borders, xf.get("borderId", "0"), False),
                wraps=alignment is not None and alignment.get("wrapText") in ("1", "true"),
            )
        )
    return styles


def _at(found: "list[T]", number: str, default: "T") -> "T":
    place = int(number)
    return found[place] if place < len(found) else default


def _colour(fill: Node) -> str:
    for node in fill.every("patternFill"):
        if node.get("patternType") == "solid":
            colour = node.child("fgColor")
            return " ".join(f"{key}={value}" for key, value in colour.attributes.items()) if colour else "solid"
    return ""
