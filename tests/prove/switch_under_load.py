"""Switch plugins while people work: `python -m tests.prove.switch_under_load 200`.

Four workers serve a demonstration, people open pages all the time, and an administrator switches one plugin after the
other on the page of the administration: off, on for one department, on for the city. After each switch every worker is
asked over a connection of its own until all agree; then whether routes, menu, card, interface and hits are there for a
person of that department and for one of another, exactly where they should be. Jobs of the plugin that is off wait.
At the end every row of the plugins is what it was.

Prints the line that belongs into LOG.md. The ordinary run has a slice of it, tests/switching/test_under_load.py.
"""

from __future__ import annotations

import itertools
import random
import re
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from tests.serve.running import Busy
from tests.switching.served import Door, Served, doors, served_demo

INSIDE, OUTSIDE = "demo-yugu", "demo-iin"
VISITORS = (INSIDE, OUTSIDE, "demo-collector", "demo-head")
PAGES = (
    "/",
    "/board/",
    "/board/1",
    "/collect/",
    "/records/",
    "/forms/",
    "/notify/",
    "/search/?q=" + quote("예산"),
    "/me/",
)
PATIENCE_SECONDS = 20.0
JOB_SECONDS = 10.0
HIT = re.compile(r'class="(?:strong )?search-link" href="/(\w+)/')
LEDGERS = ("forms", "collect", "records")
ROUND = (
    *((key, reach) for key in ("tick", "board") for reach in ("off", "units", "city")),
    *((key, "off") for key in LEDGERS),  # what others need goes last and comes first
    *((key, reach) for reach in ("units", "city") for key in reversed(LEDGERS)),
    *((key, reach) for key in ("notify", "search", "me") for reach in ("off", "city")),
)
"""One round of switches; it ends with everything on."""


@dataclass
class Outcome:
    """What the switches led to. `agreed_ms` is from the administrator's answer until the last worker agreed.

    `answered_ms` is how long the administrator waited for that answer.
    """

    agreed_ms: list[float] = field(default_factory=list)
    answered_ms: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    changed_tables: list[str] = field(default_factory=list)
    asked_jobs: int = 0
    done_jobs: int = 0

    @property
    def failed_count(self) -> int:
        """Requests that broke off or were answered with 5xx."""
        return sum(count for status, count in self.statuses.items() if status == 0 or status >= 500)

    @property
    def is_proven(self) -> bool:
        """All of it held."""
        held = not self.failed_count and not self.wrong and not self.changed_tables
        return held and self.asked_jobs == self.done_jobs and max(self.agreed_ms, default=0) <= 1000


class Visitors(Busy):
    """People who open one page after the other, each over a connection of its own."""

    def __init__(self, served: Served, outcome: Outcome) -> None:
        self.served, self.outcome = served, outcome
        super().__init__()
        for name in VISITORS:
            served.enter(name)
        self._threads = [threading.Thread(target=self._visit, args=(name,)) for name in VISITORS]

    def _visit(self, name: str) -> None:
        pages = itertools.cycle(random.Random(name).sample(PAGES, len(PAGES)))
        while not self._end.is_set():
            page = next(pages)
            status, _ = self.served.send("GET", page, self.served.cookies[name])
            self.outcome.statuses[status] += 1
            if status == 0 or status >= 500:
                self.outcome.wrong.append(f"{name} {page}: {status}")
            self._end.wait(0.01)


