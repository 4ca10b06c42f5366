"""Something of a plugin that stood otherwise at an earlier time, and can be put back: a definition, not data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from maru import Checked


@dataclass(frozen=True)
class EarlierState(Checked):
    """A thing called `name`, whose `what` is `present` now and was `then`; `put_back` makes it so again.

    `put_back(within, by)` does it inside of `within`, a write that was not entered yet, in the name of the person `by`.
    """

    key: str
    name: str
    what: str
    present: str
    then: str
    put_back: Callable  # type: ignore[type-arg]  # isinstance takes no parameters
