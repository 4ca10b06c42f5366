"""The parent of `maru serve`: it owns the address and watches its workers."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import socket
import time
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from types import FrameType

from maru.errors import SettingsError
from maru.settings import Settings
from maru_server.boots import Boots
from maru_server.crashes import bury
from maru_server.worker import REFUSED, Beats, Wrap, run_worker

logger = logging.getLogger("maru.serve")

WATCH_SECONDS = 0.1
QUICK_DEATH_SECONDS = 2.0
LONGEST_PAUSE_SECONDS = 10.0
GRACE_SECONDS = 8.0
SILENT_SECONDS = 20.0
"""After so long without a beat a worker is ended: something in it holds the interpreter, and no page answers."""


def bind(settings: Settings) -> socket.socket:
    """The listening socket. Raises SettingsError when the address is taken."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # TCP by name: without it asyncio leaves Nagle's algorithm on, and every page waits 40 ms for an acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name != "nt":  # on Windows this option would let two portals share a port
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
        listening.listen(1024)
    except OSError as taken:
        listening.close()
        raise SettingsError(
            f"Port {settings.port} of {settings.host} cannot be used ({taken.strerror}). "
            f"Another program has it: end that, or choose another with --port {settings.port + 1}."
        ) from taken
    return listening


@dataclass
class Worker:
    """One process as its parent sees it. `beats` grows, in memory they share, as long as its event loop runs."""

    process: BaseProcess
    beats: Beats
    began: float = field(default_factory=time.monotonic)
    heard: int = 0
    silent_rounds: int = 0

    def is_silent(self) -> bool:
        """Listen once. Rounds are counted, not seconds: a machine that slept has missed no beat.

        A worker that still starts has not begun to beat, and may take its time: there may be tables to change.
        """
        is_beating = self.heard != self.beats.value
        self.heard = self.beats.value
        self.silent_rounds = 0 if is_beating or not self.heard else self.silent_rounds + 1
        return self.silent_rounds * WATCH_SECONDS >= SILENT_SECONDS


class Parent:
    """Starts the workers and starts them anew when they die or freeze, more slowly when they die at once."""

    wrap: Wrap | None = None
    """What the workers put around the portal; only `maru dev` does."""

    work = staticmethod(run_worker)
    """What each worker process runs."""

    def __init__(self, settings: Settings, listening: socket.socket) -> None:
        self.settings = settings
        self.listening = listening
        self.workers: list[Worker] = []
        self.is_ending = False
        self.code = 0
        self._boots = Boots()
        self._quick_deaths = 0
        self._start_again_at = 0.0
        # Spawned, not forked: a fork would share SQLite connections and locks with its parent.
        self._context = multiprocessing.get_context("spawn")

    def run(self) -> int:
        """Serve until a signal says to end. Gives the exit code."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._end)
        while not self.is_ending:
            self._end_the_frozen()
            self._bury_the_dead()
            while len(self.workers) < self._wanted() and time.monotonic() >= self._start_again_at:
                self._start()
            time.sleep(WATCH_SECONDS)
        self._stop_workers(GRACE_SECONDS)
        return self.code

    def _wanted(self) -> int:
        """How many workers there should be. A strict portal begins with one, which says whether any may serve."""
        is_tried = not self.settings.strict or any(worker.beats.value for worker in self.workers)
        return self.settings.workers if is_tried else 1

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.is_ending = True

    def _start(self) -> None:
        # Its own number goes along: a worker that is still starting when the parent dies could not ask for it.
        beats = self._context.RawValue("Q", 0)
        settings = self.settings.model_copy(update={"safe": True}) if self._boots.is_safe else self.settings
        arguments = (settings, self.listening, os.getpid(), beats, self.wrap)
        process = self._context.Process(target=self.work, args=arguments, name="maru worker")
        process.start()
        self.workers.append(Worker(process, beats))

    def _end_the_frozen(self) -> None:
        for worker in self.workers:
            if worker.is_silent():
                worker.silent_rounds = 0
                logger.error("Worker %s has not answered for %s seconds.", worker.process.pid, SILENT_SECONDS)
                worker.process.kill()  # it cannot hear a gentler word

    def _bury_the_dead(self) -> None:
        for worker in [worker for worker in self.workers if not worker.process.is_alive()]:
            self.workers.remove(worker)
            bury(self.settings.data_folder, worker.process.pid, is_known=worker.process.exitcode == 0)
            if worker.process.exitcode == REFUSED:
                self.is_ending, self.code = True, 2
                return
            logger.error("Worker %s ended with %s; starting another.", worker.process.pid, worker.process.exitcode)
            self._count_boot(worker)
            if time.monotonic() - worker.began >= QUICK_DEATH_SECONDS:
                self._quick_deaths = 0
            elif worker.began >= self._start_again_at:  # those that began beside it died of the same thing
                self._quick_deaths += 1
                pause = min(0.25 * 2**self._quick_deaths, LONGEST_PAUSE_SECONDS)
                self._start_again_at = time.monotonic() + pause

    def _count_boot(self, dead: Worker) -> None:
        if dead.beats.value:
            self._boots.went_well()
        else:  # with 0, too: a plugin may have ended it while it was imported
            self._boots.went_badly(dead.began, is_dark=not any(worker.beats.value for worker in self.workers))

    def forgive(self) -> None:
        """Start the next workers at once and with every plugin, however the last ones died."""
        self._boots = Boots()
        self._quick_deaths, self._start_again_at = 0, 0.0

    def _stop_workers(self, grace_seconds: float) -> None:
        processes = [worker.process for worker in self.workers]
        for process in processes:
            process.terminate()
        until = time.monotonic() + grace_seconds
        for process in processes:
            process.join(max(0.0, until - time.monotonic()))
            if process.is_alive():
                process.kill()
            bury(self.settings.data_folder, process.pid, is_known=True)
