"""Where 자동취합 is on: a unit for which it is off cannot answer, and whoever sends to it is told so."""

from __future__ import annotations

from collections.abc import Iterable

from maru import Portal

__all__ = ["unreached"]


def unreached(portal: Portal, unit_ids: Iterable[int]) -> frozenset[int]:
    """Those of the units `unit_ids` for which 자동취합 is off: nobody there sees a request until it is on."""
    units = portal.dispatcher.plugins["collect"].units
    return frozenset() if units is None else frozenset(unit_ids) - units
