"""`maru dev` begins anew when a plugin changes or appears, and a page that is asked for meanwhile just waits."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from maru_devkit.reload import Watch
from maru_server.commands import main
from maru_server.commands.serving import dev_settings
from maru_server.demo import DEMO_PASSWORD
from tests.habits.tree import ROOT
from tests.needs import lacking
from tests.postgres import free_port

PATIENCE_SECONDS = 40


def test_watch_waits_until_nothing_changes(tmp_path: Path) -> None:
    """A change is told once, when two looks agree; new folders and files that vanish count; caches and tests do not."""
    (tmp_path / "maru_rooms").mkdir()
    page = tmp_path / "maru_rooms" / "views.py"
    page.write_text("1", encoding="utf-8")
    watch = Watch([tmp_path])

    quiet = watch.changed()
    page.write_text("22", encoding="utf-8")
    (tmp_path / "maru_cars" / "app").mkdir(parents=True)
    (tmp_path / "maru_cars" / "app" / "cars.json").write_text("{}", encoding="utf-8")
    moving, settled, after = watch.changed(), watch.changed(), watch.changed()
    page.unlink()
    for passed_over in ("__pycache__", "tests"):
        (tmp_path / "maru_cars" / passed_over).mkdir()
        (tmp_path / "maru_cars" / passed_over / "x.py").write_text("", encoding="utf-8")
    watch.changed()
    gone = watch.changed()

    assert (quiet, moving, after) == ([], [], [])
    assert [Path(path).name for path in settled] == ["cars.json", "views.py"]
    assert [Path(path).name for path in gone] == ["views.py"]


def test_development_stays_on_this_machine(capsys: pytest.CaptureFixture[str]) -> None:
    """Who wants to be reached from elsewhere is refused in one line, before anything is made."""
    code = main(["dev", "--host", "0.0.0.0"])

    assert code == 2
    assert capsys.readouterr().err == (
        "maru: maru dev shows code to whoever asks, so it cannot be reached at 0.0.0.0. Use maru demo.\n"
    )


def test_development_has_a_database_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever host and database an installation has, `maru dev` takes neither."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MARU_DATABASE", "postgresql://maru@db.example/city")
    monkeypatch.setenv("MARU_HOST", "0.0.0.0")
    monkeypatch.setenv("MARU_PLUGINS_ONLY", "none")

    settings = dev_settings(argparse.Namespace(host=None, port=None, workers=None, fresh=False, safe=None, strict=None))

    assert (settings.database, settings.host, settings.data_folder.name) == ("", "127.0.0.1", "dev")
    assert (settings.data_folder / "maru.sqlite3").is_file()


@pytest.fixture
def developer(tmp_path: Path) -> Iterator[Callable[..., subprocess.CompletedProcess[str]]]:
    """`developer("new", "rooms")` runs a command beside a running `maru dev`; `.address` is where that answers."""
    if sys.platform == "win32":
        lacking("POSIX signals", "run this test on Linux or macOS")
    (tmp_path / "plugins").mkdir()
    port = free_port()
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([str(ROOT / "core"), str(ROOT / "plugins")]),
        "PYTHONUTF8": "1",
        "MARU_PLUGINS_PATH": f"{ROOT / 'plugins'},{tmp_path / 'plugins'}",
        "MARU_PLUGINS_ONLY": "records,rooms",
    }

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "maru", *words]
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False
        )

    with (tmp_path / "log").open("wb") as log:
        command = [sys.executable, "-m", "maru", "dev", "--port", str(port)]
        process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=log, stderr=log)
    run.address = f"http://127.0.0.1:{port}"  # type: ignore[attr-defined]  # the test asks for it
    yield run
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=30)


@pytest.mark.slow
def test_new_plugin_appears_and_changes_by_itself(
    developer: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """`maru new` beside `maru dev`: the book is in the menu, a saved label in its list, and a mistake is told."""
    address: str = developer.address  # type: ignore[attr-defined]  # the fixture puts it there
    with httpx2.Client(base_url=address, headers={"origin": address}, timeout=60) as client:
        wait_for(client, "/login", "마루")
        client.post("/login", data={"username": "demo-yugu", "password": DEMO_PASSWORD})

        made = developer("new", "rooms", "--label", "회의실 장부")
        menu = wait_for(client, "/", 'href="/records/rooms/"')
        ledger = tmp_path / "plugins" / "maru_rooms" / "app" / "rooms.json"
        text = ledger.read_text(encoding="utf-8").replace('"ko": "인원"', '"ko": "참석 인원"')
        ledger.write_text(text, encoding="utf-8")
        changed = wait_for(client, "/records/rooms/", "참석 인원")
        (tmp_path / "plugins" / "maru_rooms" / "__init__.py").write_text("def (", encoding="utf-8")
        told = wait_for(client, "/rooms/", "SyntaxError")

    assert made.returncode == 0, made.stderr
    assert "회의실 장부" in menu
    assert "회의 이름" in changed
    assert "maru_rooms/__init__.py:1" in told


def asked(client: httpx2.Client, path: str) -> str:
    """The page at `path`; nothing while the portal is not there yet."""
    try:
        return client.get(path).text
    except httpx2.TransportError:
        return ""


def wait_for(client: httpx2.Client, path: str, wanted: str) -> str:
    """The page at `path`, as soon as `wanted` is in it."""
    until = time.monotonic() + PATIENCE_SECONDS
    while wanted not in (found := asked(client, path)):
        assert time.monotonic() < until, f"{wanted!r} did not come: {found[:500]}"
        time.sleep(0.1)
    return found
