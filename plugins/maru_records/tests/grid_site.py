"""A site of one page with one grid, served over real HTTP: what the browser tests of the grid look at."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import jinja2
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

import maru_language as language
from maru import now
from maru_records.api import Definition, Field, check_rows
from maru_records.grid.context import grid_context
from maru_records.grid.saving import SaveRequest, save_answer

RECORDS = Path(__file__).resolve().parents[1]
THEME = RECORDS.parents[1] / "themes" / "krds" / "static"
POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; object-src 'none'; base-uri 'none'"
PAGE = """<!doctype html><html lang="ko" data-density="compact"><head><meta charset="utf-8"><title>제안사업</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="/static/maru_records/grid.css">
<link rel="stylesheet" href="/static/theme/site.css"></head><body><a href="#main">본문으로</a>
<main id="main"><h1>2027년 주민참여예산 제안사업 현황</h1>{% include "maru_records/_grid.html" %}
<form method="post" action="/submit" data-grid-flush><button class="button primary">제출</button></form></main>
</body></html>"""

MONEY = ("사업비",)
SOURCE = ("사업비", "재원")
PLAN = ("추진 계획",)
PROPOSALS = Definition(
    key="proposal",
    label="제안사업",
    fields=(
        Field(key="number", label="연번", type="row_number"),
        Field(key="unit", label="읍면동", type="department"),
        Field(key="name", label="사업명", type="text", required=True, width=24),
        Field(key="place", label="위치", type="text", help="지번이나 시설 이름"),
        Field(key="budget", label="계", type="computed", path=MONEY, unit="천원", total=True, decimals=0,
              expression="national+province+city"),
        Field(key="national", label="국비", type="amount", path=SOURCE, unit="천원", total=True),
        Field(key="province", label="도비", type="amount", path=SOURCE, unit="천원", total=True),
        Field(key="city", label="시비", type="amount", path=SOURCE, unit="천원", total=True, required=True),
        Field(key="starts_on", label="착수일", type="date", path=PLAN),
        Field(key="area", label="분야", type="choice", path=PLAN, choices=("교통", "공원", "도로", "복지", "안전", "교육")),
        Field(key="kept", label="유지관리", type="yes_no"),
        Field(key="note", label="비고", type="long_text"),
    ),
)  # fmt: skip
ROW: list[str | None] = [
    None, "유구읍", "유구천 산책로 조명", "유구교 ~ 신영교", None, "0", "0", "9,800", "2027. 3. 22.", "공원", "예", "",
]  # fmt: skip


@dataclass
class GridSite:
    """The site's state, open to the test: what is stored, what was posted, and how the next saves fail."""

    url: str = ""
    rows: list[list[str | None]] = field(default_factory=list)
    version: int = 1
    posts: list[dict[str, Any]] = field(default_factory=list)
    failures: list[int] = field(default_factory=list)
    submitted: list[int] = field(default_factory=list)
    delay_seconds: float = 0.0

    def show(self, request: Request) -> Response:
        """The page, with the strict policy the portal sends."""
        grid = grid_context(
            PROPOSALS, check_rows(PROPOSALS, self.rows), save_url="/draft", version=self.version, owner="demo-yugu",
            upload_url="/upload",
        )  # fmt: skip
        page = templates().from_string(PAGE).render(grid=grid)
        return HTMLResponse(page, headers={"Content-Security-Policy": POLICY})

    async def save(self, request: Request) -> Response:
        """What a view behind `save_url` does, with the failures a test ordered before it."""
        body = await request.json()
        self.posts.append(body)
        if self.failures:
            status = self.failures.pop(0)
            if status == 303:
                return RedirectResponse("/login", status_code=303)
            return JSONResponse({"message": "지금은 저장할 수 없습니다."}, status_code=status)
        wanted = SaveRequest.model_validate(body)
        if wanted.version != self.version:
            return JSONResponse({"message": "다른 사람이 먼저 바꾸었습니다."}, status_code=409)
        self.rows = [_as_of_the_unit(row) for row in wanted.rows]
        self.version += 1
        check = check_rows(PROPOSALS, self.rows)
        if self.delay_seconds:
            await _sleep(self.delay_seconds)
        return JSONResponse(save_answer(check, version=self.version, saved_at=now()))

    def submit(self, request: Request) -> Response:
        """Notes how many rows had been saved when the form arrived."""
        self.submitted.append(len(self.rows))
        return HTMLResponse("<!doctype html><html lang=ko><title>제출</title><p>제출했습니다.</p></html>")

    def app(self) -> Starlette:
        """The routes."""
        static = [Mount("/static/maru_records", StaticFiles(directory=RECORDS / "static" / "maru_records"))]
        if THEME.is_dir():
            static.append(Mount("/static/theme", StaticFiles(directory=THEME)))
        return Starlette(
            routes=[
                Route("/", self.show),
                Route("/draft", self.save, methods=["POST"]),
                Route("/submit", self.submit, methods=["POST"]),
                *static,
            ]
        )


async def _sleep(seconds: float) -> None:
    import asyncio

    await asyncio.sleep(seconds)


def templates() -> jinja2.Environment:
    """The engine's templates, set up as the portal sets them up."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(str(RECORDS / "templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # the i18n extension adds it
        language.gettext, language.ngettext, newstyle=True
    )
    environment.globals["static"] = "/static/{}".format
    return environment


@contextmanager
def serving(site: GridSite) -> Iterator[GridSite]:
    """Serves `site` on a free port of this machine until the block ends."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(site.app(), log_level="warning", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    site.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    while not server.started:
        time.sleep(0.01)
    try:
        yield site
    finally:
        server.should_exit = True
        thread.join(5)
        listener.close()


def _as_of_the_unit(row: list[str | None]) -> list[str | None]:
    return [row[0], "유구읍" if any(row) else row[1], *row[2:]]
