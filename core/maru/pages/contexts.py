"""What the error page shows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ErrorContext:
    """`title` says what happened, `text` the particulars, `way_out` what to do.

    `reference` finds the event in the log; empty where nothing is broken. `href` leads somewhere that works.
    """

    status: int
    title: str
    text: str
    way_out: str
    reference: str
    href: str
