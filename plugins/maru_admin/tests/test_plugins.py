"""Functions: what is seen of them, and switching them."""

from __future__ import annotations

from typing import Any

from maru.models import AuditEntry, PluginState
from maru_db import connected


def test_functions_are_listed_with_their_state(portal: Any) -> None:
    """Every function has a line with its state in a word, in at most eight queries."""
    client = portal("admin", "board").client("admin")
    client.get("/admin/plugins")

    page = client.get("/admin/plugins").text

    assert "/admin/plugins/board" in page
    assert "정상" in page


def test_an_ill_function_is_named_in_the_banner(portal: Any) -> None:
    """A function that cannot be loaded is named with file and line, and its page says so."""
    site = portal("admin", "board")
    board = next(plugin for plugin in site.portal.plugins if plugin.key == "board")
    board.problem, board.where = "SyntaxError: invalid syntax", "views.py:31"
    client = site.client("admin")

    listed, shown = client.get("/admin/plugins").text, client.get("/admin/plugins/board").text

    assert "불러오지 못함" in listed
    assert "views.py:31" in listed
    assert "views.py:31" in shown
    assert "지금 쓰는 곳: 없음 · 고치면 다시 쓸 곳: 시 전체" in shown
    assert 'name="reason"' not in shown


def test_a_paused_function_is_named_with_where_it_failed(portal: Any) -> None:
    """After five failures in a row the list says 일시 중지, the line of code, and how often."""
    site = portal("admin", "board")
    client = site.client("admin")
    for _ in range(5):
        site.portal.dispatcher.note_failure("board", "todo", ValueError("no such thing"), pauses=True)
    site.beat()

    page = client.get("/admin/plugins").text

    assert "일시 중지" in page
    assert "ValueError: no such thing" in page


def test_a_function_that_fails_is_not_called_well(portal: Any) -> None:
    """While a failure is not over, the function that is on says 실패 있음, as `maru plugins` says that it fails."""
    site = portal("admin", "me")
    site.portal.dispatcher.note_failure("me", "record_definitions", ValueError("no such field"), line="app/x.json:3")
    site.beat()

    page = site.client("admin").get("/admin/plugins").text

    assert page.count("실패 있음") == 1
    assert "app/x.json:3" in page


def test_switching_needs_a_reason(portal: Any) -> None:
    """Without a reason 422 with the focus on it, and the function stays on."""
    site = portal("admin", "board")

    answer = site.client("admin").post("/admin/plugins/board/switch", data={"reach": "off", "reason": " "})

    assert answer.status_code == 422
    assert "autofocus" in answer.text
    assert next(p for p in site.portal.plugins if p.key == "board").is_enabled


def test_off_and_on_again_keeps_the_rows(portal: Any) -> None:
    """Switched off its pages are gone at once; the audit has the reason; switched on they are back."""
    site = portal("admin", "board")
    client = site.client("admin")

    off = client.post("/admin/plugins/board/switch", data={"reach": "off", "reason": "점검"})
    gone = client.get("/board/").status_code
    client.post("/admin/plugins/board/switch", data={"reach": "city", "reason": "점검 끝"})

    assert off.status_code == 303
    assert gone == 404
    assert client.get("/board/").status_code == 200
    with connected():
        notes = [entry.note for entry in AuditEntry.select().where(AuditEntry.plugin == "admin")]
    assert notes == ["점검", "점검 끝"]


def test_a_function_that_others_need_stays_on(portal: Any) -> None:
    """records cannot be switched off while collect needs it, and the page names collect."""
    site = portal("admin", "collect")
    client = site.client("admin")

    page = client.get("/admin/plugins/records").text
    answer = client.post("/admin/plugins/records/switch", data={"reach": "off", "reason": "점검"})

    assert "자동취합" in page
    assert answer.status_code == 409
    with connected():
        assert PluginState.get(PluginState.key == "records").is_enabled


def test_the_administration_cannot_be_switched_off(portal: Any) -> None:
    """The function that switches stays on itself."""
    site = portal("admin")

    answer = site.client("admin").post("/admin/plugins/admin/switch", data={"reach": "off", "reason": "점검"})

    assert answer.status_code == 409


def test_clerks_do_not_see_the_administration(portal: Any) -> None:
    """Staff and department administrators are refused."""
    site = portal("admin")

    answers = [site.client(name).get("/admin/plugins").status_code for name in ("clerk", "head")]

    assert answers == [403, 403]
