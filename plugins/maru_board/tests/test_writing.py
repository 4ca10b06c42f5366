"""Who writes what, and what happens when two do."""

from __future__ import annotations

import re
from typing import Any

import pytest

from maru.models import AuditEntry, OutboxEvent
from maru_board import forms
from maru_board.forms import FILE_COUNT
from maru_board.models import Attachment, Audience, Board, Post
from maru_db import connected

from .conftest import Boards


def entered(boards: Boards, unit: str, **more: Any) -> dict[str, Any]:
    """A filled post form in the name of `unit`."""
    return {"title": "새 글", "body": "첫 문단\n\n둘째 문단", "department": boards.site.unit(unit).id} | more


def newest() -> Post:
    """The post that was written last."""
    with connected():
        found: Post = Post.select().order_by(Post.id.desc()).get()
    return found


def test_clerk_publishes_a_post_with_files(boards: Boards) -> None:
    """A post with two files is published, audited, announced, and its files come back as they were."""
    files = [("files", (name, name.encode(), "text/plain")) for name in ("가.txt", "나.hwpx")]

    answer = boards.post("clerk", f"/board/boards/{boards.notices.id}/new", entered(boards, "유구읍"), files=files)

    post = newest()
    assert (answer.status_code, answer.headers["location"]) == (303, f"/board/{post.id}")
    with connected():
        attachments = list(Attachment.of(post))
        written = AuditEntry.select().order_by(AuditEntry.id.desc()).get()
        events = {event.name for event in OutboxEvent.select()}
    loaded = boards.get("stranger", f"/board/{post.id}/files/{attachments[1].id}")
    assert loaded.content == "나.hwpx".encode()
    assert loaded.headers["content-disposition"].startswith("attachment")
    assert {"board_post", "board_attachment"} <= {change["table"] for change in written.changes}
    assert {"board_post.created", "board.posted"} <= events


def test_person_with_two_posts_chooses_the_department(boards: Boards) -> None:
    """Who works in 유구읍 and 기획감사실 writes 공지 for either, and the 유구읍 board for 유구읍 only."""
    notices, yugu = (f"/board/boards/{board.id}/new" for board in (boards.notices, boards.yugu))

    shown = boards.get("double", notices).text
    first = boards.post("double", notices, entered(boards, "유구읍"))
    second = boards.post("double", notices, entered(boards, "기획감사실"))
    third = boards.post("double", yugu, entered(boards, "기획감사실"))

    assert "유구읍</option>" in shown
    assert "기획감사실</option>" in shown
    assert [answer.status_code for answer in (first, second, third)] == [303, 303, 422]


def test_own_department_of_two_posts_is_both(boards: Boards) -> None:
    """내 부서 of a person with two posts shows the posts of both departments."""
    boards.write(boards.notices, "planner", "기획의 글")
    boards.write(boards.notices, "clerk", "읍의 글")

    shown = boards.get("double", "/board/?show=mine").text

    assert "기획의 글" in shown
    assert "읍의 글" in shown


def test_reader_without_writing_department_is_refused(boards: Boards) -> None:
    """이인면 reads 공지 but does not write on it: 403, no button; on the 유구읍 board 404."""
    seen = boards.get("stranger", f"/board/boards/{boards.notices.id}/").text
    answer = boards.post("stranger", f"/board/boards/{boards.notices.id}/new", entered(boards, "이인면"))
    foreign = boards.post("stranger", f"/board/boards/{boards.yugu.id}/new", entered(boards, "이인면"))

    assert "글쓰기" not in seen
    assert (answer.status_code, foreign.status_code) == (403, 404)


def test_post_for_a_foreign_department_is_refused(boards: Boards) -> None:
    """A clerk cannot write in the name of a department they have no post in."""
    answer = boards.post("clerk", f"/board/boards/{boards.notices.id}/new", entered(boards, "기획감사실"))

    assert answer.status_code == 422


def test_empty_title_keeps_the_text_and_gets_the_focus(boards: Boards) -> None:
    """422: the body stands in the form, and the title has the error and the focus."""
    sent = entered(boards, "유구읍", title="  ", body="공들여 쓴 본문")

    answer = boards.post("clerk", f"/board/boards/{boards.notices.id}/new", sent)

    assert answer.status_code == 422
    assert "공들여 쓴 본문" in answer.text
    field = answer.text.split('id="field-title"')[1].split(">")[0]
    assert 'aria-invalid="true"' in field
    assert "autofocus" in field


