"""The set-up script: what it makes, what it says, and that a second start does nothing."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.habits.tree import ROOT


def checkout(folder: Path) -> Path:
    """A checkout in a folder with 한글 and a space, whose lock files ask for no package at all."""
    root = folder / "새 폴더" / "마루"
    for name in ("core/__main__.py", "core/checkout.py", "tests/__init__.py", "tests/programs.py"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    (root / "plugins").mkdir()
    (root / "core" / "maru.py").write_text("import sys; print(sys.argv[1:])\n", encoding="utf-8")
    for name in ("requirements.lock", "tests/requirements.lock"):
        (root / name).write_text("# nothing\n", encoding="utf-8")
    return root


def start(root: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """`python core …` in a checkout, with the uv of the development packages on PATH."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    return subprocess.run(
        [sys.executable, "core", *words],
        cwd=root,
        env={**os.environ, "PATH": path, "PYTHONUTF8": "1", "LC_ALL": "C.UTF-8", **variables},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_old_python_can_read_the_door() -> None:
    """core/__main__.py holds no syntax that an old Python would stumble over before it can say so."""
    tree = ast.parse((ROOT / "core" / "__main__.py").read_text(encoding="ascii"), feature_version=(3, 4))

    modern = [node for node in ast.walk(tree) if isinstance(node, (ast.JoinedStr, ast.AnnAssign, ast.NamedExpr))]

    assert modern == []


def test_first_start_makes_the_environment_and_hands_over(tmp_path: Path) -> None:
    """In a path with 한글 and a space, a command ends in `python -m maru` with its own arguments."""
    root = checkout(tmp_path)

    first = start(root, "demo", "--port", "8123")

    assert first.returncode == 0, first.stderr
    assert first.stdout.splitlines()[-1] == "['demo', '--port', '8123']"
    assert "Installing 0 packages" in first.stdout


def test_second_start_does_nothing(tmp_path: Path) -> None:
    """Nothing is made or said when the lock file is the one that was installed."""
    root = checkout(tmp_path)
    start(root, "setup")

    second = start(root, "demo")

    assert second.stdout == "['demo']\n"


def test_changed_lock_file_is_installed(tmp_path: Path) -> None:
    """After a pull that changed the lock file, the next start installs it."""
    root = checkout(tmp_path)
    start(root, "setup")
    (root / "requirements.lock").write_text("# something else\n", encoding="utf-8")

    after = start(root, "setup")

    assert "Installed" in after.stdout


def test_korean_systems_are_spoken_to_in_korean(tmp_path: Path) -> None:
    """LANG=ko_KR gets Korean; a console that cannot show it gets question marks, not an error."""
    root = checkout(tmp_path)

    korean = start(root, "setup", LC_ALL="ko_KR.UTF-8")
    narrow = start(root, "setup", LC_ALL="ko_KR.UTF-8", PYTHONUTF8="0", PYTHONIOENCODING="ascii")

    assert "준비되었습니다" in korean.stdout
    assert narrow.returncode == 0
    assert "????" in narrow.stdout


def test_broken_environment_is_made_anew(tmp_path: Path) -> None:
    """A .venv whose Python is gone is replaced without a question."""
    root = checkout(tmp_path)
    start(root, "setup")
    shutil.rmtree(root / ".venv" / ("Scripts" if os.name == "nt" else "bin"))

    mended = start(root, "demo")

    assert mended.returncode == 0, mended.stderr
    assert mended.stdout.endswith("['demo']\n")


@pytest.mark.parametrize(
    ("problem", "way_out"),
    [
        ("error: dns error: failed to lookup address", "PIP_INDEX_URL"),
        ("Temporary failure in name resolution", "PIP_INDEX_URL"),
        ("ERROR: No matching distribution found for pluggy (from versions: none)", "PIP_INDEX_URL"),
        ("The virtual environment was not created because ensurepip is not available.", "-venv"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", "was not installed"),
        ("invalid peer certificate: UnknownIssuer", "PIP_CERT"),
        ("OSError: [Errno 28] No space left on device", "free space"),
        ("something nobody has seen before", "delete"),
    ],
)
def test_failed_step_says_what_to_do(problem: str, way_out: str) -> None:
    """The last line names the way out: a mirror, a package of the system, free space."""
    code = f"import checkout; checkout.give_up({problem!r})"

    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT / "core",
        env={**os.environ, "LC_ALL": "C.UTF-8", "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )

    assert ended.returncode == 1
    assert problem in ended.stderr
    assert way_out in ended.stderr.splitlines()[-1]
