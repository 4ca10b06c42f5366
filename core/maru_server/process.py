"""What would end the process, or spoil it for everybody, is refused: a failure of who tried it, like any other."""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

REFUSED: dict[ModuleType, tuple[str, ...]] = {
    os: ("_exit", "closerange"),
    sys: ("setrecursionlimit",),
    signal: ("alarm", "setitimer", "raise_signal", "pthread_kill", "pidfd_send_signal"),
    threading: ("stack_size",),
    _thread: ("interrupt_main", "stack_size"),
}
"""None of them leaves a trace of its caller when it ends the process; nor does a recursion limit that spoils it."""
ASKS = "stack_size"
"""Without an argument it changes nothing."""
SERVER = "uvicorn.server"
"""It passes the signal on that it was ended by."""


def refuse_harm() -> None:
    """From now on, what is `REFUSED` raises RuntimeError in this process, and so does a signal to it or its parent.

    Children that it forks may do all of it. What is called in C, past Python, is not seen: then the process is lost.
    """
    for module, names in REFUSED.items():
        for name in names:
            if hasattr(module, name):  # Windows has few signals
                setattr(module, name, _refusing(f"{module.__name__}.{name}", getattr(module, name)))
    own = os.getpid()
    sys.addaudithook(lambda event, arguments: _look(event, arguments, own))


def _refusing(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    own = os.getpid()

    def refuse(*given: Any, **more: Any) -> Any:
        is_server = sys._getframe(1).f_globals.get("__name__") == SERVER
        if os.getpid() != own or is_server or (name.endswith(ASKS) and not given):
            return real(*given, **more)
        raise RuntimeError(_text(name))

    return refuse


def _look(event: str, arguments: tuple[Any, ...], own: int) -> None:
    """`kill(-n, …)` is a signal to the group n, 0 means one's own group, and -1 everybody."""
    if event == "os.exec" and os.getpid() == own:
        raise RuntimeError(_text(event))
    if event not in ("os.kill", "os.killpg") or not arguments[1]:
        return
    number = arguments[0] if event == "os.kill" else -arguments[0]
    groups = (os.getpgrp(), os.getpgid(os.getppid()))
    if number in (os.getpid(), os.getppid(), 0, -1) or -number in groups:
        raise RuntimeError(_text(event))


def _text(name: str) -> str:
    return f"{name} would end or spoil the process that all plugins share. Run what needs its own in subprocess."
