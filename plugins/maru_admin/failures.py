"""실패: where functions failed, and whether that may be over."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from maru import Plugin, PluginFailure, Portal, now, t

QUIET = timedelta(days=1)
"""What went well for so long may be over. Less would forget what fails for one person and goes well for the next."""


@dataclass(frozen=True)
class FailureLine:
    """Failures of a function at one place, counted: the first line of what was said, and the line of code.

    `over` says why it may be over; it is empty while nothing speaks for that.
    """

    place: str
    problem: str
    where: str
    count: int
    first_at: datetime
    last_at: datetime
    paused_until: datetime | None
    over: str


def failures_of(portal: Portal, plugin: Plugin) -> list[FailureLine]:
    """The failures of one function, the latest first."""
    return failure_lines(portal, plugin, PluginFailure.select().where(PluginFailure.plugin == plugin.key))


def failure_lines(portal: Portal, plugin: Plugin, rows: Iterable[PluginFailure]) -> list[FailureLine]:
    """These failures of `plugin`, the latest first. Looks at its files, if there are any failures."""
    ordered = sorted(rows, key=lambda row: row.last_at, reverse=True)
    changed_at = _changed_at(plugin.folder) if ordered else None
    return [_line(portal, row, changed_at) for row in ordered]


def _line(portal: Portal, row: PluginFailure, changed_at: datetime | None) -> FailureLine:
    problem = str(row.problem).splitlines()[0] if row.problem else ""
    until = row.paused_until if row.paused_until and row.paused_until > now() else None
    over = "" if until else _over(portal, row, changed_at)
    return FailureLine(row.place, problem, row.where, row.count, row.first_at, row.last_at, until, over)


def _over(portal: Portal, row: PluginFailure, changed_at: datetime | None) -> str:
    if changed_at is not None and changed_at > row.last_at:
        return t("기능을 고친 뒤로 되풀이되지 않았습니다.")
    went_well_at = portal.dispatcher.quarantine.well_at.get((row.plugin, row.place))
    if went_well_at is not None and went_well_at > row.last_at and now() - row.last_at > QUIET:
        return t("하루 넘게 되풀이되지 않았고, 그 뒤에 잘 실행되었습니다.")
    return ""


def _changed_at(folder: Path) -> datetime | None:
    """When a file of the function was written or put there last; an installer may keep the time of the writing."""
    latest = 0.0
    for path in folder.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            with suppress(OSError):  # an installer may be taking it away
                file = path.stat()
                latest = max(latest, file.st_mtime, file.st_ctime)
    return datetime.fromtimestamp(latest, UTC) if latest else None
