"""Why a page is broken, as its author reads it: the lines of the plugin first."""

from __future__ import annotations

import linecache
import traceback
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Self

import jinja2

from maru.pages import Portal
from maru.plugins import Plugin
from maru_language import current_locale, gettext, ngettext

AROUND = 3


@dataclass(frozen=True)
class Line:
    """One line of source."""

    number: int
    text: str
    is_here: bool


@dataclass(frozen=True)
class Frame:
    """One step of the way to the error: `maru_rooms/views.py:31` and what stands there."""

    place: str
    function: str
    lines: tuple[Line, ...]
    is_own: bool

    @classmethod
    def at(cls, path: Path, number: int, function: str, folder: Path | None) -> Self:
        """The frame at a line of a file; its own where the file lies in the plugin's folder."""
        is_own = folder is not None and path.is_relative_to(folder)
        shown = path.relative_to(folder.parent).as_posix() if folder and is_own else "/".join(path.parts[-3:])
        numbers = range(max(1, number - AROUND), number + AROUND + 1)
        texts = [(each, linecache.getline(str(path), each).rstrip("\n")) for each in numbers]
        lines = tuple(Line(each, text, each == number) for each, text in texts if text or each <= number)
        return cls(f"{shown}:{number}", function, lines, is_own)


@dataclass(frozen=True)
class Problem:
    """What went wrong at an address: `own` are the frames in the plugin's files, the deepest first; `all` the rest."""

    kind: str
    text: str
    asked: str
    view: str
    own: tuple[Frame, ...] = ()
    all: tuple[Frame, ...] = ()

    @classmethod
    def of(cls, wrong: BaseException, folder: Path | None, asked: str, view: str) -> Self:
        """The exception `wrong` that the view of a page raised."""
        linecache.checkcache()
        steps = [(Path(f.filename), f.lineno or 1, f.name) for f in traceback.extract_tb(wrong.__traceback__)]
        if isinstance(wrong, SyntaxError) and wrong.filename:
            steps.append((Path(wrong.filename), wrong.lineno or 1, ""))
        frames = [Frame.at(path, number, function, folder) for path, number, function in reversed(steps)]
        own = tuple(frame for frame in frames if frame.is_own)
        return cls(type(wrong).__name__, str(wrong), asked, view, own, tuple(frames))

    @classmethod
    def of_ill(cls, plugin: Plugin, asked: str) -> Self:
        """A plugin that could not be loaded at all."""
        name, _, number = plugin.where.rpartition(":")
        path = plugin.folder / name
        is_line = path.is_file() and number.isdigit()
        own = (Frame.at(path, int(number), "", plugin.folder),) if is_line else ()
        return cls(plugin.key, plugin.problem, asked, plugin.where, own)


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(str(Path(__file__).resolve().parent / "templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # the extension adds it
    return environment


def problem_page(problem: Problem, portal: Portal, locale: str) -> str:
    """The page that shows a problem, in the look of the theme and the language of the reader."""
    before = current_locale.set(locale)
    try:
        page = _environment().get_template("problem.html")
        return page.render(problem=problem, locale=locale, static=portal.static.address)
    finally:
        current_locale.reset(before)
