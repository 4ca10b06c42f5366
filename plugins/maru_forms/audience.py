"""Who reads and who writes a ledger: from what was chosen to the rights that the records engine keeps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from maru import Department, User, t
from maru_records.api import Allowed

from .design import Design, Sharing

__all__ = ["rights_of", "said"]


def rights_of(design: Design, unit: Department) -> tuple[Allowed, ...]:
    """The rights to a ledger of `unit`. Who writes without being a reader sees the records of their own unit alone."""
    readers, writers = design.readers, design.writers
    writing = _allowed("write", writers, unit)
    if not _includes(readers, writers):
        writing = [replace(allowed, rows="unit") for allowed in writing]
    return (*_allowed("read", readers, unit), *writing)


def _allowed(may: str, sharing: Sharing, unit: Department) -> Iterable[Allowed]:
    if sharing.who == "everyone":
        return [Allowed(may)]  # type: ignore[arg-type]  # "read" or "write", see above
    if sharing.who == "own":
        return [Allowed(may, department=unit)]  # type: ignore[arg-type]  # the same
    departments = Department.select().where(Department.id.in_(sharing.departments))
    people = User.select().where(User.id.in_(sharing.people))
    named = [Allowed(may, department=one) for one in departments]  # type: ignore[arg-type]  # the same
    return [*named, *(Allowed(may, user=one) for one in people)]  # type: ignore[arg-type]  # the same


def _includes(readers: Sharing, writers: Sharing) -> bool:
    """Whether all who write are readers by what was chosen."""
    if readers.who == "everyone" or readers == writers:
        return True
    named = set(writers.departments) <= set(readers.departments) and set(writers.people) <= set(readers.people)
    return writers.who == readers.who == "chosen" and named


def said(sharing: Sharing, unit: Department) -> str:
    """Who that is, in words."""
    if sharing.who == "everyone":
        return t("모든 직원")
    if sharing.who == "own":
        return unit.name
    departments = Department.select().where(Department.id.in_(sharing.departments)).order_by(Department.official_order)
    people = User.select().where(User.id.in_(sharing.people)).order_by(User.name)
    return ", ".join([*(one.name for one in departments), *(one.name for one in people)]) or "–"
