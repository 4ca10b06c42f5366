"""The house in a process of its own, which may hang, freeze or die: `maru serve` with short patience."""

from __future__ import annotations

import http.client
import importlib
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from maru.settings import load_settings
from maru_server import blame, crashes, draining, parent
from maru_server.worker import run_worker
from tests.faults.house import CLERK, LIKING, TELLING, House, Outcome, Texts, difference, is_place, said
from tests.faults.making import flip, was_called
from tests.faults.matrix import IMPORT, JOB, ONCE_AT_START, ROUTE, Pair
from tests.habits.tree import ROOT
from tests.postgres import free_port

PATIENCE_SECONDS = 25.0
CLERKS_PAGES = {ROUTE: "/faulty/"}


def impatient_worker(*given: Any) -> None:
    """A worker that waits two seconds where others wait minutes, and that shows every card at once, however slow."""
    blame.STEP_SECONDS = blame.TABLES_SECONDS = 4.0
    crashes.SILENT_SECONDS = 2.0
    draining.HANG_SECONDS = 2.0
    home = importlib.import_module("maru.screens.home")
    home.CARD_SECONDS = home.CARDS_SECONDS = 60.0  # type: ignore[attr-defined]
    run_worker(*given)


class ImpatientParent(parent.Parent):
    """A parent that ends a frozen worker after four seconds."""

    work = staticmethod(impatient_worker)  # type: ignore[assignment]  # it hands on whatever it is given


def main() -> int:
    """Serve as the MARU_ variables say."""
    parent.SILENT_SECONDS = 4.0
    settings = load_settings()
    return ImpatientParent(settings, parent.bind(settings)).run()


