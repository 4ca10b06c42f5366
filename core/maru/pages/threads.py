"""The few threads in which views run, and what happens when one does not come back."""

import asyncio
import logging
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from maru.errors import Unavailable
from maru_db import abandon, close_database, connected
from maru_db.database import Hop
from maru_language import t

logger = logging.getLogger("maru.pages")

Answered = TypeVar("Answered")

GIVE_UP_WORKER_AFTER = 8


class Hung(Unavailable):
    """A view did not come back in time. `culprit` is the plugin and the place that ran, `stack` where it stood."""

    culprit: tuple[str, str] | None = None
    stack: traceback.StackSummary | None = None


@dataclass
class _Visit:
    """One piece of work on its way through a thread. `hop` is set as soon as it has a connection."""

    work: Callable[[], Any]
    answer: Future[Any] = field(default_factory=Future)
    hop: Hop | None = None
    began_at: float | None = None
    thread: int = 0
    is_given_up: bool = False

    def run(self) -> bool:
        """Do the work and answer. False when it was given up meanwhile."""
        self.began_at, self.thread = time.monotonic(), threading.get_ident()
        with suppress(InvalidStateError):  # given up meanwhile: nobody waits for the answer any more
            try:
                with connected() as hop:
                    self.hop = hop
                    result = self.work()
            except BaseException as wrong:  # noqa: BLE001 — handed on; SystemExit and its kin must not reach the event loop
                told = wrong if isinstance(wrong, Exception) else RuntimeError(f"{type(wrong).__name__}: {wrong}")
                self.answer.set_exception(told)
            else:
                self.answer.set_result(result)
        return not self.is_given_up


class ViewThreads:
    """A small pool. A thread that hangs is given up and replaced; after eight of them the process should end."""

    def __init__(self, count: int) -> None:
        self._queue: queue.SimpleQueue[_Visit | None] = queue.SimpleQueue()
        self.given_up_count = 0
        self.count = count
        for _ in range(count):
            self._start_thread()

    def _start_thread(self) -> None:
        threading.Thread(target=self._serve, name="view", daemon=True).start()

    def _serve(self) -> None:
        while (visit := self._queue.get()) is not None:
            if not visit.is_given_up and not visit.run():
                return  # given up while it ran: another thread has taken this one's place
        close_database()

    @property
    def is_worn_out(self) -> bool:
        """Whether so many threads hang that a new process is better."""
        return self.given_up_count >= GIVE_UP_WORKER_AFTER

    async def run(self, work: Callable[[], Answered], limit_seconds: float) -> Answered:
        """Run `work` in a thread with a connection. Raises Hung after `limit_seconds` of running."""
        visit = _Visit(work)
        answer: asyncio.Future[Answered] = asyncio.wrap_future(visit.answer)
        self._queue.put(visit)
        patience = limit_seconds
        while not (await asyncio.wait({answer}, timeout=patience))[0]:
            if visit.began_at is None:
                visit.is_given_up = True
                raise Unavailable(
                    t("지금 접속이 많아 처리하지 못했습니다. 바뀐 것은 없습니다. 잠시 뒤 다시 시도해 주세요.")
                )
            patience = limit_seconds - (time.monotonic() - visit.began_at)
            if patience <= 0:
                hung = Hung(t("이 화면이 제때 끝나지 않아 멈추었습니다. 저장된 것은 없으며, 다른 화면은 정상입니다."))
                frame = sys._current_frames().get(visit.thread)
                hung.stack = traceback.extract_stack(frame) if frame else None
                hung.culprit = visit.hop.running if visit.hop else None
                self._give_up(visit)
                answer.cancel()
                raise hung
        return answer.result()

    def _give_up(self, visit: _Visit) -> None:
        visit.is_given_up = True
        if visit.hop is not None:
            abandon(visit.hop)
        self.given_up_count += 1
        self._start_thread()
        logger.error("A view hangs and was given up (%s in this process).", self.given_up_count)

    def close(self) -> None:
        """Let the idle threads end."""
        for _ in range(self.count):
            self._queue.put(None)