def test_files_have_limits(boards: Boards) -> None:
    """A program, and one file more than allowed, are refused with a sentence at the field."""
    path = f"/board/boards/{boards.notices.id}/new"
    program = [("files", ("설치.exe", b"MZ", "application/pdf"))]
    many = [("files", (f"{n}.txt", b"1", "text/plain")) for n in range(FILE_COUNT + 1)]

    answers = [boards.post("clerk", path, entered(boards, "유구읍"), files=files) for files in (program, many)]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert all('id="error-files"' in answer.text for answer in answers)


def test_second_editor_is_told_and_keeps_the_text(boards: Boards) -> None:
    """Author and moderator edit at once: the second gets 409 with both texts, and may save after all."""
    post = boards.write(boards.notices, "planner", "함께 고치는 글", body="처음 줄")
    form = entered(boards, "기획감사실", version=1)
    boards.post("planner", f"/board/{post.id}/edit", form | {"body": "먼저 고친 줄"})

    late = boards.post("admin", f"/board/{post.id}/edit", form | {"body": "나중에 고친 줄"})

    assert late.status_code == 409
    assert "나중에 고친 줄</textarea>" in late.text
    assert "먼저 고친 줄</del>" in late.text
    assert 'name="version" value="2"' in late.text
    assert boards.stored(post).body == "먼저 고친 줄"
    again = boards.post("admin", f"/board/{post.id}/edit", form | {"body": "합친 줄", "version": 2})
    assert again.status_code == 303
    assert (boards.stored(post).body, boards.stored(post).version) == ("합친 줄", 3)


def test_refused_form_still_knows_its_version(boards: Boards) -> None:
    """A form that comes back with an error keeps the version it was filled from: the next save is a conflict."""
    post = boards.write(boards.notices, "planner", "함께 고치는 글")
    form = entered(boards, "기획감사실", version=1)
    boards.post("planner", f"/board/{post.id}/edit", form)

    refused = boards.post("admin", f"/board/{post.id}/edit", form | {"title": ""})

    assert refused.status_code == 422
    assert 'name="version" value="1"' in refused.text


def test_colleague_cannot_change_a_post(boards: Boards) -> None:
    """Who reads a post but neither wrote it nor manages the board gets 403 for editing and deleting."""
    post = boards.write(boards.notices, "clerk", "남의 글")

    edit = boards.get("colleague", f"/board/{post.id}/edit")
    hide = boards.post("colleague", f"/board/{post.id}/hide", {})

    assert (edit.status_code, hide.status_code) == (403, 403)
    assert not boards.stored(post).is_hidden


def test_deleted_post_is_gone_until_a_manager_restores_it(boards: Boards) -> None:
    """The author deletes: 404 for everyone but the board's manager, who brings it back."""
    post = boards.write(boards.yugu, "clerk", "지운 글")
    boards.post("clerk", f"/board/{post.id}/hide", {})

    gone = [boards.get(name, f"/board/{post.id}").status_code for name in ("clerk", "colleague", "head")]
    listed = boards.get("head", "/board/?show=hidden").text
    refused = boards.post("colleague", f"/board/{post.id}/restore", {})
    restored = boards.post("head", f"/board/{post.id}/restore", {})

    assert gone == [404, 404, 200]
    assert "지운 글" in listed
    assert (refused.status_code, restored.status_code) == (403, 303)
    assert boards.get("colleague", f"/board/{post.id}").status_code == 200


def test_only_the_keeping_department_marks(boards: Boards) -> None:
    """유구읍 writes on 공지 but cannot make a post must-read or pin it; 기획감사실 can."""
    path = f"/board/boards/{boards.notices.id}/new"
    marked = {"is_notice": "1", "is_pinned": "1"}

    boards.post("clerk", path, entered(boards, "유구읍") | marked)
    guest = newest()
    boards.post("planner", path, entered(boards, "기획감사실") | marked)
    keeper = newest()

    assert (guest.is_notice, guest.is_pinned) == (False, False)
    assert (keeper.is_notice, keeper.is_pinned) == (True, True)


