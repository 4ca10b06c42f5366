"""What kind of column each heading stands over, and why: format, rule, formula, samples, then the heading itself."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from .grid import Cell, Grid, plain
from .keys import column_keys
from .layout import Column, ColumnType
from .refs import CELL, Area, column_of, letters_of, rewrite
from .styles import NumberFormat
from .table import Entries
from .validations import Validation, cell_text
from .words import Sentence, say

ROW_NUMBER = re.compile(r"연번|순번|일련번호|번호|no\.?|seq\.?|#")
DEPARTMENT = re.compile(
    r"(읍면동|읍·면·동|읍/면/동|부서|실과|실과소|기관|시군구|시·군·구|소속|담당부서|주관부서|제출부서)명?"
)
DATE = re.compile(r".*(일자|날짜|기한|년월일|연월일|착수일|준공일|완료일|기준일|시행일|예정일|등록일)")
AMOUNT = re.compile(
    r".*(금액|예산액?|집행액|사업비|국비|도비|시비|군비|지방비|잔액|단가|수입|지출|보조금|비용)(\(.*\))?"
)
COUNT = re.compile(r".*(인원|명수|건수|수량|개수|세대수|가구수|횟수|대수)(\(.*\))?")
LONG_TEXT = re.compile(r"비고|내용|사유|설명|의견|추진(상황|실적|계획)|.*내용|.*사유|.*의견")
UNIT = re.compile(r"\(\s*(?:단위\s*[:：]?\s*)?(천원|백만원|억원|원|명|건|개소?|㎡|km|m|ha|대|회|가구|세대|톤|%)\s*\)")
SAMPLE_DATE = re.compile(r"'?\d{2,4}\s*[.\-/]\s*\d{1,2}\s*[.\-/]\s*\d{1,2}\.?")
MONEY = frozenset({"천원", "백만원", "억원", "원"})
UNIT_TYPES: frozenset[ColumnType] = frozenset({"amount", "integer", "decimal"})
LONG_WIDTH = 30
DEFAULT_WIDTH = 8


@dataclass(slots=True)
class _Findings:
    """What was found out about one column so far."""

    type: ColumnType = "text"
    why: list[Sentence] = field(default_factory=list)

    def settle(self, type_: ColumnType, why: Sentence) -> None:
        self.type = type_
        self.why.append(why)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a column stands: its number, the merged width, headings, first entry cell and sample texts."""

    index: int
    span: int
    path: tuple[str, ...]
    cell: Cell | None
    format: NumberFormat
    samples: tuple[Cell, ...]
    width: int | None


def read_columns(
    grid: Grid,
    found: list[tuple[int, int, tuple[str, ...]]],
    rows: Entries,
    validations: list[Validation],
    unit_text: str,
    heading_rows: range,
) -> tuple[Column, ...]:
    """The columns of the table, typed. `found` are sheet column, span and heading path of each."""
    keys = column_keys([path for _, _, path in found], [letters_of(index) for index, _, _ in found])
    by_index = {index: key for key, (index, _, _) in zip(keys, found, strict=True)}
    widths = _widths(grid)
    columns = []
    for key, (index, span, path) in zip(keys, found, strict=True):
        cells = [grid.at(row, index) for row in range(rows.first, min(rows.last, rows.first + 50) + 1)]
        samples = tuple(cell for cell in cells if cell is not None and cell.value is not None and not cell.formula)
        width = (
            sum(widths.get(one, DEFAULT_WIDTH) for one in range(index, index + span))
            if index in widths and span < 50
            else None
        )
        place = _Place(index, span, path, cells[0], grid.style(rows.first, index).format, samples, width)
        rule = next((one for one in validations if one.covers(rows.first, index)), None)
        starred = any("*" in grid.text(row, index) for row in heading_rows)
        columns.append(_column(key, place, rule, starred, unit_text, by_index, _total(grid, rows, index)))
    return tuple(columns)


def _widths(grid: Grid) -> dict[int, int]:
    """Widths in characters, as the sheet says."""
    found = {}
    for node in grid.markup.root.every("col"):
        first, last = int(node.get("min", "1")), int(node.get("max", "1"))
        if node.get("width"):
            found.update(dict.fromkeys(range(first, min(last, first + 300) + 1), round(float(node.get("width")))))
    return found


def _total(grid: Grid, rows: Entries, index: int) -> str:
    cell = grid.at(rows.total, index) if rows.total else None
    return cell.formula if cell and re.match(r"(SUM|SUBTOTAL)\(", cell.formula, re.IGNORECASE) else ""


