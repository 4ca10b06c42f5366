"""A portal under `maru serve` in processes of its own, with one plugin that keeps what it is sent."""

from __future__ import annotations

import http.client
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Self
from urllib.parse import urlencode

from tests.habits.tree import ROOT
from tests.postgres import free_port
from tests.rooms import a_table_of_lines, make_room

PASSWORD = "긴 비밀번호 한 줄"
KEEPER = {
    "routes": """
        from maru import Page
        from maru_keep import views

        pages = [Page("/add", views.add, permission="keep.read", methods=("POST",))]
        """,
    "views": """
        from starlette.responses import PlainTextResponse

        from maru import form, write
        from maru_keep.models import Line

        def add(request):
            with write(request):
                Line.create(text=form(request)["text"])
            return PlainTextResponse("kept")
        """,
    **a_table_of_lines("keep"),
}


class Running:
    """One `maru serve`. `pid` is the parent's; `workers()` are the processes that answer.

    `bundled` are plugins of the checkout that it has beside the keeper, `files` what the keeper has otherwise.
    """

    def __init__(self, folder: Path, workers: int, bundled: Sequence[str] = (), **files: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "core"), str(ROOT / "plugins")]),
            "PYTHONUTF8": "1",
            "MARU_DATA_FOLDER": str(folder / "data"),
            "MARU_PLUGINS_PATH": f"{folder / 'rooms'},{ROOT / 'plugins'}",
            "MARU_PLUGINS_ONLY": ",".join(["keep", *bundled]),
            "MARU_PULSE_SECONDS": "0.1",
        }
        make_room(folder / "rooms", "keep", **KEEPER | files)
        self.maru("user", "clerk", "--password-stdin", typed=PASSWORD)
        self.start(workers)

    def start(self, workers: int, *words: str) -> None:
        """Start `maru serve`, with `words` more; after `end()`, once again."""
        command = [sys.executable, "-m", "maru", "serve", "--port", str(self.port), "--workers", str(workers), *words]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, env=self.environment, stdout=log, stderr=log)

    def maru(self, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """Run another `maru` command in the same installation."""
        return subprocess.run(
            [sys.executable, "-m", "maru", *words],
            cwd=self.folder,
            env=self.environment,
            input=typed + "\n",
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    def workers(self) -> list[int]:
        """Process ids of the workers alive, by the name that the parent gives its children."""
        found = subprocess.run(
            ["ps", "-ww", "-o", "pid=", "-o", "args=", "--ppid", str(self.process.pid)],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        lines = [line.split(None, 1) for line in found.stdout.splitlines() if "spawn_main" in line]
        return [int(pid) for pid, _ in lines]

    def wait_for_workers(self, count: int, seconds: float = 20.0) -> list[int]:
        """The workers, as soon as there are `count`."""
        until = time.monotonic() + seconds
        while len(found := self.workers()) != count:
            assert time.monotonic() < until, f"{len(found)} workers instead of {count}: {self.log()}"
            time.sleep(0.05)
        return found

    def wait_until_it_answers(self, seconds: float = 30.0) -> None:
        """Returns as soon as the login page answers."""
        until = time.monotonic() + seconds
        while self.ask("GET", "/login")[0] != 200:
            assert time.monotonic() < until, self.log()
            time.sleep(0.05)

    def log(self) -> str:
        """All that the processes have printed."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def ask(self, method: str, path: str, fields: dict[str, str] | None = None, cookie: str = "") -> tuple[int, str]:
        """Status and first cookie of an answer; (0, "") where the connection broke."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"origin": f"http://127.0.0.1:{self.port}", "cookie": cookie}
        if fields is not None:
            headers["content-type"] = "application/x-www-form-urlencoded"
        with closing(connection):
            try:
                connection.request(method, path, urlencode(fields or {}), headers)
                answer = connection.getresponse()
                answer.read()
                return answer.status, (answer.getheader("set-cookie") or "").partition(";")[0]
            except (OSError, http.client.HTTPException):
                return 0, ""

    def read(self, path: str, cookie: str = "") -> str:
        """The text of a page; empty where the connection broke."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        with closing(connection), suppress(OSError, http.client.HTTPException):
            connection.request("GET", path, headers={"cookie": cookie})
            return connection.getresponse().read().decode("utf-8")
        return ""

    def sign_in(self) -> str:
        """The session cookie of `clerk`."""
        status, cookie = self.ask("POST", "/login", {"username": "clerk", "password": PASSWORD})
        assert status == 303
        return cookie

    def kept(self) -> list[str]:
        """What lies in the database, read past the portal."""
        with closing(sqlite3.connect(self.folder / "data" / "maru.sqlite3")) as connection:
            return [text for (text,) in connection.execute("SELECT text FROM keep_line")]

    def integrity(self) -> str:
        """What SQLite says of its own file."""
        with closing(sqlite3.connect(self.folder / "data" / "maru.sqlite3")) as connection:
            return str(connection.execute("PRAGMA integrity_check").fetchone()[0])

    def end(self) -> float:
        """SIGTERM to the parent. Gives the seconds until it was gone."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        return time.monotonic() - began


class Busy:
    """Threads that work while a block runs; they are to stop when `self._end` is set."""

    _threads: list[threading.Thread]

    def __init__(self) -> None:
        self._end = threading.Event()

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join()


class Writers(Busy):
    """Threads that send one line after the other and remember which ones were acknowledged."""

    def __init__(self, running: Running, count: int) -> None:
        self.running = running
        self.cookie = running.sign_in()
        self.acknowledged: list[str] = []
        self.failed_count = 0
        super().__init__()
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(count)]

    def _write(self, number: int) -> None:
        sent = 0
        while not self._end.is_set():
            sent += 1
            text = f"{number}-{sent}"
            status, _ = self.running.ask("POST", "/keep/add", {"text": text}, self.cookie)
            if status == 200:
                self.acknowledged.append(text)
            else:
                self.failed_count += 1
                time.sleep(0.02)


@contextmanager
def serving(folder: Path, workers: int = 2, bundled: Sequence[str] = (), **files: str) -> Iterator[Running]:
    """A portal that answers; ended afterwards, whatever happened."""
    running = Running(folder, workers, bundled, **files)
    try:
        running.wait_until_it_answers()
        running.wait_for_workers(workers)
        yield running
    finally:
        if running.process.poll() is None:
            for pid in running.workers():
                os.kill(pid, signal.SIGTERM)
            running.process.kill()
            running.process.wait()


@contextmanager
def killing(running: Running, times: int, rest_seconds: float = 2.2) -> Iterator[Writers]:
    """Kill a worker `times` times while eight threads write; gives what they had acknowledged."""
    with Writers(running, 8) as writers:
        for number in range(times):
            time.sleep(rest_seconds)
            os.kill(running.wait_for_workers(2)[number % 2], signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
        running.wait_for_workers(2)
        running.wait_until_it_answers()
        time.sleep(0.5)
    yield writers
