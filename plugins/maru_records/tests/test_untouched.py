"""A form that is saved changes what somebody changed in it, and nothing else; the history tells exactly that."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from starlette.testclient import TestClient

from maru import today
from maru_db import connected
from maru_devkit.fixtures import Site
from maru_records.api import Definition, Field, add_record, define, records_of
from maru_records.models import Revision, value_of

Portal = Callable[..., Site]

HREF = "/records/measures/"
FIELDS = (
    Field(key="name", label="이름", type="text", required=True),
    Field(key="rate", label="비율", type="decimal", percent=True),
    Field(key="size", label="값", type="decimal"),
    Field(key="kind", label="구분", type="choice", choices=("갑", "을")),
    Field(key="person", label="담당", type="person"),
    Field(key="unit", label="부서", type="department"),
    Field(key="note", label="비고", type="long_text"),
    Field(key="seventh", label="일곱으로", type="computed", expression="size / 7"),
)
STORED: dict[str, Any] = {
    "name": "A", "rate": Decimal("0.33337"), "size": Decimal("12.567"), "kind": "갑", "note": "첫 줄\n둘째 줄",
}  # fmt: skip


def measures(portal: Portal) -> tuple[Site, TestClient]:
    """A ledger with one record of the clerk's about a colleague and a unit, and the clerk."""
    site = portal("records")
    publish(site)
    with connected(), site.write_as("clerk") as change:
        clerk = site.user("clerk")
        links = {"person": site.user("colleague").id, "unit": site.unit("스마트정보과").id}
        add_record(change, records_of("measures"), clerk, STORED | links, clerk.unit)
    return site, site.client("clerk")


def publish(site: Site, **changed: dict[str, Any]) -> None:
    """The ledger with settings of some of its fields changed."""
    fields = tuple(field.model_copy(update=changed.get(field.key, {})) for field in FIELDS)
    with connected():
        define(Definition(key="measures", label="측정", fields=fields), site.write_as("admin"))


def sent_by(page: str) -> dict[str, str]:
    """What a browser sends of the form as it is: one line from an input, CRLF from a text area."""
    sent = {}
    for name, value in re.findall(r'<input[^>]*name="(\w+)"[^>]*?value="([^"]*)"', page):
        sent[name] = html.unescape(value)
    for name, inside in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        sent[name] = html.unescape(chosen[1]) if chosen else ""
    for name, inside in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>(.*?)</textarea>', page, re.DOTALL):
        sent[name] = html.unescape(inside).removeprefix("\n").replace("\n", "\r\n")
    return {name: sent[name] for name in ("row_version", *STORED, "person", "unit")}


def stored(site: Site, key: str) -> Any:
    """What the record holds now."""
    with connected():
        return value_of(records_of("measures").find(site.user("clerk"), 1), key)


def last_changes() -> Any:
    """What the history says last."""
    with connected():
        return Revision.of("measures", 1).first().changes


def test_number_that_is_shown_rounded_stays_when_the_name_is_changed(portal: Portal) -> None:
    """33.337 % and 12.567 survive the change of another field, also after 소수 자릿수 became 0; the history agrees."""
    site, client = measures(portal)

    first = client.post(f"{HREF}1/edit", data=sent_by(client.get(f"{HREF}1/edit").text) | {"name": "B"})
    told = last_changes()
    publish(site, size={"decimals": 0}, rate={"decimals": 0})
    second = client.post(f"{HREF}1/edit", data=sent_by(client.get(f"{HREF}1/edit").text) | {"name": "C"})

    assert (first.status_code, second.status_code) == (303, 303)
    assert told == {"name": ["A", "B"]}
    assert last_changes() == {"name": ["B", "C"]}
    assert (stored(site, "rate"), stored(site, "size")) == (Decimal("0.33337"), Decimal("12.567"))


