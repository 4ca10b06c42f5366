"""What a view gives runs nothing of its plugin on the event loop: a stream or a background task is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from maru_devkit.fixtures import Site

VIEWS = """
import os
import time
from pathlib import Path

from starlette.background import BackgroundTask, BackgroundTasks
from starlette.responses import FileResponse, PlainTextResponse, StreamingResponse

from maru import Page, file_response

HERE = Path(__file__).parent

def halt():
    (HERE / "ran").touch()
    time.sleep(3)

async def halt_the_loop():
    halt()

class Own(BackgroundTask):
    func = os.unlink
    def __init__(self): ...
    async def __call__(self): halt()

def pieces():
    halt()
    yield b"late"

async def pieces_of_the_loop():
    halt()
    yield b"late"

def later(task, *rest):
    return lambda request: PlainTextResponse("done", background=task, *rest)

def temporary(request):
    path = HERE / "temporary.xlsx"
    path.write_bytes(b"rows")
    return file_response(path, "취합.xlsx")

VIEWS = {
    "stream": lambda request: StreamingResponse(pieces()),
    "async-stream": lambda request: StreamingResponse(pieces_of_the_loop()),
    "task": later(BackgroundTask(halt)),
    "async-task": later(BackgroundTask(halt_the_loop)),
    "tasks": later(BackgroundTasks([BackgroundTask(halt)])),
    "own-task": later(Own()),
    "task-of-a-file": lambda request: FileResponse(__file__, background=BackgroundTask(halt)),
    "fifty-megabytes": lambda request: PlainTextResponse("x" * 50_000_000),
    "file": lambda request: FileResponse(__file__),
    "temporary": temporary,
}

def view(request, name):
    return VIEWS[name](request)

pages = [Page("/{name}", view, permission="odd.read")]
"""
REFUSED = {
    "stream": "gave StreamingResponse",
    "async-stream": "gave StreamingResponse",
    "task": "change.enqueue",
    "async-task": "change.enqueue",
    "tasks": "change.enqueue",
    "own-task": "change.enqueue",
    "task-of-a-file": "change.enqueue",
    "fifty-megabytes": "gave a page of 50.0 MB",
}


@pytest.fixture
def site(rooms: Callable[..., Path], site_with: Callable[..., Site]) -> Site:
    """A portal with a plugin that answers in odd ways."""
    rooms("odd", routes=VIEWS)
    return site_with()


@pytest.mark.parametrize("name", REFUSED)
def test_nothing_of_a_plugin_runs_after_its_view(site: Site, tmp_path: Path, name: str) -> None:
    """It is the failure of the page, with the way out in its words; nothing of it has run."""
    answer = site.client("clerk").get(f"/odd/{name}")

    (failure,) = site.portal.dispatcher.quarantine.unsaved.values()
    assert answer.status_code == 500
    assert (failure.plugin, failure.where[:10]) == ("odd", "routes.py:")
    assert REFUSED[name] in failure.problem
    assert list(tmp_path.rglob("ran")) == []


def test_files_are_sent(site: Site, tmp_path: Path) -> None:
    """One that stays, and a temporary one, which is gone afterwards."""
    client = site.client("clerk")

    kept, temporary = client.get("/odd/file"), client.get("/odd/temporary")

    assert (kept.status_code, "halt_the_loop" in kept.text) == (200, True)
    assert (temporary.status_code, temporary.content) == (200, b"rows")
    assert "spreadsheetml" in temporary.headers["content-type"]
    assert "filename*=utf-8''%EC%B7%A8%ED%95%A9.xlsx" in temporary.headers["content-disposition"]
    assert list(tmp_path.rglob("temporary.xlsx")) == []
