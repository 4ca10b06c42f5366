"""Boards and posts for the tests of this plugin."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from maru_board.forms import BoardEntry, PostEntry
from maru_board.models import Board, Post
from maru_board.services import publish, set_up
from maru_db import connected
from maru_devkit.fixtures import Site


@dataclass
class Boards:
    """A site with this plugin, and two boards: one for everyone, one for 유구읍 alone."""

    site: Site
    notices: Board
    yugu: Board

    def write(self, board: Board, author: str, title: str, **more: Any) -> Post:
        """A post by `author` in the name of their main department."""
        with connected():
            user = self.site.user(author)
            assert user.unit is not None
            entry = PostEntry(**({"title": title, "body": "본문입니다.", "department": user.unit.id} | more))
        with self.site.write_as(author, plugin="board") as change:
            return publish(change, board, user, entry)

    def get(self, username: str, path: str) -> Any:
        """What `username` sees at `path`."""
        return self.site.client(username).get(path)

    def post(self, username: str, path: str, entered: dict[str, Any], **more: Any) -> Any:
        """`username` sends a form."""
        return self.site.client(username).post(path, data=entered, **more)

    def seen(self, board: Board) -> str:
        """What the form of a board says of the settings that it shows."""
        page = self.get("admin", f"/board/boards/{board.id}/edit").text
        return str(re.findall(r'name="seen" value="(\w+)"', page)[0])

    def stored(self, post: Post) -> Post:
        """The post as it stands in the database."""
        with connected():
            return post.fresh()


@pytest.fixture
def boards(portal: Callable[..., Site]) -> Boards:
    """공지 is kept by 기획감사실 and written on by 유구읍 too; 유구읍 게시판 is read by nobody else."""
    site = portal("board")
    planning, yugu = site.unit("기획감사실").id, site.unit("유구읍").id
    open_entry = BoardEntry(name="공지", department=planning, audience="everyone", writers=(yugu,))
    yugu_entry = BoardEntry(name="유구읍 게시판", department=yugu, audience="chosen")
    with site.write_as("admin", plugin="board"):
        return Boards(site, set_up(Board(), open_entry), set_up(Board(), yugu_entry))
