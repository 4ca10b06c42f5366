"""What would end the process that all plugins share, or spoil it for good, is a failure of whoever tries it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.test_crashes import failures, wait_for
from tests.habits.tree import ROOT
from tests.needs import lacking
from tests.rooms import make_room
from tests.serve.running import KEEPER, serving

WAYS = (
    "os._exit(0)",
    "os.kill(os.getpid(), 9)",
    "os.kill(os.getppid(), 9)",
    "os.killpg(0, 9)",
    "os.kill(0, 9)",
    "os.kill(-os.getpgrp(), 9)",
    "os.killpg(os.getpgrp(), 9)",
    "os.killpg(os.getpgid(os.getppid()), 9)",
    "signal.pidfd_send_signal(os.pidfd_open(os.getppid()), 9)",
    "os.execv(sys.executable, [sys.executable, '-c', ''])",
    "os.closerange(0, 40)",
    "signal.raise_signal(9)",
    "signal.pthread_kill(threading.get_ident(), 9)",
    "signal.alarm(1)",
    "signal.setitimer(signal.ITIMER_REAL, 0.01)",
    "sys.setrecursionlimit(90)",
    "threading.stack_size(1 << 40)",
    "_thread.interrupt_main()",
)
TRYING = """
import _thread, os, signal, subprocess, sys, threading
from maru_server.process import refuse_harm

refuse_harm()
for way in sys.argv[1:]:
    try:
        exec(way)
        print("done", way, flush=True)
    except RuntimeError as wrong:
        print("refused" if "all plugins share" in str(wrong) else wrong, flush=True)
if not (child := os.fork()):
    os._exit(7)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
sleeping = subprocess.Popen(["sleep", "60"])
sleeping.kill()
print(sleeping.wait())
os.kill(os.getpid(), 0)
threading.stack_size()
"""
GONE = """
    import os, sys
    if "serve" in sys.argv:  # in a worker, which has the arguments of its parent
        os._exit(0)
"""
LEAVING = {
    "routes": KEEPER["routes"].replace("]", ', Page("/leave", views.leave, permission="keep.read")]'),
    "views": f"        import os\n{KEEPER['views']}\n        def leave(request):\n            os._exit(3)\n",
}


@pytest.fixture(autouse=True)
def _needs_signals() -> None:
    if sys.platform == "win32":
        lacking("POSIX signals", "run these tests on Linux or macOS")


def test_no_way_is_open() -> None:
    """Each of them is refused; children, forked or not, may still be made and ended."""
    done = subprocess.run(
        [sys.executable, "-c", TRYING, *WAYS],
        env={"PYTHONPATH": str(ROOT / "core")},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )

    assert done.stdout.splitlines() == ["refused"] * len(WAYS) + ["7", "-9"]


@pytest.mark.slow
def test_a_plugin_that_would_leave_is_ill_or_blamed_and_no_worker_ends(tmp_path: Path) -> None:
    """In a page, which fails with its line; at its import, which makes it ill alone."""
    make_room(tmp_path / "rooms", "gone", init=GONE)
    with serving(tmp_path, 1, ["gone"], **LEAVING) as running:
        workers, cookie = running.workers(), running.sign_in()

        left = running.ask("GET", "/keep/leave", cookie=cookie)[0]
        wait_for(lambda: failures(running))

        assert (left, running.workers()) == (500, workers)
        assert [(place, where) for _, place, where, _ in failures(running)] == [("keep.views.leave", "views.py:14")]
        assert "Plugin gone is ill: RuntimeError: os._exit would end or spoil" in running.log()
        assert running.ask("POST", "/keep/add", {"text": "danach"}, cookie)[0] == 200
