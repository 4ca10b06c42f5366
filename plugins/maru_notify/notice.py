"""What plugins hand to this one: a notice with its people, a kind that people may choose, and what is settled."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from maru import Checked, Label

KIND = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*")


def check_kind(kind: str) -> None:
    """Raises ValueError unless `kind` is of the form `<plugin id>.<word>`."""
    if not KIND.fullmatch(kind):
        raise ValueError(f'kind = {kind!r} is not of the form "board.must_read".')


@dataclass(frozen=True)
class NoticeKind(Checked):
    """A kind of notification that people may switch off. `hint` says when it comes; `icon` is a Lucide name."""

    key: str
    label: str
    hint: str
    icon: str = "bell"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_kind(self.key)


@dataclass(frozen=True)
class Notice(Checked):
    """Something to tell `people` (ids of users): `text` is the thing's name, `note` what happened to it and where.

    `href` is where it leads. A person has one notification per kind and href: a notice that is newer (`at`, now
    unless said otherwise) takes the place of the older one and is unread again; the same one again changes nothing.

    `subject` names what must still be visible for it to be shown, in words of the plugin that the kind belongs to:
    it is asked by the hook `visible_subjects`. Empty only where the text tells nothing that a right could be lost to.
    """

    kind: str
    people: tuple[int, ...]
    text: Label
    href: str
    subject: str = ""
    note: Label = ""
    at: datetime | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        check_kind(self.kind)
        if not self.href.startswith("/") or self.href.startswith("//") or "\\" in self.href:
            raise ValueError(f'href = {self.href!r} does not lead into this portal. Begin it with one "/".')
        if not self.text:
            raise ValueError(f'text is empty for the kind "{self.kind}". Say what it is about.')


@dataclass(frozen=True)
class Settled(Checked):
    """What nobody needs to be told any more: the notifications of this kind and href are marked as read.

    `people` are the ids of those for whom it is settled; None for everybody.
    """

    kind: str
    href: str
    people: tuple[int, ...] | None = None
