"""예약: calling off a switch that was planned."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from maru import Conflict, NotFound, OutboxEvent, now, portal_of, redirect, t, write

from ..plans import PlannedSwitch
from ..services import LARGEST_ID, administrator
from .plugins import plugin_of


def cancel(request: Request, key: int) -> Response:
    """Call a planned switch off. 404 when it is over, 409 while it runs."""
    administrator(request, "admin.plugins")
    is_it = (OutboxEvent.id == key) & (OutboxEvent.name == PlannedSwitch.event)
    with write(request, note=t("예약을 취소함")) as change:
        row = OutboxEvent.undone().where(is_it).first() if key <= LARGEST_ID else None
        if row is None:
            raise NotFound(t("이 예약은 없거나 이미 끝났습니다."))
        if row.holder and row.until_at and row.until_at > now():
            raise Conflict(t("지금 막 바꾸고 있어 취소할 수 없습니다."))
        planned = PlannedSwitch.model_validate(row.payload)
        change.record("maru_outbox_event", row.id, "deleted", {**row.payload, "at": row.next_at.isoformat()}, None)
        row.delete_instance()
    found = plugin_of(request, planned.plugin)
    portal_of(request).forget()
    return redirect(request, f"/admin/plugins/{found.key}", t("예약을 취소했습니다."))
