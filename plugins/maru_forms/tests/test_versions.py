"""A ledger in use is changed: columns are added, fields hidden, formulas calculated anew; nothing recorded is lost."""

from __future__ import annotations

from collections.abc import Callable

from maru import Grant
from maru_db import connected, database
from maru_devkit.fixtures import Site
from maru_forms.tests.builder import Builder, make_trip_log
from maru_forms.tests.test_building import record
from maru_records.api import StoredDefinition, records_of

Portal = Callable[..., Site]
KEY = "gwanyongcharyang_unhaengilji"
ROW = {"naljja": "2026. 11. 20.", "yongmu": "시청", "chulbal_gyegi": "100", "dochak_gyegi": "134"}


def published(portal: Portal) -> tuple[Site, Builder, str]:
    """The trip log in use with one record."""
    site = portal("forms")
    builder = Builder(site.client("clerk"))
    make_trip_log(builder)
    href = builder.publish()
    record(builder.client, href, **ROW)
    return site, builder, href


def test_new_version_adds_and_hides_and_keeps_all_data(portal: Portal) -> None:
    """The hidden field leaves form, list and export; its column and what it holds stay, and it comes back with them."""
    _, builder, href = published(portal)
    builder.post("remove:yongmu")
    builder.add("text", "목적지")
    review = builder.page("review")

    builder.publish()
    hidden = builder.client.get(f"{href}1").text
    builder.post("restore:yongmu")
    again = builder.page("review")
    builder.publish()
    back = builder.client.get(f"{href}1").text

    assert "‘용무’ 항목을 숨깁니다. 이미 적힌 값은 지우지 않습니다." in review
    assert "‘목적지’ 항목을 더합니다." in review
    assert "시청" not in hidden.split("<aside>")[0].split('class="facts"')[1]
    assert "‘용무’ 항목을 되살립니다." in again
    assert "시청" in back.split('class="facts"')[1]
    with connected():
        columns = {column.name for column in database.get_columns(f"records_{KEY}")}
        assert records_of(KEY).definition.version == 3
        assert StoredDefinition.select().where(StoredDefinition.is_published).count() == 1
    assert {"yongmu", "mokjeokji"} <= columns


def test_changed_formula_is_calculated_for_what_exists(portal: Portal) -> None:
    """The list and its total say what the new formula says, for records that were written before."""
    _, builder, href = published(portal)

    builder.post("save", "geori", label="거리", expression="(도착 계기 - 출발 계기) * 10")
    builder.add("computed", "왕복", expression="거리 * 2", total="1")
    builder.publish()
    page = builder.client.get(href).text

    assert page.count("340") == 2
    assert page.count("680") == 2


def test_renaming_changes_names_and_not_keys(portal: Portal) -> None:
    """Ledger and field are called differently; address, column and formula stay."""
    _, builder, href = published(portal)
    builder.post("save", "dochak_gyegi", label="들어올 때 계기")
    builder.client.post(f"{builder.href}settings", data={"label": "공용차량 일지", "summary": "", "icon": "car"})

    assert builder.publish() == href
    page = builder.client.get(href).text

    assert "공용차량 일지" in page
    assert "들어올 때 계기" in page
    assert "34" in page


def test_type_of_a_field_in_use_stays(portal: Portal) -> None:
    """A number cannot become a text, whatever is sent; a text may become a choice, which is stored alike."""
    _, builder, _ = published(portal)

    builder.post("save", "chulbal_gyegi", label="출발 계기", type="text")
    builder.post("save", "yongmu", label="용무", type="choice")
    builder.post("save", "yongmu", label="용무", choices="시청\n현장")
    builder.publish()

    with connected():
        definition = records_of(KEY).definition
    assert definition.by_key["chulbal_gyegi"].type == "integer"
    assert definition.by_key["yongmu"].choices == ("시청", "현장")


def test_formula_that_would_hold_another_type_is_refused_with_a_way_out(portal: Portal) -> None:
    """A distance cannot become a word: 409, the ledger in use is as it was."""
    _, builder, _ = published(portal)
    builder.post("save", "geori", label="거리", expression='IF(도착 계기>100, "멂", "가까움")')

    answer = builder.client.post(f"{builder.href}publish")

    assert answer.status_code == 409
    assert "계산식 &#39;거리&#39;의 결과는" in answer.text
    with connected():
        assert records_of(KEY).definition.version == 1


def test_closed_ledger_is_read_only_and_can_be_opened_again(portal: Portal) -> None:
    """기록 중지: the list says so, records stay, nobody writes; a new version keeps it closed."""
    _, builder, href = published(portal)

    builder.client.post(f"{builder.href}close")
    page = builder.client.get(href)
    refused = [
        builder.client.post(f"{href}new", data=ROW).status_code,
        builder.client.post(f"{href}1/edit", data={**ROW, "row_version": "1"}).status_code,
        builder.client.post(f"{href}1/delete").status_code,
    ]
    builder.add("text", "비고")
    builder.publish()
    still = builder.client.post(f"{href}new", data=ROW).status_code
    builder.client.post(f"{builder.href}reopen")

    assert "기록 중지" in page.text
    assert "시청" in page.text
    assert refused == [403, 403, 403]
    assert still == 403
    record(builder.client, href, **ROW)


def test_changes_can_be_given_up(portal: Portal) -> None:
    """Back to what is in use; a draft that never was published is gone."""
    site, builder, _ = published(portal)
    builder.add("text", "실수")
    other = Builder(site.client("clerk"), "지울 것")

    builder.client.post(f"{builder.href}discard")
    other.client.post(f"{other.href}discard")

    assert "실수" not in builder.page()
    assert other.client.get(other.href).status_code == 404


def test_rights_alone_are_published_without_a_new_version(portal: Portal) -> None:
    """Who reads it changes at once; the definition is the same, and so is its version."""
    site, builder, href = published(portal)
    before = site.client("stranger").get(href).status_code
    builder.client.post(f"{builder.href}settings", data={"label": "관용차량 운행일지", "readers": "everyone"})

    builder.publish()

    assert before == 404
    assert site.client("stranger").get(href).status_code == 200
    with connected():
        assert records_of(KEY).definition.version == 1
        assert not Grant.select().where(Grant.permission == f"records.{KEY}").exists()
