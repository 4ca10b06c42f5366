"""What a browser sends: read on the event loop under a limit, handed to views as forms or JSON."""

import json
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from maru.errors import BadRequest, TooLarge
from maru_language import filesize, problems_of, t

Entered = TypeVar("Entered", bound=BaseModel)


async def read_body(request: Request, limit_bytes: int) -> None:
    """Read the body before the thread, because only the event loop can. Raises TooLarge while it streams."""
    received, receive = 0, request._receive

    async def limited() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit_bytes:
            raise TooLarge(t("보낸 내용이 너무 큽니다. {size}까지 보낼 수 있습니다.", size=filesize(limit_bytes)))
        return message

    request._receive = limited
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
            request.state.form = await request.form(max_files=200, max_fields=20_000, max_part_size=8_000_000)
        else:
            request.state.raw_body = await request.body()
    except (HTTPException, UnicodeDecodeError, ValueError) as wrong:
        raise BadRequest(t("보낸 내용을 읽을 수 없습니다. 화면을 새로 고친 다음 다시 시도해 주세요.")) from wrong


def form(request: Request) -> FormData:
    """The fields and files of the submitted form; empty when there was none."""
    entered: FormData = getattr(request.state, "form", FormData())
    return entered


def json_body(request: Request) -> Any:
    """The JSON that was sent. Raises BadRequest when it is none."""
    try:
        return json.loads(getattr(request.state, "raw_body", b""))
    except (ValueError, UnicodeDecodeError, RecursionError) as wrong:
        raise BadRequest(t("보낸 내용이 JSON이 아닙니다.")) from wrong


def read_form(request: Request, model: type[Entered]) -> tuple[Entered | None, dict[str, str]]:
    """The form as `model`, or None with one sentence per field. Fields of list type take all their values."""
    entered = form(request)
    values: dict[str, Any] = {}
    for name, about in model.model_fields.items():
        given = [v for v in entered.getlist(name) if not isinstance(v, UploadFile)]
        if "list" in str(about.annotation) or "tuple" in str(about.annotation):
            values[name] = given
        elif given and (str(given[-1]).strip() or about.is_required()):
            values[name] = str(given[-1]).strip().replace("\r\n", "\n")
    try:
        return model.model_validate(values), {}
    except ValidationError as wrong:
        return None, problems_of(wrong)
