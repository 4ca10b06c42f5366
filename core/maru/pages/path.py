"""The one path every request takes: body, thread, connection, person, plugin, permission, view, answer."""

import asyncio
import inspect
import logging
import os
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

import peewee
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response

from maru.auth import session_of
from maru.errors import Answer, Conflict, Forbidden, NotFound, SignedOut, Unavailable
from maru.pages.body import form, read_body
from maru.pages.page import SIGNED_IN, Page
from maru.pages.portal import Portal, portal_of
from maru.pages.rendering import render
from maru.pages.threads import Hung
from maru.pages.writing import is_view_as, note
from maru.plugins import Plugin
from maru.security import SAFE_METHODS, is_ours
from maru_boundary import describe, line_of, log_failure, storable
from maru_db import Busy, is_given_up, nothing_left_open
from maru_language import current_locale, filesize, t

logger = logging.getLogger("maru.pages")

Answered = TypeVar("Answered")
Endpoint = Callable[[Request], Awaitable[Response]]

ANSWERS = (FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, RedirectResponse, Response)
"""What a view may give. A stream of a plugin would run on the event loop: where it waits, every page waits."""

MOST_BODY_BYTES = 40_000_000
"""More than that is a file: it is sent in pieces, and the event loop does not stop to compress it."""


def endpoint(page: Page, plugin: Plugin | None, nowhere: Endpoint | None = None) -> Endpoint:
    """The ASGI end of `page`; `nowhere` answers for it to whom its plugin is not on, so that nothing tells of it."""

    async def answer(request: Request) -> Response:
        request.state.view_name = page.view_name
        request.state.plugin_key = plugin.key if plugin else ""
        try:
            if nowhere and plugin and await is_hidden(request, plugin):
                return await nowhere(request)
            if request.method not in SAFE_METHODS:
                await read_body(request, page.upload_bytes)
            if inspect.iscoroutinefunction(page.view):
                await in_hop(request, lambda: _check_entry(request, page, plugin))
                return _checked(page, await page.view(request))
            return await in_hop(request, lambda: _visit(request, page, plugin), page.limit_seconds)
        except (KeyboardInterrupt, asyncio.CancelledError):
            raise
        except BaseException as wrong:  # noqa: BLE001 — the last resort of a request; the answer says a reference number
            problem = wrong
            return await in_hop(request, lambda: _error(request, problem, page, plugin))
        finally:
            await request.close()  # uploads are temporary files

    return answer


async def is_hidden(request: Request, plugin: Plugin, *users: Plugin) -> bool:
    """Whether `plugin` is on for some, and neither it nor one of its `users` for whoever sends this."""

    def has_one() -> bool:
        return any(request.state.user and each.is_on(request.state.user) for each in (plugin, *users))

    return plugin.units is not None and plugin.is_on() and not await in_hop(request, has_one)


async def in_hop(request: Request, work: Callable[[], Answered], limit_seconds: float | None = None) -> Answered:
    """Run `work` in a view thread with a connection, the request's person and language known."""
    portal = portal_of(request)

    def with_person() -> Answered:
        recognise(request, portal)
        try:
            return work()
        finally:
            current_locale.set("ko")

    return await portal.threads.run(with_person, limit_seconds or portal.settings.view_limit_seconds)


def recognise(request: Request, portal: Portal) -> None:
    """Set `request.state.user`, `.session` and the language."""
    if not hasattr(request.state, "user"):
        session = session_of(request, portal.settings)
        request.state.session, request.state.user = session, session.user if session else None
        if session and (viewed := session.viewed()):
            request.state.user = viewed
            if not request.scope["path"].startswith("/static/"):
                note(request, f"viewed as {viewed.username}")
        elif session:
            session.viewing_id = None
    wanted = request.state.user.locale if request.state.user else request.cookies.get("maru_locale", "ko")
    current_locale.set(wanted if wanted in ("ko", "en") else "ko")


def _visit(request: Request, page: Page, plugin: Plugin | None) -> Response:
    try:
        _check_entry(request, page, plugin)
        if plugin is None:
            return _view(request, page)
        dispatcher = portal_of(request).dispatcher
        with dispatcher.timed(plugin.key, page.view_name), nothing_left_open():
            response = _view(request, page)
        if not is_given_up():
            dispatcher.quarantine.went_well((plugin.key, page.view_name))
        return response
    except BaseException as wrong:  # noqa: BLE001 — a view is a plugin's code: whatever it raises becomes an answer
        return _error(request, wrong, page, plugin)


def _view(request: Request, page: Page) -> Response:
    return _checked(page, page.view(request, **request.path_params))


def _checked(page: Page, response: object) -> Response:
    if not isinstance(response, Response) or type(response) not in ANSWERS:
        raise TypeError(f"{page.view_name} gave {type(response).__name__}, not a plain Response of starlette")
    task: Any = response.background
    if task is not None and not (type(task) is BackgroundTask and task.func is os.unlink):
        raise TypeError(f"{page.view_name} gave a background task. Work after the answer is a job: change.enqueue")
    if len(getattr(response, "body", b"")) > MOST_BODY_BYTES:
        raise ValueError(f"{page.view_name} gave a page of {filesize(len(response.body))}: answer a file instead")
    return response


