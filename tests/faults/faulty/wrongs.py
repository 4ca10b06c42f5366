"""Every wrong thing that a plugin can do while the portal runs, at the place that the switch says."""

from __future__ import annotations

import ctypes
import dataclasses
import importlib
import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from starlette.responses import HTMLResponse, Response

from maru import Actor, Event, User, now, write_as
from maru_db import database

SWITCH = Path(__file__).parent.parent / "switch.json"
CALLED = SWITCH.with_name("called.txt")
HUGE = "가" * (50_000_000 // 3)


def kept(thing: Any) -> Any:
    """`thing`, never to be tidied up by Python, not even when the process ends: so it stays open."""
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(thing))
    return thing


def wish() -> dict[str, str]:
    """What the switch says: the place, and the fault."""
    found: dict[str, str] = json.loads(SWITCH.read_text(encoding="utf-8"))
    return found


def do(place: str, kind: str = "", **given: Any) -> Any:
    """The wrong thing, if it is wanted at `place`, or everywhere ("*"); otherwise None.

    `kind` is what a hook gives, as `module:name`.
    """
    wanted = wish()
    if wanted["place"] not in (place, "*"):
        return None
    with CALLED.open("a", encoding="utf-8") as file:
        file.write(f"{place}\n")
    return FAULTS[wanted["fault"]](kind, given)


def fail(kind: str, given: Any) -> Any:
    """An exception like any other."""
    raise ValueError("wrong on purpose")


def leave(kind: str, given: Any) -> Any:
    """It asks the process to end."""
    sys.exit(3)


def recurse(kind: str, given: Any) -> Any:
    """It calls itself for ever."""
    return recurse(kind, given)


def hang_in_python(kind: str, given: Any) -> Any:
    """A loop that never ends, until the switch is set otherwise."""
    before = wish()
    while wish() == before:
        pass


def hang_in_a_call(kind: str, given: Any) -> Any:
    """It waits for what never comes."""
    time.sleep(3_600)


def freeze(kind: str, given: Any) -> Any:
    """It computes without letting go of the interpreter, so that no thread of the process runs."""
    return 10**10**9


def give_another_type(kind: str, given: Any) -> Any:
    """Something that nobody expects."""
    return object()


def give_too_much(kind: str, given: Any) -> Any:
    """A text of 50 MB, as a page or in each field of what the hook gives."""
    if kind == "text":
        return HUGE
    if kind == "Response":
        return HTMLResponse(HUGE)
    module, _, name = kind.partition(":")
    wanted = getattr(importlib.import_module(module), name) if module not in ("", "builtins") else None
    return [swollen(wanted)] if dataclasses.is_dataclass(wanted) else [HUGE]


def swollen(kind: Any) -> Any:
    """A dataclass with 50 MB in every text."""
    try:
        hints = get_type_hints(kind)
    except TypeError:  # a hint that is for type checkers alone
        hints = {field.name: str for field in dataclasses.fields(kind)}
    needed = [field for field in dataclasses.fields(kind) if field.init]
    return kind(**{field.name: sample(hints[field.name]) for field in needed})


def sample(kind: Any) -> Any:
    """A value of a type; texts are as large as they get."""
    if get_origin(kind) is Literal:
        return get_args(kind)[0]
    if kind is str or (str in get_args(kind) and get_origin(kind) is not tuple):
        return HUGE
    if type(None) in get_args(kind):
        return None
    plain = {int: 1, bool: False, dict: {}, tuple: (), list: []}
    return plain.get(get_origin(kind) or kind, now())


def touch(kind: str, given: Any) -> Any:
    """It changes what it was shown: the person becomes an administrator of another name, the event another."""
    for each in given.values():
        if isinstance(each, User):
            each.is_superuser, each.name = True, "누군가"
            if each.unit is not None:
                each.unit.name = "다른 부서"
        if isinstance(each, Event):
            each.payload.update(id=0)  # type: ignore[attr-defined]  # that it can be changed is the point
    return None


def leave_open(kind: str, given: Any) -> Any:
    """A transaction of Peewee, begun and never ended."""
    kept(database.atomic("IMMEDIATE")).__enter__()


def leave_open_in_sql(kind: str, given: Any) -> Any:
    """The same in SQL, past Peewee."""
    database.execute_sql("BEGIN IMMEDIATE")


def leave_writing(kind: str, given: Any) -> Any:
    """A write that is entered and never left: it holds the turn of all writers."""
    kept(write_as(Actor(None, "faulty"))).__enter__()


def lock(kind: str, given: Any) -> Any:
    """It opens the portal's file by itself, and locks it for all others."""
    kept(sqlite3.connect(database.database, isolation_level=None)).execute("BEGIN IMMEDIATE")


def crash(kind: str, given: Any) -> Any:
    """It reads where nothing is; the process dies at once."""
    return ctypes.string_at(0)


def end(kind: str, given: Any) -> Any:
    """It ends the process, without a signal and without a trace."""
    os._exit(3)


def respond(answer: Any) -> Response:
    """What a view gives when nothing is wrong."""
    return HTMLResponse("<main>well</main>") if answer is None else answer


FAULTS: dict[str, Callable[[str, Any], Any]] = {
    "raise": fail,
    "SystemExit": leave,
    "RecursionError": recurse,
    "hang in Python": hang_in_python,
    "hang in a call": hang_in_a_call,
    "freeze": freeze,
    "wrong type": give_another_type,
    "50 MB": give_too_much,
    "mutated": touch,
    "left open": leave_open,
    "left open in SQL": leave_open_in_sql,
    "left writing": leave_writing,
    "locked": lock,
    "segfault": crash,
    "exit": end,
}
