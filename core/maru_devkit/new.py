"""A plugin of one's own: the template copied under another name, everywhere that its name stands.

`plugin_template/` holds the templates, which are plugins that run and are tested like any other: `maru_example` is the
smallest, `maru_example_page` has a page and a card of its own beside it.
"""

from __future__ import annotations

import importlib.util
import json
import re
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from maru.errors import MaruError
from maru.plugins import discover, read_manifest
from maru.plugins.manifest import ADDRESSES
from maru.settings import CHECKOUT, Settings

NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")
LABEL = re.compile(r"""[^"'\\{}<>&%]{1,40}""")  # it is copied into TOML, JSON, .po files and tests of pages as it is
WINDOWS_DEVICES = re.compile(r"con|prn|aux|nul|com\d|lpt\d")
LEDGER_WORDS = frozenset({"definition", "right", "revision", "record", "schema_migration", "new", "export", "static"})
"""What the ledger engine calls its own tables and addresses; no ledger can have such a key."""

SMALLEST, WITH_PAGE = "example", "example_page"


@dataclass(frozen=True)
class NewPlugin:
    """What is wished for: `name` is its id, `korean` and `english` what people read."""

    name: str
    korean: str
    english: str
    has_page: bool = False

    @property
    def template(self) -> str:
        """The id of the plugin it is copied from."""
        return WITH_PAGE if self.has_page else SMALLEST


def templates_folder() -> Path:
    """Where the templates lie: in the checkout, or beside this module where Maru is installed."""
    in_checkout = CHECKOUT / "plugin_template"
    return in_checkout if in_checkout.is_dir() else Path(__file__).resolve().parent / "plugin_template"


def make_plugin(wish: NewPlugin, root: Path, settings: Settings) -> Path:
    """Write the plugin into `root`, whole or not at all. Gives its folder. Raises MaruError with one sentence."""
    for problem in _problems(wish, root, settings):
        raise MaruError(problem)
    source = templates_folder() / f"maru_{wish.template}"
    folder, half = root / f"maru_{wish.name}", root / f".maru_{wish.name}.half"
    try:
        shutil.rmtree(half, ignore_errors=True)
        for path in sorted(source.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                target = half / path.relative_to(source).as_posix().replace(wish.template, wish.name)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(_renamed(path, source, wish), encoding="utf-8", newline="\n")
        half.rename(folder)  # only now: a portal that watches the folder shall not meet half a plugin
    except OSError as wrong:
        shutil.rmtree(half, ignore_errors=True)
        raise MaruError(
            f"{root} cannot be written to ({wrong.strerror}). Choose another folder with --into."
        ) from wrong
    return folder


def _renamed(path: Path, source: Path, wish: NewPlugin) -> str:
    names = read_manifest(source).name
    text = path.read_text(encoding="utf-8").replace(wish.template, wish.name)
    return text.replace(names.ko, wish.korean).replace(names.en, wish.english)


def _problems(wish: NewPlugin, root: Path, settings: Settings) -> Iterator[str]:
    name = wish.name
    if not NAME.fullmatch(name):
        yield (
            f'"{name}" cannot be the name of a plugin: 2 to 31 small Latin letters, digits and _, the first a letter. '
            "What people read goes into --label: maru new rooms --label 회의실"
        )
    if name.startswith("maru_"):
        yield f'"{name}": leave "maru_" out, the folder gets it anyway. maru new {name.removeprefix("maru_")}'
    if name in ADDRESSES | LEDGER_WORDS | {"admin", SMALLEST, WITH_PAGE} or WINDOWS_DEVICES.fullmatch(name):
        yield f'"{name}" is reserved. Choose another name.'
    for label in (wish.korean, wish.english):
        if not (LABEL.fullmatch(label) and label.isprintable() and label == label.strip()):
            yield (
                f"The label {label!r} cannot be used: 1 to 40 characters that can be seen, without quotes, braces, "
                "< > & % and \\."
            )
    if (root / f"maru_{name}").exists():
        yield f'There is a folder "{root / f"maru_{name}"}" already. Choose another name, or remove it.'
    for key, where in _taken(settings):
        if key == name:
            yield f'"{name}" is taken by {where}. Choose another name.'
    if importlib.util.find_spec(f"maru_{name}"):
        yield f'"{name}" is taken: there is a Python package maru_{name}. Choose another name.'


def _taken(settings: Settings) -> Iterator[tuple[str, str]]:
    """The ids of all plugins and the keys of all ledgers they ship, each with whose it is."""
    for plugin in discover(settings):
        yield plugin.key, f"the plugin in {plugin.folder}"
        for path in sorted((plugin.folder / "app").glob("*.json")):
            try:
                yield str(json.loads(path.read_text(encoding="utf-8")).get("key")), f"the ledger in {path}"
            except (ValueError, AttributeError):
                continue  # not readable: whoever ships it learns that from the portal


def register(name: str, project: Path) -> None:
    """Add the plugin to the entry points in `pyproject.toml`, so that an installed Maru has it too."""
    lines = project.read_text(encoding="utf-8").splitlines()
    first = lines.index('[project.entry-points."maru.plugins"]') + 1
    last = next(number for number in range(first, len(lines)) if "=" not in lines[number])
    entries = sorted([*lines[first:last], f'{name} = "maru_{name}"'])
    project.write_text("\n".join([*lines[:first], *entries, *lines[last:]]) + "\n", encoding="utf-8", newline="\n")


def next_steps(folder: Path, command: str, known: Sequence[Path]) -> Iterator[str]:
    """What to do now, one line each."""
    name = folder.name.removeprefix("maru_")
    shown = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
    ledger = folder / "app" / f"{name}.json"
    lines = ledger.read_text(encoding="utf-8").splitlines()
    fields = next(number for number, line in enumerate(lines, 1) if '"fields"' in line) + 1
    yield f"Made {shown}."
    if folder.parent.resolve() not in [path.resolve() for path in known]:
        paths = ", ".join(json.dumps(path.as_posix(), ensure_ascii=False) for path in [*known, folder.parent])
        yield f"  Say where it lies   plugins_path = [{paths}]   in maru.toml"
    yield f"  Run                 {command} dev   says at which address it answers; accounts stand on its login page"
    yield f"  Open                /records/{name}/   there: the book"
    if (folder / "routes.py").is_file():
        yield f"                      /{name}/   a page of its own: {shown / 'views.py'}"
    yield f"  Change its fields   {shown / 'app' / ledger.name}:{fields}   save, and load the page again"
    yield f"  Change its words    {shown / 'plugin.toml'}:5   summary, owner and icon are still the example's"
    if folder.is_relative_to(CHECKOUT) and command.startswith(("python3 core", "py core")):
        yield f"  Test                {command} test {shown.as_posix()}"
        return
    python, path = (f'"{each}"' if " " in str(each) else each for each in (sys.executable, shown))
    yield f"  Test                {python} -m pytest -p maru_devkit.fixtures {path}"
    if importlib.util.find_spec("pytest") is None:
        way = "pip install pytest" if command == "maru" else f"{command} test --version"
        yield f"                      which needs pytest: {way}"
