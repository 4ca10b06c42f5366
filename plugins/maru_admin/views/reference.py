"""개발 참고서: every hook that a plugin may implement, for those who write plugins."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from maru import portal_of, render

from ..reference import HookGroup, hook_groups
from ..services import administrator


@dataclass(frozen=True)
class ReferenceContext:
    """The hooks by who owns them."""

    groups: tuple[HookGroup, ...]
    count: int


def reference(request: Request) -> Response:
    """All hooks on one page, made of the code that runs."""
    administrator(request, "admin.reference")
    groups = tuple(hook_groups(portal_of(request)))
    context = ReferenceContext(groups, sum(len(group.hooks) for group in groups))
    return render(request, "maru_admin/reference.html", context)
