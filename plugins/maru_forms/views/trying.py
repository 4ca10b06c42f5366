"""시험 사용: the form as it will be, filled in and calculated, with nothing kept."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from maru import current_user, form, render
from maru_records.api import trial_of

from ..checks import problems_of, usable_part
from ..contexts import TryOutContext
from ..finding import draft_of, head_of


def try_out(request: Request, draft: int) -> Response:
    """The form; posted, what it comes to. 422 when something typed is wrong."""
    found = draft_of(request, draft)
    typed = form(request) if request.method == "POST" else None
    trial = trial_of(usable_part(found.design), current_user(request), typed)
    context = TryOutContext(head_of(found, "try"), trial, len(problems_of(found.design)))
    return render(request, "maru_forms/try_out.html", context, 422 if trial.error_count else 200)
