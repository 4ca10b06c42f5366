"""The environment of the peers: what the dependency group `bench` names, installed when a benchmark first needs it."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / ".maru" / "bench"
PYTHON = FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def wanted() -> list[str]:
    """The packages of the dependency group `bench`."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        found: list[str] = tomllib.load(file)["dependency-groups"]["bench"]
    return found


def make() -> Path:
    """The Python of the peers. Raises SystemExit with the way out when they cannot be installed."""
    packages, stamp = wanted(), FOLDER / "installed.txt"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == "\n".join(packages):
        return PYTHON
    print(f"Installing {', '.join(packages)} in {FOLDER} …", file=sys.stderr, flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(FOLDER)], check=True)
    done = subprocess.run([str(PYTHON), "-m", "pip", "install", "--quiet", *packages], check=False)
    if done.returncode:
        raise SystemExit(
            "The peers cannot be installed, and without them there is nothing to compare with. "
            "Name a mirror with PIP_INDEX_URL=…, or run `python -m tests.bench start` and `collect`, which need none."
        )
    stamp.write_text("\n".join(packages), encoding="utf-8")
    return PYTHON
