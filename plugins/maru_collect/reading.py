"""A process that reads uploaded workbooks and may do nothing else: `readers.py` starts it and asks by its input.

The engine is imported without the plugin around it: it needs neither the portal nor the database, so this process
is small and starts in a tenth of a second.
"""

from __future__ import annotations

import gc
import os
import pickle
import sys
import time
import traceback
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .workbook import Filled, Layout

ENGINE = "maru_collect"
WRITING = frozenset("wax+")
FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
REFUSED = (
    "socket.", "subprocess.", "os.exec", "os.fork", "os.spawn", "os.system", "os.posix_spawn", "os.kill", "os.remove",
    "os.rename", "os.rmdir", "os.truncate", "shutil.",
)  # fmt: skip


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


def shut_in(megabytes: int) -> None:
    """From here on: no socket, no other program, no writing, no more memory than allowed.

    On Windows the hook refuses the same, and whoever asks watches the clock.
    """
    sys.addaudithook(_refuse)
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and (WRITING & {*str(arguments[1] or "r")} or int(arguments[2] or 0) & FLAGS):
        raise PermissionError("a reader of files writes none")
    if event.startswith(REFUSED):
        raise PermissionError(f"{event} is not for a reader of files")


def allow(cpu_seconds: int) -> None:
    """From here on the processor may be used for so long; then the system ends this process."""
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1 + cpu_seconds, most))


def main(megabytes: int, cpu_seconds: int) -> None:
    """Answer one question after another until nobody is left to ask."""
    load()
    shut_in(megabytes)
    gc.disable()  # a parsed form is a million small objects; looking for garbage among them takes a third of the time
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            job, arguments = pickle.load(asked)  # noqa: S301 — only the portal that started this process writes here
        except EOFError:
            return
        allow(cpu_seconds)
        answers.write(pickle.dumps(answer_to(job, arguments)))
        answers.flush()
        gc.collect()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
