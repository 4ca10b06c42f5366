"""What is saved is found: by its words, however they are typed, by whoever may see it."""

from __future__ import annotations

import re
import time

from maru_collect.tests.rounds import row, sent
from maru_db import connected
from maru_search.tests.finding import Finding, workbook


def test_a_saved_thing_is_found_within_two_seconds(finding: Finding) -> None:
    """A post, the text of its workbook, a record and a submission: two seconds after the last was saved, all."""
    board, ledger, collection = finding.board(), finding.trips(), sent(finding.site)
    finding.settle()

    finding.post(board, "은하수축제 안내", "본문", "clerk", workbook("은하수축제 참가 단체", name="단체.xlsx"))
    finding.trip(ledger, "은하수축제 현장 점검")
    assert collection.submit("clerk", "유구읍", [row("은하수축제 조명")]).status_code == 303
    saved = time.monotonic()
    finding.settle()
    found = finding.hrefs("clerk", "은하수축제")

    assert time.monotonic() - saved < 2
    target = collection.target("유구읍").id
    assert {"/board/1", "/records/trips/1", f"/collect/{collection.id}/answer/{target}"} <= set(found)
    assert "단체.xlsx" in finding.said("clerk", "참가 단체", kind="attachment")
    assert finding.differences() == [[], [], []]


def test_a_changed_thing_is_found_by_its_new_words_only(finding: Finding) -> None:
    """The index follows changes, hiding and bringing back."""
    board = finding.board()
    post = finding.post(board, "처음 제목 물망초")
    finding.settle()
    with finding.site.write_as("clerk", plugin="board"):
        post.title = "나중 제목 해바라기"
        post.save()
    finding.settle()

    assert finding.hrefs("stranger", "물망초", as_typed="1") == []
    assert "/board/1" in finding.hrefs("stranger", "해바라기")

    with finding.site.write_as("clerk", plugin="board"):
        post.is_hidden = True
        post.save()
    finding.settle()

    assert finding.hrefs("stranger", "해바라기") == []
    assert finding.differences() == [[], [], []]


def test_spaces_and_particles_do_not_matter(finding: Finding) -> None:
    """도로 점용을, 도로점용 and 도로점용허가를 all find 도로점용 허가."""
    finding.post(finding.board(), "도로점용 허가 연장 안내")
    finding.settle()

    for words in ("도로점용", "도로 점용을", "도로점용허가를", "연장안내는", "허가연장"):
        assert finding.hrefs("stranger", words, as_typed="1")[-1:] == ["/board/1"], words


def test_a_forgotten_keyboard_is_read_and_said(finding: Finding) -> None:
    """`ehfhwjadyd` finds 도로점용, `ㅔㅇㄹ` finds PDF; the page says how it read the words, and can be asked not to."""
    board = finding.board()
    finding.post(board, "도로점용 안내")
    finding.post(board, "PDF 만드는 법")
    finding.settle()

    said = finding.said("stranger", "ehfhwjadyd")
    assert "‘도로점용’으로 찾았습니다" in said
    assert "as_typed=1" in said
    assert finding.hrefs("stranger", "ehfhwjadyd")[-1] == "/board/1"
    assert finding.hrefs("stranger", "ㅔㅇㄹ")[-1] == "/board/2"
    assert finding.hrefs("stranger", "ehfhwjadyd", as_typed="1") == []


def test_nothing_found_says_what_else_was_tried(finding: Finding) -> None:
    """`dkssud` finds nothing: the page says that 안녕 was looked for too, unless only the letters typed are wanted."""
    finding.post(finding.board(), "도로점용 안내")
    finding.settle()

    assert "‘안녕’으로도 찾았지만 없습니다" in finding.said("stranger", "dkssud")
    assert "찾았지만 없습니다" not in finding.said("stranger", "dkssud", as_typed="1")
    assert "찾았지만 없습니다" not in finding.said("stranger", "물망초꽃")


def test_first_consonants_find_titles_and_people(finding: Finding) -> None:
    """ㄷㄹㅈㅇ finds 도로점용, ㅈㅇ finds it from within, ㄱㅊㅅ finds 김철수."""
    with finding.site.write_as("admin"):
        clerk = finding.site.user("clerk")
        clerk.name = "김철수"
        clerk.save()
    finding.post(finding.board(), "도로 점용 안내", author="stranger")
    finding.settle()

    assert finding.hrefs("stranger", "ㄷㄹㅈㅇ")[-1] == "/board/1"
    assert finding.hrefs("stranger", "ㅈㅇㅇㄴ")[-1] == "/board/1"
    assert finding.hrefs("stranger", "ㄱㅊㅅ")[0] == f"/search/people/{clerk.id}"
    assert "초성이 ‘ㄱㅊㅅ’인 것" in finding.said("stranger", "ㄱㅊㅅ")


def test_people_are_found_by_name_unit_and_phone(finding: Finding) -> None:
    """By everybody; who left is not found any more."""
    planner = finding.site.user("planner").id
    finding.settle()

    for words in ("planner", "기획감사실", "041-840-0002", "840-0002"):
        assert f"/search/people/{planner}" in finding.hrefs("stranger", words), words

    with finding.site.write_as("admin"):
        person = finding.site.user("planner")
        person.is_active = False
        person.save()
    finding.settle()

    assert f"/search/people/{planner}" not in finding.hrefs("stranger", "기획감사실")
    assert finding.site.client("stranger").get(f"/search/people/{planner}").status_code == 404


