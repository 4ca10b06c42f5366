"""A portal that does not start goes on without plugins, by itself; a strict one does not start at all."""

from __future__ import annotations

import socket
import sys
import time
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from maru.settings import Settings
from maru_server.boots import BAD_BOOTS, Boots
from maru_server.parent import Parent, Worker
from tests.needs import lacking
from tests.rooms import make_room
from tests.serve.running import KEEPER, Running, serving


def test_three_bad_boots_in_a_row_make_it_safe() -> None:
    """Not two."""
    boots = Boots()

    seen = []
    for _ in range(BAD_BOOTS):
        boots.went_badly(time.monotonic(), is_dark=True)
        seen.append(boots.is_safe)

    assert seen == [False, False, True]


def test_workers_that_started_side_by_side_count_once() -> None:
    """Four workers that die of the same import are one bad boot."""
    boots, began = Boots(), time.monotonic()

    for _ in range(4):
        boots.went_badly(began, is_dark=True)

    assert boots.bad_count == 1


def test_workers_that_die_side_by_side_cost_one_pause(tmp_path: Path) -> None:
    """Sixteen that cannot be imported are started anew after half a second, as one would be, and not after ten."""
    parent = Parent(Settings(data_folder=tmp_path), cast("socket.socket", None))
    for pid in range(16):
        dead = SimpleNamespace(pid=pid, exitcode=1, is_alive=lambda: False)
        parent.workers.append(Worker(cast("BaseProcess", dead), SimpleNamespace(value=0)))

    parent._bury_the_dead()

    assert parent.workers == []
    assert 0 < parent._start_again_at - time.monotonic() <= 0.5


def test_a_good_boot_between_forgives() -> None:
    """In a row means in a row."""
    boots = Boots()

    for _ in range(BAD_BOOTS):
        boots.went_badly(time.monotonic(), is_dark=True)
        boots.went_well()

    assert not boots.is_safe


def test_while_a_worker_serves_nothing_is_switched_off() -> None:
    """Half of the workers with plugins and half without would be worse than few workers."""
    boots = Boots()

    for _ in range(2 * BAD_BOOTS):
        boots.went_badly(time.monotonic(), is_dark=False)

    assert not boots.is_safe


def test_where_the_core_cannot_start_either_plugins_are_not_to_blame() -> None:
    """The database is away for an hour: when it is back, the next start is a whole one."""
    boots = Boots()

    for _ in range(4 * BAD_BOOTS):
        boots.went_badly(time.monotonic(), is_dark=True)

    assert not boots.is_safe


BREAKING = """
    import ctypes
    from pathlib import Path
    if Path("die").exists():
        ctypes.CDLL(None)._exit(0)
    """


@pytest.mark.slow
def test_a_plugin_that_ends_every_start_is_left_out(tmp_path: Path) -> None:
    """In C, where nothing is refused, and as if all were well; after three starts login and home answer."""
    _needs_signals()
    make_room(tmp_path / "rooms", "breaking", init=BREAKING)
    with serving(tmp_path, 2, ["breaking"]) as running:
        cookie = running.sign_in()
        running.end()
        (tmp_path / "die").touch()

        running.start(2)
        running.wait_until_it_answers()

        assert running.log().count("SAFE MODE") == 1
        assert "안전 모드입니다" in running.read("/login")
        assert "안전 모드입니다" in running.read("/", cookie)


@pytest.mark.slow
def test_a_plugin_that_interrupts_its_import_is_ill_alone(tmp_path: Path) -> None:
    """KeyboardInterrupt ends no worker: the first one serves, and the other plugins are there."""
    _needs_signals()
    make_room(tmp_path / "rooms", "torn", init="raise KeyboardInterrupt\n")
    with serving(tmp_path, 1, ["torn"]) as running:
        cookie = running.sign_in()

        assert running.ask("POST", "/keep/add", {"text": "a"}, cookie)[0] == 200
        assert "Plugin torn is ill: KeyboardInterrupt (__init__.py:1)" in running.log()
        assert "starting another" not in running.log()


@pytest.mark.slow
def test_safe_by_hand(tmp_path: Path) -> None:
    """`maru serve --safe` loads no plugin: their addresses are none, login and home answer."""
    _needs_signals()
    with serving(tmp_path, 1) as running:
        cookie = running.sign_in()
        running.end()

        running.start(1, "--safe")
        running.wait_until_it_answers()

        assert running.ask("POST", "/keep/add", {"text": "a"}, cookie)[0] == 404
        assert "안전 모드입니다" in running.read("/", cookie)


@pytest.mark.slow
def test_a_strict_portal_refuses_ill_plugins(tmp_path: Path) -> None:
    """Exit code 2, and one line for each of them with file and line; nothing is served."""
    _needs_signals()
    with serving(tmp_path, 1) as running:
        running.end()
        make_room(tmp_path / "rooms", "torn", init="x = (\n")
        make_room(tmp_path / "rooms", "empty", 'owner = "twice"\n')
        running.environment["MARU_PLUGINS_ONLY"] += ",torn,empty"

        code, said = start_strictly(running)

        assert code == 2
        assert said.count("maru: strict") == 1
        assert "\ntorn: SyntaxError" in said
        assert " __init__.py:1\n" in said
        assert "\nempty: " in said
        assert "plugin.toml" in said.partition("\nempty: ")[2].partition("\n")[0]


def start_strictly(running: Running) -> tuple[int, str]:
    """Exit code and words of `maru serve --strict` with four workers."""
    (running.folder / "log").unlink()
    running.start(4, "--strict")
    return running.process.wait(timeout=30), running.log()


def _needs_signals() -> None:
    if sys.platform == "win32":
        lacking("POSIX signals", "run these tests on Linux or macOS")


@pytest.mark.slow
def test_a_worker_that_replaces_itself_keeps_answering(tmp_path: Path) -> None:
    """Eight threads hang for good, so the only worker makes way for another; whoever asks meanwhile waits a moment."""
    _needs_signals()
    numbers = range(8)
    pages = "".join(f', Page("/hang{n}", views.hang{n}, permission="keep.read", limit_seconds=0.2)' for n in numbers)
    views = "".join(f"\n        def hang{n}(request):\n            time.sleep(3600)\n" for n in numbers)
    hanging = {
        "routes": KEEPER["routes"].replace("]", f"{pages}]"),
        "views": f"        import time\n{KEEPER['views']}{views}",
    }
    with serving(tmp_path, 1, **hanging) as running:
        cookie, worker = running.sign_in(), running.workers()

        hung = [running.ask("GET", f"/keep/hang{n}", cookie=cookie)[0] for n in numbers]
        statuses: list[int] = []
        while running.workers() == worker or len(statuses) < 50:
            statuses.append(running.ask("GET", "/login")[0])

        assert hung == [503] * 8
        assert set(statuses) == {200}
