"""Collections in the search: a request for those who send and those who answer it, a submission for who sees its rows.

Tokens are `request:<unit>` (the collectors of the requesting unit), `all:<unit>` (who sees every collection there) and
`answer:<unit>` (who answers for a unit): the three rights that the pages ask for. Each leads to a page of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

import peewee

from maru import Event, User, hookimpl, t
from maru_search.api import SearchDocument, SearchKind, tokens_held, tokens_of_unit

from .models import CLOSED, DRAFT, CollectionRequest, Submission, Target

REQUEST, TARGET = "collect_collection_request:", "collect_target:"


@hookimpl
def search_kinds() -> list[SearchKind]:
    """Requests, and what units submitted."""
    return [
        SearchKind("collection", {"ko": "취합", "en": "Collections"}, "inbox", order=40),
        SearchKind("submission", {"ko": "제출", "en": "Submissions"}, "file-spreadsheet", order=45),
    ]


@hookimpl
def search_keys(event: Event | None) -> list[str]:
    """A request with the submissions to it, which are as open as it is; a unit's place; what a version belongs to."""
    if event is None:
        return [
            *_keys(REQUEST, CollectionRequest.select(CollectionRequest.id)),
            *_keys(TARGET, Target.select(Target.id)),
        ]
    number = event.payload.get("id")
    if event.name.startswith("collect_collection_request."):
        return [event.key, *_keys(TARGET, Target.select(Target.id).where(Target.request == number))]
    if event.name.startswith("collect_target."):
        return [event.key, *_keys(REQUEST, Target.select(Target.request).where(Target.id == number))]
    if event.name.startswith("collect_submission."):
        return _keys(TARGET, Submission.select(Submission.target).where(Submission.id == number))
    return []


def _keys(prefix: str, query: peewee.ModelSelect[Any]) -> list[str]:
    return [f"{prefix}{number}" for (number,) in cast("Iterable[tuple[int]]", query.tuples())]


@hookimpl
def search_documents(keys: Sequence[str]) -> list[SearchDocument]:
    """Requests and standing submissions. Four queries."""
    return [*_requests(_ids(keys, REQUEST)), *_submissions(_ids(keys, TARGET))]


def _ids(keys: Sequence[str], prefix: str) -> list[int]:
    return [int(key.removeprefix(prefix)) for key in keys if key.startswith(prefix)]


def _requests(ids: list[int]) -> Iterable[SearchDocument]:
    targets = _targets_of(ids)
    for collection in CollectionRequest.select().where(CollectionRequest.id.in_(ids)):
        hrefs = _answer_hrefs(collection, targets.get(collection.id, []))
        yield SearchDocument(
            key=f"{REQUEST}{collection.id}",
            kind="collection",
            title=collection.title or t("제목 없는 취합 요청"),
            body="\n".join(filter(None, (collection.guidance, collection.basis))),
            href=f"/collect/{collection.id}/",
            hrefs=hrefs,
            access_tokens=(*_collectors(collection), *hrefs),
            unit=collection.department_id,
            at=collection.sent_at or collection.created_at,
            people=(collection.collector_id,),
        )


def _targets_of(requests: list[int]) -> dict[int, list[Target]]:
    """Request → the units asked, in 직제순."""
    found: dict[int, list[Target]] = {}
    for target in Target.select().where(Target.request.in_(requests)).order_by(Target.official_order, Target.id):
        found.setdefault(target.request_id, []).append(target)
    return found


def _answer_hrefs(collection: CollectionRequest, targets: Sequence[Target]) -> dict[str, str]:
    """Token of who answers for a unit → the page where they do."""
    hrefs: dict[str, str] = {}
    for target in targets:
        for token in tokens_of_unit("answer", target.department_id):
            hrefs.setdefault(token, f"/collect/{collection.id}/answer/{target.id}")
    return hrefs


def _collectors(collection: CollectionRequest) -> tuple[str, ...]:
    """What CollectionRequest.visible_to says: the own unit always, those who see every one as soon as it was sent."""
    own = tokens_of_unit("request", collection.department_id)
    return own if collection.state == DRAFT else (*own, *tokens_of_unit("all", collection.department_id))


def _submissions(ids: list[int]) -> Iterable[SearchDocument]:
    rows = (
        Submission.select(Submission, Target, CollectionRequest)
        .join(Target)
        .join(CollectionRequest)
        .where(Target.id.in_(ids), Submission.taken_back_at.is_null(), Submission.row_count > 0)
        .order_by(Submission.id)
    )
    standing = {submission.target.id: submission for submission in rows}
    open_to_all = _targets_of([each.target.request_id for each in standing.values()])
    for target_id, submission in standing.items():
        yield _submission(target_id, submission, open_to_all[submission.target.request_id])


def _submission(target_id: int, submission: Submission, asked: Sequence[Target]) -> SearchDocument:
    target, collection = submission.target, submission.target.request
    own = tokens_of_unit("answer", target.department_id)
    collectors = _collectors(collection)
    shared = _shared(collection, asked)
    hrefs = dict.fromkeys(shared, f"/collect/{collection.id}/merged")
    hrefs |= dict.fromkeys(own, f"/collect/{collection.id}/answer/{target_id}")
    hrefs |= dict.fromkeys(collectors, f"/collect/{collection.id}/unit/{target_id}")
    return SearchDocument(
        key=f"{TARGET}{target_id}",
        kind="submission",
        title=f"{collection.title} · {target.unit_name}",
        body="\n".join(" ".join(filter(None, row)) for row in submission.rows),
        href=f"/collect/{collection.id}/unit/{target_id}",
        hrefs=hrefs,
        access_tokens=tuple(dict.fromkeys((*own, *collectors, *shared))),
        unit=target.department_id,
        at=submission.at,
        people=(submission.person_id,),
    )


def _shared(collection: CollectionRequest, asked: Sequence[Target]) -> tuple[str, ...]:
    """What CollectionRequest.result_visible_to says beside: once it is closed, everybody, or all who were asked."""
    if collection.state != CLOSED or collection.openness == "closed":
        return ()
    took_part = [token for target in asked for token in tokens_of_unit("answer", target.department_id)]
    return ("anybody",) if collection.openness == "open" else tuple(dict.fromkeys(took_part))


@hookimpl
def search_access(viewer: User) -> list[str]:
    """The units in which `viewer` requests, answers, or sees every collection. No query beyond their rights."""
    tokens = [*tokens_held("request", viewer.units("collect.request"))]
    if viewer.may("collect.request"):  # the pages of a request ask for it even from those who see every one
        tokens += tokens_held("all", viewer.units("collect.see_all"))
    tokens += tokens_held("answer", viewer.units("collect.answer"))
    return [*tokens, "anybody"] if viewer.may("collect.answer") else tokens