class Switching:
    """The administrator, and what all workers say after each switch."""

    def __init__(self, served: Served, workers: int, outcome: Outcome) -> None:
        self.served, self.workers, self.outcome = served, workers, outcome
        self.unit = served.unit_of(INSIDE)
        self.reach = dict.fromkeys((key for key, _ in ROUND), "city")
        self.doors: list[Door] = []
        self.waiting_jobs: list[str] = []
        self.with_cards = {
            key for key in self.reach if served.send("GET", f"/cards/{key}", served.enter(INSIDE))[0] == 200
        }

    def is_on(self, key: str, username: str) -> bool:
        """Whether a person is to have the plugin now."""
        return self.reach[key] == "city" or (self.reach[key] == "units" and username == INSIDE)

    def switch(self, key: str, reach: str) -> None:
        """One switch: then all agree, and everything of the plugin is there or gone."""
        self.doors = doors(self.served, self.workers, self.doors)
        self._see_that_jobs_wait()
        before = {name: self.is_on(key, name) for name in (INSIDE, OUTSIDE)}
        self.reach[key] = reach
        changed = next(name for name in before if self.is_on(key, name) != before[name])
        began = time.monotonic()
        answered = self.served.switch(key, reach, *([self.unit] if reach == "units" else []))
        self.outcome.answered_ms.append((answered - began) * 1000)
        with ThreadPoolExecutor(self.workers) as pool:
            at = list(pool.map(lambda door: self._agreed_at(door, key, changed), self.doors))
            self.outcome.agreed_ms.append((max(at) - answered) * 1000)
            for said in pool.map(lambda door: list(self._wrong(door, key)), self.doors):
                self.outcome.wrong += [f"{key} {reach}: {each}" for each in said]
        if key == "tick":
            self._ask_for_a_job()

    def _agreed_at(self, door: Door, key: str, name: str) -> float:
        """When a worker answered for the first time as it should, a person for whom that has changed."""
        wanted = 200 if self.is_on(key, name) else 404
        until = time.monotonic() + PATIENCE_SECONDS
        while door.get(f"/{key}/", self.served.cookies[name])[0] != wanted:
            if time.monotonic() > until:
                self.outcome.wrong.append(f"worker {door.pid} never agreed on {key} {self.reach[key]}")
                break
            time.sleep(0.01)
        return time.monotonic()

    def _wrong(self, door: Door, key: str) -> Iterator[str]:
        """What is there that should not be, or is not there, in one worker."""
        for name in (INSIDE, OUTSIDE):
            cookie, is_on = self.served.cookies[name], self.is_on(key, name)
            found = {
                "route": door.get(f"/{key}/", cookie)[0] == 200,
                "menu": f'"/{key}/' in door.get("/password", cookie)[1],
            }
            if key in self.with_cards:
                found["card"] = door.get(f"/cards/{key}", cookie)[0] == 200
                found["home"] = f"/{key}/" in door.get("/", cookie)[1] or f"/cards/{key}" in door.get("/", cookie)[1]
            if key == "tick":
                found["interface"] = door.get("/tick/api", cookie)[1] == '{"tick":true}'
            if key in ("tick", "board") and self.is_on("search", name):
                asked = "q=" + quote("괘종시계") if key == "tick" else "kind=board_post"
                hits = door.get(f"/search/?{asked}", cookie)[1]
                found["hit"] = key in HIT.findall(hits)
            yield from (f"{what} for {name}: {is_there}" for what, is_there in found.items() if is_there != is_on)

    def _ask_for_a_job(self) -> None:
        """A job of `tick`: run at once where it is on anywhere; otherwise it waits for that."""
        self.outcome.asked_jobs += 1
        text = f"job {self.outcome.asked_jobs}"
        status, _ = self.served.send("POST", "/ask/", self.served.enter("demo-admin"), [("text", text)])
        assert status == 200, f"a job cannot be asked for: {status}"
        self.waiting_jobs.append(text)
        if self.reach["tick"] != "off":
            self._wait_for_jobs()

    def _see_that_jobs_wait(self) -> None:
        done = self._done_jobs()
        self.outcome.wrong += [f"{text} ran while tick was off" for text in self.waiting_jobs if text in done]

    def _wait_for_jobs(self) -> None:
        until = time.monotonic() + JOB_SECONDS
        while not set(self.waiting_jobs) <= set(done := self._done_jobs()) and time.monotonic() < until:
            time.sleep(0.05)
        self.outcome.done_jobs += sum(done.count(text) == 1 for text in self.waiting_jobs)
        self.waiting_jobs.clear()

    def _done_jobs(self) -> list[str]:
        return [str(text) for (text,) in self.served.rows("SELECT text FROM tick_line")]


def wait_for_the_index(served: Served) -> None:
    """Returns when the demonstration is indexed: from then on hits are back as soon as their plugin is."""
    until = time.monotonic() + 60
    while not served.rows("SELECT 1 FROM search_build WHERE ended_at IS NOT NULL AND total_count > 5"):
        assert time.monotonic() < until, "the index of the demonstration was not built within a minute"
        time.sleep(0.2)


def prove(served: Served, workers: int, switches: int) -> Outcome:
    """Switch so often under load, and once more until everything is on again."""
    outcome = Outcome()
    with Visitors(served, outcome):
        time.sleep(5)  # reading marks and the like are written once
    wait_for_the_index(served)
    before = served.checksums()
    with Visitors(served, outcome):
        switching = Switching(served, workers, outcome)
        try:
            for key, reach in itertools.islice(itertools.cycle(ROUND), switches):
                switching.switch(key, reach)
            for key in (*reversed(LEDGERS), *switching.reach):
                if switching.reach[key] != "city":
                    switching.switch(key, "city")
        finally:
            for door in switching.doors:
                door.connection.close()
    after = served.checksums()
    outcome.changed_tables = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    return outcome


@contextmanager
def proving(workers: int, switches: int) -> Iterator[Outcome]:
    """The whole of it in a temporary folder."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        served_demo(Path(folder), workers) as served,
    ):
        try:
            yield prove(served, workers, switches)
        except BaseException:
            print(served.log()[-6000:], file=sys.stderr)
            raise


def main(switches: int, workers: int = 4) -> int:
    """Exit code 0 when nothing failed, all agreed within a second, and the rows are what they were."""
    began = time.monotonic()
    with proving(workers, switches) as outcome:
        pass
    for each in outcome.wrong[:40]:
        print(each, file=sys.stderr)
    agreed = sorted(outcome.agreed_ms)
    print(
        f"{datetime.now(UTC):%Y-%m-%d} · switch_under_load {switches} · {'held' if outcome.is_proven else 'BROKEN'} · "
        f"{len(agreed)} switches, {workers} workers; {sum(outcome.statuses.values())} pages asked for, "
        f"{outcome.failed_count} failed; agreed after {statistics.median(agreed):.0f} ms (median), {agreed[-1]:.0f} ms "
        f"(longest), the answer itself after {statistics.median(outcome.answered_ms):.0f} ms and "
        f"{max(outcome.answered_ms):.0f} ms; {len(outcome.wrong)} wrong; "
        f"{outcome.done_jobs} of {outcome.asked_jobs} jobs; "
        f"tables changed: {', '.join(outcome.changed_tables) or 'none'}; {time.monotonic() - began:.0f} s"
    )
    return 0 if outcome.is_proven else 1


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:3])) if len(sys.argv) > 1 else main(200))
