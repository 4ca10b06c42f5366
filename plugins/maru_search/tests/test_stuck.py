"""What its plugin cannot give is left out alone: everything else is found, and it is asked for again by itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import pytest

import maru_board.for_search
from maru_board.models import Post
from maru_db import connected
from maru_devkit.fixtures import Clock, Site
from maru_forms.tests.builder import Builder
from maru_search.api import MOST_BODY, MOST_TITLE, SearchDocument
from maru_search.giving import ask
from maru_search.models import Behind, Stuck

from .finding import Finding

Portal = Callable[..., Site]


def fail_for(monkeypatch: pytest.MonkeyPatch, bad: Collection[int]) -> None:
    """Posts of these numbers make the board fail, for all that it is asked for together with them."""
    right = maru_board.for_search._document

    def document(post: Post, files: Sequence[object]) -> SearchDocument:
        if post.id in bad:
            raise RuntimeError(f"post {post.id} cannot be given")
        return right(post, files)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(maru_board.for_search, "_document", document)


def test_a_text_longer_than_any_page_is_cut() -> None:
    """Nine million letters in the body, a title of thousands: the first of them are kept, whoever gave them."""
    document = SearchDocument("a:1", "a", "제" * 5_000, "/", (), body="가" * 9_000_000)

    assert (len(document.title), len(document.body)) == (MOST_TITLE, MOST_BODY)


def test_a_record_with_formulas_of_millions_of_letters_stops_nobody(portal: Portal, clock: Clock) -> None:
    """Each formula repeats the one before: the record itself is found, and so is the next one in another ledger."""
    site = portal("forms", "search")
    finding = Finding(site)
    heavy = Builder(site.client("clerk"), "무거운 대장")
    heavy.add("text", "이름")
    heavy.add("computed", "가", expression='"' + "x" * 900 + '"&이름')
    heavy.add("computed", "나", expression="가" + "&가" * 160)
    heavy.add("computed", "다", expression="나" + "&나" * 60)
    light = Builder(site.client("colleague"), "가벼운 대장")
    light.add("text", "용무")
    hrefs = heavy.publish(), light.publish()
    heavy.client.post(f"{hrefs[0]}new", data={"ireum": "은방울꽃"})
    light.client.post(f"{hrefs[1]}new", data={"yongmu": "물망초밭"})

    finding.settle()

    assert [href for href in finding.hrefs("clerk", "은방울꽃") if href.startswith("/records")]
    assert [href for href in finding.hrefs("colleague", "물망초밭") if href.startswith("/records")]
    with connected():
        assert (Behind.select().count(), Stuck.select().count()) == (0, 0)


def test_one_post_that_cannot_be_given_takes_no_other_with_it(
    finding: Finding, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    """Fifty saved together, three of them bad: the others are found at once, those after the next write of them."""
    board = finding.board()
    finding.settle()
    with monkeypatch.context() as patch:
        fail_for(patch, {7, 8, 40})
        posts = [finding.post(board, f"한꺼번에 저장한 글 {number}") for number in range(1, 51)]
        finding.site.settle()
        found = count_of(finding)
        clock.move(minutes=30)
        finding.post(board, "나중에 저장한 글")
        finding.site.settle()
        later = count_of(finding)
        page = finding.site.client("admin").get("/search/state").text

    with finding.site.write_as("clerk", plugin="board"):
        posts[6].title = "고쳐서 저장한 글"
        posts[6].save()
    finding.site.settle()
    mended = count_of(finding)
    clock.move(days=2)
    finding.site.settle()

    assert (found, later, mended, count_of(finding)) == (47, 48, 49, 51)
    assert "게시판: 3건은 그 기능이 내주지 못해" in page
    assert finding.differences() == [[], [], []]
    with connected():
        assert (Behind.select().count(), Stuck.select().count()) == (0, 0)


def count_of(finding: Finding) -> int:
    """How many posts a stranger finds by the word that all hold."""
    said = finding.said("stranger", "저장한", kind="board_post")
    return next((number for number in range(99, 0, -1) if f'search-n">{number}<' in said), 0)


def test_many_bad_ones_in_a_row_do_not_pause_the_plugin_for_long(
    finding: Finding, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    """Thirty of an import that went wrong: after some rounds each of them is known, and all others are found."""
    board = finding.board()
    finding.settle()
    fail_for(monkeypatch, range(1, 31))
    for number in range(60):
        finding.post(board, f"들여와 저장한 글 {number}")
    finding.site.settle()
    for _ in range(20):
        clock.move(minutes=2)
        finding.site.settle()

    assert count_of(finding) == 30
    with connected():
        assert Stuck.select().count() == 30


def test_a_plugin_that_gives_nothing_is_paused_after_a_few_questions(
    finding: Finding, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not asked for each of two hundred documents."""
    finding.settle()
    asked = 0

    def broken(ids: object) -> None:
        nonlocal asked
        asked += 1
        raise RuntimeError("away")

    monkeypatch.setattr(maru_board.for_search, "int", broken, raising=False)
    with connected():
        given = ask(finding.site.portal, "board", [f"board_post:{number}" for number in range(200)])
        again = ask(finding.site.portal, "board", ["board_post:1"])

    assert asked == 10
    assert (len(given.stuck), len(given.unasked)) == (2, 198)
    assert again.unasked == ["board_post:1"]
