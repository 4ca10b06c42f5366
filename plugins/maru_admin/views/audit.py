"""감사 기록: who changed what, when and from where; whether nobody altered it; the list as a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from maru import AuditEntry, NotFound, Paging, file_response, portal_of, redirect, render, t, today, verify_chain, write

from ..audit_filter import CORE, AuditFilter
from ..audit_lines import CHANGES_SHOWN, AuditLine, ChangeLine, audit_lines, change_lines
from ..directory import Choice
from ..plugin_facts import name_of
from ..services import LARGEST_ID, administrator
from ..workbook import audit_workbook

PAGE_SIZE = 50


@dataclass(frozen=True)
class AuditContext:
    """A page of the audit, newest first. `query` repeats the filter in an address."""

    lines: tuple[AuditLine, ...]
    chosen: AuditFilter
    plugins: tuple[Choice, ...]
    problems: Mapping[str, str]
    query: str
    count: int
    number: int
    page_count: int
    pager_href: str


@dataclass(frozen=True)
class EntryContext:
    """One entry with what it changed. `hidden_count` changes are not shown."""

    line: AuditLine
    address: str
    request: str
    digest: str
    changes: tuple[ChangeLine, ...]
    hidden_count: int


def audit(request: Request) -> Response:
    """The audit, newest first, filtered by the address. At most eight queries; 422 for a date that is none."""
    administrator(request, "admin.audit")
    portal, chosen = portal_of(request), AuditFilter.from_query(request.query_params)
    problems, entries = chosen.problems(), chosen.entries()
    count = entries.count()
    paging = Paging.of(request.query_params.get("page", ""), count, PAGE_SIZE)
    context = AuditContext(
        lines=tuple(audit_lines(portal, entries.paginate(paging.number, PAGE_SIZE))),
        chosen=chosen,
        plugins=((CORE, t("포털")), *((plugin.key, name_of(plugin)) for plugin in portal.plugins)),
        problems=problems,
        query=chosen.query,
        count=count,
        number=paging.number,
        page_count=paging.page_count,
        pager_href=f"?{chosen.query}&page=" if chosen.query else "?page=",
    )
    return render(request, "maru_admin/audit.html", context, 422 if problems else 200)


def entry(request: Request, key: int) -> Response:
    """One entry: each record it changed, before and after."""
    administrator(request, "admin.audit")
    found = AuditEntry.get_or_none(AuditEntry.id == key) if key <= LARGEST_ID else None
    if found is None:
        raise NotFound(t("이 감사 기록은 없습니다."))
    context = EntryContext(
        line=audit_lines(portal_of(request), [found])[0],
        address=found.address,
        request=found.request,
        digest=found.digest,
        changes=tuple(change_lines(found)),
        hidden_count=max(0, len(found.changes or []) - CHANGES_SHOWN),
    )
    return render(request, "maru_admin/entry.html", context)


def verify(request: Request) -> Response:
    """Recompute the chain of digests and say whether it is whole; that it was asked is written down too."""
    administrator(request, "admin.audit")
    count, broken = AuditEntry.select().count(), verify_chain()
    said = f"entry {broken.id} was altered" if broken else f"whole, {count} entries"
    with write(request, note=said):
        pass
    if broken is not None:
        sentence = t(
            "감사 기록 {n}번이 바뀌었거나 그 앞의 기록이 없어졌습니다. 보안 담당자에게 바로 알려 주세요.", n=broken.id
        )
        return redirect(request, "/admin/audit", sentence, "danger")
    return redirect(request, "/admin/audit", t("감사 기록 {n}건이 처음부터 끝까지 온전합니다.", n=f"{count:,}"))


def export(request: Request) -> Response:
    """The filtered list as a workbook. That it was taken, and which part, is written into the audit first."""
    administrator(request, "admin.audit")
    chosen = AuditFilter.from_query(request.query_params)
    entries = chosen.entries()
    with write(request, note=f"{entries.count()} entries; {chosen.query or 'all'}"):
        pass
    content = audit_workbook(entries.iterator())
    return file_response(content, f"{t('감사 기록')}_{today():%Y%m%d}.xlsx")
