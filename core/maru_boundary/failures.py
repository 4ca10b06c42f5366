"""What a stranger's exception says, and where it was raised. Nothing here raises, whatever the exception does."""

import inspect
import logging
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

MOST = 500
MOST_PLACE = 200


def storable(text: str) -> str:
    """`text` as every database and every log takes it: what UTF-8 cannot hold, and a NUL, are spelled out."""
    return str.encode(text, "utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def text_of(wrong: BaseException, most: int = MOST) -> str:
    """What it says, storable. Its `__str__` may be anybody's."""
    try:
        return storable(str.__getitem__(str(wrong), slice(most)))[:most]
    except BaseException:  # noqa: BLE001 — also SystemExit, and a text that is none
        return "(what it says cannot be read)"


def describe(wrong: BaseException) -> str:
    """`ValueError: no such dish`, storable."""
    try:
        name = storable(type(wrong).__name__)
    except BaseException:  # noqa: BLE001 — a class may have a metaclass of its own
        name = "Exception"
    said = text_of(wrong)
    return f"{name}: {said}"[:MOST] if said else name[:MOST]


def log_failure(logger: logging.Logger, text: str, wrong: BaseException) -> None:
    """An error in the log with its traceback, or without, where the exception does not let itself be shown.

    The traceback is made here and storable: it holds what the exception says, which not every log can write.
    """
    try:
        shown = "".join(traceback.format_exception(wrong)).rstrip()
    except BaseException:  # noqa: BLE001 — it asks the exception for its text, its cause and its notes
        shown = "Its traceback cannot be shown."
    logger.error("%s\n%s", storable(text), storable(shown))


def place_of(wrong: BaseException, folder: Path) -> str:
    """`views.py:31`: where it says itself that it is, or the deepest line in `folder` that it went through; or ""."""
    ways = (_place_told, _place_of_syntax, _place_in_stack, _place_in_traceback)
    return next(filter(None, (_harmless(way, wrong, folder) for way in ways)), "")


def _harmless(way: Callable[[Any, Path], str], wrong: BaseException, folder: Path) -> str:
    try:
        return storable(way(wrong, folder))[:MOST_PLACE]
    except BaseException:  # noqa: BLE001 — each asks for an attribute that may be anybody's
        return ""


def _place_told(wrong: Any, folder: Path) -> str:
    where = getattr(wrong, "where", "")
    return where if type(where) is str else ""


def _place_of_syntax(wrong: BaseException, folder: Path) -> str:
    if isinstance(wrong, SyntaxError) and wrong.filename:
        path = Path(wrong.filename)
        return f"{path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name}:{wrong.lineno}"
    return ""


def _place_in_stack(wrong: Any, folder: Path) -> str:
    stack = getattr(wrong, "stack", None)
    return _deepest(stack, folder) if type(stack) is traceback.StackSummary else ""


def _place_in_traceback(wrong: BaseException, folder: Path) -> str:
    return _deepest(traceback.extract_tb(wrong.__traceback__), folder)


def _deepest(stack: traceback.StackSummary, folder: Path) -> str:
    frames = [frame for frame in stack if Path(frame.filename).is_relative_to(folder)]
    return f"{Path(frames[-1].filename).relative_to(folder).as_posix()}:{frames[-1].lineno}" if frames else ""


def line_of(function: Callable[..., Any], folder: Path) -> str:
    """`views.py:31` — where `function` begins; empty where it lies outside of `folder`, or cannot be told."""
    try:
        code = getattr(inspect.unwrap(getattr(function, "func", function)), "__code__", None)  # of a partial, too
        if code is None or not Path(code.co_filename).is_relative_to(folder):
            return ""
        return storable(f"{Path(code.co_filename).relative_to(folder).as_posix()}:{code.co_firstlineno}")[:MOST_PLACE]
    except BaseException:  # noqa: BLE001 — whatever a plugin gives for a function
        return ""
