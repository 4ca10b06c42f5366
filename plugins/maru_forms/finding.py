"""The draft that a page is about, for those who may work at it; and the head of its pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from starlette.requests import Request
from starlette.responses import Response

from maru import NotFound, current_user, t
from maru_records.api import RecordSet, ledgers_of

from .checks import problems_of
from .contexts import Head, State, Tab
from .models import Draft
from .services import Moved

__all__ = ["draft_of", "head_of", "on_the_newest", "state_of"]

MENU = "/forms/"
MOST_TRIES = 5


def draft_of(request: Request, draft: int) -> Draft:
    """The draft, or NotFound: one of another unit answers like a missing one."""
    request.state.menu_path = MENU
    found: Draft | None = Draft.visible_to(current_user(request)).where(Draft.id == draft).first()
    if found is None:
        raise NotFound(t("이 대장 설계가 없거나, 고칠 수 있는 권한이 없습니다."))
    return found


def on_the_newest(view: Callable[[Request, int], Response]) -> Callable[[Request, int], Response]:
    """A view that is run again when somebody else saved between its reading and its writing: both are kept."""

    @wraps(view)
    def again(request: Request, draft: int) -> Response:
        for _ in range(MOST_TRIES - 1):
            try:
                return view(request, draft)
            except Moved:
                continue
        return view(request, draft)

    return again


def state_of(draft: Draft, ledger: RecordSet | None) -> State:
    """How far a draft is."""
    if ledger is None:
        return State("info", t("작성 중"))
    version = ledger.definition.version
    if ledger.stored.is_closed:
        return State("neutral", t("기록 중지 · {version}판", version=version))
    if draft.is_changed:
        return State("warning", t("고치는 중 · 현재 {version}판", version=version))
    return State("success", t("게시 · {version}판", version=version))


def head_of(draft: Draft, here: str) -> Head:
    """The head of a page; `here` is the last part of its address."""
    ledger = ledgers_of([draft.key]).get(draft.key) if draft.key else None
    problem_count = len(problems_of(draft.design))
    tabs = (("", t("항목")), ("columns", t("목록")), ("settings", t("이름과 권한")), ("try", t("시험 사용")),
            ("review", t("게시")))  # fmt: skip
    return Head(
        draft=draft,
        state=state_of(draft, ledger),
        tabs=tuple(
            Tab(label, f"/forms/{draft.id}/{path}", path == here, problem_count if path == "review" else 0)
            for path, label in tabs
        ),
        version=ledger.definition.version if ledger else 0,
        ledger_href=ledger.href if ledger else "",
    )
