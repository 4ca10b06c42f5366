"""From the first field to the published ledger, by plain forms: each step is kept, what is wrong is said."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import openpyxl
import pytest

from maru import AuditEntry
from maru_db import connected
from maru_devkit.fixtures import Site
from maru_forms.models import Draft
from maru_forms.tests.builder import Builder, make_trip_log
from maru_records.api import records_of

Portal = Callable[..., Site]


def draft_of(builder: Builder) -> Draft:
    """The draft as it is stored. Inside `connected()`."""
    found: Draft = Draft.get_by_id(int(builder.href.strip("/").split("/")[1]))
    return found


def record(client: object, href: str, **texts: str) -> None:
    """One record through the ledger's own form."""
    answer = client.post(f"{href}new", data={**texts, "row_version": "0"})  # type: ignore[attr-defined]  # a TestClient
    assert answer.status_code == 303, answer.text


def test_published_ledger_is_in_use_at_once(portal: Portal) -> None:
    """Made, published, recorded in; the list sums the computed distance and so does the export."""
    site = portal("forms")
    builder = Builder(site.client("clerk"))
    make_trip_log(builder)

    href = builder.publish()
    for start, end in ((100, 134), (134, 196), (196, 225)):
        record(
            builder.client, href, naljja="2026. 11. 20.", yongmu="시청", chulbal_gyegi=str(start), dochak_gyegi=str(end)
        )
    page = builder.client.get(href).text
    book = openpyxl.load_workbook(BytesIO(builder.client.post(f"{href}export").content))

    assert href == "/records/gwanyongcharyang_unhaengilji/"
    assert "합계 3건" in page
    assert '<td class="num">125</td>' in page
    rows = list(book.active.values)
    assert rows[0][4] == "거리 (km)"
    assert [row[4] for row in rows[1:]] == [29, 62, 34, 125]


def test_formula_over_long_names_is_published(portal: Portal) -> None:
    """It grows when its fields get the keys that they keep; what could be built can be published and calculates."""
    builder = Builder(portal("forms").client("clerk"))
    builder.add("integer", "관용차량운행거리누계")
    builder.add("computed", "합", expression="+".join(["관용차량운행거리누계"] * 60))

    href = builder.publish()
    record(builder.client, href, gwanyongcharyangunhaenggeorinugye="2")

    assert '<td class="num fit">120</td>' in builder.client.get(href).text


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("개수" + "%" * 990, "이어지는 셈을 200번 안으로"),
        ("개수" + "+1" * 250, "이어지는 셈을 200번 안으로"),
        ("개수" + " " * 1000 + "+ 1", "계산식이 1005자입니다. 1000자까지"),
    ],
    ids=["percent", "sum", "long"],
)
def test_formula_that_is_too_long_is_told(portal: Portal, expression: str, said: str) -> None:
    """Nothing of it is cut off unseen, and nothing is kept that would fail at the first record."""
    builder = Builder(portal("forms").client("clerk"))
    builder.add("integer", "개수")
    key = builder.add("computed", "거리", expression="")

    refused = builder.post("save", key, label="거리", expression=expression)

    assert refused.status_code == 422
    assert said in refused.text


def test_trying_a_formula_that_multiplies_a_text_stays_readable(portal: Portal) -> None:
    """Twenty thousand letters, a hundred and fifty times, ten times: an error value, not a page of 109 MB."""
    builder = Builder(portal("forms").client("clerk"))
    builder.add("long_text", "글")
    builder.add("computed", "가", expression="글" + "&글" * 150)
    builder.add("computed", "나", expression="가" + "&가" * 10)

    tried = builder.client.post(f"{builder.href}try", data={"f1": "가" * 20_000})

    assert tried.status_code == 200
    assert tried.text.count("#VALUE!") == 2
    assert len(tried.text) < 60_000