class ServedHouse:
    """The portal of a `House` that was closed, served. Every page is asked for over the network."""

    def __init__(self, house: House) -> None:
        self.root, self.pages, self.cookies = house.root, house.pages, house.cookies
        self.folder = house.folder
        self.database = house.settings.data_folder / "maru.sqlite3"
        self.port = free_port()
        house.close()
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "core", ROOT / "plugins"))),
            "PYTHONUTF8": "1",
            "MARU_DATA_FOLDER": str(house.settings.data_folder),
            "MARU_PLUGINS_PATH": ",".join(map(str, house.settings.plugins_path)),
            "MARU_PORT": str(self.port),
            "MARU_PULSE_SECONDS": "0.1",
            "MARU_VIEW_LIMIT_SECONDS": "4",
        }
        with (self.folder / "log").open("wb") as log:
            command = [sys.executable, "-m", "tests.faults.served"]
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        self.wait_for(lambda: self.ask(CLERK, "/login")[0])
        self._texts()
        self.before = self._texts()

    def ask(self, name: str, path: str, fields: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and text of a page; (0, "") where the connection broke."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        cookie = "; ".join(f"{key}={value}" for key, value in self.cookies[name].items())
        headers = {"cookie": cookie, "origin": f"http://127.0.0.1:{self.port}"}
        if fields is not None:
            headers["content-type"] = "application/x-www-form-urlencoded"
        with closing(connection):
            try:
                body = None if fields is None else urlencode(fields)
                connection.request("GET" if fields is None else "POST", path, body, headers)
                answer = connection.getresponse()
                is_page = "html" in (answer.getheader("content-type") or "")
                text = answer.read().decode("utf-8", "replace")
                return answer.status, text if is_page and not TELLING.match(path) else ""
            except (OSError, http.client.HTTPException):
                return 0, ""

    def wait_for(self, found: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> bool:
        """Whether `found()` became true in time."""
        until = time.monotonic() + seconds
        while not found():
            if time.monotonic() > until:
                return False
            time.sleep(0.05)
        return True

    def _texts(self) -> Texts:
        found = {}
        for name, address in self.pages:
            status, text = self.ask(name, address)
            found[name, address] = f"{status} {said(text)}"
        return found

    def failures(self) -> list[tuple[str, str, str, str]]:
        """(plugin, place, where, problem) of what administrators see."""
        with closing(sqlite3.connect(self.database, timeout=10)) as connection:
            query = 'SELECT plugin, place, "where", problem FROM maru_plugin_failure'
            return list(connection.execute(query))

    def forgive(self) -> None:
        """All is well again, as if nothing had been; a plugin that was held back is loaded again."""
        flip(self.root)
        with closing(sqlite3.connect(self.database, timeout=10)) as connection, connection:
            connection.execute("DELETE FROM maru_plugin_failure")
            connection.execute("DELETE FROM maru_outbox_event WHERE done_at IS NULL")
        self.wait_for(lambda: self.ask(CLERK, "/faulty/")[0] == 200)
        time.sleep(1.0)  # what was paused is tried again with the next look at the database

    def try_out(self, pair: Pair) -> Outcome:
        """Do the fault at the place, and look at all the rest. One page may be lost: the one it happened in."""
        outcome = Outcome(pair)
        self.forgive()
        flip(self.root, pair.place, pair.fault)
        if pair.place in (IMPORT, *ONCE_AT_START):
            self._kill_worker()
        else:
            self._provoke(pair)
        outcome.check(self.wait_for(lambda: self.ask(CLERK, "/login")[0]), "it does not answer any more")
        is_told = self.wait_for(lambda: [one for one in self.failures() if is_place(pair.place, one[1])], 8)
        found = self.failures()
        outcome.check(is_told, f"nobody is blamed: {found}")
        outcome.check(was_called(self.root, pair.place), "it was never called")
        outcome.check({plugin for plugin, *_ in found} <= {"faulty"}, f"others are blamed: {found}")
        outcome.check(any(where for _, _, where, _ in found), f"no line is named: {found}")
        outcome.blamed = "; ".join(f"{place} {where} {problem[:60]}" for _, place, where, problem in found)
        for key, text in self._texts().items():
            outcome.check(text == self.before[key], f"{key[1]} as {key[0]}: {difference(self.before[key], text)}")
        status, _ = self.ask(CLERK, "/me/", LIKING)
        outcome.check(status == 303, f"nothing can be saved: {status}")
        return outcome

    def _provoke(self, pair: Pair) -> None:
        self.ask(CLERK, "/me/", LIKING)  # menus are asked for anew after a write
        self.ask(CLERK, CLERKS_PAGES.get(pair.place, "/"))
        if pair.place in CLERKS_PAGES:
            return
        self.ask(CLERK, "/faulty/enqueue", {})
        if self.wait_for(lambda: was_called(self.root, pair.place), 1.5) or pair.place == JOB:
            return
        for name, address in self.pages:
            self.ask(name, address)
            if was_called(self.root, pair.place):
                return
        self.ask(CLERK, f"/faulty/ask/{pair.place}")

    def _kill_worker(self) -> None:
        worker = self.workers()[0]
        os.kill(worker, signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
        self.wait_for(lambda: worker not in self.workers())

    def workers(self) -> list[int]:
        """Process ids of the workers alive."""
        command = ["ps", "-ww", "-o", "pid=", "-o", "args=", "--ppid", str(self.process.pid)]
        lines = subprocess.run(command, capture_output=True, encoding="utf-8", check=False).stdout.splitlines()
        return [int(line.split(None, 1)[0]) for line in lines if "spawn_main" in line]

    def log(self) -> str:
        """All that the processes have printed."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def end(self) -> None:
        """End all of its processes."""
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            for pid in self.workers():
                os.kill(pid, signal.SIGKILL)
            self.process.kill()
            self.process.wait()


@contextmanager
def served(folder: Path, most: int) -> Iterator[tuple[House, ServedHouse]]:
    """A house that was filled, then served; ended afterwards."""
    house = House(folder, most, is_guarded=False)
    running = ServedHouse(house)
    try:
        yield house, running
    finally:
        running.end()


if __name__ == "__main__":
    sys.exit(main())
