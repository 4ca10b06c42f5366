"""A must-read post reaches the bell of everybody who should read it, and of nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from maru_board.forms import BoardEntry, PostEntry
from maru_board.models import Board, Post
from maru_board.services import publish, set_up
from maru_db import connected
from maru_devkit.fixtures import Site

from .conftest import Boards


@pytest.fixture
def told(portal: Callable[..., Site]) -> Boards:
    """Boards beside maru_notify: 공지 for everyone, 유구읍 게시판 for 유구읍 alone."""
    site = portal("board", "notify")
    planning, yugu = site.unit("기획감사실").id, site.unit("유구읍").id
    with site.write_as("admin", plugin="board"):
        notices = set_up(Board(), BoardEntry(name="공지", department=planning, audience="everyone"))
        own = set_up(Board(), BoardEntry(name="유구읍 게시판", department=yugu, audience="chosen"))
    return Boards(site, notices, own)


def bell(boards: Boards, username: str) -> str:
    """What stands at the bell of this person: `1`, or nothing."""
    text: str = boards.get(username, "/notify/").text
    return text.partition('href="/notify/" title="알림" aria-label="알림 ')[2].partition("건")[0].replace("0", "")


def test_a_must_read_post_is_told_to_its_readers(told: Boards) -> None:
    """Everybody but the author; a post that need not be read is told to nobody."""
    told.write(told.notices, "planner", "꼭 읽어 주세요", is_notice=True)
    told.write(told.notices, "planner", "그냥 소식")

    told.site.beat()

    assert [bell(told, name) for name in ("clerk", "stranger", "planner")] == ["1", "1", ""]
    page = told.get("clerk", "/notify/").text
    assert "꼭 읽어 주세요" in page
    assert "기획감사실에서 공지에 올렸습니다." in page
    assert "그냥 소식" not in page


def test_a_closed_circle_stays_closed(told: Boards) -> None:
    """A must-read post of 유구읍 is told to 유구읍."""
    told.write(told.yugu, "clerk", "읍 안에서만", is_notice=True)

    told.site.beat()

    assert [bell(told, name) for name in ("colleague", "double", "stranger", "planner")] == ["1", "1", "", ""]


def test_a_post_that_becomes_must_read_is_told_then(told: Boards) -> None:
    """Marking it later tells those who have not opened it; deleting it takes the text away again."""
    post = told.write(told.notices, "planner", "나중에 필독")
    told.get("clerk", f"/board/{post.id}")
    with told.site.write_as("planner", plugin="board"):
        post = Post.get_by_id(post.id)
        post.is_notice = True
        post.save()
    told.site.beat()
    before = [bell(told, name) for name in ("clerk", "stranger")]
    with told.site.write_as("planner", plugin="board"):
        post.is_hidden = True
        post.save()

    after = told.get("stranger", "/notify/").text

    assert before == ["", "1"]
    assert "나중에 필독" not in after
    assert bell(told, "stranger") == ""


def test_reading_the_post_itself_is_enough(told: Boards) -> None:
    """Who opened the post from the list need not open the notification too."""
    post = told.write(told.notices, "planner", "꼭 읽어 주세요", is_notice=True)
    told.site.beat()

    told.get("clerk", f"/board/{post.id}")
    told.site.beat()

    assert [bell(told, name) for name in ("clerk", "stranger")] == ["", "1"]


def test_the_boards_work_without_notifications(portal: Callable[..., Site]) -> None:
    """Where maru_notify is not installed nothing of it is loaded, and posts are published as ever."""
    site = portal("board")
    with connected():
        planner = site.user("planner")
        assert planner.unit is not None
        entry = PostEntry(title="필독", body="본문", department=planner.unit.id, is_notice=True)
    with site.write_as("admin", plugin="board") as change:
        board = set_up(Board(), BoardEntry(name="공지", department=entry.department, audience="everyone"))
        publish(change, board, planner, entry)

    site.beat()

    assert "for_notify" not in site.portal.plugins[0].modules
    assert site.client("clerk").get("/").status_code == 200
