"""What plugins cost that do nothing, and how quickly one is switched on and off while people work.

Fifty idle plugins are made in a temporary folder, each with a manifest, a page, a menu line that nobody may see and
three hooks that give nothing. Two demonstrations are served beside each other, with five and with all fifty of them;
their pages are asked for in turns, one at a time. Starts are measured in turns too, the first one of each not counted.
Switching is what `tests.prove.switch_under_load` does, for a few rounds; that part needs Linux.

    python -m tests.bench plugins --json [--pages 300] [--starts 5] [--switches 12]

| key | means | aim |
|---|---|---|
| idle50_page_ratio | time of a page with 50 idle plugins / with 5: the worse of home and board | at most 1.10 |
| idle50_quartile_ratio | the same of the lower quartiles, which other programs disturb less | |
| page_ms | the medians themselves, by page and number of plugins | |
| start_ms_per_plugin | (start with 50 − start with 5) / 45, from the command to the first page | at most 50 |
| switch_ms_max | ms from the answer to the administrator until the last of four workers agreed | at most 1,000 |
| switch_failed_requests | requests meanwhile that broke off or were answered with 5xx | 0 |
"""

from __future__ import annotations

import argparse
import http.client
import os
import statistics
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.bench._servers import ROOT
from tests.bench.start import first_page
from tests.rooms import make_room
from tests.switching.served import Served, served_demo

FEW, MANY = 5, 50
PAGES = {"home": "/", "board": "/board/"}
VISITOR = "demo-yugu"
WORKERS = 4
MORE = """
[[permissions]]
key = "{key}.hidden"
label = {{ ko = "감춘 것", en = "Hidden" }}
[[nav]]
label = {{ ko = "쉬는 기능", en = "Idle" }}
href = "/{key}/"
icon = "clock"
permission = "{key}.hidden"
"""
HOOKS = '''
"""A plugin that does nothing."""

from maru import hookimpl


@hookimpl
def menu(viewer):
    return []


@hookimpl
def todo(viewer):
    return []


@hookimpl
def slots(slot, viewer):
    return []
'''
ROUTES = """
from starlette.responses import PlainTextResponse

from maru import Page

pages = [Page("/", lambda request: PlainTextResponse("idle"), permission="{key}.read")]
"""


def run(arguments: list[str]) -> dict[str, Any]:
    """Make the plugins, then measure pages, starts and switches."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench plugins")
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--switches", type=int, default=12)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        idle = {count: idle_plugins(Path(folder) / f"idle{count}", count) for count in (FEW, MANY)}
        pages = page_figures(Path(folder), idle, chosen.pages)
        starts = start_figures(Path(folder), idle, chosen.starts)
    return pages | starts | switch_figures(chosen.switches)


def idle_plugins(root: Path, count: int) -> Path:
    """So many plugins that do nothing, below `root`."""
    for number in range(count):
        key = f"idle{number:02}"
        make_room(root, key, MORE.format(key=key), init=HOOKS, routes=ROUTES.format(key=key))
    return root


def page_figures(folder: Path, idle: dict[int, Path], pages: int) -> dict[str, Any]:
    """The same pages of both demonstrations, in turns."""
    for count in idle:
        (folder / f"pages{count}").mkdir()
    with (
        served_demo(folder / f"pages{FEW}", 1, idle[FEW]) as few,
        served_demo(folder / f"pages{MANY}", 1, idle[MANY]) as many,
    ):
        taken = asked_in_turns({FEW: few, MANY: many}, pages)
    medians = {name: {count: statistics.median(found) for count, found in by.items()} for name, by in taken.items()}
    quick = {name: {n: statistics.quantiles(found, n=4)[0] for n, found in by.items()} for name, by in taken.items()}
    return {
        "idle50_page_ratio": round(max(by[MANY] / by[FEW] for by in medians.values()), 3),
        "idle50_quartile_ratio": round(max(by[MANY] / by[FEW] for by in quick.values()), 3),
        "page_ms": {f"{name} with {n}": round(ms, 2) for name, by in medians.items() for n, ms in by.items()},
    }


def asked_in_turns(sides: dict[int, Served], times: int) -> dict[str, dict[int, list[float]]]:
    """Page → number of plugins → milliseconds of each answer, after ten that warm up."""
    cookies = {count: served.enter(VISITOR) for count, served in sides.items()}
    taken: dict[str, dict[int, list[float]]] = {name: {count: [] for count in sides} for name in PAGES}
    for number in range(times + 10):
        for name, path in PAGES.items():
            for count in sorted(sides, reverse=bool(number % 2)):
                ms = milliseconds(sides[count].port, path, cookies[count])
                taken[name][count] += [ms] if number >= 10 else []
    return taken


def milliseconds(port: int, path: str, cookie: str) -> float:
    """How long one answer takes."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.connect()
        began = time.perf_counter()
        connection.request("GET", path, headers={"cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path} was answered with {answer.status}.")
        return (time.perf_counter() - began) * 1000


def start_figures(folder: Path, idle: dict[int, Path], rounds: int) -> dict[str, Any]:
    """From the command to the first page, in turns; the first start of each makes its data."""
    taken: dict[int, list[float]] = {count: [] for count in idle}
    for number in range(rounds + 1):
        for count in sorted(idle, reverse=bool(number % 2)):
            variables = os.environ | {
                "MARU_DATA_FOLDER": str(folder / f"starts{count}"),
                "MARU_PLUGINS_PATH": f"{idle[count]},{ROOT / 'plugins'}",
                "PYTHONUTF8": "1",
            }
            seconds, _ = first_page("serve", variables)
            taken[count] += [seconds * 1000] if number else []
            print(f"start with {count}: {seconds * 1000:.0f} ms", file=sys.stderr, flush=True)
    medians = {count: statistics.median(found) for count, found in taken.items()}
    return {
        "start_ms_per_plugin": round((medians[MANY] - medians[FEW]) / (MANY - FEW), 1),
        "start_ms": {f"with {count}": round(ms) for count, ms in medians.items()},
    }


def switch_figures(switches: int) -> dict[str, Any]:
    """A few switches under load."""
    if not switches:
        return {}
    if not sys.platform.startswith("linux"):
        return {"switch_ms_max": "needs Linux", "switch_failed_requests": "needs Linux"}
    from tests.prove.switch_under_load import proving  # it needs the demonstration's accounts, and Linux

    with proving(WORKERS, switches) as outcome:
        pass
    for each in outcome.wrong:
        print(each, file=sys.stderr)
    return {
        "switch_ms_max": round(max(outcome.agreed_ms)),
        "switch_ms_median": round(statistics.median(outcome.agreed_ms)),
        "switch_failed_requests": outcome.failed_count,
        "switch_wrong": len(outcome.wrong),
    }
