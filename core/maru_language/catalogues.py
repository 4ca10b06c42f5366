"""Korean and English: messages, labels, and which of the two is spoken.

Korean text is the message id, so Korean needs no catalogue; English is read from the `en.po` files
that were added, the first time somebody asks for it.
"""

import logging
import sys
from collections.abc import Callable
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

from maru_language.particles import has_particles, with_particles

logger = logging.getLogger("maru.language")

Label = str | dict[str, str]

HALL = ("maru", "maru_language")
"""Whose words are everybody's: a word in the top bar reads the same on every page."""

current_locale: ContextVar[str] = ContextVar("current_locale", default="ko")
Failed = Callable[[Exception], object]


def _log(wrong: Exception) -> None:
    logger.error("A catalogue is left out", exc_info=wrong)


_folders: dict[Path, Failed] = {Path(__file__).parent / "locale": _log}


def add_catalogue(folder: Path, failed: Failed = _log) -> None:
    """Take `en.po` of `folder` into account, if there is one. `failed` hears why it cannot be read, once it is read.

    Its owner is the package that `folder` lies in.
    """
    if (folder / "en.po").is_file():
        if folder not in _folders:
            _forget_english()
        _folders[folder] = failed


def forget(root: Path) -> None:
    """Take no catalogue below `root` into account any more."""
    for folder in [folder for folder in _folders if folder.is_relative_to(root)]:
        del _folders[folder]
    _forget_english()


def _forget_english() -> None:
    english.cache_clear()
    english_by_owner.cache_clear()


@lru_cache(maxsize=1)
def english() -> dict[str, str]:
    """Korean message → English message, of the core and all plugins; the first catalogue that has it wins."""
    return {message: said for book in reversed(english_by_owner().values()) for message, said in book.items()}


@lru_cache(maxsize=1)
def english_by_owner() -> dict[str, dict[str, str]]:
    """Package → Korean message → English message."""
    books: dict[str, dict[str, str]] = {}
    for folder, failed in list(_folders.items()):
        if (folder / "en.po").is_file():
            try:
                books[folder.parent.name] = _read(folder / "en.po") | books.get(folder.parent.name, {})
            except Exception as wrong:  # noqa: BLE001 — whatever is wrong with one: Korean text is better than none
                failed(wrong)
    return books


def _read(path: Path) -> dict[str, str]:
    from babel.messages.pofile import read_po  # imported here: 60 ms that a Korean first page does not need

    with path.open("rb") as file:
        messages = [message for message in read_po(file, locale="en") if message.string]
    return {message.id: str(message.string) for message in messages if message.id and isinstance(message.id, str)}


def gettext(message: str, owner: str = "") -> str:
    """`message` in the current locale, or as it stands where there is no translation.

    It is looked up in the catalogues of the hall, then in that of the package `owner`, then in all others: what a
    plugin calls something changes no page of another.
    """
    if current_locale.get() == "ko":
        return message
    books = english_by_owner()
    found = (books[key][message] for key in (*HALL, owner) if message in books.get(key, ()))
    return next(found, None) or english().get(message, message)


def ngettext(singular: str, plural: str, count: int, owner: str = "") -> str:
    """Korean knows no plural; the English one is chosen by `count`."""
    return gettext(singular if count == 1 else plural, owner)


def t(message: str, /, **values: Any) -> str:
    """`message` in the current locale, as the package says it that calls this; its `{names}` filled with `values`.

    `{name}을(를)`, `은(는)`, `이(가)`, `과(와)`, `(으)로`, `(이)라` become what fits the value.
    """
    text = gettext(message, str(sys._getframe(1).f_globals.get("__name__", "")).partition(".")[0])
    if not values:
        return text
    try:
        return _filled(text, **values)
    except (LookupError, ValueError, AttributeError):
        if text == message:
            raise
        return _filled(message, **values)  # a translation names other values; the Korean text is right, at least


def _filled(message: str, /, **values: Any) -> str:
    chosen = with_particles(message, lambda place: place.format(**values)) if has_particles(message) else message
    return chosen.format(**values)


def label_text(label: Label) -> str:
    """A label in the current locale, falling back to Korean."""
    if isinstance(label, str):
        return gettext(label)
    return label.get(current_locale.get()) or label.get("ko") or next(iter(label.values()), "")
