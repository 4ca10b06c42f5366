"""How far an event is from what a person did: events that plugins answer with events must come to an end."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from maru_db.errors import EndlessError

MOST_DEPTH = 10

_depth: ContextVar[int] = ContextVar("depth", default=0)


@contextmanager
def following(depth: int) -> Iterator[None]:
    """Inside, what is emitted is as deep as `depth` says."""
    token = _depth.set(depth)
    try:
        yield
    finally:
        _depth.reset(token)


def depth_of_next() -> int:
    """The depth of what is emitted here. Raises EndlessError where events have answered events for too long."""
    if (depth := _depth.get()) > MOST_DEPTH:
        raise EndlessError(
            f"An event answers an event, {MOST_DEPTH} times in a row: it would never end. "
            "Do not emit from on_event what on_event answers again."
        )
    return depth
