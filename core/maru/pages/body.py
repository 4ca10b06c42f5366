"""What a browser sends: read on the event loop under a limit, handed to views as forms or JSON."""

import json
import re
from typing import Any, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import Message

from maru.errors import BadRequest, TooLarge
from maru_language import filesize, problems_of, t

UTF_8 = re.compile(r'charset="?utf-?8"?\s*(;|$)')

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
    kind = request.headers.get("content-type", "").lower()
    try:
        if "charset" in kind and not UTF_8.search(kind):
            raise LookupError(kind)
        if kind.startswith(("multipart/form-data", "application/x-www-form-urlencoded")):
            entered = await request.form(max_files=200, max_fields=20_000, max_part_size=8_000_000)
            _refuse_unstorable(entered)
            request.state.form = entered
        else:
            request.state.raw_body = await request.body()
    except (HTTPException, LookupError, ValueError) as wrong:
        raise BadRequest(t("보낸 내용을 읽을 수 없습니다. 화면을 새로 고친 다음 다시 시도해 주세요.")) from wrong


def _refuse_unstorable(entered: FormData) -> None:
    """No database holds a NUL or half of a sign. Raises BadRequest for the first, ValueError for the second."""
    for name, value in entered.multi_items():
        text = name + (value if isinstance(value, str) else value.filename or "")
        if b"\0" in text.encode():
            said = t(
                "보낸 내용에 저장할 수 없는 글자가 있습니다. 다른 곳에서 붙여 넣은 부분을 지우고 직접 적어 주세요."
            )
            raise BadRequest(said)


def form(request: Request) -> FormData:
    """The fields and files of the submitted form; empty when there was none."""
    entered: FormData = getattr(request.state, "form", FormData())
    return entered


def json_body(request: Request) -> Any:
    """The JSON that was sent. Raises BadRequest when it is none, or holds what no database does."""
    try:
        found = json.loads(getattr(request.state, "raw_body", b""))
        if b"\\u0000" in json.dumps(found, ensure_ascii=False).encode():  # half of a sign raises here
            raise ValueError("NUL")
        return found
    except (ValueError, RecursionError) as wrong:
        raise BadRequest(t("보낸 내용이 JSON이 아닙니다.")) from wrong


def read_form(request: Request, model: type[Entered]) -> tuple[Entered | None, dict[str, str]]:
    """The form as `model`, or None with one sentence per field. Fields of list type take all their values."""
    entered = form(request)
    values: dict[str, Any] = {}
    for name, about in model.model_fields.items():
        given = [v for v in entered.getlist(name) if not isinstance(v, UploadFile)]
        if _is_several(about.annotation):
            values[name] = given
        elif given and (str(given[-1]).strip() or about.is_required()):
            values[name] = str(given[-1]).strip().replace("\r\n", "\n")
    try:
        return model.model_validate(values), {}
    except ValidationError as wrong:
        return None, problems_of(wrong)


def _is_several(kind: Any) -> bool:
    """Whether a field of this type takes several values: a list, a tuple or a set, or one of a union is."""
    several = (list, tuple, set, frozenset)
    return kind in several or get_origin(kind) in several or any(map(_is_several, get_args(kind)))
