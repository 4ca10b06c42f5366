"""Why a page is broken, as its author reads it: the lines of the plugin first."""

from __future__ import annotations

import inspect
import linecache
import re
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Self

import jinja2

from maru.pages import Page, Portal
from maru.plugins import Plugin
from maru_boundary import did_you_mean
from maru_devkit.faults import Fault
from maru_devkit.manifests import line_of, reasons
from maru_language import current_locale, gettext, ngettext

AROUND = 3
EXTENDS = "top-level template code"
NO_DATACLASS = "must be called with a dataclass type or instance"  # what `dataclasses.fields` says of anything else
PLACE = re.compile(r"(.+?\.\w+):(\d+)")


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
        texts = linecache.getlines(str(path))
        numbers = range(max(1, number - AROUND), min(len(texts), number + AROUND) + 1)
        lines = tuple(Line(each, texts[each - 1].rstrip("\n"), each == number) for each in numbers)
        return cls(f"{shown}:{number}", function, lines, is_own)


@dataclass(frozen=True)
class Problem:
    """What went wrong at an address: `own` are the frames in the plugin's files, the deepest first; `all` the rest.

    `hint` says more where the error says too little. `denied` is the person who lacks the permission that `kind` names;
    empty where something broke.
    """

    kind: str
    text: str
    asked: str
    view: str
    own: tuple[Frame, ...] = ()
    all: tuple[Frame, ...] = ()
    denied: str = ""
    hint: str = ""

    @classmethod
    def of(cls, wrong: BaseException, folder: Path | None, asked: str, page: Page | None) -> Self:
        """The exception `wrong` that the view of a page raised; where none of its lines did, the view is shown."""
        linecache.checkcache()
        steps = [(Path(f.filename), f.lineno or 1, f.name) for f in traceback.extract_tb(wrong.__traceback__)]
        if isinstance(wrong, SyntaxError) and wrong.filename:
            steps.append((Path(wrong.filename), wrong.lineno or 1, ""))
        frames = [Frame.at(path, number, function, folder) for path, number, function in reversed(steps)]
        ours = [frame for frame in frames if frame.is_own]
        # Jinja puts `extends` at whatever line stands below it, which only leads astray.
        own = tuple(frame for frame in ours if frame is ours[0] or frame.function != EXTENDS)
        if page and folder and not own:
            code = inspect.unwrap(page.view).__code__
            own = (Frame.at(Path(code.co_filename), code.co_firstlineno, code.co_name, folder),)
        view = page.view_name if page else ""
        return cls(type(wrong).__name__, str(wrong), asked, view, own, tuple(frames), hint=_hint(wrong, folder))

    @classmethod
    def of_ill(cls, plugin: Plugin, asked: str) -> Self:
        """A plugin that could not be loaded at all: each reason on a line, and the lines they speak of."""
        told = reasons(plugin)
        places = [place for place in (_place(line, plugin) for line in told) if place is not None]
        own = tuple(Frame.at(path, number, "", plugin.folder) for path, number in dict.fromkeys(places))
        return cls(plugin.key, "\n".join(told), asked, "", own)

    @classmethod
    def of_denied(cls, page: Page, plugin: Plugin, person: str, asked: str) -> Self:
        """Somebody without the permission of a page: where the page asks for it, and where the plugin declares it."""
        declared = [permission.key for permission in plugin.facts.permissions].index(page.permission or "")
        path = plugin.folder / "plugin.toml"
        line = line_of(("permissions", declared, "default"), path.read_text(encoding="utf-8"))
        places = [_place(page.where, plugin), (path, line)]
        own = tuple(Frame.at(path, number, "", plugin.folder) for path, number in filter(None, places))
        return cls(page.permission or "", "", asked, page.view_name, own, denied=person)


def _hint(wrong: BaseException, folder: Path | None) -> str:
    """What the error does not say: for a template that is not there, which there are, as they are named."""
    if str(wrong) == NO_DATACLASS:
        return "render(request, template, context): context is a dataclass; the template uses its fields."
    if not isinstance(wrong, jinja2.TemplateNotFound) or folder is None:
        return ""
    root = folder / "templates"
    known = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.html"))
    return f"{folder.name}/templates/: {', '.join(known) or '-'}.{did_you_mean(str(wrong.name), known)}"


def _place(text: str, plugin: Plugin) -> tuple[Path, int] | None:
    """The file and line of the plugin that `text` begins with: `views.py:3: …` or `maru_rooms/routes.py:7`."""
    found = PLACE.match(text)
    if found is None:
        return None
    paths = [folder / found[1] for folder in (plugin.folder, plugin.folder.parent)]
    return next(((path, int(found[2])) for path in paths if path.is_file()), None)


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
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # the extension adds it
        partial(gettext, owner="maru_devkit"), partial(ngettext, owner="maru_devkit"), newstyle=True
    )
    return environment


def problem_page(problem: Problem, portal: Portal, locale: str) -> str:
    """The page that shows a problem, in the look of the theme and the language of the reader."""
    return _rendered("problem.html", portal, locale, problem=problem)


def denied_part(problem: Problem, portal: Portal, locale: str) -> str:
    """What the page of a refusal says below the refusal."""
    return _rendered("denied.html", portal, locale, problem=problem)


def strip(faults: Sequence[Fault], portal: Portal, locale: str) -> str:
    """What stands at the foot of a page while something fails; empty where nothing does."""
    return _rendered("strip.html", portal, locale, faults=faults) if faults else ""


def _rendered(template: str, portal: Portal, locale: str, **context: object) -> str:
    before = current_locale.set(locale)
    try:
        return _environment().get_template(template).render(locale=locale, static=portal.static.address, **context)
    finally:
        current_locale.reset(before)
