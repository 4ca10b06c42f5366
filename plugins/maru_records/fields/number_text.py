"""숫자 읽기: what office workers type where a number is asked for, as a Decimal and how it was meant."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import NamedTuple

__all__ = ["MONEY", "NumberText", "read_number"]

MONEY: dict[str, Decimal] = {
    "원": Decimal(1), "천원": Decimal(1_000), "만원": Decimal(10_000), "십만원": Decimal(100_000),
    "백만원": Decimal(1_000_000), "천만원": Decimal(10_000_000), "억원": Decimal(100_000_000),
    "조원": Decimal(1_000_000_000_000),
}  # fmt: skip
"""Money units in won."""

_PLAIN = re.compile(r"-?(?:[0-9]{1,15}|[0-9]{1,3}(?:,[0-9]{3}){1,4})(?:\.[0-9]{1,10})?")
# Dashes that people and word processors put for a minus; 'ㅡ' is the Hangul vowel on the key beside it.
_DASHES = str.maketrans(dict.fromkeys("−‐‑–—―ㅡᅳ﹣", "-"))
_NUMBER = re.compile(r"(?P<digits>\d[\d, ]*|(?=\.\d))(?P<fraction>\.\d*)?\s*(?P<suffix>[^\d\s.,()][^\d()]*|)")
_GROUPED = re.compile(r"\d{1,3}(?:[, ]\d{3})+|\d+")
_KOREAN = re.compile(r"(?:\d[\d,]*(?:\.\d+)?\s*[십백천만억조]+\s*)+(?:\d+)?\s*(?P<won>원정?)?")
_KOREAN_PART = re.compile(r"(\d[\d,]*(?:\.\d+)?)|([십백천만억조])")
_SMALL = {"십": 10, "백": 100, "천": 1_000}
_LARGE = {"만": 10_000, "억": 100_000_000, "조": 1_000_000_000_000}


class NumberText(NamedTuple):
    """A number as read. `suffix` is what followed it ('천원', '명', '%').

    `how` is 'plain', 'dash' ('-' alone), 'korean' ('9천8백'; `suffix` is '원' where won were said) or 'commas'
    (commas in odd places).
    """

    value: Decimal
    suffix: str = ""
    how: str = "plain"


def read_number(text: str) -> NumberText | None:
    """The number in `text`, or None where there is none.

    Understands '9,800', '９８００', '△3,200', '▲3,200', '(3,200)', '−3200', '-', '9,800천원', '₩9,800', '9천8백'.
    """
    if _PLAIN.fullmatch(text):
        return NumberText(Decimal(text.replace(",", "")) + 0)  # + 0 makes '-0' a plain 0
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES).strip().lstrip("₩\\").strip()
    if plain == "-":
        return NumberText(Decimal(0), how="dash")
    negative, plain = _sign(plain)
    found = _NUMBER.fullmatch(plain)
    if found is not None and not _is_korean(plain, found["suffix"].strip()):
        return _assemble(found, negative)
    korean = _KOREAN.fullmatch(plain)
    if korean is None:
        return None
    value = _korean_value(plain)
    return NumberText(_signed(value, negative), "원" if korean["won"] else "", "korean")


def _sign(text: str) -> tuple[bool, str]:
    """Whether the number is negative ('-', '△', '▲', brackets around it), and the rest."""
    if text[:1] in "-△▲" and text[:1]:
        return True, text[1:].strip().lstrip("₩")
    bracketed = re.fullmatch(r"\(\s*(.+?)\s*\)\s*(\D*)", text)
    if bracketed is not None:
        return True, bracketed[1].lstrip("-△▲ ") + bracketed[2]
    return False, text.removeprefix("+")


def _signed(value: Decimal, negative: bool) -> Decimal:
    return -value if negative and value else value


def _is_korean(text: str, suffix: str) -> bool:
    """True where the suffix counts ('1.5억', '9천'), rather than names a unit ('천원', '명')."""
    return (
        suffix[:1] in {*_SMALL, *_LARGE} and suffix[:1] != "" and suffix not in MONEY and bool(_KOREAN.fullmatch(text))
    )


def _assemble(found: re.Match[str], negative: bool) -> NumberText:
    digits = found["digits"].strip()
    fraction = (found["fraction"] or "").rstrip(".")
    value = Decimal((re.sub(r"[, ]", "", digits) or "0") + fraction)
    how = "plain" if not digits or _GROUPED.fullmatch(digits) else "commas"
    suffix = found["suffix"].strip().removesuffix("정") if found["suffix"].endswith("원정") else found["suffix"].strip()
    return NumberText(_signed(value, negative), suffix, how)


def _korean_value(text: str) -> Decimal:
    """'1억 2천5백만 300' → 125,000,300. A unit without a digit before it counts as one ('백만' after '3' is 3백만)."""
    total = section = Decimal(0)
    waiting: Decimal | None = None
    for digits, unit in _KOREAN_PART.findall(text):
        if digits:
            waiting = Decimal(digits.replace(",", ""))
        elif unit in _SMALL:
            section += (Decimal(1) if waiting is None else waiting) * _SMALL[unit]
            waiting = None
        else:
            section += waiting or 0
            total += (section or Decimal(1)) * _LARGE[unit]
            section, waiting = Decimal(0), None
    return total + section + (waiting or 0)
