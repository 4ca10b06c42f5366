"""A form that is sent twice makes one thing; another form, or the same with other contents, makes another."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from maru import Department
from maru_board.models import Attachment, Board, Post
from maru_db import connected

from .conftest import Boards


def number_in(page: str) -> str:
    """The number of the form on a page."""
    found = re.search(r'name="once" value="(\d+)"', page)
    assert found is not None
    return found[1]


def filled(boards: Boards, **more: Any) -> dict[str, Any]:
    """The post form as `clerk` gets it and fills it in."""
    page = boards.get("clerk", f"/board/boards/{boards.notices.id}/new").text
    unit = boards.site.unit("유구읍").id
    return {"title": "새 글", "body": "본문입니다.", "department": unit, "once": number_in(page)} | more


def send(boards: Boards, entered: dict[str, Any], username: str = "clerk") -> str:
    """Where the form leads."""
    files = [("files", ("가.txt", b"1", "text/plain"))]
    answer = boards.post(username, f"/board/boards/{boards.notices.id}/new", entered, files=files)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_post_sent_twice_at_once_is_published_once(boards: Boards) -> None:
    """게시 pressed twice without scripts: both answers lead to the one post, which has its file once."""
    entered = filled(boards)

    with ThreadPoolExecutor(2) as hands:
        first, second = hands.map(lambda _: send(boards, entered), range(2))

    assert first == second
    with connected():
        assert (Post.select().count(), Attachment.select().count()) == (1, 1)


def test_form_sent_again_with_another_text_is_another_post(boards: Boards) -> None:
    """Back, another title, 게시: nothing that was typed is taken for the post before."""
    entered = filled(boards)

    first, second = send(boards, entered), send(boards, entered | {"title": "다른 글"})

    assert first != second


def test_same_text_in_a_new_form_is_another_post(boards: Boards) -> None:
    """Who really wants the same post twice opens the form twice."""
    assert send(boards, filled(boards)) != send(boards, filled(boards))


def test_form_of_somebody_else_is_another_post(boards: Boards) -> None:
    """The number of a form counts for the person alone, and forms without one are as before."""
    entered = filled(boards)
    bare = {name: value for name, value in entered.items() if name != "once"}

    places = [send(boards, entered), send(boards, entered, "colleague"), send(boards, bare), send(boards, bare)]

    assert len(set(places)) == 4


def test_board_sent_twice_is_made_once(boards: Boards) -> None:
    """게시판 만들기 twice: one board more."""
    page = boards.get("admin", "/board/boards/new").text
    unit = Department.name == "스마트정보과"
    with connected():
        keeper = Department.get(unit).id
    entered = {"name": "새 게시판", "department": keeper, "audience": "everyone", "once": number_in(page)}

    places = {boards.post("admin", "/board/boards/new", entered).headers["location"] for _ in range(2)}

    with connected():
        assert (len(places), Board.select().count()) == (1, 3)
