"""Kill the worker that drains the outbox: `python -m tests.prove.kill_draining 200`.

Four workers serve. Before each kill its share of events and jobs is written, of some records, with keys and without; a
plugin notes each event that it hears and the beginning and end of each job, with its process and the instant. Then the
elected worker is killed with signal 9 at a random moment of its work. Afterwards the notes are compared with the
outbox: nothing lost, every record's events in order, no job in two processes at once.

Prints the line that belongs into LOG.md. The ordinary run has a slice of it, tests/serve/test_kills.py.
"""

from __future__ import annotations

import itertools
import os
import random
import signal
import sqlite3
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.serve.running import Running, serving

PATIENCE_SECONDS = 60.0
LATEST_KILL_SECONDS = 0.3
WRITTEN_AT_ONCE = 25
RECORDS = 8
NOTING_KEEPER = '''
"""A room that notes what it hears and does."""

import os
import time
from pathlib import Path

from maru import Job, hookimpl

PLACE = Path(__file__).parents[2] / "notes"


def note(*words):
    line = " ".join(map(str, (*words, os.getpid(), time.monotonic_ns()))) + "\\n"
    with PLACE.open("a", encoding="utf-8") as file:
        file.write(line)


@hookimpl
def on_event(event):
    if event.name == "keep.said":
        note("heard", event.id, event.key)
        time.sleep(0.003)


def work(run):
    note("begin", run.id, run.payload["key"])
    time.sleep(0.03)
    run.progress(1, 1)
    note("end", run.id, run.payload["key"])


@hookimpl
def jobs():
    return [Job("keep.work", "일", work)]
'''
WRITING_VIEW = """
    from starlette.responses import PlainTextResponse

    from maru import form, write

    def add(request):
        with write(request, note="말") as change:
            for number in range(int(form(request)["text"])):
                key = f"r{number % 8}"
                if number % 4:
                    change.emit("keep.said", {}, key=key)
                else:
                    change.enqueue("keep.work", {"key": key}, key=key if number % 8 else "")
        return PlainTextResponse("kept")
    """


@dataclass(frozen=True)
class Note:
    """One line of the plugin: what it did with which row of the outbox, in which process and when."""

    what: str
    row: int
    key: str
    pid: int
    at: float


@dataclass
class Outcome:
    """What the kills led to. `takeovers` are the seconds from each kill until another process went on."""

    killed: dict[int, float] = field(default_factory=dict)
    takeovers: list[float] = field(default_factory=list)
    event_count: int = 0
    job_count: int = 0
    repeated_count: int = 0
    lost: list[int] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    out_of_order: list[str] = field(default_factory=list)
    at_once: list[str] = field(default_factory=list)
    replaced_count: int = 0

    @property
    def is_proven(self) -> bool:
        """Nothing lost, left over, out of order or done twice at once; the others took over within five seconds."""
        wrong = self.lost or self.left or self.out_of_order or self.at_once
        return not wrong and max(self.takeovers) < 5


def kill_often(folder: Path, times: int, total: int, seed: int = 1) -> Outcome:
    """Write `total` events and jobs, kill `times` times meanwhile, and compare when all is quiet."""
    chance, outcome, written = random.Random(seed), Outcome(), 0
    with serving(folder, 4, init=NOTING_KEEPER, views=WRITING_VIEW) as running:
        cookie = running.sign_in()
        for number in range(times):
            while written < total * (number + 1) // times:
                written += _write(running, cookie)
            _kill(running, outcome, chance)
            running.wait_for_workers(4, PATIENCE_SECONDS)
        _until_quiet(running)
        outcome.replaced_count = running.log().count("starting another")
        _compare(running, outcome)
    return outcome


def _write(running: Running, cookie: str) -> int:
    """Write some events and jobs in one transaction. Gives how many; 0 where the worker was gone."""
    answer = running.ask("POST", "/keep/add", {"text": str(WRITTEN_AT_ONCE)}, cookie)
    return WRITTEN_AT_ONCE if answer[0] == 200 else 0


def _kill(running: Running, outcome: Outcome, chance: random.Random) -> None:
    """Kill the elected worker in the middle of its work, and wait until another goes on."""
    until = time.monotonic() + PATIENCE_SECONDS
    while (pid := _elected(running)) in outcome.killed or not any(note.pid == pid for note in _notes(running, 200)):
        assert time.monotonic() < until, running.log()[-3000:]
        time.sleep(0.02)
    time.sleep(chance.uniform(0, LATEST_KILL_SECONDS))
    os.kill(pid, signal.SIGKILL)
    outcome.killed[pid] = killed_at = time.monotonic()
    while not any(note.at > killed_at and note.pid != pid for note in _notes(running, 20)):
        if _waiting(running) == 0:
            return  # it had just done the last one
        assert time.monotonic() < until, running.log()[-3000:]
        time.sleep(0.02)
    outcome.takeovers.append(next(n.at for n in _notes(running, 200) if n.at > killed_at and n.pid != pid) - killed_at)


def _rows(running: Running, query: str) -> list[tuple[int, str]]:
    with closing(sqlite3.connect(running.folder / "data" / "maru.sqlite3", timeout=20)) as connection:
        return connection.execute(query).fetchall()


