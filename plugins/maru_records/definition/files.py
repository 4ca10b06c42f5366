"""Definitions as files: what a plugin ships in `app/`. What is wrong in them is told with the file and the line."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from maru import PluginError

from .document import Definition, Field

__all__ = ["definitions_in", "place_of_key"]

SAID = {"extra_forbidden": "there is no such key.", "missing": "is missing. Add it."}
RULE = re.compile(r"(title|order|apart)(?![a-z_])")


def definitions_in(folder: Path) -> list[Definition]:
    """The definitions that a plugin ships as JSON files in `folder`, by file name.

    Raises PluginError with everything that is wrong in them, a line each; its `where` is the first file and line.
    """
    found: list[Definition] = []
    problems: list[tuple[str, str]] = []
    for path in sorted(folder.glob("*.json")):
        try:
            found.append(_read(path, path.read_text(encoding="utf-8-sig"), problems))
        except UnicodeDecodeError:
            problems.append((_place(path, 1), "is not written in UTF-8. Save it as UTF-8."))
        except (json.JSONDecodeError, ValidationError):
            continue  # told in `problems`
    if problems:
        first, told = problems[0]
        raise PluginError("\n".join([told, *(f"{place}: {more}" for place, more in problems[1:])]), first)
    return found


def _read(path: Path, text: str, problems: list[tuple[str, str]]) -> Definition:
    """The definition that a file holds. What is wrong is added to `problems`, and raised."""
    try:
        return Definition.model_validate(json.loads(text))
    except json.JSONDecodeError as wrong:
        problems.append((_place(path, wrong.lineno), _broken(text, wrong)))
        raise
    except ValidationError as wrong:
        problems += _problems(path, text, wrong)
        raise


def place_of_key(folder: Path, key: str) -> str:
    """The file in `folder` that holds the definition `key`, as `app/rooms.json`; '' where none does."""
    holds = re.compile(rf'"key"\s*:\s*"{re.escape(key)}"')
    files = [path for path in sorted(folder.glob("*.json")) if holds.search(path.read_text("utf-8", "replace"))]
    return f"{folder.name}/{files[0].name}" if files else ""


def _place(path: Path, line: int) -> str:
    return f"{path.parent.name}/{path.name}:{line}"


def _broken(text: str, wrong: json.JSONDecodeError) -> str:
    """What is wrong with a text that is no JSON; the commonest slip by its name."""
    if re.search(r",\s*$", text[: wrong.pos]) and text[wrong.pos : wrong.pos + 1] in ("]", "}"):
        return f"is no JSON: a comma before '{text[wrong.pos]}'. Take the comma away."
    return f"is no JSON: {wrong.msg}, column {wrong.colno}."


def _problems(path: Path, text: str, wrong: ValidationError) -> Iterable[tuple[str, str]]:
    document = json.loads(text)
    for problem in wrong.errors():
        told = SAID.get(problem["type"]) or str(problem.get("ctx", {}).get("error") or problem["msg"])
        way = problem["loc"] or _named_in(told, document)
        spelled = "" if RULE.match(told) else _spelled(way)
        yield _place(path, line_of(text, way)), f"{spelled}{told}{_meant(problem)}"


def _named_in(told: str, document: Any) -> Sequence[int | str]:
    """The way to what a sentence about the whole definition is about: a key that it begins with, or a field it names.

    Of fields with one key it is the last, which was added to the others.
    """
    if begins := RULE.match(told):
        return (begins[0],)
    fields = document.get("fields") if isinstance(document, dict) else None
    places = {one.get("key"): place for place, one in enumerate(fields or []) if isinstance(one, dict)}
    return next((("fields", places[name]) for name in re.findall(r"'(\w+)'", told) if name in places), ())


def _spelled(way: Sequence[int | str]) -> str:
    """`fields[3].type: ` — the way as one would write it."""
    parts = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in way)
    return f"{parts.removeprefix('.')}: " if parts else ""


def _meant(problem: Any) -> str:
    """What came, where that is not said yet, and what would do: the nearest of a list of words, or all of them."""
    if problem["type"] == "extra_forbidden":
        names = _names(problem["loc"])
        known = difflib.get_close_matches(str(problem["loc"][-1]), names, n=1)
        return f' Did you mean "{known[0]}"?' if known else f" The keys here are {', '.join(names)}."
    if problem["type"] in ("missing", "value_error"):
        return ""
    if problem["type"] != "literal_error":
        return f", not {problem['input']!r:.60}."
    allowed = re.findall(r"'(\w+)'", problem["ctx"]["expected"])
    near = difflib.get_close_matches(str(problem["input"]), allowed, n=1)
    return f', not "{problem["input"]}".' + (f' Did you mean "{near[0]}"?' if near else "")


def _names(way: Sequence[int | str]) -> list[str]:
    return list((Field if way[0] == "fields" else Definition).model_fields)


def line_of(text: str, way: Sequence[int | str]) -> int:
    """The line on which the value stands that `way` leads to: keys of objects, places in lists, as far as it goes."""
    at = _blank(text, 0)
    for step in way:
        inside = _inside(text, at, step)
        if inside is None:
            break
        at = inside
    return text.count("\n", 0, at) + 1


def _inside(text: str, at: int, step: int | str) -> int | None:
    """Where the value of a key, or at a place of a list, begins; None where there is none."""
    is_object, read = text.startswith("{", at), json.JSONDecoder().raw_decode
    if not text.startswith(("{", "["), at) or isinstance(step, str) != is_object:
        return None
    at, place = _blank(text, at + 1), 0
    while text[at] not in "}]":
        name: int | str = place
        if is_object:
            name, at = read(text, at)
            at = _blank(text, _blank(text, at) + 1)  # past the colon
        if name == step:
            return at
        at = _blank(text, read(text, at)[1])
        at, place = _blank(text, at + (text[at] == ",")), place + 1
    return None


def _blank(text: str, at: int) -> int:
    """The next place that is not blank."""
    return at + len(text[at:]) - len(text[at:].lstrip())
