"""The first ten minutes of the README, step by step, as somebody does them who knows only the README."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from tests.habits.tree import ROOT

README = ROOT / "README.md"
FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
EDIT = re.compile(r'(?:json|python) (?P<path>\S+) (?:below "(?P<below>\w+)"|(?P<end>at the end))')
WAITS = "dev"
"""The command that goes on until it is ended: tests/devkit/test_reload.py starts it, and makes a plugin beside it."""


def steps() -> list[tuple[str, str]]:
    """(first line, body) of each fenced block of the section, in order."""
    section = README.read_text(encoding="utf-8").partition("### The first ten minutes\n")[2].partition("\n### ")[0]
    return [(info.strip(), body) for info, body in FENCE.findall(section)]


def follow(info: str, body: str, folder: Path) -> str:
    """Do one step: commands are run in `folder`, other blocks put into the file that they name. Gives what it said."""
    if info == "console":
        return "".join(run(shlex.split(line.removeprefix("$")), folder) for line in body.splitlines())
    edit = EDIT.fullmatch(info)
    assert edit is not None, f"A block of the tutorial that nobody can follow: {info!r}"
    path = folder / edit["path"]
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    at = len(lines) if edit["end"] else next(n for n, line in enumerate(lines, 1) if f'"{edit["below"]}"' in line)
    path.write_text("".join([*lines[:at], body, *lines[at:]]), encoding="utf-8")
    return ""


def run(words: list[str], folder: Path) -> str:
    """`python3 core new …` and `python3 core test …` beside a checkout instead of in it. Fails with what was said."""
    assert words[:2] == ["python3", "core"]
    command, *rest = words[2:]
    if command == WAITS:
        return ""
    module = ["pytest", "-q", "-p", "maru_devkit.fixtures"] if command == "test" else ["maru", command]
    done = subprocess.run(
        [sys.executable, "-m", *module, *rest],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "core"), str(ROOT / "plugins")]),
            "PYTHONUTF8": "1",
            "MARU_PLUGINS_PATH": f"{ROOT / 'plugins'},{folder / 'plugins'}",
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


def test_first_ten_minutes_work(tmp_path: Path) -> None:
    """From `maru new` over a changed field to a green test, and the new test is one that ran."""
    (tmp_path / "plugins").mkdir()

    said = [follow(info, body, tmp_path) for info, body in steps()]

    tests = (tmp_path / "plugins" / "maru_rooms" / "tests" / "test_rooms.py").read_text(encoding="utf-8")
    assert len(steps()) == 5
    assert "/records/rooms/" in said[1]
    assert "def test_equipment_is_in_the_list" in tests
    assert f"{tests.count('def test_')} passed" in said[-1]
    assert [str(path) for path in (tmp_path / "plugins").iterdir()] == [str(tmp_path / "plugins" / "maru_rooms")]


def test_new_test_can_fail(tmp_path: Path) -> None:
    """Without the new field the tutorial's own test fails: it looks at the page, not at itself."""
    (tmp_path / "plugins").mkdir()
    *before, (last, command) = [step for step in steps() if "below" not in step[0]]
    for info, body in before:
        follow(info, body, tmp_path)

    try:
        follow(last, command, tmp_path)
    except AssertionError as failed:
        said = str(failed)
    else:
        said = "nothing failed"

    assert "test_equipment_is_in_the_list" in said
    assert "1 failed" in said
