"""The few threads in which views run, and what happens when one does not come back."""

import asyncio
import logging
import queue
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from maru.errors import Unavailable
from maru_boundary import describe
from maru_db import abandon, close_database, connected
from maru_db.hops import Abandoned, Hop, stack_of
from maru_language import t

logger = logging.getLogger("maru.pages")

Answered = TypeVar("Answered")

GIVE_UP_WORKER_AFTER = 8
LEND_AFTER_SECONDS = 0.5
MOST_LENT = 16
"""Where nothing came to an end for so long, who waits gets one more thread: slow pages must not stop the others."""


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
    is_over: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> bool:
        """Do the work and answer. False when it was given up meanwhile."""
        self.began_at, self.thread = time.monotonic(), threading.get_ident()
        with suppress(InvalidStateError):  # given up meanwhile: nobody waits for the answer any more
            try:
                with connected() as hop:
                    self.hop = hop
                    result = self.work()
            except BaseException as wrong:  # noqa: BLE001 — handed on; SystemExit and its kin must not reach the event loop
                told = wrong if isinstance(wrong, Exception) else RuntimeError(describe(wrong))
                self.answer.set_exception(told)
            else:
                self.answer.set_result(result)
        with self.lock:
            self.is_over = True
            return not self.is_given_up


class ViewThreads:
    """A small pool. A thread that hangs is given up and replaced; after eight of them the process should end."""

    def __init__(self, count: int) -> None:
        self._queue: queue.SimpleQueue[_Visit | None] = queue.SimpleQueue()
        self.given_up_count = self.visit_count = 0
        self.lent_count = 0
        self._ended_at = 0.0
        self.count = count
        for _ in range(count):
            self._start_thread(self._serve)

    def _start_thread(self, serve: Callable[[], None]) -> None:
        threading.Thread(target=serve, name="view", daemon=True).start()

    def _serve(self) -> None:
        with suppress(Abandoned):
            while (visit := self._queue.get()) is not None and self._comes_back(visit):
                pass
        close_database()

    def _serve_queue(self) -> None:
        with suppress(Abandoned, queue.Empty):
            while (visit := self._queue.get_nowait()) is not None and self._comes_back(visit):
                pass
        self.lent_count -= 1
        close_database()

    def _comes_back(self, visit: _Visit) -> bool:
        """Run it. False when it was given up meanwhile: then another thread has taken this one's place."""
        is_good = visit.is_given_up or visit.run()
        self._ended_at = time.monotonic()
        self.given_up_count -= not is_good
        return is_good

    @property
    def is_worn_out(self) -> bool:
        """Whether so many threads hang that a new process is better."""
        return self.given_up_count >= GIVE_UP_WORKER_AFTER

    async def run(self, work: Callable[[], Answered], limit_seconds: float) -> Answered:
        """Run `work` in a thread with a connection. Raises Hung after `limit_seconds` of running."""
        visit = _Visit(work)
        self.visit_count += 1
        answer: asyncio.Future[Answered] = asyncio.wrap_future(visit.answer)
        queued_at = time.monotonic()
        self._queue.put(visit)
        patience = min(LEND_AFTER_SECONDS, limit_seconds)
        while not (await asyncio.wait({answer}, timeout=patience))[0]:
            patience = limit_seconds - (time.monotonic() - (visit.began_at or queued_at))
            if visit.began_at is None and patience <= 0:
                visit.is_given_up = True
                raise Unavailable(
                    t("지금 접속이 많아 처리하지 못했습니다. 바뀐 것은 없습니다. 잠시 뒤 다시 시도해 주세요.")
                )
            if visit.began_at is None:
                self._lend()
                patience = min(LEND_AFTER_SECONDS, patience)
            elif patience <= 0 and (hung := self._give_up(visit)) is not None:
                answer.cancel()
                raise hung
        return answer.result()

    def _lend(self) -> None:
        is_stuck = time.monotonic() - self._ended_at > LEND_AFTER_SECONDS
        if is_stuck and self.lent_count < MOST_LENT:
            self.lent_count += 1
            self._start_thread(self._serve_queue)

    def _give_up(self, visit: _Visit) -> Hung | None:
        with visit.lock:
            if visit.is_over:
                return None  # it came back at the last moment
            visit.is_given_up = True
            hung = Hung(t("이 화면이 제때 끝나지 않아 멈추었습니다. 저장된 것은 없으며, 다른 화면은 정상입니다."))
            hung.stack = stack_of(visit.thread)
            hung.culprit = visit.hop.running if visit.hop else None
            if visit.hop is not None:
                abandon(visit.hop)
        self.given_up_count += 1
        self._start_thread(self._serve)
        logger.error("A view hangs and was given up (%s in this process).", self.given_up_count)
        return hung

    def close(self) -> None:
        """Let the idle threads end."""
        for _ in range(self.count):
            self._queue.put(None)