def test_choice_that_is_gone_stays_until_another_is_picked(portal: Portal) -> None:
    """It is offered as one that is no more among them; saving keeps it, and picking another ends it."""
    site, client = measures(portal)
    publish(site, kind={"choices": ("병", "정")})

    page = client.get(f"{HREF}1/edit").text
    kept = client.post(f"{HREF}1/edit", data=sent_by(page) | {"name": "B"})
    after = stored(site, "kind")
    client.post(f"{HREF}1/edit", data=sent_by(client.get(f"{HREF}1/edit").text) | {"kind": "정"})

    assert '<option value="갑" selected>갑 (지금은 없는 값)</option>' in page
    assert (kept.status_code, after) == (303, "갑")
    assert last_changes() == {"kind": ["갑", "정"]}
    assert "지금은 없는 값" not in client.get(f"{HREF}1/edit").text


def test_unit_that_ended_and_person_who_left_stay(portal: Portal) -> None:
    """Neither can be chosen any more; a record that names them can still be changed and names them afterwards."""
    site, client = measures(portal)
    with connected(), site.write_as("admin"):
        unit, person = site.unit("스마트정보과"), site.user("colleague")
        unit.valid_until, person.is_active = today() - timedelta(days=1), False
        unit.save()
        person.save()

    page = client.get(f"{HREF}1/edit").text
    answer = client.post(f"{HREF}1/edit", data=sent_by(page) | {"name": "B"})

    assert answer.status_code == 303
    assert "스마트정보과 (지금은 없는 값)" in page
    assert (stored(site, "person"), stored(site, "unit")) == (person, unit)
    assert last_changes() == {"name": ["A", "B"]}


def test_number_that_moves_by_less_than_is_shown_is_told(portal: Portal) -> None:
    """From 33.337 % to 33.3 %: both look like 33.3 % in the list, and the history tells the difference."""
    _, client = measures(portal)

    client.post(f"{HREF}1/edit", data=sent_by(client.get(f"{HREF}1/edit").text) | {"rate": "33.3%"})

    assert last_changes() == {"rate": ["33.337%", "33.3%"]}


def test_saving_a_form_as_it_is_changes_nothing(portal: Portal) -> None:
    """No new version and no history, though a seventh of 12.567 never ends and browsers end lines otherwise."""
    site, client = measures(portal)

    answer = client.post(f"{HREF}1/edit", data=sent_by(client.get(f"{HREF}1/edit").text))

    assert answer.status_code == 303
    assert stored(site, "row_version") == 1
    with connected():
        assert Revision.select().count() == 1


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"size": "0.12345678901"}, "소수점 아래 10자리까지"),
        ({"size": "123456789012.1234"}, "15자리까지"),
        ({"rate": "33.333333333%"}, "소수점 아래 8자리까지"),
    ],
    ids=["places", "digits", "percent"],
)
def test_number_that_no_table_keeps_is_refused(portal: Portal, typed: dict[str, str], said: str) -> None:
    """It would come back as another number; the form says how many digits are kept."""
    _, client = measures(portal)

    answer = client.post(f"{HREF}new", data={"name": "B", **typed})

    assert answer.status_code == 422
    assert said in answer.text


def test_field_left_alone_takes_what_a_colleague_wrote_meanwhile(portal: Portal) -> None:
    """Also a percentage, a person and several lines: the late form says 손대지 않음 and has the new value."""
    _, client = measures(portal)
    both = sent_by(client.get(f"{HREF}1/edit").text)
    client.post(f"{HREF}1/edit", data=both | {"rate": "1%", "person": "clerk", "note": "셋째"})

    late = client.post(f"{HREF}1/edit", data=both | {"name": "B"})

    assert late.status_code == 409
    assert late.text.count("손대지 않음") == 3
    assert sent_by(late.text)["rate"] == "1.0%"
    assert sent_by(late.text)["person"].startswith("clerk ")
    assert sent_by(late.text)["name"] == "B"
