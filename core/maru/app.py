"""`create_app`: the only place where the parts are wired together."""

import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager, nullcontext
from functools import partial

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

import maru_language as language
from maru.errors import PluginError
from maru.models import StoredFile
from maru.pages import SIGNED_IN, Page, Portal, endpoint, is_hidden, portal_of
from maru.pages.threads import ViewThreads
from maru.plugins import Dispatcher, Guard, Plugin, discover, load_all, unguarded
from maru.plugins.installing import install
from maru.screens import routes as screens
from maru.security import METHODS, DoorCheck, SecurityHeaders
from maru.settings import Settings, load_settings
from maru.templating import CORE, StaticFolders, make_environment
from maru.types import DemoAccount
from maru_boundary import did_you_mean
from maru_db import connected, open_database
from maru_web.file_names import content_type

DECLARE = "Add it there, below [[permissions]]."

Placed = tuple[str, Page, Plugin | None]
Background = Callable[[Portal], AbstractContextManager[object]]
"""What runs beside the requests of a serving process: entered at its start, left at its end."""


def create_app(
    settings: Settings | None = None,
    *,
    background: Background = nullcontext,
    guard: Guard = unguarded,
    demo_accounts: tuple[DemoAccount, ...] = (),
) -> Starlette:
    """The portal as an ASGI application: database migrated, plugins loaded, routes in place.

    `background` runs as long as the server does; `guard` stands around each step of the start of each plugin;
    `demo_accounts` are offered on the login page.
    """
    settings = settings or load_settings()
    open_database(settings.database or settings.data_folder / "maru.sqlite3")
    StoredFile.folder = settings.files_folder
    plugins = discover(settings)
    load_all(plugins, guard)
    install(plugins, guard)
    portal = make_portal(settings, plugins, guard, demo_accounts)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        with background(portal):
            yield
        portal.close()

    nowhere = endpoint(screens.nowhere, None)
    routes = [
        Route("/static/{path:path}", _static, methods=["GET"]),
        *(Route(path, endpoint(page, plugin, nowhere), methods=page.methods) for path, page, plugin in portal.pages),
        Route("/{path:path}", nowhere, methods=METHODS),
    ]
    layers = [
        Middleware(GZipMiddleware, minimum_size=800, compresslevel=5),
        Middleware(DoorCheck, allowed=settings.allowed_hosts),
    ]
    app = Starlette(routes=routes, middleware=layers, exception_handlers={Exception: _broken}, lifespan=lifespan)
    app.state.portal = portal
    app.router.routes = tuple(app.router.routes)  # type: ignore[assignment]  # each request has the app in its hands
    # Around everything, Starlette's last resort included, which middleware is not.
    app.middleware_stack = SecurityHeaders(app.build_middleware_stack(), https=settings.https)
    return app


def make_portal(settings: Settings, plugins: list[Plugin], guard: Guard, offered: tuple[DemoAccount, ...]) -> Portal:
    """The parts of a portal, with every page and every job of every well plugin."""
    language.add_catalogue(CORE / "locale")
    static = StaticFolders(settings, plugins)
    templates = make_environment(settings, plugins, static)
    dispatcher, threads = Dispatcher(plugins), ViewThreads(settings.threads)
    pages: list[Placed] = [(page.path, page, None) for page in screens.pages]
    with connected():
        for plugin in plugins:
            failed = partial(dispatcher.note_failure, plugin.key, "locale", line="locale/en.po")
            language.add_catalogue(plugin.folder / "locale", failed)
            if plugin.is_well:
                with guard(plugin, "jobs"):
                    dispatcher.collect_jobs(plugin)
                    pages += _pages_of(plugin)
        given = (settings, tuple(plugins), dispatcher, templates, static, threads)
        portal = Portal(*given, pages=tuple(pages), demo_accounts=offered)
        portal.refresh_plugins()
    return portal


def _pages_of(plugin: Plugin) -> list[Placed]:
    known = {None, SIGNED_IN, *(permission.key for permission in plugin.facts.permissions)}
    try:
        pages = list(plugin.modules["routes"].pages) if "routes" in plugin.modules else []
        for page in pages:
            if type(page) is not Page:
                raise PluginError(f"pages holds {type(page).__name__}, not a Page", "routes.py")
            if inspect.iscoroutinefunction(page.view):
                raise PluginError(f"{page.view_name} is async. Views are plain functions: def.", page.view_place)
            if page.permission not in known:
                text = f'Page "{page.path}" names the permission "{page.permission}", which plugin.toml does not have.'
                raise PluginError(text + did_you_mean(str(page.permission), filter(None, known), DECLARE), page.where)
    except BaseException as wrong:  # noqa: BLE001 — what `pages` is, is up to the plugin
        plugin.fall_ill(wrong, "routes.py")
        return []
    return [(f"/{plugin.key}{page.path}", page, plugin) for page in pages]


async def _broken(request: Request, wrong: Exception) -> Response:
    """The last resort, in both languages and in plain words, as nothing else can be relied on."""
    text = "포털에 문제가 생겼습니다. 잠시 뒤 다시 시도해 주세요.\nThe portal has a problem. Try again in a moment."
    return PlainTextResponse(text, getattr(wrong, "status", 500))


async def _static(request: Request) -> Response:
    """A static file. Its address carries a digest, so that browsers may keep it for ever.

    One of a plugin that is on for some is there for them, and where a plugin that requires it is on.
    """
    portal, path = portal_of(request), request.path_params["path"]
    found, owner = portal.static.find(path), portal.dispatcher.plugins.get(path.partition("/")[0].removeprefix("maru_"))
    users = [p for p in portal.plugins if owner and p.manifest and owner.key in dict(p.manifest.needed())]
    if found is None or (owner and await is_hidden(request, owner, *users)):
        return PlainTextResponse("Not found", 404)
    keep = "public, max-age=31536000, immutable" if request.query_params.get("v") else "no-cache"
    return FileResponse(found, media_type=content_type(found.name), headers={"cache-control": keep})