def _check_entry(request: Request, page: Page, plugin: Plugin | None) -> None:
    user = request.state.user
    if plugin is not None and not plugin.is_on(user):
        raise NotFound(
            t("‘{name}’ 기능이 지금 꺼져 있습니다. 언제 다시 켜지는지 관리자에게 물어봐 주세요.", name=plugin.label)
        )
    if plugin is not None and portal_of(request).dispatcher.quarantine.is_paused((plugin.key, page.view_name)):
        raise Unavailable(
            t("이 화면은 문제가 있어 잠시 멈추어 두었습니다. 다른 화면은 정상입니다. 잠시 뒤 다시 열어 주세요.")
        )
    is_leaving = plugin is None and request.scope["path"].startswith(("/session/", "/logout"))
    if is_view_as(request) and request.method not in SAFE_METHODS and not is_leaving:
        raise Forbidden(t("다른 사람의 화면을 보는 동안에는 아무것도 바꿀 수 없습니다. 먼저 화면 보기를 끝내 주세요."))
    if page.public:
        return
    if user is None:
        raise SignedOut(t("로그인이 필요합니다."))
    if page.permission != SIGNED_IN and not user.may(page.permission):
        raise Forbidden(t("이 화면을 볼 권한이 없습니다. 업무에 필요하면 부서 관리자에게 권한을 요청해 주세요."))
    if user.must_change_password and not is_view_as(request) and request.scope["path"] != "/password":
        raise _MustChange("")


@dataclass(frozen=True)
class ErrorContext:
    """`text` says the particulars; the template has the words for `status`: what happened, and what to do.

    `reference` finds the event in the log; empty where nothing is broken. `back` is the page whose form was refused,
    empty where that is not known; `typed` what a person wrote into it, to be copied before it is gone.
    """

    status: int
    text: str
    reference: str
    back: str
    typed: tuple[str, ...]


class _MustChange(Answer):
    """A first password must be replaced before anything else."""


def _error(request: Request, wrong: BaseException, page: Page, plugin: Plugin | None) -> Response:
    if isinstance(wrong, _MustChange):
        return RedirectResponse("/password", 303)
    if isinstance(wrong, SignedOut) and request.method == "GET":
        if request.headers.get("hx-request"):
            return Response(status_code=401, headers={"HX-Redirect": "/login"})
        target = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return RedirectResponse(f"/login?next={quote(target, safe='/')}" if target != "/" else "/login", 303)
    if isinstance(wrong, Forbidden) and request.state.user is not None:
        note(request, "denied")
    said = _as_answer(wrong)
    dispatcher = portal_of(request).dispatcher
    if isinstance(wrong, Hung) and wrong.culprit:
        dispatcher.note_failure(*wrong.culprit, wrong, at_once=True)
    elif plugin and said is None:
        dispatcher.note_failure(plugin.key, page.view_name, wrong, line=line_of(page.view, plugin.folder))
    reference = ""
    if said is None:
        reference = secrets.token_hex(4).upper()
        request.state.problem = wrong
        line = f"{reference} {request.method} {request.scope['path']}: {describe(wrong)}"
        if plugin:  # its traceback stands in the log already, with its failure
            logger.error("%s", storable(line))
        else:
            log_failure(logger, line, wrong)
    return error_page(request, said, reference)


def _as_answer(wrong: BaseException) -> Answer | None:
    if isinstance(wrong, Answer):
        return wrong
    if isinstance(wrong, Busy) or is_given_up():
        return Unavailable(
            t("지금 데이터베이스가 바빠 처리하지 못했습니다. 바뀐 것은 없습니다. 잠시 뒤 다시 시도해 주세요.")
        )
    if isinstance(wrong, peewee.DoesNotExist):
        return NotFound(t("찾는 것이 없거나, 볼 수 있는 권한이 없습니다."))
    if isinstance(wrong, peewee.IntegrityError):
        return Conflict(t("같은 것이 이미 있거나, 다른 자료가 이것을 쓰고 있어 저장하지 못했습니다."))
    return None


def _page_before(request: Request) -> str:
    """The page whose form this request sent and left, as the browser tells it; empty where none was left."""
    address = request.headers.get("referer", "")
    is_left = request.method not in SAFE_METHODS and "hx-request" not in request.headers
    if not (is_left and is_ours(address, request.headers)):
        return ""
    parts = urlsplit(address)
    return "/" + parts.path.lstrip("/") + (f"?{parts.query}" if parts.query else "")


def _typed(request: Request) -> tuple[str, ...]:
    """The texts of the form that was sent, without passwords, numbers and keys."""
    values = [value for name, value in form(request).multi_items() if "password" not in name]
    return tuple(v for v in values if isinstance(v, str) and (" " in v.strip() or not v.isascii()))


def error_page(request: Request, said: Answer | None, reference: str = "") -> Response:
    """The page that says what happened, what is kept and what to do; `reference` finds it in the log."""
    status = said.status if said else 500
    context = ErrorContext(status, str(said) if said else "", reference, _page_before(request), _typed(request))
    if any("application/json" in request.headers.get(name, "") for name in ("accept", "content-type")):
        message = context.text or t("문제가 생겼습니다")
        return JSONResponse({"message": message, "reference": reference}, status)
    try:
        return render(request, "maru/error.html", context, status)
    except Exception as wrong:  # noqa: BLE001 — the frame itself fails: a plain page is better than none
        log_failure(logger, "The error page cannot be rendered", wrong)
        return PlainTextResponse(f"{status} {context.text}\n{reference}", status)
