"""운영: the rooms of the house and the people in it, for those who answer for them.

City administrators see every function with its state, its cost and its failures. They switch it for the whole city or
for some departments, now or at a planned time, with what that touches said before; they set it, uninstall it into an
archive and restore it, and go back to how everything was set last Friday. They see jobs, dead letters and the health of
the portal; keep people (사용자), departments (부서) and rights (권한), with the answer to why somebody may see something;
look at the pages of somebody else, reading only; and read the audit (감사 기록). Department administrators see, and only
see, the people and rights of their own units. Nobody can remove the last city
administrator.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from maru import hookimpl

if TYPE_CHECKING:
    from maru import Job


@hookimpl
def jobs() -> list[Job]:
    """Switching at a planned time, and sweeping up what an uninstalled function leaves."""
    from .plans import SWITCH
    from .removing.sweeping import SWEEP

    return [SWITCH, SWEEP]
