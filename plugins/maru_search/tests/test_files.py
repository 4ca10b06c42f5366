"""Attached files are read apart from the index: whoever attaches bad ones holds up nobody, and all are read at last."""

from __future__ import annotations

import time
from typing import Any

import pytest

from maru_db import connected
from maru_search import texts, working
from maru_search.models import READ, FileText
from maru_search.turns import Turns

from .finding import Finding, stored, workbook


def test_a_post_is_found_before_its_files_are_read(finding: Finding, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten files of which each takes long: the events wait for none of them, later posts are found meanwhile."""
    board = finding.board()
    finding.settle()
    files = [stored(f"긴 파일 {number}".encode(), f"긴{number}.txt") for number in range(10)]
    finding.post(board, "토끼풀밭", "본문", "clerk", *files)
    finding.post(board, "은방울꽃")
    with monkeypatch.context() as patch:
        patch.setattr(texts, "run", None)  # whoever starts a reader here fails
        for event in finding.site.events():
            with connected():
                finding.indexer.take(event)

    assert "/board/1" in finding.hrefs("stranger", "토끼풀밭")
    assert "/board/2" in finding.hrefs("stranger", "은방울꽃")
    assert len(finding.hrefs("stranger", "긴3", kind="attachment")) == 1

    finding.settle()

    assert finding.hrefs("stranger", "긴 파일", kind="attachment")
    assert finding.differences() == [[], [], []]


def test_a_run_reads_for_some_seconds_and_the_rest_later(finding: Finding, monkeypatch: pytest.MonkeyPatch) -> None:
    """One file a run when each takes longer than a run may; whoever attached one is not behind four of another."""
    board = finding.board()
    finding.settle()
    order: list[str] = []
    right = texts.read

    def slow(file: Any) -> FileText:
        order.append(file.name)
        return right(file)

    monkeypatch.setattr(texts, "read", slow)
    monkeypatch.setattr(working, "RUN_SECONDS", -1.0)
    finding.post(board, "많은 첨부", "본문", "clerk", *(stored(f"가{n}".encode(), f"{n}.txt") for n in range(4)))
    finding.post(board, "뒤에 온 첨부", "본문", "clerk", workbook("물망초밭"))
    finding.settle()

    assert order[0] == "명단.xlsx"
    assert sorted(order) == ["0.txt", "1.txt", "2.txt", "3.txt", "명단.xlsx"]
    with connected():
        assert FileText.select().where(FileText.state == READ).count() == 5
    assert finding.differences() == [[], [], []]


def test_a_file_is_read_for_seconds_only() -> None:
    """The clock and the processor: a run of the job ends within twenty seconds, whatever its files are."""
    assert working.RUN_SECONDS + texts.WALL_SECONDS < 20
    assert texts.LIMITS.cpu_seconds < texts.WALL_SECONDS


def test_who_asked_later_has_the_last_word() -> None:
    """The thread that reads files asked before the one that hands events on, and comes to write after it."""
    turns = Turns()
    with turns.turn() as reading, turns.turn() as handing:
        with turns.writing:
            written = handing.say(["board_post:1"])
        with turns.writing:
            late = reading.say(["board_post:1", "board_post:2"])

    assert (written, late) == (["board_post:1"], ["board_post:2"])


def test_an_older_answer_is_not_written_over_a_newer_one(finding: Finding) -> None:
    """A post is asked for, changed and indexed; then the first answer arrives at the index, and is dropped."""
    board = finding.board()
    post = finding.post(board, "옛 제목")
    indexer = finding.indexer
    with connected():
        old = indexer.ask("board", ["board_post:1"])
    ask = type(indexer).ask

    def late(self: Any, plugin: str, keys: Any) -> Any:
        if plugin != "board":
            return ask(self, plugin, keys)
        type(indexer).ask = ask  # type: ignore[method-assign]  # the one below asks for itself
        with finding.site.write_as("clerk", plugin="board"):
            post.title = "새 제목"
            post.save()
        indexer.refresh({"board": ["board_post:1"]})
        return old

    type(indexer).ask = late  # type: ignore[method-assign]  # once
    try:
        with connected():
            indexer.refresh({"board": ["board_post:1"]})
    finally:
        type(indexer).ask = ask  # type: ignore[method-assign]

    assert "/board/1" in finding.hrefs("stranger", "새 제목", as_typed=1)
    assert finding.hrefs("stranger", "옛 제목", as_typed=1, kind="board_post") == []


def test_nothing_is_read_within_an_event(finding: Finding, monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a reader takes, handing the events on takes no longer for it."""
    board = finding.board()
    finding.settle()
    right = texts.read

    def slow(file: Any) -> FileText:
        time.sleep(0.5)
        return right(file)

    monkeypatch.setattr(texts, "read", slow)
    finding.post(board, "느린 첨부", "본문", "clerk", *(stored(f"나{n}".encode(), f"{n}.txt") for n in range(8)))
    began = time.monotonic()
    with connected():
        for event in finding.site.events():
            finding.indexer.take(event)

    assert time.monotonic() - began < 2
