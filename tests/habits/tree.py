"""The files of the repository, as the habits read them."""

from __future__ import annotations

import ast
import shutil
import subprocess
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {
    ".git",
    ".venv",
    ".maru",
    "__pycache__",
    "dist",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".hypothesis",
}


@cache
def files() -> tuple[Path, ...]:
    """Every file that belongs to the repository, relative to its root: what git tracks or would add."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        listed = subprocess.run(
            [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT,
            capture_output=True,
            check=True,
        )
        paths = [Path(name) for name in listed.stdout.decode("utf-8").split("\0") if name]
    else:
        paths = [path.relative_to(ROOT) for path in ROOT.rglob("*")]
    return tuple(sorted(path for path in paths if (ROOT / path).is_file() and not NOT_OURS.intersection(path.parts)))


def python_files(*folders: str) -> list[Path]:
    """Python files below the given folders ("core/maru"), or all of them."""
    wanted = [Path(folder) for folder in folders or (".",)]
    return [path for path in files() if path.suffix == ".py" and any(path.is_relative_to(top) for top in wanted)]


@cache
def syntax(path: Path) -> ast.Module:
    """The syntax tree of a Python file of the repository."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"), str(path))


def is_vendored(path: Path) -> bool:
    """True for files of other people, kept as they came."""
    return "vendor" in path.parts[:-1] and path.name != "VERSION.md"


@cache
def manifests() -> dict[str, dict[str, Any]]:
    """Each bundled plugin's manifest by folder name, such as "maru_board"."""
    found = sorted((ROOT / "plugins").glob("*/plugin.toml"))
    return {path.parent.name: tomllib.loads(path.read_text(encoding="utf-8")) for path in found}
