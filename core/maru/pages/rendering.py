"""From a context class to a page, with the frame around it."""

import json
import os
from dataclasses import fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from markupsafe import Markup
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

import maru_language as language
from maru.errors import NotFound
from maru.models import StoredFile, User
from maru.pages.body import form
from maru.pages.portal import Portal, portal_of
from maru.pages.writing import is_view_as
from maru.types import Flash, Kind, MenuEntry, MenuGroup, Person, Shell, Todo
from maru_web.file_names import content_type

FLASH_COOKIE = "maru_flash"
DRAFT_COOKIE = "maru_draft"
"""Tells maru.js which draft the server has taken; it reads and removes it."""


def render(request: Request, template: str, context: object, status: int = 200) -> Response:
    """The page or fragment `template`, its variables the fields of the frozen dataclass `context`."""
    request.state.template = template
    response = HTMLResponse(render_part(request, template, context), status)
    response.headers["vary"] = "Cookie, HX-Request"
    if getattr(request.state, "flashes_shown", False):
        response.delete_cookie(FLASH_COOKIE)
    return response


def render_part(request: Request, template: str, context: object) -> Markup:
    """`template` as text, for a place inside another page."""
    variables = {field.name: getattr(context, field.name) for field in fields(context)}  # type: ignore[arg-type]
    # any dataclass will do, and there is no type for that
    found = portal_of(request).templates.get_template(template)
    return Markup(found.render(**variables, shell=_LateShell(request)))  # noqa: S704 — the template has escaped it


def is_partial(request: Request) -> bool:
    """Whether htmx asks for a part of the page alone: what it puts in the place of a target, not of the whole body."""
    return request.headers.get("hx-request-type") == "partial"


def redirect(request: Request, url: str, flash: str = "", kind: Kind = "success") -> Response:
    """Go to `url` and say `flash` there, once. The browser may forget its draft of the form that was sent."""
    response = RedirectResponse(url, 303)
    if draft := str(form(request).get(DRAFT_COOKIE, ""))[:200]:
        response.set_cookie(DRAFT_COOKIE, quote(draft, safe=""), max_age=600, samesite="lax")
    if flash:
        said = quote(json.dumps([kind, flash]))
        response.set_cookie(FLASH_COOKIE, said, max_age=60, httponly=True, samesite="lax")
    return response


def file_response(stored: StoredFile | Path | bytes, name: str = "") -> Response:
    """A download: a stored file, a temporary one, which is deleted when it was sent, or the bytes of a file `name`.

    The caller has checked that this person may have it.
    """
    if isinstance(stored, bytes):
        saved_as = {"content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"}
        return Response(stored, media_type=content_type(name), headers=saved_as)
    if isinstance(stored, Path):
        gone = BackgroundTask(os.unlink, stored)
        return FileResponse(stored, media_type=content_type(name), filename=name, background=gone)
    if not stored.path.is_file():
        raise NotFound(language.t("‘{name}’ 파일이 저장소에 없습니다. 관리자에게 알려 주세요.", name=stored.name))
    return FileResponse(stored.path, media_type=stored.content_type, filename=name or stored.name)


class _LateShell:
    """The frame, put together only when a template asks for it: fragments do not."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._made: Shell | None = None

    @property
    def _shell(self) -> Shell:
        # No cached_property: in Python 3.11 all objects share its lock, and a plugin that hangs inside would keep it.
        if self._made is None:
            self._made = make_shell(self._request)
        return self._made

    def part(self, template: str) -> Markup:
        """A part of the frame, made once for all pages on which it looks the same: what it shows is the key."""
        path = "/" if self._shell.path == "/" else ""
        shown = replace(self._shell, path=path, density="", session_ends_at=None, flashes=(), paused=())
        return portal_of(self._request).remembered((template, shown), lambda: self._part(template, shown))

    def _part(self, template: str, shown: Shell) -> Markup:
        found = portal_of(self._request).templates.get_template(template)
        return Markup(found.render(shell=shown))  # noqa: S704 — the template has escaped it

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shell, name)


def make_shell(request: Request) -> Shell:
    """The frame of this page for the person who is signed in, if any."""
    portal, user = portal_of(request), getattr(request.state, "user", None)
    session = getattr(request.state, "session", None)
    path = str(getattr(request.state, "menu_path", request.scope["path"]))
    groups = _groups(portal, user) if user else []
    in_top_bar = {entry.place: entry for _, entries in groups for entry in entries if entry.place != "menu"}
    return Shell(
        site_name=portal.settings.site_name,
        organisation=portal.settings.organisation,
        viewer=Person(user.username, user.name, user.unit.name if user.unit else "") if user else None,
        menu=_menu(groups, path),
        locale=language.current_locale.get(),
        density=user.density if user else "",
        path=request.scope["path"],
        flashes=_flashes(request),
        paused=tuple(plugin.label for plugin in portal.paused_for(user)),
        is_demo=portal.settings.is_demo,
        todo_count=len(todos_of(portal, user)) if user else 0,
        session_ends_at=session.ends_at if session else None,
        is_view_as=is_view_as(request),
        is_safe=portal.settings.safe,
        search=in_top_bar.get("search"),
        bell=in_top_bar.get("bell"),
        person=in_top_bar.get("person"),
    )


def todos_of(portal: Portal, user: User) -> list[Todo]:
    """What waits for `user` over all plugins, the most urgent first."""

    def collect() -> list[Todo]:
        found = [todo for _, todos in portal.dispatcher.call("todo", viewer=user, portal=portal) for todo in todos]
        return sorted(found, key=lambda todo: (todo.due_at is None, todo.due_at or language.now()))

    return portal.remembered(("todo", user.id, language.current_locale.get()), collect)


def _menu(groups: list[tuple[str, list[MenuEntry]]], path: str) -> tuple[MenuGroup, ...]:
    hrefs = [entry.href for _, entries in groups for entry in entries]
    here = max((href for href in hrefs if path.startswith(href)), key=len, default="")
    drawn = [
        MenuGroup(label, tuple(replace(e, is_current=e.href == here) for e in entries if e.place == "menu"))
        for label, entries in groups
    ]
    return tuple(group for group in drawn if group.entries)


def _groups(portal: Portal, user: User) -> list[tuple[str, list[MenuEntry]]]:
    key = ("menu", user.id, language.current_locale.get())
    return portal.remembered(key, lambda: _groups_made(portal, user))


def _groups_made(portal: Portal, user: User) -> list[tuple[str, list[MenuEntry]]]:
    extra = dict(portal.dispatcher.call("menu", viewer=user, portal=portal))
    groups: list[tuple[str, list[MenuEntry]]] = []
    for plugin in sorted(portal.plugins, key=lambda plugin: plugin.manifest.order if plugin.manifest else 999):
        if plugin.is_on(user):
            entries = [
                MenuEntry(language.label_text(nav.label.model_dump()), nav.href, nav.icon, place=nav.place)
                for nav in plugin.facts.nav
                if user.may(nav.permission)
            ]
            entries += extra.get(plugin.key, [])
            if entries:
                groups.append((plugin.label, entries))
    return groups


def _flashes(request: Request) -> tuple[Flash, ...]:
    said = request.cookies.get(FLASH_COOKIE, "")
    if not said:
        return ()
    request.state.flashes_shown = True
    try:
        kind, text = json.loads(unquote(said))
        return (Flash(kind if kind in ("success", "warning", "danger", "info") else "info", str(text)[:500]),)
    except (ValueError, TypeError):
        return ()
