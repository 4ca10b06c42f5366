"""What the collections tell other plugins through events: what happened, and to which request."""

from __future__ import annotations

from maru import Payload


class OfRequest(Payload):
    """Something happened to a request (취합 요청)."""

    event = ""
    request: int


class Sent(OfRequest):
    """발송: so many units were asked."""

    event = "collect.sent"
    targets: int


class Extended(OfRequest):
    """기한 연장: the deadline is another one."""

    event = "collect.extended"


class Closed(OfRequest):
    """마감: nobody can answer any more."""

    event = "collect.closed"


class Reopened(OfRequest):
    """마감 취소: units may answer again."""

    event = "collect.reopened"


class Submitted(OfRequest):
    """제출: a unit has answered, with rows or with 해당 없음."""

    event = "collect.submitted"
    target: int


class TakenBack(OfRequest):
    """회수: a unit has taken its answer back."""

    event = "collect.taken_back"
    target: int
