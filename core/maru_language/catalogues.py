"""Korean and English: messages, labels, and which of the two is spoken.

Korean text is the message id, so Korean needs no catalogue; English is read from the `en.po` files
that were added, the first time somebody asks for it.
"""

from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Any

from maru_language.particles import has_particles, with_particles

Label = str | dict[str, str]

current_locale: ContextVar[str] = ContextVar("current_locale", default="ko")
_folders: list[Path] = [Path(__file__).parent / "locale"]


def add_catalogue(folder: Path) -> None:
    """Take `en.po` of `folder` into account, if there is one."""
    if folder not in _folders and (folder / "en.po").is_file():
        _folders.append(folder)
        english.cache_clear()


def forget(root: Path) -> None:
    """Take no catalogue below `root` into account any more."""
    _folders[:] = [folder for folder in _folders if not folder.is_relative_to(root)]
    english.cache_clear()


@lru_cache(maxsize=1)
def english() -> dict[str, str]:
    """Korean message → English message, of the core and all plugins; the first catalogue that has it wins."""
    from babel.messages.pofile import read_po  # imported here: 60 ms that a Korean first page does not need

    found: dict[str, str] = {}
    for folder in _folders:
        if not (folder / "en.po").is_file():
            continue  # untranslated text is Korean; no text at all would be worse
        with (folder / "en.po").open("rb") as file:
            for message in read_po(file, locale="en"):
                if isinstance(message.id, str) and message.id and message.string:
                    found.setdefault(message.id, str(message.string))
    return found


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
    return _filled(text, **values) if values else text


def _filled(message: str, /, **values: Any) -> str:
    chosen = with_particles(message, lambda place: place.format(**values)) if has_particles(message) else message
    return chosen.format(**values)


def label_text(label: Label) -> str:
    """A label in the current locale, falling back to Korean."""
    if isinstance(label, str):
        return gettext(label)
    return label.get(current_locale.get()) or label.get("ko") or next(iter(label.values()), "")
