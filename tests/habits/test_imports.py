"""Imports run downward only, and plugins use each other as their manifests say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.habits.tree import ROOT, manifests, python_files

CORE = ROOT / "core" / "maru"
BEHIND = ("maru_boundary", "maru_confined", "maru_db", "maru_devkit", "maru_language", "maru_server", "maru_web")
"""The other packages of the core: what a plugin needs of them is a public name of `maru`."""
CONFINING = ("maru_search.texts -> maru_confined", "maru_collect.readers -> maru_confined")
"""Who may: they let a script read a stranger's file, and the script must start without `maru`."""


def test_core_imports_run_downward(tmp_path: Path) -> None:
    """The layers in pyproject.toml hold; a new module of the core must be given a place there."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]

    answer = lint(settings, tmp_path)

    assert "KEPT" in answer
    assert "BROKEN" not in answer, answer


def test_plugins_import_public_names_only(tmp_path: Path) -> None:
    """A plugin imports `maru`, its own modules, and `api` of the plugins that its manifest names; nothing else."""
    contracts = [contract_of(folder) for folder in manifests()]
    settings = {"root_packages": ["maru", *BEHIND, *manifests()], "contracts": contracts}

    answer = lint(settings, tmp_path)

    assert answer.count("KEPT") == len(contracts), answer


def test_plugins_have_no_circles(tmp_path: Path) -> None:
    """Inside a plugin imports run one way, between its files as between its folders; those in functions count too."""
    circles = {"name": "no circles", "type": "acyclic_siblings", "ancestors": [*manifests()]}
    contracts = [circles, *map(door_of, packages())]

    answer = lint({"root_packages": [*manifests()], "contracts": contracts}, tmp_path)

    assert answer.count("KEPT") == len(contracts), answer


def packages() -> list[str]:
    """The plugins and the packages in them, by their dotted names."""
    doors = {path.parent for folder in manifests() for path in python_files(f"plugins/{folder}")}
    inside = [path.parts[1:] for path in doors if (ROOT / path / "__init__.py").is_file()]
    return sorted(".".join(parts) for parts in inside if "tests" not in parts)


def door_of(package: str) -> dict[str, Any]:
    """A package takes its names from its modules; a module that took them back from the package would be a circle."""
    return {
        "name": f"{package} gives outward",
        "type": "forbidden",
        "source_modules": [f"{package}.**"],
        "forbidden_modules": [package],
        "as_packages": False,
        "allow_indirect_imports": True,
    }


def contract_of(folder: str) -> dict[str, Any]:
    """The import-linter contract that follows from one plugin's manifest."""
    manifest = manifests()[folder]
    named = {_id_of(text) for key in ("requires", "optional") for text in manifest.get(key, [])}
    forbidden = sorted({*_inside(CORE, "maru"), *BEHIND, *_closed_plugins(folder, named)})
    return {
        "name": f"{folder} uses public names",
        "type": "forbidden",
        "source_modules": [folder],
        "forbidden_modules": forbidden,
        "allow_indirect_imports": True,
        "ignore_imports": [f"{folder}.tests.** -> **", f"{folder}.migrations.** -> maru_db", *CONFINING],
        "unmatched_ignore_imports_alerting": "none",
    }


def _closed_plugins(folder: str, named: set[str]) -> Iterator[str]:
    for other, manifest in manifests().items():
        if other == folder:
            continue
        if manifest["id"] in named:
            yield from (name for name in _inside(ROOT / "plugins" / other, other) if not name.endswith(".api"))
        else:
            yield other


def _inside(folder: Path, package: str) -> Iterator[str]:
    """Dotted names of the modules right below a package."""
    for path in sorted(folder.iterdir()):
        if path.suffix == ".py" and path.stem != "__init__":
            yield f"{package}.{path.stem}"
        elif (path / "__init__.py").is_file() and path.name != "tests":
            yield f"{package}.{path.name}"


def _id_of(requirement: str) -> str:
    """ "records>=0.1" → "records"."""
    return requirement.replace("<", ">").replace("=", ">").split(">", maxsplit=1)[0].strip()


def lint(settings: dict[str, Any], folder: Path) -> str:
    """What import-linter prints for these settings, which have the shape of [tool.importlinter]."""
    shared = [f"{key} = {json.dumps(value)}" for key, value in settings.items() if key != "contracts"]
    tables = [
        "\n".join(["[[tool.importlinter.contracts]]", *(f"{key} = {json.dumps(value)}" for key, value in one.items())])
        for one in settings["contracts"]
    ]
    config = folder / "contracts.toml"
    config.write_text("\n".join(["[tool.importlinter]", *shared, *tables]) + "\n", encoding="utf-8")
    code = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--config", str(config), "--no-cache"],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT / "core"), str(ROOT / "plugins")]),
            "PYTHONUTF8": "1",
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return done.stdout + done.stderr
