"""Nobody but this library opens the portal's SQLite file: a connection that it does not know could lock it for good."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from maru_db.errors import StorageError
from maru_db.hops import is_connecting


def refuse_others(file: Path) -> None:
    """From now on, as long as this process runs, `sqlite3.connect(file)` of anybody else raises StorageError."""
    ours = str(file.resolve())

    def look(event: str, arguments: tuple[Any, ...]) -> None:
        if event == "sqlite3.connect" and not is_connecting() and _place(arguments[0]) == ours:
            raise StorageError(
                f"A connection of one's own to {file.name} could stop the whole portal. Use the models of the plugin, "
                "inside of `with write(request):` for changes; for a file of its own, choose another name."
            )

    sys.addaudithook(look)


def _place(named: Any) -> str:
    """The file that `sqlite3.connect` is asked for, however it is written."""
    name = os.fsdecode(named) if isinstance(named, str | bytes | os.PathLike) else ""
    if name.startswith("file:"):
        name = unquote(name.removeprefix("file:").partition("?")[0])
        name = "/" + name.lstrip("/") if name.startswith("//") else name
    return str(Path(name).resolve()) if name and name != ":memory:" else ""
