"""Maru: the hall of a staff portal. It knows who you are, draws the page, and knows which rooms there are.

The names in `__init__.pyi`, beside this file, are what plugins build on; everything else may change. A name is imported
when it is first used, so that importing `maru` costs nothing.
"""

import ast
from importlib import import_module
from pathlib import Path
from typing import Any

_STUB = ast.parse(Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8"))
_HOME_OF = {name.name: line.module for line in _STUB.body if isinstance(line, ast.ImportFrom) for name in line.names}

__all__ = sorted(_HOME_OF)  # noqa: PLE0605 — one list of names is enough, and the stub has it


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'maru' has no attribute {name!r}")
    globals()[name] = found = getattr(import_module(str(_HOME_OF[name])), name)
    return found
