"""직제순: one number for every department, counted through the whole tree."""

from __future__ import annotations

from typing import Any

import peewee

from maru import Department


def add_below(parent: Department, name: str, kind: str, **more: Any) -> Department:
    """Create a department after the last one below `parent`; those that follow move down by one. Inside a write.

    Numbers are moved only when the place is taken, row by row, so that the audit has each of them.
    """
    place = last_place(parent) + 1
    taken = Department.select().where(Department.official_order >= place).order_by(Department.official_order.desc())
    following = list(taken)
    if any(unit.official_order == place for unit in following):
        for unit in following:
            unit.official_order += 1
            unit.save(only=[Department.official_order])
    return Department.add(name, kind, parent, place, **more)


def last_place(parent: Department) -> int:
    """The greatest number in the tree below `parent`, itself included."""
    rows = Department.select(peewee.fn.MAX(Department.official_order)).where(Department.path.startswith(parent.path))
    return int(rows.scalar() or parent.official_order)
