"""A word in what one unit answers, which the other units that were asked must not see."""

from __future__ import annotations

from maru_collect.tests.rounds import row, sent
from maru_devkit.fixtures import Site


def plant(site: Site, word: str) -> None:
    """A collection sent to four townships, in which 유구읍 submits rows with the word in every text."""
    made = sent(site)
    line = row(f"{word} 사업")
    line[10] = word
    answer = made.submit("clerk", "유구읍", [line])
    assert answer.status_code == 303, answer.text
