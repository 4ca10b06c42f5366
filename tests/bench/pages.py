"""The board's list, 20 of 100,000 posts at random places, against Django and Datasette; bare Starlette is the limit.

Each side looks up a session and rights in its database, finds the posts of the boards that this person may read, and
makes a page with the same rows and columns (compared before anything is measured): Django the same page as ours, its
frame given as text; Datasette its own page of a canned query. No page is kept, and none is asked for twice in a round,
so that what somebody remembers of where pages begin (ours do: core/docs/decisions/0004) serves no page again. One
process each, under its usual server; a load of six connections comes from another process, in turns; medians.

    python -m tests.bench pages --json [--posts 100000] [--rounds 5] [--seconds 3] [--only maru,starlette]

| key | means | aim |
|---|---|---|
| throughput_vs_django | pages a second / Django's, which finds far pages in the same index first | at least 5 |
| throughput_vs_datasette | the same against Datasette | at least 8 |
| cpu_vs, cpu_ms | their CPU for a page / ours, which other programs disturb less; and in milliseconds | |
| times_below_bare_starlette | Starlette's answers of two words a second / our pages a second | |
| p95_ms | within this time 95 of 100 of our pages came, six at a time | |
| queries | database queries of one of our pages | at most 8 |
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from tests.bench import _environment, _load
from tests.bench._peers import _datasette, _frame
from tests.bench._servers import ROOT, cpu_seconds, free_port, running

PAGE_SIZE = 20
COMPARED = 4
CELLS = re.compile(r"<td class=\"(?:fit|num)\">\s*(.*?)\s*</td>")
ROWS = re.compile(r"<tr data-href=\"/board/(\d+)\".*?</tr>", re.DOTALL)
DATASETTE_CELLS = re.compile(r"<td class=\"col-(?:id|title|board|department|author)\">(.*?)</td>")
TITLE = re.compile(r"<a href=\"/board/\d+\">(?:<span.*?</span>)?(.*?)</a>")


@dataclass(frozen=True)
class Round:
    """One measurement of one side."""

    seconds: float
    taken_ms: list[float]
    cpu_seconds: float


@dataclass
class Side:
    """One of those that are compared: where it listens and what it is asked for."""

    name: str
    port: int
    cookie: str = ""
    path: str = "/board/?page={page}"
    server: subprocess.Popen[bytes] | None = None
    rounds: list[Round] = field(default_factory=list)

    def address(self, page: int) -> str:
        """The address of a page of the list."""
        return self.path.format(page=page, offset=(page - 1) * PAGE_SIZE)

    def throughput(self) -> float:
        """Answers a second: the median of the rounds."""
        return statistics.median(len(one.taken_ms) / one.seconds for one in self.rounds)

    def cpu_ms(self) -> float:
        """Milliseconds of CPU for one answer: the median of the rounds. Other programs disturb this less."""
        return statistics.median(one.cpu_seconds / len(one.taken_ms) for one in self.rounds) * 1000

    def p95_ms(self) -> float:
        """The median over the rounds of the time within which 95 of 100 answers came."""
        return statistics.median(sorted(one.taken_ms)[int(len(one.taken_ms) * 0.95)] for one in self.rounds)


def run(arguments: list[str]) -> dict[str, Any]:
    """Make the posts, start every side, compare, measure in turns, give medians and ratios."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench pages")
    parser.add_argument("--posts", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--only", default="maru,django,datasette,starlette", help="the sides to start")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as temporary, ExitStack() as servers:
        bench = Bench(Path(temporary), chosen.posts, servers)
        sides = [getattr(bench, name)() for name in chosen.only.split(",")]
        chance, every = random.Random(20), range(1, max(2, chosen.posts // PAGE_SIZE))
        rows = compare([side for side in sides if side.name != "starlette"], chance.choices(every, k=COMPARED))
        for number in range(chosen.rounds):
            pages = chance.sample(every, k=len(every))  # no page comes twice in a round: nobody may remember it
            for side in sides:
                print(f"round {number + 1}/{chosen.rounds}: {side.name}", file=sys.stderr, flush=True)
                side.rounds.append(load(side, pages, chosen.seconds))
        return {"posts": chosen.posts, "rows_compared": rows, **figures(sides), "queries": bench.queries}


class Bench:
    """The data, and the ways to start each side with it."""

    def __init__(self, folder: Path, posts: int, servers: ExitStack) -> None:
        self.folder, self.servers = folder, servers
        print(f"Writing {posts} posts …", file=sys.stderr, flush=True)
        made = json.loads(_output([sys.executable, "-m", "tests.bench._board", str(folder / "maru"), str(posts)]))
        self.cookie = f"{made['name']}={made['token']}"
        self.queries: int = made["queries"]
        self.page: str = made["page"]

    def maru(self) -> Side:
        """Maru as it is served: a parent, one worker, three threads."""
        side = Side("maru", free_port(), self.cookie)
        command = [sys.executable, "-m", "maru", "serve", "--port", str(side.port), "--workers", "1"]
        variables = {"MARU_DATA_FOLDER": str(self.folder / "maru"), "MARU_PLUGINS_ONLY": "board", "PYTHONPATH": PATH}
        side.server = self.servers.enter_context(running(command, side.port, variables))
        return side

    def django(self) -> Side:
        """Django behind gunicorn, one worker with three threads."""
        folder = self._copy("django.sqlite3")
        text = _frame.page_for(DJANGO_NAMES, self.page)
        (folder / "django_page.html").write_text(text, encoding="utf-8")
        python = str(_environment.make())
        made = json.loads(_output([python, str(PEERS / "django_board.py"), str(folder)]))
        side = Side("django", free_port(), f"{made['name']}={made['token']}")
        command = [
            python,
            "-m",
            *(WAITRESS if os.name == "nt" else GUNICORN),
            f"127.0.0.1:{side.port}",
            "django_board:application",
        ]
        side.server = self.servers.enter_context(running(command, side.port, {"MARU_BENCH_FOLDER": str(folder)}, PEERS))
        return side

    def datasette(self) -> Side:
        """Datasette under the server that it brings along."""
        folder = self._copy("maru.db")
        (folder / "metadata.json").write_text(json.dumps(_datasette.METADATA), encoding="utf-8")
        since = quote("2026-01-01T00:00:00.000000Z")
        side = Side("datasette", free_port(), self.cookie, f"/maru/posts?since={since}&offset={{offset}}")
        command = [str(_environment.make()), "-m", "datasette", "serve", str(folder / "maru.db")]
        command += [
            "--port",
            str(side.port),
            "--metadata",
            str(folder / "metadata.json"),
            "--template-dir",
            str(folder),
        ]
        command += ["--plugins-dir", str(PEERS / "datasette_plugins"), "--setting", "default_cache_ttl", "0"]
        side.server = self.servers.enter_context(running(command, side.port))
        return side

    def starlette(self) -> Side:
        """Starlette under uvicorn, with the packages that Maru has."""
        side = Side("starlette", free_port())
        command = [
            sys.executable,
            "-m",
            "uvicorn",
            "starlette_text:app",
            "--port",
            str(side.port),
            "--log-level",
            "error",
        ]
        side.server = self.servers.enter_context(running([*command, "--no-access-log"], side.port, None, PEERS))
        return side

    def _copy(self, name: str) -> Path:
        folder = self.folder / name.replace(".", "-")
        folder.mkdir()
        shutil.copy(self.folder / "maru" / "maru.sqlite3", folder / name)
        return folder


PEERS = Path(__file__).parent / "_peers"
PATH = str(ROOT / "core")
GUNICORN = ("gunicorn", "--workers", "1", "--threads", "3", "--keep-alive", "5", "--bind")
WAITRESS = ("waitress", "--threads", "3", "--listen")  # for Windows, which has no fork
DJANGO_NAMES = {
    "ID": "post.id", "TITLE": "post.title", "BOARD": "post.board.name", "DEPARTMENT": "post.department.name",
    "AUTHOR": "post.author.name", "WHEN": 'post.created_at|date:"Y. n. j."', "NOTICE": "post.is_notice",
    "PINNED": "post.is_pinned", "UNREAD": "post.is_unread", "CLIPS": "post.attachment_count",
}  # fmt: skip


def _output(command: list[str], said: str = "") -> str:
    done = subprocess.run(command, cwd=ROOT, check=False, input=said, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}.\n{done.stderr}")
    return done.stdout


def compare(sides: list[Side], pages: list[int]) -> int:
    """The same posts with the same title, board, department and author, in the same order; gives how many."""
    count = 0
    for page in pages:
        found = {side.name: rows_of(fetch(side, page)) for side in sides}
        first = next(iter(found.values()))
        if len(first) != PAGE_SIZE or any(rows != first for rows in found.values()):
            raise SystemExit(f"Page {page} differs: {json.dumps(found, ensure_ascii=False, indent=1)[:4000]}")
        count += len(first)
    return count


def fetch(side: Side, page: int) -> str:
    """The page as text. Raises SystemExit when it is none."""

    async def ask() -> tuple[int, bool, bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", side.port, limit=1_000_000)
        writer.write(_load.request(side.address(page), side.port, side.cookie))
        try:
            return await _load.answer(reader)
        finally:
            writer.close()

    status, _, body = asyncio.run(ask())
    if status != 200:
        raise SystemExit(f"{side.name} answered {status}: {body[:500].decode('utf-8', 'replace')}")
    return body.decode("utf-8")


def rows_of(page: str) -> list[tuple[str, ...]]:
    """(id, title, board, department, author) of each row of the list, on our page or on Datasette's."""
    if own := DATASETTE_CELLS.findall(page):
        return [tuple(own[start : start + 5]) for start in range(0, len(own), 5)]
    found = []
    for row in ROWS.finditer(page):
        title = TITLE.search(row[0])
        found.append((row[1], title[1] if title else "", *CELLS.findall(row[0])[:3]))
    return found


def load(side: Side, pages: list[int], seconds: float) -> Round:
    """One round of load on one side."""
    wanted = {
        "port": side.port, "paths": [side.address(page) for page in pages], "cookie": side.cookie, "seconds": seconds
    }  # fmt: skip
    before = cpu_seconds(side.server) if side.server else 0.0
    answer = json.loads(_output([sys.executable, "-m", "tests.bench._load"], json.dumps(wanted)))
    after = cpu_seconds(side.server) if side.server else 0.0
    return Round(answer["seconds"], answer["taken_ms"], after - before)


def figures(sides: list[Side]) -> dict[str, Any]:
    """Medians and ratios; a ratio only where both sides ran."""
    speed = {side.name: side.throughput() for side in sides}
    found: dict[str, Any] = {"rounds": len(sides[0].rounds)}
    for name, key in (("django", "throughput_vs_django"), ("datasette", "throughput_vs_datasette")):
        if name in speed and "maru" in speed:
            found[key] = round(speed["maru"] / speed[name], 1)
    if "starlette" in speed and "maru" in speed:
        found["times_below_bare_starlette"] = round(speed["starlette"] / speed["maru"], 1)
    cpu = {side.name: side.cpu_ms() for side in sides}
    if cpu.get("maru"):
        found["cpu_vs"] = {name: round(value / cpu["maru"], 1) for name, value in cpu.items() if name != "maru"}
        found["cpu_ms"] = {name: round(value, 2) for name, value in cpu.items()}
    found["p95_ms"] = {side.name: round(side.p95_ms(), 1) for side in sides}
    found["pages_per_second"] = {name: round(value, 1) for name, value in speed.items()}
    return found
