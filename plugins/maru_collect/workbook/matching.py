"""Finding the columns of a form again in a returned workbook, by their headings and not by their place."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from .grid import plain, shown
from .layout import Layout
from .refs import Area, letters_of
from .words import N_, CellProblem, say

FURTHEST_SHIFT = 20

RENAMED = N_("{address} 제목이 ‘{label}’에서 ‘{found}’(으)로 바뀌었습니다. 서식의 제목은 고치지 말아 주세요.")
REMOVED = N_("‘{label}’ 열이 없어졌습니다. 서식을 다시 내려받아 옮겨 적어 주세요.")
INSERTED = N_("{letter}열 ‘{found}’은(는) 서식에 없는 열이라 읽지 않았습니다.")
LOWER = N_("표가 서식보다 {count}행 아래에 있습니다. 제목을 찾아 읽었습니다.")
HIGHER = N_("표가 서식보다 {count}행 위에 있습니다. 제목을 찾아 읽었습니다.")


@dataclass(slots=True)
class Match:
    """Where the columns of a layout are: sheet columns from 1 (None: removed), and the last heading row."""

    columns: list[int | None]
    bottom: int
    problems: list[CellProblem] = field(default_factory=list)


def find_headings(layout: Layout, rows: list[list[Any]], merges: tuple[Area, ...]) -> Match | None:
    """The best place for the layout's headings among the first rows; None when less than half are there."""
    wanted = [_comparable(column.path) for column in layout.columns]
    best: tuple[int, int, dict[int, tuple[str, ...]]] | None = None
    for shift in sorted(range(-FURTHEST_SHIFT, FURTHEST_SHIFT + 1), key=abs):
        top, bottom = layout.header_top + shift, layout.header_bottom + shift
        if top < 1 or bottom > len(rows):
            continue
        found = _paths(rows, merges, top, bottom)
        score = len({*wanted} & {*map(_comparable, found.values())})
        if best is None or score > best[0]:
            best = score, shift, found
        if score == len(wanted):
            break
    if best is None:
        return None
    score, shift, found = best
    match = _match(layout, wanted, found, layout.header_bottom + shift)
    kept = sum(column is not None for column in match.columns)
    if kept * 2 < len(wanted) or (score * 3 < len(wanted) and kept - score > 1):
        return None
    if shift:
        sentence = say(LOWER if shift > 0 else HIGHER, count=abs(shift))
        match.problems.append(CellProblem("", "warning", "moved", sentence))
    return match


def _paths(rows: list[list[Any]], merges: tuple[Area, ...], top: int, bottom: int) -> dict[int, tuple[str, ...]]:
    """Heading paths by sheet column, as they are shown."""
    near = [area for area in merges if area.top <= bottom and area.bottom >= top and area.right - area.left < 500]
    held = {
        (row, column): area
        for area in near
        for row in range(max(top, area.top), min(bottom, area.bottom) + 1)
        for column in range(area.left, area.right + 1)
    }
    width = len(rows[bottom - 1])
    found = {}
    for column in range(1, width + 1):
        path: list[str] = []
        seen: Area | None = None
        for row in range(top, bottom + 1):
            area = held.get((row, column))
            if area is not None and area == seen:
                continue
            seen = area
            where = (area.top, area.left) if area else (row, column)
            text = shown(str(rows[where[0] - 1][where[1] - 1]))
            if plain(text):
                path.append(text)
        own = held.get((bottom, column))
        if path and not (own and own.left < column):
            found[column] = tuple(path)
    return found


def _comparable(path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(plain(part) for part in path)


def _match(layout: Layout, wanted: list[tuple[str, ...]], found: dict[int, tuple[str, ...]], bottom: int) -> Match:
    match = Match([None] * len(wanted), bottom)
    free = {index: _comparable(path) for index, path in found.items()}
    for place, (column, path) in enumerate(zip(layout.columns, wanted, strict=True)):
        if free.get(column.index) == path:
            match.columns[place] = column.index
            del free[column.index]
    for place, path in enumerate(wanted):
        same = next((index for index, other in free.items() if other == path), None)
        if match.columns[place] is None and same is not None:
            match.columns[place] = same
            del free[same]
    _match_lowest(match, wanted, free)
    _match_renamed(match, layout, free, found)
    for index in sorted(free):
        if min(c.index for c in layout.columns) <= index <= max(c or 0 for c in match.columns):
            sentence = say(INSERTED, letter=letters_of(index), found=found[index][-1])
            match.problems.append(CellProblem(f"{letters_of(index)}{bottom}", "warning", "inserted", sentence))
    return match


def _match_lowest(match: Match, wanted: list[tuple[str, ...]], free: dict[int, tuple[str, ...]]) -> None:
    """Columns whose group heading changed but whose own heading is still the only one of its name."""
    open_places = [place for place, column in enumerate(match.columns) if column is None]
    names = Counter(wanted[place][-1] for place in open_places)
    actual = Counter(path[-1] for path in free.values())
    for place in open_places:
        name = wanted[place][-1]
        if names[name] == 1 and actual[name] == 1:
            index = next(index for index, path in free.items() if path[-1] == name)
            match.columns[place] = index
            del free[index]


def _match_renamed(
    match: Match, layout: Layout, free: dict[int, tuple[str, ...]], labels: dict[int, tuple[str, ...]]
) -> None:
    """A heading that stands where another is missing was renamed; where none stands the column was removed."""
    for place, column in enumerate(layout.columns):
        if match.columns[place] is not None:
            continue
        before = match.columns[place - 1] if place else column.index - 1
        index = (before or column.index - 1) + (layout.columns[place - 1].span if place and before else 1)
        if index in free:
            match.columns[place] = index
            where = f"{letters_of(index)}{match.bottom}"
            del free[index]
            sentence = say(RENAMED, address=where, label=column.label, found=labels[index][-1])
            match.problems.append(CellProblem(where, "warning", "renamed", sentence))
        else:
            match.problems.append(CellProblem("", "error", "removed", say(REMOVED, label=column.label)))
