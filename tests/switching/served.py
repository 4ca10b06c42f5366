"""A demonstration served by several workers, with a connection into each of them: what one says, all must say."""

from __future__ import annotations

import http.client
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlencode

from maru_server.demo import DEMO_PASSWORD
from tests.habits.tree import ROOT
from tests.postgres import free_port
from tests.rooms import a_table_of_lines, make_room
from tests.serve.running import Running

MOST_TRIES = 400
NAV = """
optional = ["search"]
[[nav]]
label = { ko = "째깍", en = "Tick" }
href = "/tick/"
icon = "clock"
permission = "tick.read"
"""
TICK = {
    "init": '''
        """A room with one of everything: pages, an interface, a menu line, a card, a job, a document for the search."""

        from dataclasses import dataclass

        from maru import Card, Job, hookimpl, write_as, Actor

        from .models import Line


        @dataclass(frozen=True)
        class CardContext:
            """The card says one word."""

            word: str


        @hookimpl
        def slots(slot, viewer):
            return [Card("째깍 카드", "maru_tick/_card.html", CardContext("째깍"), "/tick/")] if slot == "home" else []


        @hookimpl
        def jobs():
            return [Job("tick.run", "째깍", run)]


        def run(run):
            with write_as(Actor(None, "tick.run", plugin="tick")):
                Line.create(text=run.payload["text"])
        ''',
    "routes": """
        from starlette.responses import JSONResponse, PlainTextResponse

        from maru import Page

        def page(request):
            return PlainTextResponse("째깍")

        def interface(request):
            return JSONResponse({"tick": True})

        pages = [Page("/", page, permission="tick.read"), Page("/api", interface, permission="tick.read")]
        """,
    **a_table_of_lines("tick"),
    "for_search": """
        from maru import hookimpl, now
        from maru_search.api import EVERYONE, SearchDocument, SearchKind

        @hookimpl
        def search_kinds():
            return [SearchKind("tick", {"ko": "째깍", "en": "Tick"}, "clock")]

        @hookimpl
        def search_keys(event):
            return ["tick_thing:1"]

        @hookimpl
        def search_documents(keys):
            return [SearchDocument("tick_thing:1", "tick", "괘종시계", "/tick/", (EVERYONE,), body="추", at=now())]
        """,
    "templates__maru_tick___card.html": "{# CardContext · slots #}\n<p>{{ word }}</p>\n",
}
ASKING = {
    "routes": """
        from starlette.responses import PlainTextResponse

        from maru import Page, form, write

        def ask(request):
            with write(request) as change:
                change.enqueue("tick.run", {"text": form(request)["text"]})
            return PlainTextResponse("asked")

        pages = [Page("/", ask, permission="ask.read", methods=("POST",))]
        """,
}