def _elected(running: Running) -> int:
    """The process that holds the lease of the outbox now; its holder is called `<pid>-…`."""
    ((_, holder),) = _rows(running, "SELECT id, holder FROM maru_lease WHERE name = 'outbox'")
    return int(holder.partition("-")[0])


def _waiting(running: Running) -> int:
    """How many events and jobs of the plugin are not done."""
    return len(_rows(running, "SELECT id, name FROM maru_outbox_event WHERE done_at IS NULL AND name LIKE 'keep.%'"))


def _notes(running: Running, latest: int = 0) -> list[Note]:
    """The notes so far, in the order they were written; only the `latest` ones if that is not 0."""
    place = running.folder / "notes"
    lines = place.read_text(encoding="utf-8").splitlines()[-latest:] if place.exists() else []
    parts = [line.split() for line in lines]
    return [Note(p[0], int(p[1]), p[2], int(p[3]), int(p[4]) / 1e9) for p in parts if len(p) == 5]


def _until_quiet(running: Running) -> None:
    until = time.monotonic() + 5 * PATIENCE_SECONDS
    while _waiting(running):
        assert time.monotonic() < until, running.log()[-3000:]
        time.sleep(0.2)


def _compare(running: Running, outcome: Outcome) -> None:
    """Hold the notes against the outbox."""
    notes = _notes(running)
    events = {row for row, _ in _rows(running, "SELECT id, key FROM maru_outbox_event WHERE name = 'keep.said'")}
    jobs = {row for row, _ in _rows(running, "SELECT id, key FROM maru_outbox_event WHERE name = 'keep.work'")}
    heard = [note for note in notes if note.what == "heard"]
    outcome.event_count, outcome.job_count = len(events), len(jobs)
    outcome.lost = sorted((events - {note.row for note in heard}) | (jobs - {n.row for n in notes if n.what == "end"}))
    outcome.left = [row for row, _ in _rows(running, "SELECT id, key FROM maru_outbox_event WHERE dead <> '[]'")]
    outcome.repeated_count = len(heard) - len(events) + sum(note.what == "begin" for note in notes) - len(jobs)
    outcome.out_of_order = [*_out_of_order(heard), *_out_of_order([n for n in notes if n.what == "begin"], jobs=True)]
    outcome.at_once = [*_at_once(notes, outcome.killed), *_two_drains(heard)]


def _out_of_order(notes: list[Note], *, jobs: bool = False) -> Iterator[str]:
    """Records whose rows did not come in their order; the last one may come again, an earlier one never."""
    rows: dict[str, list[int]] = defaultdict(list)
    for note in notes:
        rows[note.key].append(note.row)
    for key, found in rows.items():
        if found != sorted(found) and not (jobs and int(key[1:]) % 8 == 0):  # jobs of r0 have no key, so no order
            yield f"{key}: {next(pair for pair in itertools.pairwise(found) if pair[0] > pair[1])}"


def _at_once(notes: list[Note], killed: dict[int, float]) -> Iterator[str]:
    """Jobs that began in one process while another was still at them."""
    spans: dict[int, list[tuple[float, float, int]]] = defaultdict(list)
    ends = {(note.row, note.pid): note.at for note in notes if note.what == "end"}
    for note in notes:
        if note.what == "begin":
            end = ends.get((note.row, note.pid), killed.get(note.pid, float("inf")))
            spans[note.row].append((note.at, end, note.pid))
    for row, runs in spans.items():
        for earlier, later in zip(sorted(runs), sorted(runs)[1:], strict=False):
            if later[0] < earlier[1]:
                yield f"job {row} in {earlier[2]} and {later[2]}"


def _two_drains(heard: list[Note]) -> Iterator[str]:
    """Processes that handed events on after another had begun to: two were elected at once."""
    done: set[int] = set()
    for before, note in itertools.pairwise(heard):
        if before.pid != note.pid:
            done.add(before.pid)
        if note.pid in done:
            yield f"event {note.row} by {note.pid}, which was deposed"


def main(times: int, total: int) -> int:
    """Exit code 0 when the proof holds."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        outcome = kill_often(Path(folder), times, total)
    print(
        f"{datetime.now(UTC):%Y-%m-%d} · kill_draining {times} · {'held' if outcome.is_proven else 'BROKEN'} · "
        f"{len(outcome.killed)} kills, {outcome.replaced_count} replaced; {outcome.event_count} events and "
        f"{outcome.job_count} jobs, {len(outcome.lost)} lost, {len(outcome.left)} given up, "
        f"{outcome.repeated_count} repeated; {len(outcome.out_of_order)} records out of order, "
        f"{len(outcome.at_once)} at once; taken over after {statistics.median(outcome.takeovers):.1f} s (median), "
        f"{max(outcome.takeovers):.1f} s (longest); {time.monotonic() - began:.0f} s"
    )
    for wrong in (outcome.lost, outcome.left, outcome.out_of_order, outcome.at_once):
        print(*wrong[:10], sep="\n", end="\n" if wrong else "")
    return 0 if outcome.is_proven else 1


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in sys.argv[1:3])) if len(sys.argv) > 2 else main(200, 5_000))
