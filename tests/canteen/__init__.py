"""The canteen (구내식당): the one plugin that the examples of all hooks are parts of.

`maru_lunch/` has what they speak of; `make_canteen` puts it where a test wants it and adds the examples, those of the
core's hooks as `__init__.py`, those of a plugin's as its `for_<plugin>.py`, word for word.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from maru_admin.hook_texts import text_of

FILES = Path(__file__).parent / "maru_lunch"
Function = Callable[..., Any]
Change = Callable[[Function, str], str]


def make_canteen(root: Path, *specifications: ModuleType, change: Change | None = None) -> Path:
    """The canteen below `root`, with the examples in these modules, or what `change(hook, example)` makes of them."""
    folder = shutil.copytree(FILES, root / "maru_lunch", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "__init__.py").write_text('"""Dishes of the day."""\n', encoding="utf-8")
    for module in specifications:
        owner = module.__name__.partition(".")[0].removeprefix("maru_")
        name = "__init__" if owner == "maru" else f"for_{owner}"
        (folder / f"{name}.py").write_text(examples_in(module, change), encoding="utf-8")
    return folder


def examples_in(module: ModuleType, change: Change | None = None) -> str:
    """The examples of the hooks that a module specifies: one file, in the order of the hooks."""
    parts = [(function, text_of(function).example) for function in hooks_in(module)]
    return "\n\n\n".join(change(function, text) if change else text for function, text in parts) + "\n"


def hooks_in(module: ModuleType) -> Iterator[Function]:
    """The hooks that a module specifies itself, with `@gives` or without, in the order in which they stand."""
    own = [each for each in vars(module).values() if getattr(each, "__module__", "") == module.__name__]
    yield from (each for each in own if hasattr(each, "maru_spec"))
