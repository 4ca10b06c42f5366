"""The smallest plugin is as small as it is said to be, and its tests are its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from maru.settings import Settings
from maru_devkit.new import NewPlugin, make_plugin
from tests.bench.book import lines_of_plugin
from tests.bench.book import run as run_bench
from tests.habits.tree import ROOT

MOST_LINES = 50
WISHES = (
    NewPlugin("bo", "관용차 예약", "Cars"),
    NewPlugin(
        "b2_with_a_name_of_31_characters", "가나다 라마바사 아자차카 타파하 예약", "A label with many words in it"
    ),
    NewPlugin("bo", "관용차 현황", "Cars", has_page=True),
    NewPlugin("b2_with_a_name_of_31_characters", "가나다 라마바사 아자차카 타파하 현황", "A long label", has_page=True),
)


def test_meeting_room_book_takes_at_most_fifty_lines() -> None:
    """Python, manifest and definition together, docstrings included; blank lines, comments and tests not counted."""
    lines = lines_of_plugin(ROOT / "plugin_template" / "maru_example")

    assert set(lines) == {"python", "manifest", "definition"}
    assert sum(lines.values()) <= MOST_LINES, lines


def test_lines_are_counted_alike(tmp_path: Path) -> None:
    """Blank lines, comments and tests are left out in every kind of file, docstrings where the bench asks for it."""
    files = {
        "plugin.toml": '# said\nid = "a"\n\n',
        "book.sql": "-- said\nSELECT 1;\n",
        "page.html": "{# Said\n   over two lines #}\n<p>a</p>\n",
        "views.py": '"""Said."""\n\n# said\ndef index():\n    """Said\n    again."""\n    return 1\n',
        "tests/test_views.py": "assert 1\n",
        "app/book.json": '{"key": 1}\n',
        "notes.md": "said\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")

    strict, plain = lines_of_plugin(tmp_path), lines_of_plugin(tmp_path, with_docstrings=False)

    assert strict == {"definition": 2, "manifest": 1, "python": 5, "template": 1}
    assert plain == strict | {"python": 2}


def test_peers_are_counted_whole() -> None:
    """The figures of `python -m tests.bench book` follow from the files; each ratio is its two totals."""
    figures = run_bench([])

    for name in ("ours", "datasette", "starlette_admin"):
        assert figures[name] == sum(figures[f"{name}_by_kind"].values()) > 0
    for name in ("datasette", "starlette_admin"):
        assert figures[f"{name}_vs_ours"] == round(figures[name] / figures["ours"], 2)


@pytest.mark.parametrize("wish", WISHES, ids=lambda wish: f"{wish.name}-{wish.template}")
def test_new_plugin_keeps_the_habits(wish: NewPlugin, tmp_path: Path) -> None:
    """Under a short and a long name: nothing of the template's name is left, ruff is content, its own tests pass."""
    folder = make_plugin(wish, tmp_path / "plugins", Settings())

    left = [path for path in folder.rglob("*") if "example" in path.name or "example" in text_of(path)]
    ruff = ["--config", str(ROOT / "pyproject.toml"), str(folder)]
    rules = run("ruff", "check", "--ignore", "S101", *ruff, folder=ROOT)
    layout = run("ruff", "format", "--diff", *ruff, folder=ROOT)
    tests = run("pytest", "-q", "-p", "maru_devkit.fixtures", str(folder), folder=tmp_path)

    assert left == []
    assert rules.returncode == 0, rules.stdout
    assert layout.returncode == 0, layout.stdout
    assert tests.returncode == 0, tests.stdout
    assert "passed" in tests.stdout


def text_of(path: Path) -> str:
    """The content of a file; nothing for a folder."""
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def run(module: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """`python -m module …`; in a folder that is no checkout, as an author outside of it says it."""
    return subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=folder, capture_output=True, encoding="utf-8", check=False
    )
