"""Korean and English: messages, labels, and which of the two is spoken.

Korean text is the message id, so Korean needs no catalogue; English is read from the `en.po` files
that were added, the first time somebody asks for it.
"""

import logging
from collections.abc import Callable
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

from maru_language.particles import has_particles, with_particles

logger = logging.getLogger("maru.language")

Label = str | dict[str, str]

current_locale: ContextVar[str] = ContextVar("current_locale", default="ko")
Failed = Callable[[Exception], object]


def _log(wrong: Exception) -> None:
    logger.error("A catalogue is left out", exc_info=wrong)


_folders: dict[Path, Failed] = {Path(__file__).parent / "locale": _log}


def add_catalogue(folder: Path, failed: Failed = _log) -> None:
    """Take `en.po` of `folder` into account, if there is one. `failed` hears why it cannot be read, once it is read."""
    if (folder / "en.po").is_file():
        if folder not in _folders:
            english.cache_clear()
        _folders[folder] = failed


def forget(root: Path) -> None:
    """Take no catalogue below `root` into account any more."""
    for folder in [folder for folder in _folders if folder.is_relative_to(root)]:
        del _folders[folder]
    english.cache_clear()


@lru_cache(maxsize=1)
def english() -> dict[str, str]:
    """Korean message → English message, of the core and all plugins; the first catalogue that has it wins."""
    found: dict[str, str] = {}
    for folder, failed in list(_folders.items()):
        if (folder / "en.po").is_file():
            try:
                found = _read(folder / "en.po") | found
            except Exception as wrong:  # noqa: BLE001 — whatever is wrong with one: Korean text is better than none
                failed(wrong)
    return found


def _read(path: Path) -> dict[str, str]:
    from babel.messages.pofile import read_po  # imported here: 60 ms that a Korean first page does not need

    with path.open("rb") as file:
        messages = [message for message in read_po(file, locale="en") if message.string]
    return {message.id: str(message.string) for message in messages if message.id and isinstance(message.id, str)}


def gettext(message: str) -> str:
    """`message` in the current locale, or as it stands where there is no translation."""
    return message if current_locale.get() == "ko" else english().get(message, message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Korean knows no plural; the English one is chosen by `count`."""
    return gettext(singular if count == 1 else plural)


def t(message: str, /, **values: Any) -> str:
    """`message` in the current locale, its `{names}` filled with `values`.

    `{name}을(를)`, `은(는)`, `이(가)`, `과(와)`, `(으)로`, `(이)라` become what fits the value.
    """
    text = gettext(message)
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
