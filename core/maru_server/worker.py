"""One worker process: a portal behind uvicorn, until told to end, worn out, or orphaned."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import socket
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

from maru.errors import PluginError
from maru.settings import Settings
from maru_server.crashes import BlackBox

if TYPE_CHECKING:
    import uvicorn
    from starlette.applications import Starlette
    from starlette.types import ASGIApp

    from maru.pages import Portal
    from maru.plugins import Plugin
    from maru_server.blame import Blame

logger = logging.getLogger("maru.serve")

REFUSED = 78
"""The exit code of a worker that must not serve as it is: another one would fare no better."""
WATCH_SECONDS = 0.5
END = os._exit
DRIVERS = ("psycopg", "psycopg2")
Beats = Any  # a ctypes number in memory shared with the parent; its type has no public name
Wrap = Callable[["Starlette"], "ASGIApp"]
"""What a worker serves instead of the bare portal. Handed to a new process, so it is a function of a module."""


def run_worker(
    settings: Settings, listening: socket.socket, parent: int, beats: Beats, wrap: Wrap | None = None
) -> None:
    """Serve on the socket of the process `parent`, which hears `beats`. Ends the process; does not return."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    box, code = BlackBox(settings.data_folder), 0
    try:
        asyncio.run(_serve(settings, listening, parent, beats, wrap, box))
    except KeyboardInterrupt:
        pass  # Ctrl+C reaches every process of the terminal
    except PluginError as ill:  # only when the settings are strict
        sys.stderr.write(f"maru: {ill}\n")
        code = REFUSED
    box.close()
    sys.stdout.flush()
    sys.stderr.flush()
    END(code)  # threads that hang would keep the process alive


async def _serve(
    settings: Settings, listening: socket.socket, parent: int, beats: Beats, wrap: Wrap | None, box: BlackBox
) -> None:
    gc.disable()  # what is made while starting stays: looking for garbage in it takes a tenth of the time
    import uvicorn  # only here: the parent needs neither it nor the portal

    with nullcontext() if settings.database else without_drivers():
        from maru.app import create_app
        from maru_db.sole import refuse_others
        from maru_server.blame import Blame
        from maru_server.demo import ACCOUNTS
        from maru_server.process import refuse_harm
        from maru_server.pulse import Pulse

    if not settings.database:
        refuse_others(settings.data_folder / "maru.sqlite3")
    refuse_harm()
    blame = Blame(settings, box)
    accounts = ACCOUNTS if settings.is_demo else ()
    app = create_app(settings, background=Pulse, guard=blame.guard, demo_accounts=accounts)
    if settings.strict:
        refuse_ill(app.state.portal.plugins)
    blame.settle(app.state.portal)
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)  # pages make thousands of small objects; a fifth of their time went there
    gc.enable()
    server = uvicorn.Server(
        uvicorn.Config(
            wrap(app) if wrap else app,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=5,
            lifespan="on",
        )
    )
    watching = [
        asyncio.create_task(_watch(server, app.state.portal, parent, beats, box)),
        asyncio.create_task(_look(server, app.state.portal, blame)),
    ]
    await server.serve(sockets=[listening])
    for each in watching:
        each.cancel()


def refuse_ill(plugins: Iterable[Plugin]) -> None:
    """Raises PluginError with one line for each plugin that is ill."""
    ill = [" ".join(f"{each.key}: {each.problem} {each.where}".split()) for each in plugins if not each.is_well]
    if ill:
        raise PluginError("\n".join(["strict: these plugins are ill.", *ill]))


@contextmanager
def without_drivers() -> Iterator[None]:
    """Peewee imports each database driver that is installed; psycopg takes 100 ms that SQLite has no use for."""
    hidden = [name for name in DRIVERS if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type]  # None is how Python marks what is not to be found
    yield
    for name in hidden:
        del sys.modules[name]


async def _look(server: uvicorn.Server, portal: Portal, blame: Blame) -> None:
    """See what other workers died of, before this one does; end when another set of plugins may be loaded."""
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        try:
            if await asyncio.to_thread(blame.look, portal):
                server.should_exit = True
        except Exception:  # the next look tries again; the log says why this one failed
            logger.exception("The crashes of other workers cannot be read")


async def _watch(server: uvicorn.Server, portal: Portal, parent: int, beats: Beats, box: BlackBox) -> None:
    """Let the parent hear that the event loop runs; end when too many threads hang, or when the parent was killed."""
    while True:
        beats.value += 1
        box.beat()
        await asyncio.sleep(WATCH_SECONDS)
        orphaned = os.name != "nt" and os.getppid() != parent
        if orphaned or portal.threads.is_worn_out:
            server.should_exit = True
