"""One extension that raises in the menu: what each page of Datasette and of starlette-admin answers, before and after.

    python tests/bench/peers/menu_fault.py

Run by the Python of the peers; prints JSON. `python -m tests.prove.fault_matrix` shows it beside Maru.
"""

from __future__ import annotations

import asyncio
import importlib.metadata
import json
import logging
import sqlite3
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
Pages = dict[str, list[int]]


async def datasette(folder: Path) -> Pages:
    """`menu_links` of a plugin raises."""
    import httpx
    from datasette import hookimpl
    from datasette.app import Datasette
    from datasette.plugins import pm

    path = folder / "book.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE booking (id INTEGER PRIMARY KEY, purpose TEXT)")
        connection.execute("INSERT INTO booking (purpose) VALUES ('주간 업무 회의')")
    site = Datasette([str(path)])
    await site.invoke_startup()
    addresses = ("/", "/book", "/book/booking", "/book/booking/1", "/-/plugins", "/-/settings", "/-/permissions")

    async def look() -> list[int]:
        transport = httpx.ASGITransport(site.app(), raise_app_exceptions=False)  # a server answers 500 then
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return [(await client.get(address)).status_code for address in addresses]

    class Faulty:
        __name__ = "faulty"

        @hookimpl
        def menu_links(self, datasette, actor):
            raise ValueError("wrong on purpose")

    before = await look()
    pm.register(Faulty(), name="faulty")
    return dict(zip(addresses, map(list, zip(before, await look(), strict=True)), strict=True))


async def starlette_admin(folder: Path) -> Pages:
    """`is_accessible` of a view raises, which the menu asks of each."""
    import httpx
    from sqlalchemy import create_engine
    from sqlalchemy.orm import Session

    sys.path.insert(0, str(HERE / "starlette_admin"))
    import book
    from starlette.applications import Starlette
    from starlette_admin.contrib.sqla import Admin, ModelView
    from starlette_admin.views import CustomView

    engine = create_engine(f"sqlite:///{folder / 'book.sqlite3'}", connect_args={"check_same_thread": False})
    book.Base.metadata.create_all(engine)
    with Session(engine) as session:
        at = book.datetime(2027, 3, 2, 10)
        session.add(
            book.Booking(room="대회의실", starts_at=at, ends_at=at.replace(hour=11), purpose="회의", unit="유구읍")
        )
        session.commit()
    is_faulty = [False]

    class Faulty(CustomView):
        def is_accessible(self, request):
            if is_faulty[0]:
                raise ValueError("wrong on purpose")
            return True

    admin = Admin(engine)
    admin.add_view(ModelView(book.Booking))
    admin.add_view(Faulty(menu_label="Faulty", path="/faulty"))
    site = Starlette()
    admin.mount_to(site)
    transport = httpx.ASGITransport(site, raise_app_exceptions=False)
    addresses = ("/admin/", "/admin/booking/list", "/admin/booking/create", "/admin/booking/detail?pk=1")

    async def look() -> list[int]:
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return [(await client.get(address, follow_redirects=True)).status_code for address in addresses]

    before = await look()
    is_faulty[0] = True
    return dict(zip(addresses, map(list, zip(before, await look(), strict=True)), strict=True))


def main() -> None:
    """Print {"datasette 0.65.5": {"/": [200, 500], …}, …}."""
    logging.disable(logging.CRITICAL)
    found = {}
    for name, try_out in (("datasette", datasette), ("starlette-admin", starlette_admin)):
        with tempfile.TemporaryDirectory() as folder:
            found[f"{name} {importlib.metadata.version(name)}"] = asyncio.run(try_out(Path(folder)))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
