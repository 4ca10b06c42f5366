"""Jinja2 as the portal uses it: theme → plugin → core, autoescape, nothing undefined; addresses of static files."""

import hashlib
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import jinja2
from markupsafe import Markup

import maru_language as language
from maru.plugins import Plugin
from maru.settings import Settings

CORE = Path(__file__).resolve().parent


class StaticFolders:
    """Where static files lie: `/static/<owner>/…` for the core (`maru`), each plugin, and the active theme."""

    def __init__(self, settings: Settings, plugins: list[Plugin]) -> None:
        folders = {"maru": CORE / "static" / "maru", "theme": settings.themes_path / settings.theme / "static"}
        self.folders = MappingProxyType(folders | {p.package: p.folder / "static" / p.package for p in plugins})
        self.address = lru_cache(maxsize=512)(self._address)

    def find(self, path: str) -> Path | None:
        """The file behind `maru_board/board.js`; None when there is none or it lies outside of its folder."""
        owner, _, rest = path.partition("/")
        folder = self.folders.get(owner)
        if folder is None or not rest or "\x00" in rest:
            return None
        found = (folder / rest).resolve()
        return found if found.is_relative_to(folder.resolve()) and found.is_file() else None

    def _address(self, path: str) -> str:
        found = self.find(path)
        if found is None:
            raise FileNotFoundError(f'Static file "{path}" does not exist. Its owner is the word before the first "/".')
        return f"/static/{path}?v={hashlib.sha256(found.read_bytes()).hexdigest()[:12]}"


@jinja2.pass_context
def translated(context: jinja2.runtime.Context, message: str, /, **values: object) -> Markup:
    """`_("…")` in a template: what Jinja's i18n extension makes of it, in a third of the time."""
    said = language.gettext(message, owner_of(context))
    if values and language.has_particles(said):
        said = language.with_particles(said, lambda place: place % values)
    text = Markup(said)  # noqa: S704 — messages are ours; values are escaped by what follows
    return text % values if values or "%" in text else text


def owner_of(context: jinja2.runtime.Context) -> str:
    """The package that a template is of, or the one that extends it: `maru_board` of `maru_board/index.html`."""
    return (context.name or "").partition("/")[0]


@jinja2.pass_context
def _gettext(context: jinja2.runtime.Context, message: str) -> str:
    return language.gettext(message, owner_of(context))


@jinja2.pass_context
def _ngettext(context: jinja2.runtime.Context, singular: str, plural: str, count: int) -> str:
    return language.ngettext(singular, plural, count, owner_of(context))


def make_environment(settings: Settings, plugins: list[Plugin], static: StaticFolders) -> jinja2.Environment:
    """Templates of the theme before those of the plugins before the core's; each plugin only below its own name."""
    theme = jinja2.FileSystemLoader(str(settings.themes_path / settings.theme / "templates"))
    own = {p.package: jinja2.FileSystemLoader(str(p.folder / "templates" / p.package)) for p in plugins}
    core = jinja2.FileSystemLoader(str(CORE / "templates"))
    cache = settings.data_folder / "templates"
    cache.mkdir(parents=True, exist_ok=True)
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader([theme, jinja2.PrefixLoader(own), core]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=settings.is_demo,  # a template that was edited is seen at once; it costs ten looks at files a page
        bytecode_cache=jinja2.FileSystemBytecodeCache(str(cache)),
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]  # the i18n extension adds it
        _gettext, _ngettext, newstyle=True
    )
    environment.globals |= {"static": static.address, "_": translated}
    named = ("day", "moment", "ago", "due", "number", "filesize")
    environment.filters |= {name: getattr(language, name) for name in named} | {"label": language.label_text}
    environment.tests["near"] = language.is_near
    for name in ("globals", "filters", "tests"):  # templates of all share them
        setattr(environment, name, MappingProxyType(getattr(environment, name)))
    return environment