def _column(
    key: str, place: _Place, rule: Validation | None, starred: bool, unit_text: str, keys: dict[int, str], total: str
) -> Column:
    findings = _Findings()
    formula = place.cell.formula if place.cell else ""
    expression = expression_of(formula, place.cell.row, keys) if formula and place.cell else ""
    unit = _unit(place.path, unit_text)
    _settle_type(findings, place, rule, formula, unit)
    required = _required(findings, rule, starred)
    if findings.type not in UNIT_TYPES or (unit in MONEY and findings.type != "amount"):
        unit = ""
    if unit:
        findings.why.append(say("단위는 ‘{unit}’입니다.", unit=unit))
    if total:
        findings.why.append(say("합계 행의 수식 {formula}(으)로 더합니다.", formula=total))
    if rule and rule.minimum is not None:
        findings.why.append(say("입력 규칙이 {low} 이상만 받습니다.", low=f"{rule.minimum:,}"))
    if rule and rule.maximum is not None:
        findings.why.append(say("입력 규칙이 {high} 이하만 받습니다.", high=f"{rule.maximum:,}"))
    number_like = findings.type in ("integer", "decimal", "amount", "computed")
    return Column(
        key=key, index=place.index, path=place.path, type=findings.type, span=place.span, required=required,
        choices=rule.choices if rule and findings.type == "choice" else (),
        minimum=rule.minimum if rule and number_like else None,
        maximum=rule.maximum if rule and number_like else None,
        unit=unit, decimals=_decimals(findings.type, place.format), percent=place.format.kind == "percent",
        formula=formula, expression=expression, width=place.width, total=bool(total),
        number_format=place.format.code, why=tuple(findings.why),
    )  # fmt: skip


def _decimals(type_: ColumnType, format_: NumberFormat) -> int | None:
    if type_ in ("integer", "amount"):
        return format_.decimals
    return format_.decimals if type_ in ("decimal", "computed") and format_.kind != "general" else None


def _required(findings: _Findings, rule: Validation | None, starred: bool) -> bool:
    if starred:
        findings.why.append(say("제목에 필수 표시(*)가 있어 꼭 입력해야 합니다."))
        return True
    if rule and not rule.allows_blank and rule.kind in ("whole", "decimal", "date", "list", "textLength"):
        findings.why.append(say("입력 규칙이 빈칸을 허용하지 않아 꼭 입력해야 합니다."))
        return findings.type not in ("computed", "row_number")
    return False


def _unit(path: tuple[str, ...], unit_text: str) -> str:
    for heading in (*reversed(path), unit_text):
        found = UNIT.search(heading)
        if found:
            return found[1]
    return ""


def _settle_type(findings: _Findings, place: _Place, rule: Validation | None, formula: str, unit: str) -> None:
    """The first evidence wins: heading of a row number, formula, rule, heading of a unit, format, samples, heading."""
    heading = plain(place.path[-1])
    if ROW_NUMBER.fullmatch(heading) and not any(cell.text for cell in place.samples):
        findings.settle("row_number", say("제목이 ‘{heading}’이라 행 번호로 읽었습니다.", heading=place.path[-1]))
    elif formula:
        findings.settle(
            "computed",
            say(
                "{row}행에 수식 ={formula}이(가) 있습니다.",
                row=place.cell.row if place.cell else "",
                formula=formula,
            ),
        )
    elif rule and _settle_by_rule(findings, place, rule, unit):
        return
    elif any(DEPARTMENT.fullmatch(plain(one)) for one in place.path[-1:]):
        findings.settle("department", say("제목이 ‘{heading}’이라 부서로 읽었습니다.", heading=place.path[-1]))
    elif not _settle_by_format(findings, place, unit) and not _settle_by_samples(findings, place):
        _settle_by_heading(findings, place, heading)


def _settle_by_rule(findings: _Findings, place: _Place, rule: Validation, unit: str) -> bool:
    if rule.kind == "list" and rule.choices:
        source = rule.source or "규칙"
        findings.settle(
            "choice",
            say("입력 규칙의 목록({source})에서 {count}개를 고릅니다.", source=source, count=len(rule.choices)),
        )
    elif rule.kind == "whole":
        is_amount = place.format.kind == "amount" and (unit in MONEY or not COUNT.fullmatch(plain(place.path[-1])))
        findings.settle("amount" if is_amount else "integer", say("입력 규칙이 정수만 받습니다."))
    elif rule.kind == "decimal":
        findings.settle("amount" if place.format.kind == "amount" else "decimal", say("입력 규칙이 숫자만 받습니다."))
    elif rule.kind == "date":
        findings.settle("date", say("입력 규칙이 날짜만 받습니다."))
    else:
        return False
    if place.format.kind == "amount" and findings.type == "amount":
        findings.why.append(say("표시 형식 {code}은(는) 금액입니다.", code=place.format.code))
    return True