def test_attachment_is_taken_off(boards: Boards) -> None:
    """An author removes one file; ids of other posts' files are left alone."""
    path = f"/board/boards/{boards.notices.id}/new"
    for _ in range(2):
        boards.post("clerk", path, entered(boards, "유구읍"), files=[("files", ("가.txt", b"1", "text/plain"))])
    with connected():
        other, own = Attachment.select().order_by(Attachment.id)

    sent = entered(boards, "유구읍", version=1, removed=[own.id, other.id])
    boards.post("clerk", f"/board/{newest().id}/edit", sent)

    with connected():
        assert [one.id for one in Attachment.select()] == [other.id]


def test_department_admin_makes_a_board_for_chosen_departments(boards: Boards) -> None:
    """The 유구읍 administrator makes a board that 이인면 may read; 탄천면 and clerks cannot manage it."""
    yugu, iin = boards.site.unit("유구읍").id, boards.site.unit("이인면").id
    sent = {"name": "이웃 읍면", "department": yugu, "audience": "chosen", "readers": [iin]}

    made = boards.post("head", "/board/boards/new", sent)
    clerk = boards.post("clerk", "/board/boards/new", sent)

    with connected():
        board = Board.get(Board.name == "이웃 읍면")
    assert (made.status_code, clerk.status_code) == (303, 403)
    assert boards.get("stranger", f"/board/boards/{board.id}/").status_code == 200
    assert boards.get("planner", f"/board/boards/{board.id}/").status_code == 404
    assert boards.get("clerk", f"/board/boards/{board.id}/edit").status_code == 403


def test_board_of_a_foreign_department_cannot_be_made(boards: Boards) -> None:
    """A department's administrator makes boards for their own units only."""
    sent = {"name": "남의 게시판", "department": boards.site.unit("이인면").id, "audience": "everyone"}

    answer = boards.post("head", "/board/boards/new", sent)

    assert answer.status_code == 422
    assert "남의 게시판" in answer.text


def test_changing_an_audience_keeps_who_stays(boards: Boards) -> None:
    """Saving a board again changes only what is different: readers go, writers stay writers."""
    yugu, iin, tancheon = (boards.site.unit(name).id for name in ("유구읍", "이인면", "탄천면"))
    path = f"/board/boards/{boards.yugu.id}/edit"
    sent = {"name": "유구읍 게시판", "department": yugu, "audience": "chosen", "writers": [iin]}
    boards.post("head", path, sent | {"readers": [iin, tancheon], "seen": boards.seen(boards.yugu)})

    boards.post("head", path, sent | {"seen": boards.seen(boards.yugu)})

    with connected():
        named = Audience.select().where(Audience.board == boards.yugu.id)
        assert [(one.department_id, one.may_write) for one in named] == [(iin, True)]


def test_second_to_change_a_board_is_told_and_keeps_what_was_entered(boards: Boards) -> None:
    """Two administrators open the settings: the second gets 409 with what is stored, and may save after all."""
    planning, path = boards.site.unit("기획감사실").id, f"/board/boards/{boards.notices.id}/edit"
    sent = {"name": "공지", "department": planning, "audience": "everyone", "seen": boards.seen(boards.notices)}
    boards.post("admin", path, sent | {"description": "먼저 적은 설명"})

    late = boards.post("admin", path, sent | {"name": "시청 공지"})

    assert late.status_code == 409
    assert "<dd>먼저 적은 설명</dd>" in late.text
    assert 'value="시청 공지"' in late.text
    with connected():
        assert (boards.notices.fresh().name, boards.notices.fresh().description) == ("공지", "먼저 적은 설명")
    again = boards.post("admin", path, sent | {"name": "시청 공지", "seen": boards.seen(boards.notices)})
    assert again.status_code == 303


def test_board_settings_sent_twice_are_no_conflict(boards: Boards) -> None:
    """Pressed twice, the second finds what it wants."""
    planning, path = boards.site.unit("기획감사실").id, f"/board/boards/{boards.notices.id}/edit"
    sent = {"name": "새 공지", "department": planning, "audience": "everyone", "seen": boards.seen(boards.notices)}

    answers = [boards.post("admin", path, sent).status_code for _ in range(2)]

    assert answers == [303, 303]


def test_closed_board_takes_no_posts(boards: Boards) -> None:
    """A closed board is read as before, but not written on and not in the menu."""
    sent = {"name": "공지", "department": boards.site.unit("기획감사실").id, "audience": "everyone", "is_closed": "1"}
    seen = {"seen": boards.seen(boards.notices)}
    boards.post("admin", f"/board/boards/{boards.notices.id}/edit", sent | seen)

    answer = boards.get("planner", f"/board/boards/{boards.notices.id}/new")

    assert answer.status_code == 403
    assert boards.get("planner", f"/board/boards/{boards.notices.id}/").status_code == 200
    assert f'href="/board/boards/{boards.notices.id}/" title' not in boards.get("planner", "/").text


