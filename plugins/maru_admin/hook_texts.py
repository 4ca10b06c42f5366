"""The one form in which the hooks are described; tests/contracts/test_hooks.py holds them to it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SECTIONS = ("Arguments", "Called", "Gives", "When it fails", "Example")
HEADING = re.compile(rf"^({'|'.join(SECTIONS)}):[ \n]?", re.MULTILINE)
ARGUMENT = re.compile(r"^    (\w+):\s", re.MULTILINE)


@dataclass(frozen=True)
class HookText:
    """What the docstring of a hook says; parts that it does not have are empty."""

    purpose: str
    arguments: dict[str, str]
    called: str
    gives: str
    fails: str
    example: str
    headings: tuple[str, ...]


def text_of(function: Callable[..., Any]) -> HookText:
    """The docstring of a specification, taken apart."""
    purpose, *parts = HEADING.split(inspect.getdoc(function) or "")
    headings, bodies = parts[::2], parts[1::2]
    said = dict(zip(headings, bodies, strict=True))
    names = ARGUMENT.split(said.get("Arguments", ""))[1:]
    return HookText(
        purpose=_flowing(purpose),
        arguments={name: _flowing(meaning) for name, meaning in zip(names[::2], names[1::2], strict=True)},
        called=_flowing(said.get("Called", "")),
        gives=_flowing(said.get("Gives", "")),
        fails=_flowing(said.get("When it fails", "")),
        example=inspect.cleandoc("\n" + said.get("Example", "")) if "Example" in said else "",
        headings=tuple(headings),
    )


def _flowing(text: str) -> str:
    return " ".join(text.split())