def _settle_by_format(findings: _Findings, place: _Place, unit: str) -> bool:
    kind, code, heading = place.format.kind, place.format.code, plain(place.path[-1])
    if kind == "date":
        findings.settle("date", say("표시 형식 {code}은(는) 날짜입니다.", code=code))
    elif kind == "percent":
        findings.settle("decimal", say("표시 형식 {code}은(는) 비율입니다.", code=code))
    elif kind == "amount" and (unit not in MONEY and COUNT.fullmatch(heading)):
        findings.settle(
            "integer",
            say("표시 형식 {code}은(는) 수이고, 제목 ‘{heading}’은(는) 개수입니다.", code=code, heading=heading),
        )
    elif kind == "amount":
        findings.settle("amount", say("표시 형식 {code}은(는) 금액입니다.", code=code))
    elif kind == "integer":
        findings.settle("integer", say("표시 형식 {code}은(는) 정수입니다.", code=code))
    elif kind == "decimal":
        findings.settle("decimal", say("표시 형식 {code}은(는) 소수입니다.", code=code))
    elif kind == "text" and DATE.fullmatch(heading):
        findings.settle("date", say("제목 ‘{heading}’이(가) 날짜를 뜻합니다.", heading=place.path[-1]))
    elif kind == "text":
        findings.settle("text", say("표시 형식이 텍스트(@)입니다."))
    return kind != "general"


def _settle_by_samples(findings: _Findings, place: _Place) -> bool:
    values = [cell.value for cell in place.samples]
    if not values:
        return False
    example = cell_text(place.samples[0])
    if all(isinstance(value, int | Decimal) and not isinstance(value, bool) for value in values):
        whole = all(isinstance(value, int) for value in values)
        heading = plain(place.path[-1])
        type_: ColumnType = "amount" if AMOUNT.fullmatch(heading) else "integer" if whole else "decimal"
        findings.settle(type_, say("보기 값 ‘{value}’이(가) 숫자입니다.", value=example))
    elif all(isinstance(value, str) and SAMPLE_DATE.fullmatch(value.strip()) for value in values):
        findings.settle("date", say("보기 값 ‘{value}’이(가) 날짜입니다.", value=example))
    else:
        return False
    return True


def _settle_by_heading(findings: _Findings, place: _Place, heading: str) -> None:
    shown = place.path[-1]
    if DATE.fullmatch(heading) and not place.samples:
        findings.settle("date", say("제목 ‘{heading}’이(가) 날짜를 뜻합니다.", heading=shown))
    elif AMOUNT.fullmatch(heading) and not place.samples:
        findings.settle("amount", say("제목 ‘{heading}’이(가) 금액을 뜻합니다.", heading=shown))
    elif (COUNT.fullmatch(heading) or UNIT.search(shown)) and not place.samples:
        findings.settle("integer", say("제목 ‘{heading}’이(가) 개수를 뜻합니다.", heading=shown))
    elif LONG_TEXT.fullmatch(heading) or ((place.width or 0) >= LONG_WIDTH and not heading.endswith("명")):
        findings.settle("long_text", say("제목 ‘{heading}’이고 칸이 넓어 긴 글로 읽었습니다.", heading=shown))
    else:
        findings.settle("text", say("다른 표시가 없어 글로 읽었습니다."))


def expression_of(formula: str, row: int, keys: dict[int, str]) -> str:
    """A row's formula over column keys: 'IF(E6=0,0,H6/E6)' in row 6 is 'IF(budget=0,0,spent/budget)'.

    '' when it looks beyond its own row or at columns without a heading.
    """
    complete = True

    def key_of(column: int) -> str:
        nonlocal complete
        complete = complete and column in keys
        return keys.get(column, "")

    def replaced(match: "re.Match[str]") -> str:
        nonlocal complete
        if match["sheet"] or not match["start"]:
            complete = False
            return match[0]
        cells = [CELL.fullmatch(part.lstrip(":")) for part in (match["start"], match["end"]) if part]
        if any(cell is None or int(cell[4]) != row or cell[3] for cell in cells):
            complete = False
            return match[0]
        if not match["end"]:
            return key_of(column_of(match["start"].replace("$", "").rstrip("0123456789")))
        area = Area.read(match["start"] + match["end"])
        return ",".join(key_of(column) for column in range(area.left, area.right + 1))

    written = rewrite(formula, replaced)
    return written if complete else ""
