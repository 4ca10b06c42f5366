"""From an event to the notifications of the people it concerns."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from maru import Actor, AskAgain, Event, Portal, User, current_locale, write_as

from .notice import Settled
from .services import settle, tell


def tell_of(portal: Portal, event: Event) -> None:
    """Tell everybody whom the plugins name for `event`. Raises AskAgain, after telling, when one of them failed.

    Then the event comes again; who was told already is not told twice.
    """
    failed: list[str] = []
    over = [each for each in _asked(portal, "settled", failed, event=event) if isinstance(each, Settled)]
    said = {locale: asked_of(portal, "notices", failed, locale, event=event) for locale in locales()}
    if over or any(said.values()):
        with write_as(Actor(None, "notify.tell", plugin="notify")):
            for each in over:
                settle(each)
            for locale, notices in said.items():
                for notice in notices:
                    tell(notice, locale)
        portal.forget()
    if failed:
        raise AskAgain(f"{', '.join(sorted(set(failed)))} could not say whom {event.name} concerns.")


def locales() -> list[str]:
    """The languages that active people read, Korean first: most events of a day concern no other."""
    spoken = User.select(User.locale).where(User.is_active).distinct()
    return sorted({user.locale for user in spoken}, reverse=True)


def asked_of(portal: Portal, hook: str, failed: list[str], locale: str, **arguments: Any) -> list[Any]:
    """What every plugin answers, in `locale`, for its own kinds; who fails or is paused is noted in `failed`."""
    with _speaking(locale):
        return list(_asked(portal, hook, failed, **arguments))


def _asked(portal: Portal, hook: str, failed: list[str], **arguments: Any) -> Iterator[Any]:
    dispatcher = portal.dispatcher
    for key in dispatcher.listeners(hook):
        answers = dispatcher.ask(key, hook, **arguments)
        if answers is None:
            failed.append(key)
        for each in itertools.chain.from_iterable(answers or []):
            if each.kind.startswith(f"{key}."):
                yield each
            else:
                dispatcher.note_failure(key, hook, ValueError(f'kind = "{each.kind}" does not begin with "{key}."'))


@contextmanager
def _speaking(locale: str) -> Iterator[None]:
    token = current_locale.set(locale)
    try:
        yield
    finally:
        current_locale.reset(token)
