"""Pure ASGI layers around the portal: who may knock, and the headers of every answer."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


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
    """Answers to the names this portal is known by, and refuses what another site makes a browser send."""

    def __init__(self, app: ASGIApp, allowed: Iterable[str]) -> None:
        self.app = app
        self.allowed = {name.lower() for name in allowed}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer: ASGIApp = self.app
        if scope["type"] == "http":
            host = Headers(scope=scope).get("host", "")
            if "*" not in self.allowed and host_name(host) not in self.allowed:
                text = f'This portal does not answer to the name "{host[:80]}". Add it to allowed_hosts in maru.toml.'
                answer = PlainTextResponse(text, 400)
            elif scope["method"] not in SAFE_METHODS and not is_own(scope):
                text = "This request did not come from a page of this portal. Open the page again and retry."
                answer = PlainTextResponse(text, 403)
        await answer(scope, receive, send)


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
    if origin := headers.get("origin"):
        return urlsplit(origin).netloc.lower() == headers.get("host", "").lower() != ""
    return False
