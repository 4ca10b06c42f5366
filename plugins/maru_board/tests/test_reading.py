"""Who sees which boards and posts."""

from __future__ import annotations

import re

from maru.files import Blob
from maru.models import StoredFile
from maru_board.models import Attachment, PostRead
from maru_db import connected

from .conftest import Boards


def test_foreign_board_answers_like_a_missing_one(boards: Boards) -> None:
    """For a stranger the 유구읍 board, and a board that never was, are the same 404."""
    client = boards.site.client("stranger")

    foreign, missing = (client.get(f"/board/boards/{board}/") for board in (boards.yugu.id, 999))

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert foreign.text == missing.text


def test_foreign_post_answers_like_a_missing_one(boards: Boards) -> None:
    """Page, editing, readers and attachment of a foreign post: 404 each, and no read mark is left."""
    post = boards.write(boards.yugu, "clerk", "유구읍만의 소식")

    paths = [f"/board/{post.id}{rest}" for rest in ("", "/edit", "/readers", "/files/1")]
    answers = [boards.get("stranger", path).status_code for path in paths]

    assert answers == [404] * 4
    with connected():
        assert PostRead.select().where(PostRead.user == boards.site.user("stranger").id).count() == 0


def test_foreign_board_leaves_no_trace_in_lists(boards: Boards) -> None:
    """A stranger's list, search, board list, menu, home page and counts show nothing of the 유구읍 board."""
    boards.write(boards.yugu, "clerk", "은하수 소식", is_notice=True)

    pages = ("/board/", "/board/?q=은하수", "/board/boards/", "/", "/board/?show=notice", "/board/?show=hidden")
    seen = [boards.get("stranger", path).text for path in pages]

    assert [text for text in seen if "유구읍 게시판" in text] == []
    assert [text for text in seen if "은하수 소식" in text] == []
    assert "전체 <b>0</b>" in seen[0]


def test_foreign_attachment_is_not_found(boards: Boards) -> None:
    """The file of a foreign post cannot be loaded, neither through it nor through a post that one may read."""
    post = boards.write(boards.yugu, "clerk", "붙임이 있는 글")
    open_post = boards.write(boards.notices, "clerk", "누구나 읽는 글")
    blob = Blob("0" * 64, 3, "명단.txt", "text/plain")
    with boards.site.write_as("clerk", plugin="board"):
        attachment = Attachment.create(post=post, file=StoredFile.keep(blob, "board"))

    answers = [boards.get("stranger", f"/board/{one.id}/files/{attachment.id}") for one in (post, open_post)]

    assert [answer.status_code for answer in answers] == [404, 404]


def test_units_below_the_keeping_department_read(boards: Boards) -> None:
    """Who holds a second post in 유구읍 reads its board, whatever the main post is."""
    boards.write(boards.yugu, "clerk", "면사무소 난방")

    answer = boards.get("double", f"/board/boards/{boards.yugu.id}/")

    assert "면사무소 난방" in answer.text


def test_page_has_twenty_posts_and_pinned_ones_come_first(boards: Boards) -> None:
    """An older pinned post stands above newer ones; the 21st post is on the second page."""
    boards.write(boards.notices, "planner", "고정한 글", is_pinned=True)
    for number in range(20):
        boards.write(boards.notices, "planner", f"글 {number}")

    first, second = boards.get("clerk", "/board/").text, boards.get("clerk", "/board/?page=2").text

    assert first.count("<tr data-href") == 20
    assert first.index("고정한 글") < first.index("글 19")
    assert second.count("<tr data-href") == 1


def test_list_takes_at_most_eight_queries(boards: Boards) -> None:
    """The list of all posts, twenty of them, is made with eight queries, frame and menu included."""
    for number in range(25):
        boards.write(boards.notices, "planner", f"글 {number}")
    client = boards.site.client("clerk")
    client.get("/")

    count = boards.site.queries(lambda: client.get("/board/"))
    count_of_board = boards.site.queries(lambda: client.get(f"/board/boards/{boards.notices.id}/"))

    assert count <= 8
    assert count_of_board <= 8


def test_opening_marks_a_post_as_read(boards: Boards) -> None:
    """The dot and the to-do of a must-read post are gone once it was opened, for that person only."""
    post = boards.write(boards.notices, "planner", "꼭 읽을 글", is_notice=True)
    client = boards.site.client("clerk")

    before = client.get("/").text
    client.get(f"/board/{post.id}")
    after = client.get("/").text

    assert 'class="todo"' in before
    assert 'class="todo"' not in after
    assert 'class="todo"' in boards.get("stranger", "/").text


