"""The limit: Starlette answering two words, nothing looked up. `uvicorn starlette_text:app`."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route


async def hello(request: Request) -> PlainTextResponse:
    """Two words."""
    return PlainTextResponse("안녕하세요, 여러분")


app = Starlette(routes=[Route("/board/", hello)])
