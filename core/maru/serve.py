"""`maru serve`: a parent that owns the address and watches its workers; each worker is one portal."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import os
import signal
import socket
import sys
import time
from multiprocessing.process import BaseProcess
from types import FrameType

from maru.errors import SettingsError
from maru.settings import Settings

logger = logging.getLogger("maru.serve")

WATCH_SECONDS = 0.1
QUICK_DEATH_SECONDS = 2.0
GRACE_SECONDS = 10.0


def bind(settings: Settings) -> socket.socket:
    """The listening socket. Raises SettingsError when the address is taken."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    if os.name != "nt":  # on Windows this option would let two portals share a port
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as taken:
        listening.close()
        raise SettingsError(
            f"Port {settings.port} of {settings.host} cannot be used ({taken.strerror}). "
            f"Another program has it: end that, or choose another with --port {settings.port + 1}."
        ) from taken
    listening.listen(1024)
    return listening


class Parent:
    """Starts the workers and starts them anew when they die, more slowly when they die at once."""

    def __init__(self, settings: Settings, listening: socket.socket) -> None:
        self.settings = settings
        self.listening = listening
        self.workers: list[tuple[BaseProcess, float]] = []
        self.is_ending = False
        self._quick_deaths = 0
        # Spawned, not forked: a fork would share SQLite connections and locks with its parent.
        self._context = multiprocessing.get_context("spawn")

    def run(self) -> int:
        """Serve until a signal says to end. Gives the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._end)
        for _ in range(self.settings.workers):
            self._start()
        while not self.is_ending:
            time.sleep(WATCH_SECONDS)
            self._replace_the_dead()
        self._stop_workers()
        return 0

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.is_ending = True

    def _start(self) -> None:
        process = self._context.Process(target=run_worker, args=(self.settings, self.listening), name="maru worker")
        process.start()
        self.workers.append((process, time.monotonic()))

    def _replace_the_dead(self) -> None:
        for pair in [pair for pair in self.workers if not pair[0].is_alive()]:
            self.workers.remove(pair)
            process, began = pair
            quick = time.monotonic() - began < QUICK_DEATH_SECONDS
            self._quick_deaths = self._quick_deaths + 1 if quick else 0
            logger.error("Worker %s ended with %s; starting another.", process.pid, process.exitcode)
            if quick:
                time.sleep(min(0.25 * 2**self._quick_deaths, 10.0))
            if not self.is_ending:
                self._start()

    def _stop_workers(self) -> None:
        for process, _ in self.workers:
            process.terminate()
        until = time.monotonic() + GRACE_SECONDS
        for process, _ in self.workers:
            process.join(max(0.0, until - time.monotonic()))
            if process.is_alive():
                process.kill()


def run_worker(settings: Settings, listening: socket.socket) -> None:
    """One worker process: a portal behind uvicorn, until told to end, worn out, or orphaned."""
    import uvicorn

    from maru.app import create_app

    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    app = create_app(settings)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=5, lifespan="on"
    )
    server = uvicorn.Server(config)
    parent = os.getppid()

    async def serve() -> None:
        watching = asyncio.create_task(_watch(server, app.state.portal, parent))
        await server.serve(sockets=[listening])
        watching.cancel()

    asyncio.run(serve())
    sys.stdout.flush()
    os._exit(0)  # threads that hang would keep the process alive


async def _watch(server: object, portal: object, parent: int) -> None:
    while True:
        await asyncio.sleep(0.5)
        orphaned = os.name != "nt" and os.getppid() != parent
        if orphaned or portal.threads.is_worn_out:  # type: ignore[attr-defined]  # avoids importing the app's types
            server.should_exit = True  # type: ignore[attr-defined]  # uvicorn.Server, imported in the worker only


def serve(settings: Settings) -> int:
    """Bind, start the workers and watch them. Gives the exit code."""
    listening = bind(settings)
    return Parent(settings, listening).run()
