"""운영: the rooms of the house and the people in it, for those who answer for them.

City administrators see every function with its state, its cost and its failures, and switch it off and on for the
whole city; they keep people (사용자), departments (부서), rights (권한) and read the audit (감사 기록). Department
administrators see, and only see, the people and rights of their own units. Nobody can remove the last city
administrator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maru import hookimpl

if TYPE_CHECKING:
    from maru import Job


@hookimpl
def jobs() -> list[Job]:
    """Switching at the time that an administrator has planned, and what an uninstalled function leaves to be swept up."""
    from .plans import SWITCH
    from .removing.sweeping import SWEEP

    return [SWITCH, SWEEP]
