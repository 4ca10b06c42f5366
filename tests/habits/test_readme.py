"""What the README says is true: its commands exist, its code runs, and CI runs the same."""

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
CHECKOUT_COMMANDS = {"demo", "setup", "test"}


def blocks(language: str) -> list[str]:
    """Contents of the fenced blocks whose first line is "```" and this."""
    text = README.read_text(encoding="utf-8") if README.is_file() else ""
    return [body for info, body in FENCE.findall(text) if info.strip() == language]


def commands() -> list[list[str]]:
    """Commands in ```console blocks, without their prompt and comments."""
    lines = [line.removeprefix("$").strip() for body in blocks("console") for line in body.splitlines()]
    return [shlex.split(line, comments=True) for line in lines if re.match(r"(\w+=\S+ )*(python3|py) core\b", line)]


def run_python(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Python with `core` and `plugins` on its path."""
    path = os.pathsep.join([str(ROOT / "core"), str(ROOT / "plugins")])
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_readme_names_the_two_commands() -> None:
    """`python3 core demo` and `python3 core test` stand in ```console blocks."""
    named = [" ".join(words[:3]) for words in commands()]

    assert "python3 core demo" in named
    assert "python3 core test" in named


def test_commands_of_the_readme_exist() -> None:
    """The word after `core` is a command of the set-up script, or one that `maru --help` lists."""
    help_text = run_python("-m", "maru", "--help", folder=ROOT).stdout
    words = {words[words.index("core") + 1] for words in commands() if len(words) > words.index("core") + 1}

    unknown = [word for word in words - CHECKOUT_COMMANDS if not re.search(rf"\b{re.escape(word)}\b", help_text)]

    assert unknown == []


def test_code_of_the_readme_runs(tmp_path: Path) -> None:
    """Each ```python run block runs by itself, in an empty folder."""
    problems = []

    for number, code in enumerate(blocks("python run")):
        folder = tmp_path / str(number)
        folder.mkdir()
        done = run_python("-c", code, folder=folder)
        problems += [done.stderr] if done.returncode else []

    assert problems == []


def test_links_of_the_readme_lead_somewhere() -> None:
    """Each relative link points to a file of the repository."""
    text = README.read_text(encoding="utf-8")

    targets = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]

    assert [target for target in targets if target and not (ROOT / target).exists()] == []


def test_ci_runs_the_test_command_of_the_readme() -> None:
    """.ci/run ends with the README's test command, where nothing may be skipped and no failure is forgiven."""
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()

    last = [line for line in lines if line.strip()][-1]

    assert last == "MARU_REQUIRE_ALL=1 python3 core test </dev/null"
    assert ["python3", "core", "test"] in commands()
    assert "set -euo pipefail" in lines
    assert not any("|| true" in line or "--ignore" in line or "--deselect" in line for line in lines)
