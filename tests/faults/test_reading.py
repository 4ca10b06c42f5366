"""What a dead worker wrote is read as it stands, and the right plugin is named."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import cast

from maru.pages import Portal
from maru.plugins import Plugin
from maru_server import crashes
from maru_server.crashes import Crash, bury, read, spelled, take
from maru_server.culprits import Culprit, culprits
from maru_server.holds import stamp_of

SEGFAULT = """Fatal Python error: Segmentation fault

Thread 0x00007f16f89ef6c0 (most recent call first):
  File "/plugins/maru_quiet/views.py", line 5 in wait
  File "/usr/lib/python3.11/threading.py", line 982 in run

Current thread 0x00007f16f9490b80 [view] (most recent call first):
  File "/usr/lib/python3.11/ctypes/__init__.py", line 519 in string_at
  File "/plugins/maru_bad/deep.py", line 8 in fall
  File "/plugins/maru_bad/__init__.py", line 12 in menu
  File "/core/maru/plugins/dispatcher.py", line 101 in _guarded

Extension modules: _cffi_backend (total: 1)
"""
FROZEN = """Timeout (0:00:15)!
Thread 0x00007f16f89ef6c0 (most recent call first):
  File "/usr/lib/python3.11/site-packages/peewee.py", line 5 in execute_sql
  File "/plugins/maru_quiet/views.py", line 5 in wait

Thread 0x00007f16f9490b80 (most recent call first):
  File "/plugins/maru_bad/views.py", line 8 in count
"""


def blamed(crash: Crash, *plugins: Plugin) -> list[tuple[str, str, str]]:
    """(plugin, place, line) of whom `crash` is blamed on; no place of these plugins is known."""
    portal = SimpleNamespace(plugins=plugins, pages=[], dispatcher=SimpleNamespace(specifications={}, jobs={}))
    found: list[Culprit] = culprits(crash, cast("Portal", portal))
    return [(culprit.plugin.key, culprit.place, culprit.where) for culprit in found]


def plugin(name: str, root: str = "/plugins") -> Plugin:
    """A plugin in a folder that need not exist."""
    return Plugin(name, f"maru_{name}", Path(root) / f"maru_{name}")


BOTH = [plugin("quiet"), plugin("bad")]


def test_the_thread_it_happened_in_is_blamed() -> None:
    """Its deepest line is named; who merely waited is left alone."""
    crash = read(SEGFAULT)

    assert crash.problem == "Segmentation fault"
    assert blamed(crash, *BOTH) == [("bad", "menu", "deep.py:8")]


def test_of_a_frozen_worker_the_busy_thread_is_blamed() -> None:
    """Nobody says which thread held the interpreter; one that waits inside a library did not."""
    crash = read(FROZEN)

    assert crash.problem == "did not come back within 0:00:15"
    assert blamed(crash, *BOTH) == [("bad", "count", "views.py:8")]


def test_a_plugin_whose_name_begins_like_another_is_not_blamed() -> None:
    """`maru_ba` has no part in what `maru_bad` did."""
    assert blamed(read(SEGFAULT), plugin("ba")) == []


def test_folders_with_korean_names_are_known() -> None:
    """A crash is written in ASCII, so the folder is compared as it is written there."""
    crash = read(SEGFAULT.replace("/plugins/maru_bad", "/\\uc5c5\\ubb34/maru_bad"))

    assert spelled("가\xe9😀") == "\\uac00\\xe9\\U0001f600"
    assert blamed(crash, plugin("bad", "/업무")) == [("bad", "menu", "deep.py:8")]


def test_a_crash_is_read_once(tmp_path: Path) -> None:
    """Whoever takes it first has it; a worker that wrote nothing leaves nothing."""
    folder = tmp_path / "crashes"
    folder.mkdir()
    (folder / "1.txt").write_text(SEGFAULT, encoding="utf-8")
    (folder / "2.txt").write_text("", encoding="utf-8")
    (folder / "3.txt").write_text(FROZEN, encoding="utf-8")

    for pid, is_known in ((1, False), (2, False), (3, True), (4, False)):
        bury(tmp_path, pid, is_known=is_known)

    assert crashes.are_waiting(tmp_path)
    assert [crash.problem for crash in take(tmp_path)] == ["Segmentation fault"]
    assert take(tmp_path) == []
    assert list(folder.iterdir()) == []


def test_any_changed_file_is_another_plugin(tmp_path: Path) -> None:
    """What Python compiles changes nothing."""
    (tmp_path / "views.py").write_text("one", encoding="utf-8")
    before = stamp_of(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "views.pyc").write_text("", encoding="utf-8")

    same = stamp_of(tmp_path)
    (tmp_path / "views.py").write_text("another", encoding="utf-8")

    assert same == before
    assert stamp_of(tmp_path) != before
