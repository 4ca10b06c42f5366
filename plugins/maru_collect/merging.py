"""병합: the rows that count, of all units in 직제순, streamed into the form they came in."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO, cast

from maru import Invalid, Paging, clean_name, local, now
from maru_records.api import Definition, check_rows, totals

from .incoming import in_words
from .layouts import as_definition, as_layout
from .models import CollectionRequest, Submission
from .workbook import Layout, Value, WorkbookProblem, blank_copy, write_merged

PAGE_ROWS = 200


def merged_rows(collection: CollectionRequest) -> Iterator[list[Value]]:
    """Typed values of every merged row, read one unit at a time."""
    definition = as_definition(collection.definition)
    for version in Submission.merged(collection).iterator():
        for values in check_rows(definition, version.rows).values:
            yield list(values)


def merged_workbook(collection: CollectionRequest) -> Path:
    """A temporary file with the merged table in the original form. The caller deletes it when it was sent."""
    rows = merged_rows(collection)
    return _written(collection, lambda form, layout, out: write_merged(form, layout, rows, out))


def blank_workbook(collection: CollectionRequest, unit_name: str) -> Path:
    """A temporary file with the empty form for a unit, its name filled in."""
    return _written(collection, lambda form, layout, out: blank_copy(form, layout, unit_name, out))


def _written(collection: CollectionRequest, write: Callable[[Path, Layout, BinaryIO], object]) -> Path:
    path = _temporary()
    try:
        with path.open("wb") as out:
            write(collection.template.path, as_layout(collection.layout), out)
    except WorkbookProblem as wrong:
        path.unlink(missing_ok=True)
        raise Invalid(in_words(wrong, collection.template.name)) from wrong
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def _temporary() -> Path:
    with tempfile.NamedTemporaryFile(prefix="maru-collect-", suffix=".xlsx", delete=False) as file:
        return Path(file.name)


def file_name(collection: CollectionRequest, part: str) -> str:
    """`제목_병합_20261123.xlsx`."""
    return clean_name(f"{collection.title}_{part}_{local(now()):%Y%m%d}.xlsx")


@dataclass(frozen=True)
class MergedPage:
    """A page of the merged table: texts with running numbers, and the totals of the whole."""

    rows: tuple[tuple[str, ...], ...]
    totals: tuple[str, ...]
    row_count: int
    page: int
    page_count: int


def merged_page(collection: CollectionRequest, page: str) -> MergedPage:
    """The page asked for of the merged table. Units outside of the page are counted, not read."""
    definition = as_definition(collection.definition)
    rows = Submission.merged(collection).select(Submission.id, Submission.row_count).tuples()
    sizes = cast("list[tuple[int, int]]", list(rows))
    row_count = sum(count for _, count in sizes)
    paging = Paging.of(page, row_count, PAGE_ROWS)
    start, end = paging.start, paging.start + PAGE_ROWS
    shown: list[tuple[str, ...]] = []
    at = 0
    for key, count in sizes:
        if at < end and at + count > start:
            texts = Submission.get_by_id(key).rows
            shown += [tuple(row) for row in texts[max(0, start - at) : end - at]]
        at += count
    numbered = tuple(_numbered(definition, row, start + place) for place, row in enumerate(shown, 1))
    return MergedPage(numbered, totals_of(collection, definition), row_count, paging.number, paging.page_count)


def _numbered(definition: Definition, row: tuple[str, ...], number: int) -> tuple[str, ...]:
    return tuple(
        str(number) if field.type == "row_number" else text for field, text in zip(definition.fields, row, strict=True)
    )


def totals_of(collection: CollectionRequest, definition: Definition) -> tuple[str, ...]:
    """The foot of the merged table: the units' sums added up, a rate made of the sums."""
    rows = cast("list[tuple[dict[str, str]]]", list(Submission.merged(collection).select(Submission.sums).tuples()))
    return tuple(totals(definition, numbers_of(definition, [sums for (sums,) in rows])))


def numbers_of(definition: Definition, sums: list[dict[str, str]]) -> dict[str, list[Any]]:
    """The sums of several versions, by field key, as `totals` adds them up."""
    columns: dict[str, list[Any]] = {field.key: [] for field in definition.fields}
    for each in sums:
        for key, amount in each.items():
            columns[key].append(Decimal(amount))
    return columns
