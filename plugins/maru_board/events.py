"""What the boards tell other plugins through events, beside what was saved."""

from __future__ import annotations

from maru import Payload


class Posted(Payload):
    """게시: a post was published."""

    event = "board.posted"
    post: int
    board: int
    is_notice: bool


class NoticeRead(Payload):
    """A must-read post (필독) was opened by one of its readers."""

    event = "board.notice_read"
    post: int
    user: int
