"""A confined process (see `maru_confined`) that reads workbooks: `readers.py` starts it and asks by its input.

The engine is imported without the plugin around it: it needs neither the portal nor the database, so this process
is small and starts in a tenth of a second.
"""

from __future__ import annotations

import gc
import pickle
import sys
import traceback
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .workbook import Filled, Layout

ENGINE = "maru_collect"


def load() -> None:
    """Import all that the jobs need, while anything may still be done."""
    plugin = ModuleType(ENGINE)
    plugin.__path__ = [str(Path(__file__).parent)]
    sys.modules[ENGINE] = plugin
    import encodings.cp437
    import encodings.utf_16
    import encodings.utf_16_be
    import encodings.utf_16_le  # noqa: F401 — zip and XML find these by name, later

    import maru_collect.workbook  # noqa: F401


def recognize(path: str) -> Layout:
    """The layout of a form, out of which a unit's blank copy has been made as well: what is taken can be sent out."""
    from maru_collect import workbook

    layout = workbook.recognize(path)
    workbook.blank_copy(path, layout, None, BytesIO())
    return layout


def read_rows(path: str, layout: Layout, unit_name: str, most_rows: int) -> Filled:
    """The rows of a returned workbook."""
    from maru_collect import workbook

    return workbook.read_rows(path, layout, unit_name, most_rows)


JOBS: dict[str, Callable[..., Any]] = {"recognize": recognize, "read_rows": read_rows}


def answer_to(job: str, arguments: tuple[Any, ...]) -> tuple[str, Any]:
    """("done", what came out), ("problem", (code, sentence)) for the person, or ("failed", lines) for the log."""
    from maru_collect.workbook import WorkbookProblem

    try:
        return "done", JOBS[job](*arguments)
    except WorkbookProblem as wrong:
        return "problem", (wrong.code, wrong.sentence)
    except MemoryError:
        raise  # what is left of this process is not worth keeping
    except Exception:  # noqa: BLE001 — a broken file may make a reader raise anything
        return "failed", traceback.format_exc()


def work(allow: Callable[[], None]) -> int:
    """Answer one question after another until nobody is left to ask."""
    gc.disable()  # a parsed form is a million small objects; looking for garbage among them takes a third of the time
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            job, arguments = pickle.load(asked)  # noqa: S301 — only the portal that started this process writes here
        except EOFError:
            return 0
        allow()
        answers.write(pickle.dumps(answer_to(job, arguments)))
        answers.flush()
        gc.collect()