def test_each_step_is_kept_and_audited(portal: Portal) -> None:
    """A clerk who leaves finds everything; the audit says who did it through which view."""
    site = portal("forms")
    builder = Builder(site.client("clerk"))
    builder.add("date", "날짜", required="1")

    again = site.client("clerk").get(builder.href).text

    assert "날짜" in again
    with connected():
        entries = list(AuditEntry.select().where(AuditEntry.plugin == "forms").order_by(AuditEntry.id))
    assert [entry.action for entry in entries] == ["forms.views.starting.create"] + ["forms.views.building.step"] * 2
    assert {entry.actor_name for entry in entries} == {"clerk"}


def test_every_button_keeps_the_panel(portal: Portal) -> None:
    """Adding the next field, moving and opening another keep what stands in the panel, without a save of its own."""
    site = portal("forms")
    builder = Builder(site.client("clerk"))
    first = builder.add("date", "날짜")

    builder.post("add:text", first, label="운행일")
    builder.post("down:f1", "f2", label="목적지")

    with connected():
        assert [field.label for field in draft_of(builder).design.fields] == ["목적지", "운행일"]


def test_typing_is_kept_in_the_background(portal: Portal) -> None:
    """`keep` answers with the builder as it is now; the next step with its mark is no conflict."""
    site = portal("forms")
    builder = Builder(site.client("clerk"))
    builder.add("integer", "개수")
    key = builder.add("computed", "거리", expression="")

    kept = builder.post("keep", key, label="거리", expression="개수 + 1")
    seen = re.findall(r'name="seen" value="(\w+)"', kept.text)
    saved = builder.post("save", key, label="거리와 시간", seen=seen)

    assert (kept.status_code, saved.status_code) == (200, 303)
    assert "<html" not in kept.text
    assert "계산식을 적어 주세요" not in kept.text
    assert "<output>301</output>" in kept.text


def test_background_saving_says_why_it_refused(portal: Portal) -> None:
    """What cannot be kept is answered with the sentence for its control, as a pressed 저장 would be."""
    builder = Builder(portal("forms").client("clerk"))
    key = builder.add("computed", "거리", expression="")

    refused = builder.post("keep", key, label="거리", expression="도착 - 1")

    assert refused.status_code == 422
    assert "‘도착’이라는 항목이 없습니다" in refused.text


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("도착 - 출발", "‘도착’이라는 항목이 없습니다"),
        ("1 +", "값이나 필드"),
        ("거리 + 1", "서로를 부릅니다"),
        ("(1", "자리에"),
    ],
)
def test_bad_formula_answers_422_and_names_the_field(portal: Portal, expression: str, said: str) -> None:
    """The panel comes back with what was typed, the field's name in the sentence, and nothing is stored."""
    site = portal("forms")
    builder = Builder(site.client("clerk"))
    key = builder.add("computed", "거리", expression="")

    answer = builder.post("save", key, label="거리", expression=expression)

    assert answer.status_code == 422
    assert "‘거리’ 계산식" in answer.text
    assert said in answer.text
    assert 'aria-invalid="true"' in answer.text
    with connected():
        assert draft_of(builder).design.by_key[key].expression == ""


@pytest.mark.parametrize(
    ("panel", "said"),
    [
        ({"label": ""}, "이름을 적어 주세요"),
        ({"label": "날짜"}, "‘날짜’라는 항목이 또 있습니다"),
        ({"label": "수량", "minimum": "둘"}, "숫자로 읽을 수 없습니다"),
        ({"label": "수량", "minimum": "5", "maximum": "1"}, "가장 작은 값보다 작습니다"),
    ],
)
def test_bad_settings_answer_422(portal: Portal, panel: dict[str, str], said: str) -> None:
    """Each control says what is wrong with it."""
    builder = Builder(portal("forms").client("clerk"))
    builder.add("date", "날짜")
    key = builder.add("integer", "개수")

    answer = builder.post("save", key, **panel)

    assert answer.status_code == 422
    assert said in answer.text


