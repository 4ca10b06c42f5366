"""What a person may still be shown of what they were told: each plugin is asked about the subjects of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from peewee import chunked

from maru import Portal, User

from .models import Notification

HOOK = "visible_subjects"
MOST_SUBJECTS = 1_000


@dataclass(frozen=True)
class Sight:
    """What may be shown of some notifications: those `seen`, those `gone` for this person, those nobody vouches for."""

    seen: tuple[Notification, ...]
    gone: tuple[Notification, ...]
    unknown: tuple[Notification, ...]

    @classmethod
    def of(cls, portal: Portal, viewer: User, found: Iterable[Notification]) -> Sight:
        """Asks each plugin about the subjects of its notifications; a plugin that is off vouches for nothing."""
        seen: set[int] = set()
        asked: set[int] = set()
        by_plugin: dict[str, list[Notification]] = {}
        for each in (found := list(found)):
            by_plugin.setdefault(each.plugin, []).append(each)
        for key, theirs in by_plugin.items():
            if not portal.is_on(key, viewer):
                continue
            vouched, answered = _vouched(portal, viewer, key, {each.subject for each in theirs if each.subject})
            seen |= {each.id for each in theirs if not each.subject or each.subject in vouched}
            asked |= {each.id for each in theirs if each.subject in answered}
        return cls(
            seen=tuple(each for each in found if each.id in seen),
            gone=tuple(each for each in found if each.id in asked - seen),
            unknown=tuple(each for each in found if each.id not in asked | seen),
        )


def _vouched(portal: Portal, viewer: User, key: str, subjects: set[str]) -> tuple[set[str], set[str]]:
    """The subjects that the plugin says may be seen, and those that it was asked about and answered."""
    vouched: set[str] = set()
    answered: set[str] = set()
    is_asked = key in portal.dispatcher.listeners(HOOK)
    for some in chunked(sorted(subjects) if is_asked else (), MOST_SUBJECTS):
        answers = portal.dispatcher.ask(key, HOOK, viewer=viewer, subjects=tuple(some))
        if answers is not None:
            vouched.update(*answers)
            answered.update(some)
    return vouched & subjects, answered
