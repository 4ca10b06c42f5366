"""Runs a peer for a moment and tries each thing that its book is said to do.

    python tests/bench/peers/check.py datasette
    python tests/bench/peers/check.py starlette_admin

Not part of the test run: the peers are no dependencies of Maru. README.md beside this file says what to install.
"""

from __future__ import annotations

import asyncio
import io
import sqlite3
import sys
import tempfile
import zipfile
from pathlib import Path

TOKEN = "starlette_admin_csrftoken"
HERE = Path(__file__).resolve().parent
MEETING = {
    "room": "대회의실",
    "starts_at": "2027-03-02T10:00:00",
    "ends_at": "2027-03-02T11:00:00",
    "purpose": "주간 업무 회의",
    "people": "12",
    "note": "",
}
LATER = {**MEETING, "starts_at": "2027-03-02T10:30:00", "ends_at": "2027-03-02T11:30:00", "purpose": "늦은 회의"}


def is_workbook(content: bytes) -> bool:
    """Whether it is an xlsx file with the meeting in it."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return any(MEETING["purpose"].encode() in book.read(name) for name in book.namelist())


async def datasette(folder: Path) -> dict[str, bool]:
    """The book in Datasette: canned queries that write, triggers, and a renderer."""
    from datasette.app import Datasette
    from datasette.utils import parse_metadata

    path = folder / "book.db"
    with sqlite3.connect(path) as connection:
        connection.executescript((HERE / "datasette" / "schema.sql").read_text(encoding="utf-8"))
    metadata = parse_metadata((HERE / "datasette" / "metadata.yaml").read_text(encoding="utf-8"))
    site = Datasette([str(path)], metadata=metadata, plugins_dir=str(HERE / "datasette" / "plugins"))
    await site.invoke_startup()

    def as_(name: str, unit: str, **more: str) -> dict[str, str]:
        return {"ds_actor": site.sign({"a": {"id": name, "unit": unit, **more}}, "actor")}

    clerk, stranger, admin = as_("clerk", "유구읍"), as_("stranger", "이인면"), as_("admin", "정보과", role="admin")

    async def send(form: str, fields: dict[str, str], cookies: dict[str, str]) -> bool:
        token = (await site.client.get(f"/book/{form}", cookies=cookies)).cookies["ds_csrftoken"]
        cookies = {**cookies, "ds_csrftoken": token}
        answer = await site.client.post(f"/book/{form}?_json=1", data={**fields, "csrftoken": token}, cookies=cookies)
        return bool(answer.json()["ok"])

    async def get(address: str, cookies: dict[str, str] | None = None) -> str:
        return (await site.client.get(address, cookies=cookies)).text

    table = "/book/booking"
    found = {
        "create": await send("add", MEETING, clerk),
        "overlap refused": not await send("add", LATER, stranger),
        "list": MEETING["purpose"] in await get(table, stranger),
        "detail": MEETING["purpose"] in await get(f"{table}/1", stranger),
        "search": MEETING["purpose"] in await get(f"{table}?_search=주간", stranger)
        and MEETING["purpose"] not in await get(f"{table}?_search=월간", stranger),
        "xlsx": is_workbook((await site.client.get(f"{table}.xlsx", cookies=stranger)).content),
    }
    await send("change", {**MEETING, "id": "1", "people": "99"}, stranger)
    foreign = ">99<" in await get(f"{table}/1", clerk)
    await send("change", {**MEETING, "id": "1", "people": "20"}, clerk)
    changed = ">20<" in await get(f"{table}/1", clerk)
    audit = await get("/book/booking_audit", admin)
    found["edit"] = changed
    found["rights"] = not foreign and MEETING["purpose"] not in await get(table)
    found["audit"] = "clerk" in audit and "stranger" not in audit and "20" in audit
    return found


async def starlette_admin(folder: Path) -> dict[str, bool]:
    """The book in starlette-admin."""
    sys.path.insert(0, str(HERE / "starlette_admin"))
    import httpx
    from book import make_app

    transport = httpx.ASGITransport(make_app(f"sqlite:///{folder / 'book.sqlite3'}"))

    def as_(name: str, unit: str, **more: str) -> httpx.AsyncClient:
        headers = {"x-user": name, "x-unit": unit.encode().hex(), **more}
        return httpx.AsyncClient(transport=transport, base_url="http://test", headers=headers)

    clerk, stranger, admin = as_("clerk", "유구읍"), as_("stranger", "이인면"), as_("admin", "", **{"x-role": "admin"})
    nobody = httpx.AsyncClient(transport=transport, base_url="http://test")
    table = "/admin/booking"

    async def post(client: httpx.AsyncClient, address: str, fields: dict[str, str]) -> httpx.Response:
        await client.get(f"{table}/list")  # gives the token that every form must send back
        return await client.post(address, data=fields, headers={"X-CSRFToken": client.cookies[TOKEN]})

    async def send(client: httpx.AsyncClient, form: str, fields: dict[str, str]) -> int:
        return (await post(client, f"{table}/{form}", fields)).status_code

    created = await send(clerk, "create", MEETING)
    refused = await send(stranger, "create", LATER)
    rows = (await stranger.get(f"{table}/list")).text
    hit, miss = [(await stranger.get(f"{table}/list", params={"q": word})).text for word in ("주간", "월간")]
    action = "/admin/_api/booking/action?name=export&all=1"
    export = await post(stranger, action, {"scope": "all", "format": "xlsx"})
    foreign = await send(stranger, "edit?pk=1", {**MEETING, "people": "99"})
    own = await send(clerk, "edit?pk=1", {**MEETING, "people": "20"})
    detail = (await stranger.get(f"{table}/detail?pk=1")).text
    audit = (await admin.get("/admin/change/list")).text
    hidden = await stranger.get("/admin/change/list")
    shut = await nobody.get(f"{table}/list")
    return {
        "create": created == 303,
        "overlap refused": refused == 422,
        "list": MEETING["purpose"] in rows,
        "detail": MEETING["purpose"] in detail,
        "search": MEETING["purpose"] in hit and MEETING["purpose"] not in miss,
        "xlsx": is_workbook(export.content),
        "edit": own == 303 and "20" in detail,
        "rights": foreign != 303 and "99" not in detail and hidden.status_code == 403 and shut.status_code == 303,
        "audit": "clerk" in audit and "stranger" not in audit,
    }


def main(name: str) -> int:
    """1 when something does not do what it is said to do."""
    peers = {"datasette": datasette, "starlette_admin": starlette_admin}
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(peers[name](Path(folder)))
    for what, is_there in found.items():
        print(f"{'yes' if is_there else 'NO '}  {what}")
    return int(not all(found.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
