"""Kill the worker that indexes, between commit and indexing: `python -m tests.prove.kill_indexing 50`.

Two workers serve; each time one line is saved, and right after its acknowledgement the elected worker is killed with
signal 9, a random moment later: before it looked at the event, while it indexed, or after. Then everybody waits until
the line is found. At the end the index is compared with the database, document by document.

Prints the line that belongs into LOG.md. The ordinary run has a slice of it, plugins/maru_search/tests/test_kills.py.
"""

from __future__ import annotations

import http.client
import os
import random
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

from tests.serve.running import Running, serving

PATIENCE_SECONDS = 30.0
LATEST_KILL_SECONDS = 0.25
SEARCHED_KEEPER = '''
"""A room that keeps lines, and lets the search find them."""

from maru import hookimpl, now
from maru_search.api import EVERYONE, SearchDocument
from maru_keep.models import Line


@hookimpl
def search_keys(event):
    if event is None:
        return [f"keep_line:{line.id}" for line in Line.select(Line.id)]
    return [event.key] if event.name.startswith("keep_line.") else []


@hookimpl
def search_documents(keys):
    wanted = [int(key.partition(":")[2]) for key in keys]
    return [
        SearchDocument(f"keep_line:{line.id}", "line", line.text, f"/keep/{line.id}", (EVERYONE,))
        for line in Line.select().where(Line.id.in_(wanted))
    ]
'''


@dataclass
class Outcome:
    """What the kills led to: acknowledged words, seconds until each was found, differences at the end."""

    words: list[str] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    killed_count: int = 0
    replaced_count: int = 0
    lost: list[str] = field(default_factory=list)
    differences: str = ""
    calm_wait: float = 0.0

    @property
    def is_proven(self) -> bool:
        """Everything acknowledged is found, and the index equals the database."""
        return not self.lost and self.differences == "0 0 0" and self.killed_count == len(self.waits)


def kill_often(folder: Path, times: int, seed: int = 1) -> Outcome:
    """Save, kill and wait `times` times, then compare."""
    chance, outcome = random.Random(seed), Outcome()
    with serving(folder, 2, ["search"], init=SEARCHED_KEEPER) as running:
        cookie = running.sign_in()
        for _ in range(2):  # the first one waits for the whole index to be built
            outcome.calm_wait = _seconds_until_found(running, cookie, _save(running, cookie, chance))
        for _ in range(times):
            word = _save(running, cookie, chance)
            outcome.words.append(word)
            time.sleep(chance.uniform(0, LATEST_KILL_SECONDS))
            os.kill(_elected(running), signal.SIGKILL)
            outcome.killed_count += 1
            outcome.waits.append(_seconds_until_found(running, cookie, word))
            running.wait_for_workers(2)
        outcome.lost = [word for word in outcome.words if not _is_found(running, cookie, word)]
        outcome.replaced_count = running.log().count("starting another")
        outcome.differences = _differences(running)
    return outcome


def _save(running: Running, cookie: str, chance: random.Random) -> str:
    """A new word of six syllables, acknowledged."""
    word = "".join(chr(chance.randrange(0xAC00, 0xD7A4)) for _ in range(6))
    until = time.monotonic() + PATIENCE_SECONDS
    while running.ask("POST", "/keep/add", {"text": word}, cookie)[0] != 200:
        assert time.monotonic() < until, running.log()
        time.sleep(0.05)
    return word


def _elected(running: Running) -> int:
    """The process that holds the lease of the outbox now; its holder is called `<pid>-…`."""
    with closing(sqlite3.connect(running.folder / "data" / "maru.sqlite3", timeout=10)) as connection:
        (holder,) = connection.execute("SELECT holder FROM maru_lease WHERE name = 'outbox'").fetchone()
    pid = int(str(holder).partition("-")[0])
    workers = running.wait_for_workers(2)
    return pid if pid in workers else workers[0]


def _seconds_until_found(running: Running, cookie: str, word: str) -> float:
    began = time.monotonic()
    while not _is_found(running, cookie, word):
        assert time.monotonic() < began + PATIENCE_SECONDS, running.log()[-3000:]
        time.sleep(0.05)
    return time.monotonic() - began


def _is_found(running: Running, cookie: str, word: str) -> bool:
    """Whether the page of hits has exactly one for the word; any worker may answer."""
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=20)
    with closing(connection):
        try:
            connection.request("GET", "/search/?" + urlencode({"q": word, "as_typed": 1}), headers={"cookie": cookie})
            return connection.getresponse().read().decode("utf-8").count('href="/keep/') == 1
        except (OSError, http.client.HTTPException):
            return False


def _differences(running: Running) -> str:
    """How many documents the index lacks, has too much, and has otherwise, counted by a process of its own."""
    code = (
        "from maru.app import create_app; from maru_db import connected; from maru_search.indexing import indexer_of\n"
        "portal = create_app().state.portal\n"
        "with connected(): print(*map(len, indexer_of(portal).differences()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=running.folder, env=running.environment, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    return done.stdout.strip() or done.stderr[-500:]


def main(times: int) -> int:
    """Exit code 0 when nothing acknowledged was lost and the index equals the database."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        outcome = kill_often(Path(folder), times)
    print(
        f"{datetime.now(UTC):%Y-%m-%d} · kill_indexing {times} · {'held' if outcome.is_proven else 'BROKEN'} · "
        f"{outcome.killed_count} kills, {outcome.replaced_count} replaced; {len(outcome.words)} saved, "
        f"{len(outcome.lost)} lost; missing, too much, different: {outcome.differences}; found again after "
        f"{statistics.median(outcome.waits):.1f} s (median), {max(outcome.waits):.1f} s (longest), "
        f"undisturbed {outcome.calm_wait:.2f} s; {time.monotonic() - began:.0f} s"
    )
    return 0 if outcome.is_proven else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50))
