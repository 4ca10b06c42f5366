"""Pure ASGI layers around the portal: who may knock, and the headers of every answer."""

from collections.abc import Iterable
from contextlib import suppress
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SAFE_METHODS = frozenset({"GET", "HEAD"})
METHODS = SAFE_METHODS | {"POST", "PUT", "PATCH", "DELETE"}


class SecurityHeaders:
    """A strict content policy on every answer, and nothing of a signed-in page in shared caches."""

    def __init__(self, app: ASGIApp, https: bool) -> None:
        self.app = app
        self.headers = {
            "content-security-policy": POLICY,
            "x-content-type-options": "nosniff",
            # Not no-referrer: that turns Origin into "null" and would refuse every form over plain http.
            "referrer-policy": "same-origin",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "permissions-policy": "camera=(), geolocation=(), microphone=()",
        }
        if https:
            self.headers["strict-transport-security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        await self.app(scope, receive, with_headers)


class DoorCheck:
    """Answers to the names this portal is known by, and refuses what another site makes a browser send.

    What it says is plain and in both languages: it stands before the page that would know whose language to speak.
    """

    def __init__(self, app: ASGIApp, allowed: Iterable[str]) -> None:
        self.app = app
        self.allowed = {name.lower() for name in allowed}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        await (refusal or self.app)(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        host, method = Headers(scope=scope).get("host", ""), scope["method"]
        if "*" not in self.allowed and host_name(host) not in self.allowed:
            text = f'This portal does not answer to the name "{host[:80]}". Add it to allowed_hosts in maru.toml.'
            return PlainTextResponse(f'이 포털은 "{host[:80]}" 주소로 열 수 없습니다.\n{text}', 400)
        if method not in METHODS:
            text = "이런 방식의 요청은 받지 않습니다.\nThis portal takes no requests of this kind."
            return PlainTextResponse(text, 405, {"allow": ", ".join(sorted(METHODS))})
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            text = "주소에 읽을 수 없는 글자가 있습니다.\nThis address holds a sign that cannot be read."
            return PlainTextResponse(text, 400)
        if method not in SAFE_METHODS and not is_own(scope):
            korean = "이 포털의 화면에서 보낸 요청이 아니라 받지 않았습니다. 화면을 다시 연 다음 다시 시도해 주세요."
            text = "This request did not come from a page of this portal. Open the page again and retry."
            return PlainTextResponse(f"{korean}\n{text}", 403)
        return None


def host_name(host: str) -> str:
    """`portal.example:8000` → `portal.example`; `[::1]:80` → `::1`; empty where it cannot be read."""
    try:
        parts = urlsplit(f"//{host}")
        return "" if parts.path or parts.query or "@" in host else (parts.hostname or "")
    except ValueError:
        return ""


def is_own(scope: Scope) -> bool:
    """Whether the request comes from a page of this portal, or from a program with a token of its own.

    `Sec-Fetch-Site` first; browsers send it only over HTTPS and to localhost, so `Origin` decides on plain http. A
    request that has neither is refused, unless it bears a token and no cookie: browsers cannot forge that.
    """
    headers = Headers(scope=scope)
    if "cookie" not in headers and headers.get("authorization", "").lower().startswith("bearer "):
        return True
    if site := headers.get("sec-fetch-site"):
        return site in ("same-origin", "none")
    return is_ours(headers.get("origin", ""), headers)


def is_ours(address: str, headers: Headers) -> bool:
    """Whether `address` lies in the portal as the browser that sent `headers` knows it."""
    with suppress(ValueError):  # an address that cannot be read is nobody's
        return urlsplit(address).netloc.lower() == headers.get("host", "").lower() != ""
    return False