def test_chosen_files_are_kept_when_the_form_comes_back(boards: Boards) -> None:
    """The form that was refused has a ticked box for each file; what stays ticked is attached, the rest is not."""
    path, client = f"/board/boards/{boards.notices.id}/new", boards.site.client("planner")
    sent = {"title": "", "body": "본문", "department": str(boards.site.unit("기획감사실").id)}
    files = [
        ("files", ("회의록.pdf", b"%PDF-1", "application/pdf")),
        ("files", ("명단.xlsx", b"PK", "application/zip")),
        ("files", ("설치.exe", b"MZ", "application/zip")),
    ]

    refused = client.post(path, data=sent, files=files)
    words = re.findall(r'name="waiting" value="([^"]+)" checked', refused.text)
    again = client.post(path, data=sent | {"waiting": words})
    words_again = re.findall(r'name="waiting" value="([^"]+)" checked', again.text)
    more = [("files", ("약도.png", b"PNG", "image/png"))]
    made = client.post(path, data=sent | {"title": "제목", "waiting": words_again[:1]}, files=more)
    with connected():
        kept = [(each.file.name, each.file.path.read_bytes()) for each in Post.get(Post.title == "제목").attachments]

    assert [refused.status_code, again.status_code, made.status_code] == [422, 422, 303]
    assert [word.split("/")[1] for word in words] == ["회의록.pdf", "명단.xlsx"]
    assert kept == [("회의록.pdf", b"%PDF-1"), ("약도.png", b"PNG")]


def test_files_that_wait_count_like_those_that_are_sent(boards: Boards, monkeypatch: pytest.MonkeyPatch) -> None:
    """Together they may have what one request may; what was attached waits no more once the post is there."""
    monkeypatch.setattr(forms, "REQUEST_BYTES", 8_000_000)
    path, client = f"/board/boards/{boards.notices.id}/new", boards.site.client("planner")
    sent = {"title": "제목", "body": "본문", "department": str(boards.site.unit("기획감사실").id)}
    files = [("files", (name, b"%PDF-1" * 800_000, "application/pdf")) for name in ("가.pdf", "나.pdf")]

    refused = client.post(path, data=sent, files=files)
    words = re.findall(r'name="waiting" value="([^"]+)" checked', refused.text)
    again = client.post(path, data=sent | {"waiting": words})
    made = client.post(path, data=sent | {"waiting": words[:1]})
    later = client.post(path, data=sent | {"waiting": words, "title": ""})

    assert [refused.status_code, again.status_code, made.status_code] == [422, 422, 303]
    assert "첨부는 모두 합해 8MB까지" in again.text
    assert re.findall(r'name="waiting" value="[^/]+/([^"]+)" checked', later.text) == ["나.pdf"]


@pytest.mark.parametrize("word", ["", "../x", "0" * 32 + "/a.pdf", "../" * 11 + "/a.pdf", "가" * 32 + "/a.pdf"])
def test_word_that_was_not_given_finds_no_file(boards: Boards, word: str) -> None:
    """Whoever makes one up gets a post without attachments, and no look at other files."""
    path = f"/board/boards/{boards.notices.id}/new"
    sent = {"title": "제목", "body": "본문", "department": str(boards.site.unit("기획감사실").id), "waiting": word}

    answer = boards.site.client("planner").post(path, data=sent)
    with connected():
        kept = list(Post.get(Post.title == "제목").attachments)

    assert answer.status_code == 303
    assert kept == []


@pytest.mark.parametrize("unseen", ["\u200b", "\u3164", "\u2060 \ufeff"])
def test_post_without_a_visible_letter_is_refused(boards: Boards, unseen: str) -> None:
    """A title or a text of zero-width characters and fillers is none."""
    path = f"/board/boards/{boards.notices.id}/new"
    sent = {"title": unseen, "body": unseen, "department": str(boards.site.unit("기획감사실").id)}

    answer = boards.site.client("planner").post(path, data=sent)

    assert answer.status_code == 422
    assert answer.text.count("꼭 적어야 합니다.") == 2
