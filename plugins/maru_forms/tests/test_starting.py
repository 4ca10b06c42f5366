"""Where a ledger begins: with nothing, with an Excel file, like another ledger."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from maru.settings import CHECKOUT
from maru_db import connected
from maru_devkit.fixtures import Site
from maru_forms.models import Draft
from maru_forms.tests.builder import Builder, make_trip_log

Portal = Callable[..., Site]
FORM = CHECKOUT / "tests" / "data" / "forms" / "participatory_budget.xlsx"


def upload(site: Site, path: Path, content: bytes | None = None, **more: str) -> object:
    """Begin from a workbook."""
    files = {"workbook": (path.name, path.read_bytes() if content is None else content)}
    return site.client("clerk").post("/forms/new", data={"start": "workbook", **more}, files=files)


def test_workbook_gives_headings_types_choices_and_formulas(portal: Portal) -> None:
    """The office's own form becomes fields that can be published as they are."""
    site = portal("forms", "collect")

    answer = upload(site, FORM, label="")

    assert answer.status_code == 303  # type: ignore[attr-defined]  # a response
    with connected():
        draft = Draft.get()
    fields = {field.label: field for field in draft.design.fields}
    assert "주민참여예산" in draft.label
    assert fields["분야"].type == "choice"
    assert fields["분야"].choices
    assert fields["예산액"].type == "amount"
    assert fields["착수일"].type == "date"
    assert fields["집행률"].type == "computed"
    assert site.client("clerk").post(f"/forms/{draft.id}/publish").status_code == 303


def test_broken_workbook_answers_422_with_a_sentence(portal: Portal) -> None:
    """Not a workbook, and none at all."""
    site = portal("forms", "collect")

    broken = upload(site, Path("대장.xlsx"), b"not a workbook")
    missing = site.client("clerk").post("/forms/new", data={"start": "workbook", "label": "x"})

    assert broken.status_code == 422  # type: ignore[attr-defined]  # a response
    assert "대장.xlsx" in broken.text  # type: ignore[attr-defined]  # the same
    assert missing.status_code == 422
    with connected():
        assert not Draft.select().exists()


def test_without_collection_the_workbook_is_not_offered(portal: Portal) -> None:
    """The plugin works alone; asking for a workbook anyway is refused in words."""
    site = portal("forms")

    page = site.client("clerk").get("/forms/new").text
    answer = upload(site, FORM)

    assert 'value="workbook"' not in page
    assert answer.status_code == 422  # type: ignore[attr-defined]  # a response


def test_another_ledger_can_be_copied_by_those_who_read_it(portal: Portal) -> None:
    """The copy has its fields and formulas and belongs to the other unit; who may not read it cannot copy it."""
    site = portal("forms")
    builder = Builder(site.client("clerk"))
    make_trip_log(builder)
    builder.publish()
    copy = {"start": "model", "model": "gwanyongcharyang_unhaengilji", "label": ""}

    done = site.client("colleague").post("/forms/new", data=copy)
    refused = site.client("stranger").post("/forms/new", data=copy)

    assert refused.status_code == 422
    assert done.status_code == 303
    assert site.client("colleague").post(f"{done.headers['location']}publish").status_code == 303
    with connected():
        twin = Draft.select().order_by(Draft.id.desc()).get()
    assert twin.key.startswith("gwanyongcharyang_unhaengilji_")
    assert [field.label for field in twin.design.fields] == ["날짜", "용무", "출발 계기", "도착 계기", "거리"]


def test_nameless_ledger_answers_422(portal: Portal) -> None:
    """The name is the one thing that is asked for."""
    answer = portal("forms").client("clerk").post("/forms/new", data={"label": " ", "start": "blank"})

    assert answer.status_code == 422
    assert "대장의 이름을 적어 주세요" in answer.text


def test_empty_list_says_what_would_be_here(portal: Portal) -> None:
    """With the button that fills it, in both languages."""
    client = portal("forms").client("clerk")

    korean = client.get("/forms/").text
    client.cookies.set("maru_locale", "en")

    assert "아직 만든 대장이 없습니다" in korean
    assert 'href="/forms/new"' in korean