def test_opening_twice_leaves_one_mark(boards: Boards) -> None:
    """A post that is opened again, and in two windows at once, bears one mark and answers 200."""
    post = boards.write(boards.notices, "planner", "두 번 여는 글")

    answers = [boards.get("clerk", f"/board/{post.id}").status_code for _ in range(2)]
    with boards.site.write_as("clerk"):
        PostRead.mark(post, boards.site.user("clerk"))

    assert answers == [200, 200]
    with connected():
        assert PostRead.select().where(PostRead.post == post.id).count() == 2  # the author's and the clerk's


def test_search_wants_every_word_of_the_title(boards: Boards) -> None:
    """`회의 자료` finds the title that has both words, in any order; `%` is a character like any other."""
    boards.write(boards.notices, "planner", "자료를 모으는 회의")
    boards.write(boards.notices, "planner", "회의실 청소")

    found = boards.get("clerk", "/board/?q=회의+자료").text
    nothing = boards.get("clerk", "/board/?q=%25").text

    assert "자료를 모으는 회의" in found
    assert "회의실 청소" not in found
    assert "<tr data-href" not in nothing


def test_filters_count_what_they_show(boards: Boards) -> None:
    """Each filter shows as many posts as its chip says: all, must-read, unread, of my department."""
    read = boards.write(boards.notices, "planner", "읽은 글", is_notice=True)
    boards.write(boards.notices, "planner", "안 읽은 글")
    boards.write(boards.notices, "colleague", "우리 읍의 글")
    client = boards.site.client("clerk")
    client.get(f"/board/{read.id}")

    counts = re.findall(r"class=\"chip\".*?<b>(\d+)</b>", client.get("/board/").text)
    shown = [
        client.get(f"/board/?show={key}").text.count("<tr data-href") for key in ("all", "notice", "unread", "mine")
    ]

    assert counts == ["3", "1", "2", "1"]
    assert shown == [3, 1, 2, 1]


def test_htmx_gets_the_list_alone(boards: Boards) -> None:
    """A request for a part of the page is answered with #posts, without the frame."""
    answer = boards.site.client("clerk").get("/board/", headers={"hx-request": "true", "hx-request-type": "partial"})

    assert 'id="posts"' in answer.text
    assert "<html" not in answer.text


def test_script_in_title_and_body_is_text(boards: Boards) -> None:
    """`<script>` in title and body reaches list, page, home and form escaped."""
    evil = "<script>alert(1)</script>"
    post = boards.write(boards.notices, "clerk", f"제목 {evil}", body=f'본문 {evil} /board/1"onclick=x')

    pages = [boards.get("clerk", path).text for path in ("/board/", f"/board/{post.id}", "/", f"/board/{post.id}/edit")]

    assert [text for text in pages if evil in text] == []
    assert all("&lt;script&gt;" in text for text in pages)
    assert '<a href="/board/1">/board/1</a>&#34;onclick' in pages[1]


def test_readers_are_counted_by_department(boards: Boards) -> None:
    """Author and managers see who has read a must-read post, by department in 직제순; nobody else does."""
    post = boards.write(boards.notices, "planner", "모두 읽을 글", is_notice=True)
    boards.get("clerk", f"/board/{post.id}")

    author = boards.get("planner", f"/board/{post.id}/readers")
    reader = boards.get("clerk", f"/board/{post.id}/readers")

    rows = re.findall(r'<th scope="row" class="fit">(.*?)</th>', author.text)
    assert rows == ["기획감사실", "스마트정보과", "유구읍", "이인면"]
    assert "7명 중 2명이 읽었습니다" in author.text
    assert "colleague, double, head" in author.text
    assert reader.status_code == 403
    assert "읽음 확인" not in boards.get("clerk", f"/board/{post.id}").text


def test_readers_of_a_closed_circle_are_its_departments(boards: Boards) -> None:
    """A must-read post on the 유구읍 board counts the people of 유구읍, each once."""
    post = boards.write(boards.yugu, "clerk", "읍 필독", is_notice=True)

    answer = boards.get("clerk", f"/board/{post.id}/readers")

    assert "4명 중 1명이 읽었습니다" in answer.text
