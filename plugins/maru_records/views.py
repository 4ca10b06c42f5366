"""The pages of the ledgers: fetch what this person may see, decide, answer."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from maru import (
    Conflict,
    Forbidden,
    MenuEntry,
    NotFound,
    StoredFile,
    User,
    current_user,
    file_response,
    form,
    label_text,
    made_before,
    portal_of,
    redirect,
    render,
    t,
    today,
    write,
)

from .contexts import IndexContext
from .ledgers.record_set import RecordSet, open_ledger, record_sets_for
from .ledgers.rights import Access
from .ledgers.values import entered_values
from .models import Record, value_of
from .pages.entry import blank_form, editing_form, units_to_write
from .pages.forms import kept_files, number_in, read_record_form
from .pages.listing import Listing
from .pages.showing import index_line, list_context, show_context
from .workbook import workbook_of
from .writing.apart import Refused
from .writing.records import add_record, change_record, delete_record
from .writing.shipping import take_shipped


def _open(request: Request, key: str) -> tuple[RecordSet, User, Access]:
    """The ledger for the person who is signed in; a ledger they may not read answers like a missing one."""
    portal, user = portal_of(request), current_user(request)
    take_shipped(portal)
    ledger, access = open_ledger(portal, user, key)
    return ledger, user, access


def _asked(request: Request) -> dict[str, str]:
    """What the address asks for, without what no database takes."""
    return {name: value.replace("\x00", "")[:200] for name, value in request.query_params.items()}


def index(request: Request) -> Response:
    """The ledgers I may read."""
    portal = portal_of(request)
    take_shipped(portal)
    ledgers = record_sets_for(portal, current_user(request))
    lines = tuple(index_line(ledger, access) for ledger, access in ledgers)
    return render(request, "maru_records/index.html", IndexContext(lines, _links(request, "")))


def _links(request: Request, ledger: str) -> tuple[MenuEntry, ...]:
    """What other plugins put into the head of a page."""
    answers = portal_of(request).dispatcher.call("ledger_links", ledger=ledger, viewer=current_user(request))
    return tuple(link for _, links in answers for link in links)


def records(request: Request, key: str) -> Response:
    """One page of a ledger, filtered and sorted as the address says. At most eight queries."""
    ledger, user, access = _open(request, key)
    listing = Listing(ledger, _asked(request))
    found = listing.filtered(ledger.visible_to(user, access))
    return render(
        request, "maru_records/records.html", list_context(listing, found, access, user, _links(request, key))
    )


def show(request: Request, key: str, record: int) -> Response:
    """One record with its history."""
    ledger, user, access = _open(request, key)
    found = ledger.find(user, record, access)
    return render(request, "maru_records/show.html", show_context(ledger, found, ledger.may_write(user, found, access)))


def create(request: Request, key: str) -> Response:
    """The form of a new record; posted, the record. 422 with the form when something is wrong."""
    ledger, user, access = _open(request, key)
    units = units_to_write(user, access)
    if ledger.stored.is_closed:
        raise Forbidden(t("기록을 받지 않는 대장입니다."))
    if not units and not access.write.everywhere:
        raise Forbidden(t("이 대장에 기록할 권한이 없습니다. 부서 관리자에게 권한을 요청해 주세요."))
    if request.method == "GET":
        return render(request, "maru_records/create.html", blank_form(ledger, units, user))
    entered = read_record_form(ledger.definition, form(request), {}, user)
    wanted = str(form(request).get("unit_of_record") or "")
    unit = next((each for each in units if str(each.id) == wanted), units[0] if units else None)
    if entered.problems:
        return render(request, "maru_records/create.html", blank_form(ledger, units, user, entered, unit), 422)
    try:
        with write(request) as change:
            values = entered.values | kept_files(entered.blobs)
            made = made_before(request, ledger.table) or add_record(change, ledger, user, values, unit)
    except Refused as refused:
        entered.problems[refused.field] = str(refused)
        return render(request, "maru_records/create.html", blank_form(ledger, units, user, entered, unit), 422)
    entered.room.clear(entered.uploads.values())
    return redirect(request, f"{ledger.href}{made.id}", t("기록했습니다."))


def edit(request: Request, key: str, record: int) -> Response:
    """The form of a record; posted, the change. 409 with the form and what changed when somebody was faster."""
    ledger, user, access = _open(request, key)
    found = ledger.find(user, record, access)
    if not ledger.may_write(user, found, access):
        raise Forbidden(t("이 기록을 고칠 권한이 없습니다."))
    if request.method == "GET":
        return render(request, "maru_records/edit.html", editing_form(ledger, found))
    entered = read_record_form(ledger.definition, form(request), entered_values(ledger.definition, found), user)
    version = str(form(request).get("row_version") or "")
    if version != str(found.row_version):
        context = editing_form(ledger, found, entered, number_in(version))
        return render(request, "maru_records/edit.html", context, 409)
    if entered.problems:
        return render(request, "maru_records/edit.html", editing_form(ledger, found, entered), 422)
    try:
        with write(request) as change:
            change_record(change, ledger, user, found, entered.values | kept_files(entered.blobs))
    except Refused as refused:
        entered.problems[refused.field] = str(refused)
        return render(request, "maru_records/edit.html", editing_form(ledger, found, entered), 422)
    except Conflict:  # between our reading and our writing
        since, found = found.row_version, ledger.find(user, record, access)
        return render(request, "maru_records/edit.html", editing_form(ledger, found, entered, since), 409)
    entered.room.clear(entered.uploads.values())
    return redirect(request, f"{ledger.href}{found.id}", t("저장했습니다."))


def delete(request: Request, key: str, record: int) -> Response:
    """Delete a record. What it held stays in its history and in the audit.

    409 with the record as it is now when it is not what the page showed.
    """
    ledger, user, access = _open(request, key)
    found: Record = ledger.find(user, record, access)
    if not ledger.may_write(user, found, access):
        raise Forbidden(t("이 기록을 지울 권한이 없습니다."))
    if str(form(request).get("row_version", found.row_version)) != str(found.row_version):
        return _changed_meanwhile(request, ledger, found)
    try:
        with write(request) as change:
            delete_record(change, ledger, user, found)
    except Conflict:  # between our reading and our writing
        return _changed_meanwhile(request, ledger, ledger.find(user, record, access))
    return redirect(request, ledger.href, t("기록을 지웠습니다."))


def _changed_meanwhile(request: Request, ledger: RecordSet, found: Record) -> Response:
    context = show_context(ledger, found, may_write=True)
    who = next((revision.by.name for revision in context.history if revision.by), "–")
    told = t("그 사이에 {who} 님이 이 기록을 고쳐서 지우지 않았습니다. 지금 내용을 확인하고 다시 지워 주세요.", who=who)
    return render(request, "maru_records/show.html", replace(context, conflict=told), 409)


def download(request: Request, key: str, record: int, field: str) -> Response:
    """A file of a record, for those who may see the record."""
    ledger, user, access = _open(request, key)
    found = ledger.find(user, record, access)
    about = ledger.definition.by_key.get(field)
    stored = value_of(found, field) if about is not None and about.type == "file" else None
    if not isinstance(stored, StoredFile):
        raise NotFound(t("이 기록에는 그런 파일이 없습니다."))
    return file_response(stored)


def export(request: Request, key: str) -> Response:
    """The filtered list as a workbook; that it was taken is written into the audit."""
    ledger, user, access = _open(request, key)
    listing = Listing(ledger, _asked(request))
    found = listing.filtered(ledger.visible_to(user, access))
    count, totals = ledger.count_and_totals(found)
    content = workbook_of(ledger, listing.ordered(ledger.joined(found)).iterator(), totals)
    with write(request, f"{ledger.definition.key}: {count} rows, {request.url.query or 'all'}"):
        pass
    name = f"{label_text(ledger.definition.label)}_{today():%Y%m%d}.xlsx"
    return file_response(content, name)
