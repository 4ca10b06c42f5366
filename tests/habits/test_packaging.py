"""What is shipped is what stands in the repository, and it can be installed where it has to run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from tests.habits.tree import ROOT, files, manifests
from tests.needs import lacking

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = ("x86_64-pc-windows-msvc", "x86_64-manylinux_2_28")
PACKAGES = {
    "maru",
    "maru_boundary",
    "maru_confined",
    "maru_db",
    "maru_devkit",
    "maru_language",
    "maru_server",
    "maru_web",
}
SHIPPED = {"core", "plugins", "plugin_template", "themes"}
DRAW = """
import maru
from starlette.testclient import TestClient
from maru.app import create_app
from maru.settings import load_settings

with TestClient(create_app(load_settings()), base_url="http://127.0.0.1") as client:
    answer = client.get("/login")
    print(maru.__file__, answer.status_code, answer.text, sep="\\n")
"""
UNREACHABLE = ("dns error", "error sending request", "onnect", "timed out", "network")


def uv() -> list[str]:
    """The command of uv: the one in the development packages, or the one on PATH."""
    beside = Path(sys.executable).with_name("uv.exe" if os.name == "nt" else "uv")
    found = str(beside) if beside.is_file() else shutil.which("uv")
    return [found or lacking("uv", "python3 core test installs it with the other packages")]


def ask_index(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs uv; a named skip where the package index cannot be reached."""
    done = subprocess.run(
        [*uv(), *arguments], cwd=ROOT, capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    if done.returncode != 0 and any(word in done.stderr for word in UNREACHABLE) and "hash" not in done.stderr.lower():
        lacking("A package index", "connect to the network, or name a mirror with UV_INDEX_URL")
    return done


def locked(path: Path) -> dict[str, str]:
    """Lines of a lock file by package name, without hashes: "pluggy" → "pluggy==1.7.0"."""
    lines = [line.removesuffix("\\").strip() for line in path.read_text(encoding="utf-8").splitlines()]
    return {line.partition("==")[0]: line for line in lines if "==" in line and not line.startswith("--hash")}


def test_entry_points_name_the_bundled_plugins() -> None:
    """An installed Maru finds through entry points what a checkout finds in plugins/."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    shipped = {manifest["id"]: folder for folder, manifest in manifests().items()}

    assert project["entry-points"]["maru.plugins"] == shipped


def test_lock_files_hold_every_dependency() -> None:
    """Each dependency in pyproject.toml has a pinned version in the lock file that installs it."""
    content = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = content["project"]
    developing = [*project["optional-dependencies"]["postgres"], *content["dependency-groups"]["dev"]]

    runtime = locked(ROOT / "requirements.lock")
    testing = locked(ROOT / "tests" / "requirements.lock")

    assert [one for one in project["dependencies"] if name_of(one) not in runtime] == []
    assert [one for one in [*project["dependencies"], *developing] if name_of(one) not in testing] == []


def name_of(requirement: str) -> str:
    """ "psycopg[binary]>=3.2" → "psycopg"."""
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower()


def test_lock_files_agree() -> None:
    """Tests run with the versions that the city runs with."""
    runtime = locked(ROOT / "requirements.lock")
    testing = locked(ROOT / "tests" / "requirements.lock")

    different = {name: testing.get(name) for name, line in runtime.items() if testing.get(name) != line}

    assert different == {}


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("lock", ["requirements.lock", "tests/requirements.lock"])
def test_every_dependency_has_a_wheel(lock: str, platform: str, python: str, tmp_path: Path) -> None:
    """Windows and Linux install both lock files without a compiler, on each Python from 3.11 to 3.14."""
    asked = ask_index(
        *("pip", "install", "--dry-run", "--no-deps", "--require-hashes", "--only-binary", ":all:"),
        *("--python-platform", platform, "--python-version", python, "--no-python-downloads"),
        *("--target", str(tmp_path), "--requirement", lock),
    )

    assert asked.returncode == 0, asked.stderr


def test_wheel_holds_what_runs_and_nothing_else(tmp_path: Path) -> None:
    """Every plugin, template, theme and migration is in the wheel; tests and lock files are not."""
    wanted = {shipped_name(path) for path in files() if path.parts[0] in SHIPPED} - {None}

    built = ask_index("build", "--wheel", "--quiet", "--out-dir", str(tmp_path))

    assert built.returncode == 0, built.stderr
    names = {name for name in zipfile.ZipFile(next(tmp_path.glob("*.whl"))).namelist() if ".dist-info/" not in name}
    assert wanted - names == set()
    assert names - wanted == set()


def test_an_installed_maru_draws_its_pages(tmp_path: Path) -> None:
    """The unpacked wheel, away from the checkout, finds its theme and its plugins: the page to sign in is drawn."""
    built = ask_index("build", "--wheel", "--quiet", "--out-dir", str(tmp_path))
    assert built.returncode == 0, built.stderr
    zipfile.ZipFile(next(tmp_path.glob("*.whl"))).extractall(tmp_path / "installed")

    drawn = subprocess.run(
        [sys.executable, "-P", "-c", DRAW],
        cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(tmp_path / "installed"), "PYTHONUTF8": "1"},
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip

    assert drawn.returncode == 0, drawn.stderr
    place, status, page = drawn.stdout.split("\n", 2)
    assert (Path(place), status) == (tmp_path / "installed" / "maru" / "__init__.py", "200")
    assert 'name="password"' in page
    assert "/static/theme/tokens.css?v=" in page


def shipped_name(path: Path) -> str | None:
    """Where a file of the checkout lies in the wheel; None when it stays at home."""
    top, *rest = path.parts
    if top == "themes":
        return Path("maru", *path.parts).as_posix()
    if top == "plugin_template":
        return Path("maru_devkit", *path.parts).as_posix()
    if top == "plugins" and rest[1:2] == ["tests"]:
        return None
    if top == "core" and rest[0] not in PACKAGES:
        return None
    return Path(*rest).as_posix()