def test_who_is_responsible_stands_first(finding: Finding) -> None:
    """Above the hits stands the author of most of them, with phone and unit."""
    board = finding.board()
    finding.post(board, "제설 자재 배치")
    finding.post(board, "제설 차량 점검")
    finding.settle()

    clerk = finding.site.user("clerk").id
    assert finding.hrefs("stranger", "제설")[0] == f"/search/people/{clerk}"
    assert "찾은 것 2건 담당" in finding.said("stranger", "제설")


def test_marks_are_escaped(finding: Finding) -> None:
    """Markup in a text stays text, marked or not."""
    finding.post(finding.board(), "<script>별빛</script>", "<b>별빛</b> & 더")
    finding.settle()

    page = finding.page("stranger", "별빛")

    assert "&lt;script&gt;<mark>별빛</mark>&lt;/script&gt;" in page
    assert "&lt;b&gt;<mark>별빛</mark>&lt;/b&gt; &amp; 더" in page


def test_filters_count_beside_each_other(finding: Finding) -> None:
    """Kind, unit and time narrow the hits; each says beforehand how many it would leave."""
    board, ledger = finding.board(), finding.trips()
    for number in range(3):
        finding.post(board, f"봄꽃 소식 {number}")
    finding.post(board, "봄꽃 다른 부서 소식", author="stranger")
    finding.trip(ledger, "봄꽃 조사")
    finding.settle()
    unit = finding.site.unit("유구읍").id

    assert "모두 5" in plain(finding.said("clerk", "봄꽃"))
    assert "공지·게시판 4 대장 1" in swapped(plain(finding.said("clerk", "봄꽃")))
    assert len(finding.hrefs("clerk", "봄꽃", kind="board_post")) == 4
    assert "모두 4" in plain(finding.said("clerk", "봄꽃", unit=unit))
    assert "고른 조건에는 없습니다" in finding.said("clerk", "봄꽃", kind="submission")


def plain(said: str) -> str:
    """Without tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", said).split())


def swapped(said: str) -> str:
    """The two tabs in a fixed order."""
    return said.replace("대장 1 공지·게시판 4", "공지·게시판 4 대장 1")


def test_many_hits_come_in_pages(finding: Finding) -> None:
    """Fifteen a page; a page beyond the last is the last; nonsense is the first."""
    board = finding.board()
    for number in range(18):
        finding.post(board, f"겨울밤 이야기 {number}")
    finding.settle()

    first, second = (finding.hrefs("stranger", "겨울밤", kind="board_post", page=page) for page in (1, 2))

    assert (len(first), len(second)) == (15, 3)
    assert not set(first) & set(second)
    assert finding.hrefs("stranger", "겨울밤", kind="board_post", page=99) == second
    assert finding.hrefs("stranger", "겨울밤", kind="board_post", page="x") == first


def test_no_hit_says_so_and_leads_on(finding: Finding) -> None:
    """One key off: the page asks whether the right word was meant."""
    finding.post(finding.board(), "예산 안내")
    finding.settle()

    said = finding.said("stranger", "예선")

    assert "맞는 것이 없습니다" in said
    assert "이것을 찾으셨나요?" in said
    assert ">예산</a>" in said


def test_words_that_no_index_holds_are_no_error(finding: Finding) -> None:
    """Signs, controls, very long words, other scripts, syntax of query languages: always a page, never 500."""
    finding.post(finding.board(), "안내")
    finding.settle()

    for words in (
        "!!!",
        "\x01",
        "가" * 500,
        "a" * 500,
        "title:x OR (",
        '"',
        "*",
        "ㅋㅋㅋ",
        "👍",
        "漢字",
        "' OR 1=1 --",
        "ㄱ",
    ):
        assert finding.page("stranger", words)


def test_a_nul_is_refused_at_the_door(finding: Finding) -> None:
    """No database keeps one and no keyboard makes one: every page of the portal answers 400, in words."""
    answer = finding.site.client("clerk").get("/search/?q=%00")

    assert answer.status_code == 400
    assert "주소에 읽을 수 없는 글자가 있습니다." in answer.text


def test_a_search_takes_few_queries(finding: Finding) -> None:
    """However many hits there are, at most fourteen questions to the database, the frame of the page included."""
    board, ledger = finding.board(), finding.trips()
    for number in range(20):
        finding.post(board, f"가을길 {number}")
        finding.trip(ledger, f"가을길 {number}")
    finding.settle()
    client = finding.site.client("clerk")
    client.get("/search/?q=가을길")

    assert finding.site.queries(lambda: client.get("/search/?q=가을길")) <= 14


def test_without_words_the_newest_is_shown(finding: Finding) -> None:
    """The page before any word shows what came up lately, people apart; nothing yet says what will be here."""
    finding.settle()
    assert "아직 찾을 것이 없습니다" in finding.said("stranger")

    finding.post(finding.board(), "새 소식")
    finding.settle()

    assert "요즘 올라온 것" in finding.said("stranger")
    assert finding.hrefs("stranger") == ["/board/1"]
    with connected():
        assert finding.indexer.is_built()
