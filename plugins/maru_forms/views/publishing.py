"""게시, 기록 중지: what publishing does is said before it is done; a ledger in use is closed and opened again."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from maru import Conflict, Invalid, current_user, form, label_text, redirect, render, t, write
from maru_records.api import StoredDefinition, is_recalculating, ledgers_of

from .. import services
from ..audience import said
from ..changes import differences
from ..checks import problems_of
from ..contexts import ReviewContext
from ..field_types import kind_of_type
from ..finding import draft_of, head_of, on_the_newest
from ..formulas import words_to_labels
from ..models import Draft


def review(request: Request, draft: int) -> Response:
    """What publishing will do, what is missing until then, and the versions there were."""
    return render(request, "maru_forms/review.html", _review(request, draft_of(request, draft)))


def _review(request: Request, draft: Draft, problem: str = "") -> ReviewContext:
    design, user = draft.design, current_user(request)
    labels = {field.key: field.label for field in design.fields}
    ledger = ledgers_of([draft.key]).get(draft.key) if draft.key else None
    version = ledger.definition.version if ledger else 0
    return ReviewContext(
        head=head_of(draft, "review"),
        problems=tuple((key, labels.get(key, ""), text) for key, text in problems_of(design).items()),
        differences=differences(draft),
        fields=tuple((field, kind_of_type(field.type)) for field in design.fields),
        readers=said(design.readers, draft.department),
        writers=said(design.writers, draft.department),
        sees_it=ledger is None or bool(ledger.access(user).read),
        versions=tuple(StoredDefinition.versions_of(draft.key)) if draft.key else (),
        is_closed=bool(ledger and ledger.stored.is_closed),
        record_count=ledger.table.select().count() if ledger else 0,
        next_version=version + 1,
        problem=problem,
    )


@on_the_newest
def publish(request: Request, draft: int) -> Response:
    """Publish; the ledger is in use at once. 422 with what is missing, 409 where a column holds another type.

    409 too, with the page as it is now, when the design is not the one that the person saw.
    """
    found, user = draft_of(request, draft), current_user(request)
    if form(request).get("seen", found.seen) != found.seen:
        name = found.updated_by.name if found.updated_by else "–"
        told = t("그 사이에 {name} 님이 이 설계를 고쳤습니다. 아래를 확인한 다음 다시 게시해 주세요.", name=name)
        return render(request, "maru_forms/review.html", _review(request, found, told), 409)
    try:
        ledger = services.publish(found, write(request), user)
    except services.Moved:
        raise
    except (Invalid, Conflict) as wrong:
        status = wrong.status
        said_so = words_to_labels(str(wrong), found.design.fields)  # the engine speaks of keys
        return render(request, "maru_forms/review.html", _review(request, draft_of(request, draft), said_so), status)
    done = t("‘{label}’ {version}판을 게시했습니다. 지금부터 쓸 수 있습니다.",
             label=label_text(ledger.definition.label), version=ledger.definition.version)  # fmt: skip
    if is_recalculating(ledger.definition.key):
        done += " " + t("기록이 많아 새 계산식으로 다시 계산하는 데 1분쯤 걸립니다.")
    return redirect(request, ledger.href if ledger.access(user).read else f"/forms/{draft}/review", done)


def close(request: Request, draft: int) -> Response:
    """기록 중지: the ledger can be read and exported as before, and takes no records."""
    return _closed(request, draft, True, t("기록을 중지했습니다. 적힌 기록은 그대로 볼 수 있습니다."))


def reopen(request: Request, draft: int) -> Response:
    """The end of 기록 중지."""
    return _closed(request, draft, False, t("다시 기록을 받습니다."))


def _closed(request: Request, draft: int, is_closed: bool, done: str) -> Response:
    found = draft_of(request, draft)
    if not found.key:
        raise Conflict(t("아직 게시하지 않은 대장입니다."))
    with write(request) as change:
        services.close(change, found, is_closed)
    return redirect(request, f"/forms/{draft}/review", done)


@on_the_newest
def discard(request: Request, draft: int) -> Response:
    """Give up what was not published; a draft that never was is deleted."""
    found = draft_of(request, draft)
    with write(request):
        services.discard(found, current_user(request))
    if found.key:
        return redirect(request, f"/forms/{draft}/", t("고치던 내용을 버리고 게시한 상태로 되돌렸습니다."))
    return redirect(request, "/forms/", t("‘{label}’ 설계를 지웠습니다.", label=found.label))
