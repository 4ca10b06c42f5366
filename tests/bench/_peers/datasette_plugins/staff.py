"""A Datasette plugin: who sends a request, from Maru's session table, and what they may do, from its grants."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from datasette import hookimpl

SESSION = """
select u.id, u.name from maru_session s join maru_user u on u.id = s.user_id
where s.digest = :digest and s.ends_at > :now and u.is_active
"""
GRANTS = """
select g.permission from maru_grant g
left join maru_role_member m on m.role = g.role and m.user_id = :user
 and (m.valid_from is null or m.valid_from <= :today) and (m.valid_until is null or m.valid_until >= :today)
where (g.valid_from is null or g.valid_from <= :today) and (g.valid_until is null or g.valid_until >= :today)
 and (g.user_id = :user or g.role = 'staff' or m.id is not null)
"""


@hookimpl
def actor_from_request(datasette: Any, request: Any) -> Any:
    """The person of the session cookie."""

    async def look_up() -> dict[str, Any] | None:
        digest = hashlib.sha256(request.cookies.get("maru_session", "").encode()).hexdigest()
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        found = await datasette.get_database("maru").execute(SESSION, {"digest": digest, "now": now})
        row = found.first()
        return {"id": row["id"], "name": row["name"]} if row else None

    return look_up


@hookimpl
def permission_allowed(datasette: Any, actor: Any, action: str) -> Any:
    """The list is for those who hold `board.read`; nothing else is open."""

    async def look_up() -> bool:
        if actor is None or action not in ("view-query", "view-table"):
            return actor is not None
        today = datetime.now(ZoneInfo("Asia/Seoul")).date().isoformat()
        found = await datasette.get_database("maru").execute(GRANTS, {"user": actor["id"], "today": today})
        return "board.read" in {row["permission"] for row in found.rows}

    return look_up
