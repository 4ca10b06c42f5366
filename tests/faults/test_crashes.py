"""A worker that dies of a plugin tells of which, and no other worker dies of it again."""

from __future__ import annotations

import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.needs import lacking
from tests.rooms import make_room
from tests.serve.running import KEEPER, Running, serving

SEGFAULT = "ctypes.string_at(0)"
FAULTY_PAGE = {
    "routes": KEEPER["routes"].replace("]", ', Page("/die", views.die, permission="keep.read")]'),
    "views": f"        import ctypes\n{KEEPER['views']}\n        def die(request):\n            {SEGFAULT}\n",
}
FAULTY_MENU = {
    "init": f"""
        import ctypes
        from pathlib import Path
        from maru import hookimpl

        @hookimpl
        def menu(viewer):
            if Path("die").exists():
                {SEGFAULT}
            return []
        """
}


@pytest.fixture(autouse=True)
def _needs_signals() -> None:
    if sys.platform == "win32":
        lacking("POSIX signals", "run these tests on Linux or macOS")


def failures(running: Running) -> list[tuple[str, str, str, str]]:
    """(plugin, place, where, problem) of the failures that administrators see."""
    with closing(sqlite3.connect(running.folder / "data" / "maru.sqlite3")) as connection:
        return list(connection.execute('SELECT plugin, place, "where", problem FROM maru_plugin_failure'))


def wait_for(found: Callable[[], object], seconds: float = 20.0) -> None:
    """Returns as soon as `found()` is true."""
    until = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.slow
def test_a_page_that_kills_its_worker_kills_one(tmp_path: Path) -> None:
    """The page is paused in every worker, named with file and line; asked for again, it costs nobody anything."""
    with serving(tmp_path, 2, **FAULTY_PAGE) as running:
        cookie = running.sign_in()

        first, _ = running.ask("GET", "/keep/die", cookie=cookie)
        wait_for(lambda: failures(running))
        running.wait_for_workers(2)
        running.wait_until_it_answers()
        time.sleep(1)
        later = {running.ask("GET", "/keep/die", cookie=cookie)[0] for _ in range(10)}

        assert (first, later) == (0, {503})
        assert running.log().count("starting another") == 1
        ((plugin, place, where, problem),) = failures(running)
        assert (plugin, place) == ("keep", "keep.views.die")
        assert where.startswith("views.py:")
        assert "Segmentation fault" in problem
        assert running.ask("POST", "/keep/add", {"text": "danach"}, cookie)[0] == 200
        assert list((tmp_path / "data" / "crashes").glob("*.dead")) == []


@pytest.mark.slow
def test_a_hook_that_kills_its_worker_kills_one(tmp_path: Path) -> None:
    """The next pages are made without its menu lines; the page during which it happened is lost, once."""
    with serving(tmp_path, 1, **FAULTY_MENU) as running:
        cookie = running.sign_in()
        (tmp_path / "die").touch()

        first, _ = running.ask("GET", "/", cookie=cookie)
        running.wait_until_it_answers()
        later = {running.ask("GET", "/", cookie=cookie)[0] for _ in range(5)}
        wait_for(lambda: failures(running))

        assert (first, later) == (0, {200})
        assert running.log().count("starting another") == 1
        assert failures(running)[0][:2] == ("keep", "menu")


@pytest.mark.slow
def test_an_import_that_kills_its_worker_is_held_back_until_the_failure_is_cleared(tmp_path: Path) -> None:
    """The others start; it is ill with file and line, for commands too. Cleared, it is loaded again by itself."""
    flag = tmp_path / "die"
    make_room(
        tmp_path / "rooms",
        "dying",
        init=f"import ctypes\nfrom pathlib import Path\nif Path({str(flag)!r}).exists():\n    {SEGFAULT}\n",
        routes="from maru import Page\nfrom maru_dying import views\n\n"
        "pages = [Page('/', views.index, permission='dying.read')]\n",
        views="from starlette.responses import PlainTextResponse\n\ndef index(request):\n"
        "    return PlainTextResponse('well')\n",
    )
    with serving(tmp_path, 2, ["dying"]) as running:
        running.end()
        flag.touch()
        running.start(2)
        running.wait_until_it_answers()
        cookie = running.sign_in()
        wait_for(lambda: failures(running))
        time.sleep(1)

        held = running.ask("GET", "/dying/", cookie=cookie)[0]
        told = running.maru("plugins").stdout
        flag.unlink()
        with closing(sqlite3.connect(tmp_path / "data" / "maru.sqlite3")) as connection, connection:
            connection.execute("DELETE FROM maru_plugin_failure")
        wait_for(lambda: running.ask("GET", "/dying/", cookie=cookie)[0] == 200)

        assert held == 404
        assert "__init__.py:4: Segmentation fault: a worker died of it" in told
        assert "SAFE MODE" not in running.log()
        assert "Plugin dying is held back: a worker died of it at __init__.py:4 (Segmentation fault)" in running.log()
