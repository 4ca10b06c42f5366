"""The `maru` command: each of its words is one function in a module here, imported when it is asked for."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from maru.errors import MaruError

Words = Any
"""What `add_subparsers` gives; argparse keeps its type private."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Gives the exit code; errors the portal knows are one line, not a traceback."""
    _survive_narrow_consoles()
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for them takes 30 ms; there are none
    given = _parser().parse_args(arguments)
    module, _, function = given.run.partition(".")
    run: Callable[[argparse.Namespace], int] = getattr(import_module(f"{__name__}.{module}"), function)
    try:
        code = run(given)
        sys.stdout.flush()
    except BrokenPipeError:  # `maru routes | head` has read enough; what is left goes nowhere, at the exit too
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except _known() as wrong:
        print(f"maru: {wrong}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return code


def _known() -> tuple[type[Exception], ...]:
    """The errors that say themselves what to do. Asked for only when something was raised."""
    from maru_db import StorageError

    return MaruError, StorageError


def _survive_narrow_consoles() -> None:
    """A Korean Windows console speaks cp949: what it cannot show becomes `?` and never an error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="maru", description="The staff portal.")
    words = parser.add_subparsers(required=True, metavar="command")
    serve = _add(words, "serve", "serving.serve", "start the portal: a parent that watches its workers")
    demo = _add(words, "demo", "serving.demo", "start a demonstration with demo accounts and content")
    dev = _add(words, "dev", "serving.dev", "the demonstration for writing plugins: begins anew when a file changes")
    for word in (serve, demo, dev):
        word.add_argument("--host", default=None)
        word.add_argument("--port", type=int, default=None)
        word.add_argument("--workers", type=int, default=None)
        word.add_argument("--safe", action="store_true", default=None, help="the core alone, without any plugin")
        word.add_argument("--strict", action="store_true", default=None, help="refuse to start when a plugin is ill")
    for word in (demo, dev):
        word.add_argument("--fresh", action="store_true", help="throw the old demonstration away first")
    routes = _add(words, "routes", "listing.routes", "every address with its permission, view and template")
    plugins = _add(words, "plugins", "listing.plugins", "every plugin with its state")
    plugins.add_argument("--of", choices=("serve", "demo", "dev"), help="in whose data folder")
    for word in (routes, plugins):
        word.add_argument("--json", action="store_true")
    _add(words, "migrate", "upkeep.migrate", "bring all tables up to date")
    _add(words, "doctor", "upkeep.doctor", "check this installation and say what to mend")
    new = _add(words, "new", "developing.new", "make a plugin of your own from the template")
    new.add_argument("name", help="its id, such as rooms: it begins its addresses, tables and permissions")
    new.add_argument("--label", default="", help="what people read in Korean, such as '회의실 예약'")
    new.add_argument("--label-en", default="", help="the same in English")
    new.add_argument("--page", action="store_true", help="with a page and a card on the home page of its own")
    new.add_argument("--into", default=None, help="folder for it (default: the last one of plugins_path)")
    icons = _add(words, "icons", "developing.icons", "the names of the icons that the theme has")
    icons.add_argument("part", nargs="?", default="", help="only those whose name has this in it")
    user = _add(words, "user", "people.user", "add a person, or give them a new password or role")
    user.add_argument("username")
    user.add_argument("--name", default="")
    user.add_argument("--unit", default="", help="name of the department of their post")
    user.add_argument("--role", default="", help="a role such as city-admin")
    user.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    return parser


def _add(words: Words, name: str, run: str, about: str) -> argparse.ArgumentParser:
    """The parser of the command `name`, which is the function `run` ("module.function") of this package."""
    word: argparse.ArgumentParser = words.add_parser(name, help=about, description=about)
    word.set_defaults(run=run)
    return word
