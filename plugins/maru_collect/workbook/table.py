"""Where the table of a form is: its headings, its entry rows, its total row, and what stands around."""

import re
from dataclasses import dataclass, field

from .grid import Grid, plain
from .refs import TOKEN, Area
from .words import Sentence, say

DEEPEST_HEADING = 6
TOTAL_LABEL = re.compile(r"(총|합|소|누)?합?계|합산|total|sum|subtotal")
SUM_OF_ROWS = re.compile(r"\b(SUM|SUBTOTAL|AVERAGE|COUNTA?)\(", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Heading:
    """A candidate for the headings: its rows, its columns from first to last, and how sure we are."""

    top: int
    bottom: int
    left: int
    right: int
    score: int
    why: tuple[Sentence, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Entries:
    """The entry rows and the total row that belong to headings."""

    first: int
    last: int
    total: int | None
    why: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class _Marks:
    """What tells headings anywhere on the sheet: looked for once, however many rows might be headings."""

    filters: frozenset[int]
    panes: frozenset[str]
    rules: tuple[Area, ...]
    totals: tuple[int, ...]


def _marks(grid: Grid) -> _Marks:
    root = grid.markup.root
    rules = (one for node in root.every("dataValidation") for one in node.get("sqref").split())
    return _Marks(
        filters=frozenset(Area.read(node.get("ref") or "A1").top for node in root.every("autoFilter")),
        panes=frozenset(node.get("ySplit") for node in root.every("pane")),
        rules=tuple(map(Area.read, rules)),
        totals=possible_totals(grid),
    )


def possible_totals(grid: Grid) -> tuple[int, ...]:
    """The rows in which any cell adds up or says 합계, in order: no other row can be the total of a table."""
    labelled = {key for key, cell in grid.cells.items() if TOTAL_LABEL.fullmatch(plain(cell.text))}
    found = {row for row, _ in labelled}
    found |= {row for (row, _), cell in grid.cells.items() if SUM_OF_ROWS.search(cell.formula)}
    for area in grid.merges:
        if area.bottom > area.top and (area.top, area.left) in labelled:
            found |= {row for row in grid.rows_from(area.top) if row <= area.bottom}
    return tuple(sorted(found))


def headings(grid: Grid) -> list[Heading]:
    """Candidates for the headings of a table, best first."""
    found = []
    marks = _marks(grid)
    bottom_before = 0
    for row in sorted(grid.rows):
        if row <= bottom_before:
            continue
        for left, right in _runs(grid, row):
            candidate = _candidate(grid, marks, row, left, right)
            if candidate is not None:
                found.append(candidate)
                if right - left >= 2:
                    bottom_before = max(bottom_before, candidate.bottom)
    return sorted(found, key=lambda one: (-one.score, one.top))


def _runs(grid: Grid, row: int) -> list[tuple[int, int]]:
    """Stretches of neighbouring columns in which a row shows texts; a blank under no merge ends one."""
    columns = sorted(
        {column for column in grid.columns_of(row) if grid.text(row, column)}
        | {column for column in grid.merged_columns_of(row) if grid.text(row, column)}
    )  # fmt: skip
    columns += _blanks_with_labels_below(grid, row, columns)
    runs: list[tuple[int, int]] = []
    for column in sorted(columns):
        if runs and runs[-1][1] == column - 1:
            runs[-1] = (runs[-1][0], column)
        else:
            runs.append((column, column))
    return [run for run in runs if run[1] > run[0]]


def _blanks_with_labels_below(grid: Grid, row: int, columns: list[int]) -> list[int]:
    """Columns without a text of their own that carry one a row below, in the look of a heading (unmerged forms)."""
    return [
        column
        for column in grid.columns_of(row + 1)
        if columns and columns[0] < column <= columns[-1] + 8 and column not in columns
        and grid.text(row + 1, column) and _looks_alike(grid, row, columns[0], row + 1, column)
    ]  # fmt: skip


def _looks_alike(grid: Grid, row: int, column: int, other_row: int, other_column: int) -> bool:
    first, second = grid.style(row, column), grid.style(other_row, other_column)
    stands_out = bool(first.is_bold or first.fill)
    return stands_out and (first.is_bold, first.fill) == (second.is_bold, second.fill)


def _candidate(grid: Grid, marks: _Marks, row: int, left: int, right: int) -> Heading | None:
    bottom = _bottom(grid, row, left, right)
    if len(heading_columns(grid, row, bottom, left, right)) < 2:
        return None
    hints, why = _hints(grid, marks, row, bottom, left, right)
    return Heading(row, bottom, left, right, (right - left + 1) + hints, why)


def heading_columns(grid: Grid, top: int, bottom: int, left: int, right: int) -> list[tuple[int, int, tuple[str, ...]]]:
    """The columns under the headings: (first sheet column, how many it takes, heading path)."""
    columns = []
    column = left
    while column <= right:
        area = grid.merge(bottom, column)
        span = area.right - column + 1 if area and area.right > column else 1
        path = heading_path(grid, top, bottom, column)
        if path:
            columns.append((column, span, path))
        column += span
    distinct = {path for _, _, path in columns}
    return columns if len(distinct) >= 2 else []


def heading_path(grid: Grid, top: int, bottom: int, column: int) -> tuple[str, ...]:
    """The headings of a column from top to bottom; a merged one counts once for all it covers."""
    path: list[str] = []
    seen: set[Area] = set()
    for row in range(top, bottom + 1):
        area = grid.merge(row, column)
        text = grid.text(row, column) or (_left_text(grid, row, column) if row < bottom and area is None else "")
        if area is not None:
            if area in seen:
                continue
            seen.add(area)
        if text:
            path.append(text.strip("*※ ").strip() or text)
    return tuple(path)


def _left_text(grid: Grid, row: int, column: int) -> str:
    """The unmerged group heading to the left, when the column has a text of its own below."""
    while column > 1:
        column -= 1
        cell = grid.at(row, column)
        if cell is None:
            return ""
        if cell.text:
            below = grid.text(row + 1, column)
            return grid.text(row, column) if below and grid.merge(row, column) is None else ""
    return ""


def _bottom(grid: Grid, top: int, left: int, right: int) -> int:
    """The last heading row: merges decide first, then the filter's row and the look of the rows."""
    bottom = top
    row = top
    while row <= bottom and row < top + DEEPEST_HEADING:
        for column in range(left, right + 1):
            area = grid.merge(row, column)
            if area and area.bottom > bottom:
                bottom = area.bottom
            if area and area.right > area.left and row == bottom and _labels_below(grid, row + 1, area):
                bottom = row + 1
        row += 1
    while bottom < top + DEEPEST_HEADING and _continues(grid, top, bottom + 1, left, right):
        bottom += 1
    return min(bottom, top + DEEPEST_HEADING)


def _labels_below(grid: Grid, row: int, area: Area) -> bool:
    """Whether the columns under a merged group heading have their own headings in the row."""
    texts = [grid.text(row, column) for column in range(area.left, area.right + 1)]
    alike = all(_looks_alike(grid, area.top, area.left, row, column) for column in range(area.left, area.right + 1))
    plain_form = not (grid.style(area.top, area.left).is_bold or grid.style(area.top, area.left).fill)
    return all(texts) and len(set(texts)) > 1 and (alike or plain_form)


def _continues(grid: Grid, top: int, row: int, left: int, right: int) -> bool:
    """Whether a row is one more heading row: the look of the headings, and only texts or blanks."""
    texts = 0
    for column in range(left, right + 1):
        cell = grid.at(row, column)
        if cell is not None and (cell.formula or (cell.value is not None and not cell.text)):
            return False
        if not _looks_alike(grid, top, left, row, column):
            return False
        texts += bool(cell and cell.text)
    return texts > 0 and not is_total(grid, row, left, right, row)


def _hints(grid: Grid, marks: _Marks, top: int, bottom: int, left: int, right: int) -> tuple[int, tuple[Sentence, ...]]:
    score = 0
    why: list[Sentence] = []
    if bottom in marks.filters:
        score, why = score + 6, [*why, say("자동 필터가 {row}행에 걸려 있습니다.", row=bottom)]
    if str(bottom) in marks.panes:
        score, why = score + 4, [*why, say("{row}행까지 틀 고정이 되어 있습니다.", row=bottom)]
    if any(area.top <= bottom + 2 <= area.bottom + 1 and left <= area.left <= right for area in marks.rules):
        score, why = score + 4, [*why, say("바로 아래 칸에 입력 규칙이 있습니다.")]
    style, below = grid.style(top, left), grid.style(bottom + 1, left)
    if (style.is_bold or style.fill) and (style.is_bold, style.fill) != (below.is_bold, below.fill):
        score, why = score + 3, [*why, say("제목 칸의 모양이 아래 칸과 다릅니다.")]
    if sum(grid.style(bottom + 1, column).has_border for column in range(left, right + 1)) * 2 > right - left:
        score, why = score + 2, [*why, say("아래에 테두리가 있는 입력 칸이 이어집니다.")]
    if any(row > bottom and is_total(grid, row, left, right, bottom) for row in marks.totals):
        score, why = score + 3, [*why, say("합계 행이 있습니다.")]
    return score, tuple(why)


def is_total(grid: Grid, row: int, left: int, right: int, heading_bottom: int) -> bool:
    """Whether a row adds up other rows: a formula over several rows of its own column, or a 합계 label."""
    labelled = any(TOTAL_LABEL.fullmatch(plain(grid.text(row, column))) for column in range(left, right + 1))
    if row <= heading_bottom:
        return False
    sums = any(_adds_rows(cell.formula, row) for column in range(left, right + 1) if (cell := grid.at(row, column)))
    return sums or (labelled and not _has_entries(grid, row, left, right))


def _has_entries(grid: Grid, row: int, left: int, right: int) -> bool:
    """Whether a row labelled 계 has further texts, as an entry about a 계 (section) would."""
    texts = {grid.text(row, column) for column in range(left, right + 1)} - {""}
    return len(texts) > 2


def _adds_rows(formula: str, row: int) -> bool:
    if not SUM_OF_ROWS.search(formula):
        return False
    for match in TOKEN.finditer(formula):
        if match["start"] and match["end"]:
            area = Area.read(match["start"] + match["end"])
            if area.bottom > area.top or area.top != row:
                return not area.holds(row, area.left)
    return False


def entries(grid: Grid, heading: Heading) -> Entries:
    """The entry rows below the headings, and the total row above or below them."""
    left, right = heading.left, heading.right
    first = heading.bottom + 1
    totals = [row for row in possible_totals(grid) if row >= first and is_total(grid, row, left, right, heading.bottom)]
    if totals and totals[0] == first:
        last = _walked(grid, first + 1, left, right)
        why = say("{row}행이 제목 바로 아래에서 아래 행들을 더하므로 위쪽 합계 행입니다.", row=first)
        return Entries(first + 1, last, first, (why,))
    if totals:
        last = _summed_last(grid, totals[0], first, left, right) or totals[0] - 1
        why = say("{row}행이 {first}~{last}행을 더하므로 합계 행입니다.", row=totals[0], first=first, last=last)
        return Entries(first, last, totals[0], (why,))
    return Entries(first, _walked(grid, first, left, right), None)


def _summed_last(grid: Grid, total: int, first: int, left: int, right: int) -> int | None:
    ends = []
    for column in range(left, right + 1):
        cell = grid.at(total, column)
        for match in TOKEN.finditer(cell.formula if cell else ""):
            if match["start"] and match["end"]:
                area = Area.read(match["start"] + match["end"])
                if area.left == column and first <= area.bottom < total:
                    ends.append(area.bottom)
    return max(ends, default=None)


def _walked(grid: Grid, first: int, left: int, right: int) -> int:
    """The last row that still looks like an entry: styled like the first one, or filled in several columns."""
    width = right - left + 1
    styled = _styled_count(grid, first, left, right) * 2 > width
    last = first
    for row in range(first, grid.last_row + 1):
        filled = sum(bool(cell and (cell.value is not None or cell.formula))
                     for cell in (grid.at(row, column) for column in range(left, right + 1)))  # fmt: skip
        looks = _styled_count(grid, row, left, right) * 2 > width
        if not (looks if styled else filled >= max(2, width // 3)):
            break
        last = row
    return last


def _styled_count(grid: Grid, row: int, left: int, right: int) -> int:
    return sum(grid.style(row, column).has_border or bool(grid.style(row, column).fill)
               for column in range(left, right + 1))  # fmt: skip