class Served(Running):
    """`maru demo` with some workers, the bundled plugins, and the rooms `tick` and `ask`.

    `more` is a folder of other plugins.
    """

    def __init__(self, folder: Path, workers: int, more: Path | None = None) -> None:
        self.folder = folder
        self.port = free_port()
        self.cookies: dict[str, str] = {}
        rooms = folder / "rooms"
        make_room(rooms, "tick", "", **dict(TICK))
        manifest = rooms / "maru_tick" / "plugin.toml"
        text = manifest.read_text(encoding="utf-8")
        first, keys, rest = text.partition("[[permissions]]")
        optional, _, nav = NAV.partition("[[nav]]")
        manifest.write_text(f"{first}{optional}{keys}{rest}[[nav]]{nav}", encoding="utf-8")
        make_room(rooms, "ask", "", **dict(ASKING))
        roots = [rooms, ROOT / "plugins", *([more] if more else [])]
        self.environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "core"), str(ROOT / "plugins")]),
            "PYTHONUTF8": "1",
            "MARU_DATA_FOLDER": str(folder / "data"),
            "MARU_PLUGINS_PATH": ",".join(map(str, roots)),
            "MARU_WORKERS": str(workers),
        }
        command = [sys.executable, "-m", "maru", "demo", "--port", str(self.port)]
        with (folder / "log").open("wb") as log:
            self.process = subprocess.Popen(command, cwd=folder, env=self.environment, stdout=log, stderr=log)

    def enter(self, username: str) -> str:
        """The session cookie of a demo account."""
        if username not in self.cookies:
            status, cookie = self.ask("POST", "/login", {"username": username, "password": DEMO_PASSWORD})
            assert status == 303, f"{username} cannot sign in: {status}"
            self.cookies[username] = cookie
        return self.cookies[username]

    @property
    def database(self) -> Path:
        """The file of the demonstration."""
        return self.folder / "data" / "demo" / "maru.sqlite3"

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """What a query gives, read past the portal."""
        with closing(sqlite3.connect(self.database, timeout=30)) as connection:
            return connection.execute(query).fetchall()

    def checksums(self) -> dict[str, str]:
        """Table → checksum of its rows, for all tables of plugins but those of the search and of `tick`."""
        tables = [str(name) for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")]
        kept = [name for name in tables if not name.startswith(("maru_", "sqlite_", "search_", "tick_"))]
        rows = {name: self.rows(f'SELECT * FROM "{name}" ORDER BY 1') for name in kept}
        return {name: sha256(repr(found).encode()).hexdigest() for name, found in rows.items()}

    def unit_of(self, username: str) -> int:
        """The department of an account."""
        asked = "SELECT p.department_id FROM maru_post p JOIN maru_user u ON u.id = p.user_id WHERE u.username = "
        return int(str(self.rows(f"{asked}'{username}'")[0][0]))

    def switch(self, plugin: str, reach: str, *units: int) -> float:
        """Switch on the page of the administration, as its form does. Gives the instant of the answer."""
        fields = [("reach", reach), ("reason", "시험"), *(("units", str(unit)) for unit in units)]
        status, text = self.send("POST", f"/admin/plugins/{plugin}/switch", self.enter("demo-admin"), fields)
        assert status == 303, f"{plugin} {reach}: {status} {re.sub('<[^>]+>', ' ', text)[-600:]}"
        return time.monotonic()

    def send(self, method: str, path: str, cookie: str, fields: list[tuple[str, str]] | None = None) -> tuple[int, str]:
        """Status and text of an answer over a connection of its own; (0, "") where it broke."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"origin": f"http://127.0.0.1:{self.port}", "cookie": cookie}
        if fields is not None:
            headers["content-type"] = "application/x-www-form-urlencoded"
        with closing(connection):
            try:
                connection.request(method, path, urlencode(fields or []), headers)
                answer = connection.getresponse()
                return answer.status, answer.read().decode("utf-8", "replace")
            except (OSError, http.client.HTTPException):
                return 0, ""


@dataclass
class Door:
    """A connection that leads to one worker. It is opened anew when the worker found it idle for too long."""

    pid: int
    port: int
    connection: http.client.HTTPConnection

    def get(self, path: str, cookie: str = "") -> tuple[int, str]:
        """Status and text of an answer of this worker."""
        try:
            return self._get(path, cookie)
        except (OSError, http.client.HTTPException):
            self.connection.close()
            (self.connection,) = opened(self.port, {self.pid}).values()
            return self._get(path, cookie)

    def _get(self, path: str, cookie: str) -> tuple[int, str]:
        self.connection.request("GET", path, headers={"cookie": cookie})
        answer = self.connection.getresponse()
        return answer.status, answer.read().decode("utf-8", "replace")


def doors(served: Served, count: int, known: list[Door]) -> list[Door]:
    """A door into each of the workers; those `known` whose worker lives are kept."""
    pids = set(served.wait_for_workers(count))
    kept = [door for door in known if door.pid in pids]
    for door in known:
        if door not in kept:
            door.connection.close()
    fresh = opened(served.port, pids - {door.pid for door in kept})
    return [*kept, *(Door(pid, served.port, connection) for pid, connection in fresh.items())]


def opened(port: int, pids: set[int]) -> dict[int, http.client.HTTPConnection]:
    """A connection to each of the workers `pids`. Raises AssertionError when one of them takes none."""
    found: dict[int, http.client.HTTPConnection] = {}
    for _ in range(MOST_TRIES):
        if found.keys() == pids:
            return found
        for connection in _burst(port):
            pid = _worker_of(connection, port, pids)
            if pid and pid not in found:
                found[pid] = connection
            else:
                connection.close()
    raise AssertionError(f"{len(pids - found.keys())} workers took none of many connections")


def _burst(port: int, count: int = 8) -> Iterator[http.client.HTTPConnection]:
    """Connections that were opened together, so that the workers share them; each has been answered once."""
    fresh = [http.client.HTTPConnection("127.0.0.1", port, timeout=30) for _ in range(count)]
    for connection in fresh:
        connection.request("GET", "/login")
    for connection in fresh:
        connection.getresponse().read()
        yield connection


def _worker_of(connection: http.client.HTTPConnection, port: int, pids: set[int]) -> int:
    """The process at the other end, by what Linux tells of sockets; 0 when it is not among `pids`."""
    own = connection.sock.getsockname()[1]
    ends = f":{port:04X} ", f":{own:04X} "
    lines = (line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:])
    inode = next((line[9] for line in lines if f"{line[1]} ".endswith(ends[0]) and f"{line[2]} ".endswith(ends[1])), "")
    for pid in pids:
        with suppress(OSError):
            for each in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(OSError):
                    if str(each.readlink()) == f"socket:[{inode}]":
                        return pid
    return 0


@contextmanager
def served_demo(folder: Path, workers: int, more: Path | None = None) -> Iterator[Served]:
    """A demonstration that answers with all its workers; ended afterwards, whatever happened."""
    served = Served(folder, workers, more)
    try:
        served.wait_until_it_answers(60.0)
        served.wait_for_workers(workers, 60.0)
        yield served
    finally:
        if served.process.poll() is None:
            for pid in served.workers():
                with suppress(OSError):
                    os.kill(pid, signal.SIGTERM)
            served.process.kill()
            served.process.wait()
