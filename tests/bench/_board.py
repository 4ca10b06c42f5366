"""A portal with a board of many posts: the same file is read by Maru and, as copies, by the peers.

    python -m tests.bench._board FOLDER 100000

prints what a browser needs, the cookie of a clerk's session; a page as Maru makes it, and its number of queries. It is
a process of its own.
"""

from __future__ import annotations

import json
import random
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.testclient import TestClient

from maru.app import create_app
from maru.auth import begin_session
from maru.models import Post as Duty
from maru.models import User
from maru.pages import Actor, write_as
from maru.settings import Settings
from maru_db import close_database, connected, database, schema_change
from maru_devkit.fixtures import make_city
from maru_language import now

BOARDS = ("시정 공지", "서식·자료실", "업무 나눔")
WORDS = ("회계", "당직", "점검", "서식", "교육", "민원", "예산", "제설", "청사", "통신", "계약", "안전")
BODY = "이 글은 성능을 재려고 만든 글입니다. 담당 부서의 안내에 따라 기한 안에 처리해 주시기 바랍니다.\n" * 6
NEWEST = now().replace(second=0, microsecond=0)


class _NoRequest:
    client = None
    headers: dict[str, str] = {}


def make(folder: Path, count: int) -> dict[str, Any]:
    """Fill `folder` with a portal of `count` posts; gives the cookie of a session, and a page with its queries."""
    settings = Settings(data_folder=folder, plugins_only=["board"], allowed_hosts=["testserver"])
    app = create_app(settings)
    make_city()
    with connected():
        clerk = User.get(User.username == "clerk")
        _fill(clerk, count)
        with schema_change():
            database.execute_sql("ANALYZE")
        token = begin_session(_NoRequest(), settings, clerk)  # type: ignore[arg-type]
        # only the address and the browser's name are read from it
    page, queries = _visited(app, {settings.session_cookie: token})
    app.state.portal.close()
    with connected():
        database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    close_database()
    return {"name": settings.session_cookie, "token": token, "page": page, "queries": queries}


def _visited(app: Starlette, cookies: dict[str, str]) -> tuple[str, int]:
    """The last page of the list, and how many queries it took when menu and shared counts were known."""
    client = TestClient(app, cookies=cookies)
    client.get("/board/")
    seen: list[Any] = []
    database.query_hooks.append(seen.append)
    text = client.get("/board/?page=99999").text
    database.query_hooks.remove(seen.append)
    return text, len(seen)


def _fill(clerk: User, count: int) -> None:
    from maru_board.models import Attachment, Board, Post, PostRead  # a plugin's tables exist once it is loaded

    people: list[tuple[int, int]] = list(Duty.select(Duty.user, Duty.department).tuples())  # type: ignore[arg-type]
    # peewee's stubs know models only
    chance = random.Random(7)
    with write_as(Actor(None, "bench")) as change:
        boards = [Board.create(name=name, department=people[3][1]) for name in BOARDS]
        for table in ("board_post", "board_post_read", "board_attachment", "maru_stored_file"):
            change.record(table, "bench", "created")
        columns = [Post._meta.fields[name] for name in (*["board", "title", "author", "department"], "is_notice",
            "is_pinned", "created_at", "updated_at", "updated_by", "body")]  # fmt: skip
        rows = [_post(number, count, boards, people, chance) for number in range(count)]
        for start in range(0, count, 2000):
            Post.insert_many(rows[start : start + 2000], fields=columns).execute()
        marks = [(post, clerk.id, _instant(post, count) + timedelta(hours=1)) for post in range(1, count + 1, 3)]
        for start in range(0, len(marks), 5000):
            fields = [PostRead.post, PostRead.user, PostRead.at]
            PostRead.insert_many(marks[start : start + 5000], fields=fields).execute()
        _attach(Attachment, count)


def _post(number: int, count: int, boards: list[Any], people: list[tuple[int, int]], chance: random.Random) -> Any:
    author, department = people[number % len(people)]
    at = _instant(number, count)
    title = f"{chance.choice(WORDS)} {chance.choice(WORDS)} 안내 제{number}호"
    is_notice, is_pinned = number % 50 == 0, number > count - 4
    return (boards[number % 3], title, author, department, is_notice, is_pinned, at, at, author, BODY)


def _instant(number: int, count: int) -> datetime:
    return NEWEST - timedelta(minutes=30 * (count - number))


def _attach(attachment: Any, count: int) -> None:
    from maru import StoredFile

    file = StoredFile.create(sha256="0" * 64, name="서식.hwpx", size_bytes=1, content_type="x", plugin="board")
    posts = list(range(1, count + 1, 10))
    for start in range(0, len(posts), 5000):
        attachment.insert_many([(post, file.id) for post in posts[start : start + 5000]],
            fields=[attachment.post, attachment.file]).execute()  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(make(Path(sys.argv[1]), int(sys.argv[2]))))