def test_unfinished_ledger_is_not_published(portal: Portal) -> None:
    """The review says what is missing, and publishing anyway is refused with the same."""
    builder = Builder(portal("forms").client("clerk"))
    builder.add("choice", "차량")

    page, answer = builder.page("review"), builder.client.post(f"{builder.href}publish")

    assert "고를 수 있는 값을 한 줄에 하나씩" in page
    assert "판 게시</button>" not in page
    assert answer.status_code == 422
    assert "아직 게시할 수 없습니다" in answer.text


def test_formula_is_tried_on_an_example_and_then_on_records(portal: Portal) -> None:
    """Before there are records the clerk's own example is calculated; afterwards the latest records are."""
    builder = Builder(portal("forms").client("clerk"))
    keys = make_trip_log(builder)
    example = builder.page(f"?field={keys['거리']}&s.{keys['출발 계기']}=100&s.{keys['도착 계기']}=162")
    href = builder.publish()
    record(builder.client, href, naljja="2026. 11. 20.", yongmu="시청", chulbal_gyegi="100", dochak_gyegi="134")

    builder.post("save", "geori", label="거리", expression="(도착 계기 - 출발 계기) * 2")
    tried = builder.page("?field=geori")

    assert "<output>62</output>" in example
    assert "<b>68</b>" in tried
    assert "기록 1건에 맞춰 보니 1건의 값이 지금과 달라집니다" in tried


def test_trying_out_keeps_nothing(portal: Portal) -> None:
    """The form of the draft is filled in and calculated; what is wrong answers 422; no table comes of it."""
    builder = Builder(portal("forms").client("clerk"))
    keys = make_trip_log(builder)
    typed = {keys["날짜"]: "2026. 11. 20.", keys["용무"]: "시청", keys["출발 계기"]: "10", keys["도착 계기"]: "52"}

    good = builder.client.post(f"{builder.href}try", data=typed)
    bad = builder.client.post(f"{builder.href}try", data={**typed, keys["날짜"]: "언젠가"})

    assert good.status_code == 200
    assert ">42</output>" in good.text
    assert bad.status_code == 422
    assert "날짜가 아닙니다" in bad.text


def test_odd_requests_are_refused_politely(portal: Portal) -> None:
    """Unknown steps, types and fields, control characters, numbers too long: never a 500."""
    builder = Builder(portal("forms").client("clerk"))
    key = builder.add("integer", "개수")

    answers = [
        builder.post("explode"),
        builder.post("add:nonsense"),
        builder.post("up:nowhere"),
        builder.post("restore:nowhere"),
        builder.post("before:f1:nowhere"),
        builder.post("save", key, label="\x01\u3164 ", minimum="1e999"),
        builder.client.get(f"{builder.href}?field=%01&s.f1=%01"),
        builder.client.post(
            f"{builder.href}settings", data={"label": "이름", "readers": "chosen", "readers.add": "nobody"}
        ),
        builder.client.post(f"{builder.href}columns", data={"order": "password", "title": "password"}),
        builder.client.post(f"{builder.href}close"),
    ]

    assert [answer.status_code for answer in answers] == [400, 400, 303, 303, 303, 422, 200, 422, 303, 409]


def test_list_page_shows_what_was_chosen(portal: Portal) -> None:
    """Columns, totals, order and the title of records are those of the page 목록."""
    builder = Builder(portal("forms").client("clerk"))
    keys = make_trip_log(builder)
    chosen = {
        "in_list": [keys["용무"], keys["거리"]], "total": [keys["거리"]], "order": f"-{keys['날짜']}", "title": keys["용무"],
    }  # fmt: skip

    builder.client.post(f"{builder.href}columns", data=chosen)
    builder.publish()

    with connected():
        definition = records_of("gwanyongcharyang_unhaengilji").definition
    assert [field.key for field in definition.fields if field.in_list] == ["yongmu", "geori"]
    assert (definition.order, definition.title) == ("-naljja", "yongmu")
    assert [field.key for field in definition.fields if field.total] == ["geori"]
