"""받을 부서의 나무: the units that answer, grouped under what they belong to, and the groups picked with one button."""

from __future__ import annotations

from collections.abc import Sequence

from maru import Department, t

from .contexts import UnitGroup

TOWNSHIP = "township"


def preset_ids(preset: str, recipients: Sequence[Department]) -> list[int]:
    """The units behind a button: `townships`, `headquarters` (all others), `all`, or `below-7` for one branch."""
    if preset == "townships":
        return [unit.id for unit in recipients if unit.kind == TOWNSHIP]
    if preset == "headquarters":
        return [unit.id for unit in recipients if unit.kind != TOWNSHIP]
    if preset == "all":
        return [unit.id for unit in recipients]
    if preset.startswith("below-"):
        branch = preset.removeprefix("below-")
        return [unit.id for unit in recipients if str(_above(unit)) == branch]
    return []


def grouped(units: Sequence[Department], picked: frozenset[int]) -> tuple[UnitGroup, ...]:
    """The units that answer by what they belong to, in 직제순; those directly below the city come as 직속."""
    by_id = {unit.id: unit for unit in units}
    branches: dict[int, list[Department]] = {}
    for unit in units:
        if unit.is_recipient:
            branches.setdefault(_above(unit), []).append(unit)
    groups = []
    for branch, members in branches.items():
        above = by_id.get(branch)
        name = above.name if above is not None and _above(above) else t("직속 부서")
        groups.append(UnitGroup(name, f"below-{branch}", tuple(members), sum(unit.id in picked for unit in members)))
    return tuple(groups)


def _above(unit: Department) -> int:
    """The id of the unit above, 0 for the city itself. Read from the path, which costs no query."""
    return unit.ancestor_ids[-1] if unit.ancestor_ids else 0
