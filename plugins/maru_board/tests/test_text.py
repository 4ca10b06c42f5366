"""The body of a post: paragraphs, lines, and links into the portal."""

from __future__ import annotations

import pytest

from maru_board.text import compared, paragraphs


def links(body: str) -> list[str]:
    """The addresses that `body` links to."""
    return [piece.href for paragraph in paragraphs(body) for line in paragraph for piece in line if piece.href]


def test_empty_lines_part_paragraphs() -> None:
    """One empty line or several part two paragraphs; a single line end stays inside one."""
    found = paragraphs("\n가\n나\n\n \n다\n")

    assert [[line[0].text for line in paragraph] for paragraph in found] == [["가", "나"], ["다"]]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("/board/7을 봐 주세요.", ["/board/7"]),
        ("(/collect/9/?tab=2)", ["/collect/9/?tab=2"]),
        ("/board/7, /me/password.", ["/board/7", "/me/password"]),
        ("https://example.invalid/board/7", []),
        ("//example.invalid/x", []),
        ("읍/면/동 1/2 and/or/x \\/board/7", []),
        ("/board", []),
    ],
)
def test_addresses_of_the_portal_become_links(body: str, expected: list[str]) -> None:
    """Paths below a plugin are links; parts of words, of other addresses, and other sites are not."""
    assert links(body) == expected


def test_two_texts_are_compared_by_lines() -> None:
    """Lines that both have stand once; where they differ, theirs come before mine."""
    found = compared("가\n나\n다", "가\n라\n다\n마")

    assert found == (("same", "가"), ("theirs", "나"), ("mine", "라"), ("same", "다"), ("mine", "마"))


def test_nothing_of_the_text_is_lost() -> None:
    """The pieces of a line put together are the line."""
    line = "먼저 /board/7. 다음 /collect/9/ 를 봅니다?"

    assert "".join(piece.text for piece in paragraphs(line)[0][0]) == line
