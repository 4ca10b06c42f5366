"""What is wrong with a `plugin.toml`, as its author reads it: each mistake with its line, its value and the way out."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from maru.plugins import Manifest, Plugin
from maru.plugins.installing import ROLES
from maru.plugins.manifest import Names, Nav, Needs, Permission, problems_of

Loc = tuple[int | str, ...]

LINE = re.compile(r"""\s*(?P<open>\[{1,2})?\s*(?P<name>[\w"'.-]+)\s*(?(open)\]|=)""")
NEEDS = re.compile(r"\bneeds (itself|\")")
PARTS: dict[str, type[BaseModel]] = {"permissions": Permission, "nav": Nav, "needs": Needs}
EXAMPLES = {
    "id": 'id = "rooms"',
    "version": 'version = "0.1.0"',
    "api": "api = 1",
    "name": 'name = { ko = "회의실", en = "Rooms" }',
    "summary": 'summary = { ko = "회의실을 예약합니다.", en = "Book a room." }',
    "owner": 'owner = "총무과"',
    "requires": 'requires = ["records>=0.1"]',
    "optional": 'optional = ["search"]',
    "scope": 'scope = "department"',
    "key": 'key = "rooms.read"',
    "label": 'label = { ko = "회의실 보기", en = "See the rooms" }',
    "default": 'default = { staff = "city" }',
    "href": 'href = "/rooms/"',
    "icon": 'icon = "door-open"',
    "permission": 'permission = "rooms.read"',
    "ko": '{ ko = "회의실", en = "Rooms" }',
    "en": '{ ko = "회의실", en = "Rooms" }',
}


def reasons(plugin: Plugin) -> list[str]:
    """Why a plugin is ill, one line each, with file and line where known; none for a well one."""
    if plugin.is_well:
        return []
    if found := mistakes(plugin.folder):
        return found
    first, *more = plugin.problem.splitlines()
    return [f"{_place(plugin)}: {first}", *more]


def _place(plugin: Plugin) -> str:
    """Where an ill plugin is so, with its package; in a manifest at the line of what the problem speaks of."""
    where = f"{plugin.package}/{plugin.where.removeprefix(f'{plugin.package}/')}".rstrip("/")
    if plugin.where != "plugin.toml" or plugin.manifest is None:
        return where
    text = (plugin.folder / "plugin.toml").read_text(encoding="utf-8", errors="replace")
    key = "settings" if not NEEDS.search(plugin.problem) else "requires" if "requires" in text else "optional"
    return f"{where}:{line_of((key,), text)}"


def mistakes(folder: Path) -> list[str]:
    """Every mistake of the manifest in `folder`, in the order of its lines: `maru_rooms/plugin.toml:7: owner = …`."""
    path = folder / "plugin.toml"
    text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
    found = sorted((line_of(loc, text), said) for loc, said in _mistakes(path, text))
    return [f"{folder.name}/plugin.toml:{line}: {said}" for line, said in found]


def _mistakes(path: Path, text: str) -> Iterator[tuple[Loc, str]]:
    try:
        manifest = Manifest.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as wrong:
        yield from ((error["loc"], explained(error)) for error in wrong.errors())
    except tomllib.TOMLDecodeError as wrong:
        line = re.search(r"at line (\d+)", str(wrong))
        number = int(line[1]) if line else len(text.splitlines())
        yield (number,), f"cannot be read: {wrong}. Mend that line; values that are text stand in quotes."
    except (OSError, ValueError) as wrong:
        yield (), f"cannot be read: {wrong}. Save it as UTF-8."
    else:
        if path.parent.name != f"maru_{manifest.id}":
            yield ("id",), f'id = "{manifest.id}" belongs into maru_{manifest.id}, not {path.parent.name}. Rename one.'
            return  # what begins with the id would be found wrong, too
        for key, said in problems_of(manifest):
            yield tuple(int(part) if part.isdigit() else part for part in key.split(".")), said


def explained(error: ErrorDetails) -> str:
    """One mistake: `key = value: what is wrong. The way out.`"""
    loc = error["loc"]
    key, last = _shown(loc), next((part for part in reversed(loc) if isinstance(part, str)), "")
    example = f" Write it like {EXAMPLES[last]}" if last in EXAMPLES else ""
    if error["type"] == "missing":
        return f"{key} is missing.{example or ' Add it.'}"
    if error["type"] == "extra_forbidden":
        return f"{key} = {_short(error['input'])}: there is no such key. {_way_to_key(loc)}"
    if loc[-1] == "[key]":
        roles = ", ".join(f"{role} ({korean})" for role, (korean, _) in ROLES.items())
        return f"{key}: there is no role {_short(error['input'])}. The roles are {roles}."
    if "default" in loc[:-1]:
        example = ' "city" is everywhere, "own" the units of the person and those below.'
    return f"{key} = {_short(error['input'])}: {error['msg']}.{example}"


def _way_to_key(loc: Loc) -> str:
    model = Manifest if len(loc) == 1 else PARTS.get(str(loc[0]), Names) if len(loc) <= 3 else Names
    known = list(model.model_fields)
    near = get_close_matches(str(loc[-1]), known, n=1)
    return f"Did you mean {near[0]}?" if near else f"The keys here are {', '.join(known)}."


def _shown(loc: Loc) -> str:
    """`nav.0.href` as people count: `nav[1].href`."""
    parts = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in loc if part != "[key]"]
    return "".join(parts).removeprefix(".")


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def line_of(loc: Loc, text: str) -> int:
    """The line of a manifest that says `loc`; for a key that is missing, the table that lacks it."""
    if loc and isinstance(loc[0], int):
        return loc[0]
    table: Loc = ()
    best, depth = 1, 0
    seen: Counter[str] = Counter()
    for number, line in enumerate(text.splitlines(), 1):
        if found := LINE.match(line):
            path: Loc = tuple(part.strip("\"'") for part in found["name"].split("."))
            if found["open"] == "[[":
                path = (*path, seen[found["name"]])
                seen[found["name"]] += 1
            table, path = (path, path) if found["open"] else (table, (*table, *path))
            if len(path) > depth and loc[: len(path)] == path:
                best, depth = number, len(path)
    return best
