"""Units learn that they are asked, collectors that they were answered: once, and only while it is true."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from maru.models import OutboxEvent
from maru_collect.models import CollectionRequest
from maru_collect.tests.rounds import TITLE, Round, row, sent
from maru_db import connected, transaction
from maru_devkit.fixtures import Clock, Site
from maru_language import SEOUL
from maru_notify.models import Notification


@pytest.fixture
def asked(portal: Callable[..., Site]) -> Round:
    """A request sent to the four townships, its events handed on."""
    made = sent(portal("collect", "notify"), openness="contributors")
    made.site.beat()
    return made


def told(made: Round, username: str) -> list[tuple[str, str, bool]]:
    """(kind, note, unread) of everything this person was told about the request, the newest first."""
    with connected():
        found = list(Notification.visible_to(made.site.user(username), made.site.portal))
    assert {each.text for each in found} <= {TITLE}
    return [(each.kind.removeprefix("collect."), each.note, each.is_unread) for each in found]


def test_a_request_is_told_to_the_units_that_were_asked(asked: Round) -> None:
    """Everybody with a post in one of them, with the deadline; nobody else, and not the collector."""
    [(kind, note, is_unread)] = told(asked, "clerk")

    page = asked.site.client("clerk").get("/notify/").text

    assert (kind, is_unread) == ("asked", True)
    assert note.startswith("기획감사실에서 요청 · ")
    assert TITLE in page
    assert [len(told(asked, name)) for name in ("colleague", "stranger", "admin", "planner")] == [1, 1, 0, 0]


def test_an_answer_is_told_to_the_collector_in_one_line(asked: Round) -> None:
    """Two units answer: one line with the latest and the count; the units' own line is settled."""
    asked.submit("clerk", "유구읍", [row("유구전통시장 정비")])
    asked.site.beat()
    asked.site.client("stranger").post(asked.path("이인면", "nil"), data={})
    asked.site.beat()

    assert told(asked, "planner") == [("answered", "이인면 해당 없음 · 4곳 중 2곳 완료", True)]
    assert [is_unread for _, _, is_unread in told(asked, "colleague")] == [False]


def test_a_second_delivery_doubles_nothing(asked: Round) -> None:
    """What the collector has read stays read when the same events come again."""
    asked.submit("clerk", "유구읍", [row("유구전통시장 정비")])
    asked.site.beat()
    asked.site.client("planner").post("/notify/read")

    with connected(), transaction():
        OutboxEvent.update(done_at=None, waiting=None).execute()
    asked.site.beat()

    assert told(asked, "planner") == [("answered", "유구읍 제출 · 4곳 중 1곳 완료", False)]


def test_an_answer_that_is_taken_back_is_told_too(asked: Round) -> None:
    """The collector's line says so, unread again."""
    asked.submit("clerk", "유구읍", [row("유구전통시장 정비")])
    asked.site.beat()
    asked.site.client("clerk").post(asked.path("유구읍", "take-back"))
    asked.site.beat()

    assert told(asked, "planner") == [("answered", "유구읍 회수 · 4곳 중 0곳 완료", True)]


def test_closing_is_told_to_all_and_ends_the_asking(asked: Round) -> None:
    """Who answered may see the result; who did not is told that it closed without them."""
    asked.submit("clerk", "유구읍", [row("유구전통시장 정비")])
    asked.site.client("planner").post(f"/collect/{asked.id}/close")
    asked.site.beat()

    answered, silent = told(asked, "clerk"), told(asked, "stranger")

    assert ("changed", "마감되었습니다. 모인 결과를 볼 수 있습니다.", True) in answered
    assert ("changed", "제출하지 않은 채 마감되었습니다.", True) in silent
    assert [is_unread for kind, _, is_unread in silent if kind == "asked"] == [False]


def test_a_later_deadline_is_told_to_those_who_still_owe(asked: Round) -> None:
    """Reopened after closing, and with a deadline moved: one line, only for units that have not answered."""
    asked.submit("clerk", "유구읍", [row("유구전통시장 정비")])
    client = asked.site.client("planner")
    answer = client.post(f"/collect/{asked.id}/extend", data={"due_on": "2099-12-31", "due_time": "18:00"})
    asked.site.beat()
    extended = told(asked, "stranger")
    client.post(f"/collect/{asked.id}/close")
    client.post(f"/collect/{asked.id}/reopen")
    asked.site.beat()

    assert answer.status_code == 303
    assert extended[0] == ("changed", "기한이 2099. 12. 31.(목) 18:00까지로 바뀌었습니다.", True)
    assert told(asked, "stranger")[0] == ("changed", "마감이 취소되어 다시 제출할 수 있습니다.", True)
    assert [kind for kind, _, _ in told(asked, "clerk")] == ["asked"]


def test_who_left_the_unit_reads_nothing_of_it(asked: Round) -> None:
    """After a transfer the title is gone from the list and the bell falls silent."""
    with asked.site.write_as("admin"):
        duty = asked.site.user("clerk").posts_in_force[0]
        duty.department = asked.site.unit("스마트정보과")
        duty.save()

    page = asked.site.client("clerk").get("/notify/").text

    assert TITLE not in page
    assert 'aria-label="알림 0건"' in page


def test_units_that_owe_are_reminded_on_the_last_mornings(portal: Callable[..., Site], clock: Clock) -> None:
    """At half past eight, for what is due within two working days; not on Saturday, and not who has answered."""
    clock.set(datetime(2027, 3, 1, 9, tzinfo=SEOUL))
    made = sent(portal("collect", "notify"))
    with made.site.write_as("planner"):
        request = CollectionRequest.get()
        request.due_at = datetime(2027, 3, 8, 18, tzinfo=SEOUL)
        request.save()
    made.site.settle()
    made.submit("clerk", "유구읍", [row("유구전통시장 정비")])
    reminded = []

    for on in (4, 5, 6, 8):
        clock.set(datetime(2027, 3, on, 8, 30, tzinfo=SEOUL))
        made.site.settle()
        reminded.append([note for kind, note, is_unread in told(made, "stranger") if kind == "due" and is_unread])
        made.site.client("stranger").post("/notify/read")

    note = "2027. 3. 8.(월) 18:00 마감 · 아직 제출하지 않았습니다."
    assert reminded == [[], [note], [], [note]]
    assert [kind for kind, _, _ in told(made, "clerk") if kind == "due"] == []


def test_an_answer_ends_the_reminding(portal: Callable[..., Site]) -> None:
    """Whoever answers needs no reminder any more: it counts as read, also for colleagues."""
    made = sent(portal("collect", "notify"))
    made.site.run_job("notify.remind")
    before = [is_unread for kind, _, is_unread in told(made, "stranger") if kind == "due"]

    made.site.client("stranger").post(made.path("이인면", "nil"), data={})
    made.site.settle()

    assert before == [True]
    assert [is_unread for kind, _, is_unread in told(made, "stranger") if kind == "due"] == [False]
