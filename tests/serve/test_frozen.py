"""A worker that holds the interpreter answers nobody: its parent hears that, ends it and starts another."""

from __future__ import annotations

import sys
import time
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from maru_server.parent import SILENT_SECONDS, WATCH_SECONDS, Worker
from tests.needs import lacking
from tests.serve.running import KEEPER, Running, serving

ROUNDS = round(SILENT_SECONDS / WATCH_SECONDS)
FREEZER = {
    "routes": KEEPER["routes"].replace(
        "]", ', Page("/freeze", views.freeze, permission="keep.read", limit_seconds=1)]'
    ),
    "views": KEEPER["views"] + "\n        def freeze(request):\n            return 10 ** 10 ** 9\n",
}


def worker() -> Worker:
    """A worker whose beats a test sets by hand."""
    return Worker(cast("BaseProcess", None), SimpleNamespace(value=0))


def test_a_worker_that_still_starts_may_take_its_time() -> None:
    """There may be tables to change: it has not begun to beat."""
    starting = worker()

    assert not any(starting.is_silent() for _ in range(3 * ROUNDS))


def test_a_worker_that_beats_now_and_then_is_left_alone() -> None:
    """One beat within the twenty seconds is enough, however slow the machine."""
    slow = worker()

    for beat in range(1, 5):
        slow.beats.value = beat
        assert not any(slow.is_silent() for _ in range(ROUNDS - 1))


def test_a_worker_that_stopped_beating_is_silent() -> None:
    """After twenty seconds, not before."""
    frozen = worker()
    frozen.beats.value = 1

    heard = [frozen.is_silent() for _ in range(ROUNDS + 2)]

    assert heard.index(True) in (ROUNDS, ROUNDS + 1)


@pytest.mark.slow
def test_one_page_that_freezes_the_interpreter_does_not_freeze_the_portal(tmp_path: Path) -> None:
    """A number of a thousand million digits is computed without letting go; half a minute later all is well."""
    if sys.platform == "win32":
        lacking("POSIX signals", "run this test on Linux or macOS")
    with serving(tmp_path, 1, **FREEZER) as running:
        frozen, cookie = running.workers(), running.sign_in()

        status, _ = running.ask("GET", "/keep/freeze", cookie=cookie)
        wait_for_another(running, frozen)
        running.wait_until_it_answers()

        assert status == 0
        assert f"Worker {frozen[0]} has not answered for 20" in running.log()
        assert running.ask("POST", "/keep/add", {"text": "danach"}, cookie)[0] == 200
        assert running.integrity() == "ok"


def wait_for_another(running: Running, frozen: list[int], seconds: float = 60.0) -> None:
    """Returns as soon as there is a worker that is not one of `frozen`."""
    until = time.monotonic() + seconds
    while not set(running.workers()) - set(frozen):
        assert time.monotonic() < until, running.log()
        time.sleep(0.2)
