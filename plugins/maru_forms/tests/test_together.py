"""Two people at one design: what both do is kept, and nobody publishes or deletes what they have not seen."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from maru_db import connected
from maru_devkit.fixtures import Site
from maru_forms.models import Draft
from maru_forms.tests.builder import Builder, make_trip_log
from maru_forms.views import arranging, building, publishing

Portal = Callable[..., Site]


def meanwhile(monkeypatch: pytest.MonkeyPatch, module: Any, act: Callable[[], object]) -> None:
    """Let `act` happen once in another window, right after a view of `module` found its draft."""
    found_by, acts = module.draft_of, [act]

    def find(*given: Any) -> Draft:
        found: Draft = found_by(*given)
        if acts:
            acts.pop()()
        return found

    monkeypatch.setattr(module, "draft_of", find)


def at_work(portal: Portal) -> tuple[Builder, Any, dict[str, str]]:
    """The trip log, the window of a colleague, and the keys of its fields by label."""
    site = portal("forms")
    builder = Builder(site.client("clerk"))
    return builder, site.client("colleague"), make_trip_log(builder)


def test_fields_that_two_people_add_at_once_are_both_there(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither window knows of the other's new field; none of them is lost."""
    builder, other, keys = at_work(portal)
    meanwhile(monkeypatch, building, lambda: other.post(builder.href, data={"then": "add:date"}))

    builder.post("add:integer")

    with connected():
        types = [field.type for field in Draft.get().design.fields]
    assert len(types) == len(keys) + 2
    assert types.count("date") == 2


def test_name_and_fields_changed_at_once_are_both_kept(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """One names the ledger anew while the other adds a field."""
    builder, other, keys = at_work(portal)
    meanwhile(monkeypatch, arranging, lambda: other.post(builder.href, data={"then": "add:date"}))
    named = {"label": "새 이름", "readers": "own", "writers": "own"}

    answer = builder.client.post(f"{builder.href}settings", data=named)

    assert answer.status_code == 303, answer.text
    with connected():
        draft = Draft.get()
    assert (draft.label, len(draft.design.fields)) == ("새 이름", len(keys) + 1)


def test_design_published_in_another_window_is_not_deleted(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """지우기 of a design that a colleague publishes at that moment: the ledger keeps its design."""
    builder, other, _ = at_work(portal)
    meanwhile(monkeypatch, publishing, lambda: other.post(f"{builder.href}publish"))

    builder.client.post(f"{builder.href}discard")

    with connected():
        assert Draft.get().is_published


def test_design_changed_since_it_was_looked_at_is_not_published(portal: Portal) -> None:
    """A stale page of 게시: 409 says who changed it and shows what would be published; from there it is."""
    builder, other, _ = at_work(portal)
    seen = re.findall(r'name="seen" value="([^"]+)"', builder.page("review"))
    other.post(builder.href, data={"then": "add:date"})

    stale = builder.client.post(f"{builder.href}publish", data={"seen": seen})
    other.post(builder.href, data={"then": f"remove:{newest_key()}"})
    again = re.findall(r'name="seen" value="([^"]+)"', builder.page("review"))
    done = builder.client.post(f"{builder.href}publish", data={"seen": again})

    assert (stale.status_code, done.status_code) == (409, 303)
    assert "colleague 님이 이 설계를 고쳤습니다" in stale.text


def newest_key() -> str:
    """The key of the field that was added last."""
    with connected():
        return str(Draft.get().design.fields[-1].key)


def test_ledger_begun_twice_is_begun_once(portal: Portal) -> None:
    """시작 pressed twice: both answers lead to the one design."""
    client = portal("forms").client("clerk")
    number = re.findall(r'name="once" value="(\d+)"', client.get("/forms/new").text)
    entered = {"label": "점검 대장", "start": "blank", "once": number}

    places = {client.post("/forms/new", data=entered).headers["location"] for _ in range(2)}

    with connected():
        assert (len(places), Draft.select().count()) == (1, 1)
