"""A word in everything of a board that only 유구읍 reads: its name, its posts, the names of their files."""

from __future__ import annotations

from io import BytesIO

from starlette.datastructures import UploadFile

from maru import take_file
from maru_board.forms import BoardEntry, PostEntry
from maru_board.models import Board
from maru_board.services import publish, set_up
from maru_db import connected
from maru_devkit.fixtures import Site


def plant(site: Site, word: str) -> None:
    """Write `word` into every text field of a board, a must-read post and a deleted one, as `clerk`."""
    clerk, yugu = site.user("clerk"), site.unit("유구읍").id
    named = BoardEntry(name=f"{word} 판", description=word, department=yugu, audience="chosen")
    entry = PostEntry(title=f"{word} 글", body=word, department=yugu, is_notice=True, is_pinned=True)
    with connected():
        blob = take_file(UploadFile(BytesIO(word.encode()), filename=f"{word}.txt"))
    with site.write_as("clerk", plugin="board") as change:
        board = set_up(Board(), named)
        publish(change, board, clerk, entry, [blob])
        deleted = publish(change, board, clerk, entry, [blob])
        deleted.is_hidden = True
        deleted.save()
