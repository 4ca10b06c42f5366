"""Lists have every post once, in their order, however a page is found; filters choose what plain queries choose."""

from __future__ import annotations

import random
from collections.abc import Collection
from datetime import timedelta
from typing import Any

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from maru import Department, User, now
from maru_board import selection
from maru_board.models import Attachment, Audience, Board, Post, PostRead
from maru_board.selection import Landmark, PostLine, Reader, Show, counts, latest, page_of, patterns
from maru_db import connected

from .conftest import Boards

PEOPLE = ("clerk", "stranger", "planner", "head", "admin")
TITLES = ("회의 자료", "회의실 청소", "100% 완료", "a_b 서식", "axb 서식", "ROAD 공사")
LISTED = (Show.ALL, Show.NOTICE, Show.UNREAD, Show.MINE, Show.HIDDEN, Show.WAITING)


@pytest.fixture
def many(boards: Boards) -> Boards:
    """A hundred posts on both boards: some pinned, must-read, hidden or read; several of the same instant."""
    chance = random.Random(5)
    site, at = boards.site, now()
    authors = [(site.user(name), site.user(name)) for name in ("clerk", "planner")]
    units = [site.unit("유구읍"), site.unit("기획감사실")]
    with site.write_as("admin", plugin="board") as change:
        change.record("board_post", "test", "created")
        for number in range(100):
            which = chance.randrange(2)
            instant = at - timedelta(hours=12 * (number // 3))
            Post.insert(
                board=(boards.notices, boards.yugu)[chance.random() < 0.3],
                title=f"{chance.choice(TITLES)} {number}",
                author=authors[which][0],
                department=units[which],
                is_notice=chance.random() < 0.3,
                is_pinned=chance.random() < 0.05,
                is_hidden=chance.random() < 0.2,
                created_at=instant,
                updated_at=instant,
                updated_by=authors[which][0],
                body="본문",
            ).execute()
        for number in range(1, 101, 4):
            PostRead.insert(post=number, user=site.user("clerk").id).execute()
    return boards


def plainly(user: User, show: Show, words: str = "") -> list[int]:
    """The ids of the list by a query as anybody would write it."""
    found = Post.select(Post.id).where(Post.readable_by(user))
    found = found.where(Post.is_hidden if show is Show.HIDDEN else ~Post.is_hidden)
    if show in (Show.NOTICE, Show.WAITING):
        found = found.where(Post.is_notice)
    if show in (Show.UNREAD, Show.WAITING):
        found = found.where(Post.unread_by(user))
    if show is Show.MINE:
        paths = [held.department.path for held in user.posts_in_force]
        own = [unit.id for unit in Department.select() if unit.path.startswith(tuple(paths))]
        found = found.where(Post.department.in_(own))
    for word in words.split():
        found = found.where(Post.title.contains(word))
    return [post.id for post in found.order_by(Post.is_pinned.desc(), Post.created_at.desc(), Post.id.desc())]


def shown(reader: Reader, show: Show, words: str, page: int, count: int, landmarks: list[Landmark]) -> list[int]:
    """The ids of a page of seven."""
    return [post.id for post in page_of(reader, show, patterns(words), page, 7, count, landmarks)]


@pytest.mark.parametrize("far", [0, 10, 200])
def test_pages_have_every_post_once_in_order(many: Boards, monkeypatch: pytest.MonkeyPatch, far: int) -> None:
    """Whatever pages are opened in whatever order, from the front, the end or a landmark: they are the list, cut up."""
    monkeypatch.setattr(selection, "FAR", far)
    chance, left = random.Random(far), 0

    for name in PEOPLE:
        with connected():
            user = many.site.user(name)
            reader = Reader.of(user)
            for show in LISTED:
                expected, landmarks = plainly(user, show), list[Landmark]()
                pages = [page for page in range(1, len(expected) // 7 + 2) for _ in range(2)]
                chance.shuffle(pages)
                for page in pages:
                    found = shown(reader, show, "", page, len(expected), landmarks)
                    assert found == expected[(page - 1) * 7 : page * 7], (name, show, page, landmarks)
                left += len(landmarks)
    assert (left > 0) == (far < 200)


def test_words_choose_what_plain_peewee_chooses(many: Boards) -> None:
    """Any words, `%`, `_` and `\\` among them, find the titles that hold all of them."""
    letters = some.sampled_from(["회의", "자료", "%", "_", "a_b", "\\", "ROAD", "road", " ", "9", "청소"])

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(some.lists(letters, max_size=4).map("".join), some.sampled_from(PEOPLE), some.sampled_from(LISTED))
    def same(words: str, name: str, show: Show) -> None:
        with connected():
            user = many.site.user(name)
            expected = plainly(user, show, words)
            assert shown(Reader.of(user), show, words, 1, len(expected), []) == expected[:7]

    same()


def test_counts_say_how_many_the_lists_have(many: Boards) -> None:
    """For everybody, before all boards and before one of them."""
    for name in PEOPLE:
        with connected():
            user = many.site.user(name)
            (found,) = counts(Reader.of(user), ())
            expected = [len(plainly(user, show)) for show in (*selection.SHARED, Show.UNREAD)]
            (of_board,) = counts(Reader.of(user, many.notices), ())
            own = [
                Post.select().where(Post.id.in_(plainly(user, show)), Post.board == many.notices).count()
                for show in (*selection.SHARED, Show.UNREAD)
            ]
        assert list(found) == expected
        assert list(of_board) == own


def test_latest_posts_are_the_newest_pinned_or_not(many: Boards) -> None:
    """The card on the home page and the to-dos take the newest ones."""
    with connected():
        user = many.site.user("clerk")
        ids = plainly(user, Show.ALL)
        expected = [
            p.id for p in Post.select().where(Post.id.in_(ids)).order_by(Post.created_at.desc(), Post.id.desc())
        ]

        found = [post.id for post in latest(Reader.of(user), Show.ALL, 12)]

    assert found == expected[:12]


def test_a_line_says_what_the_post_says(many: Boards) -> None:
    """Title, names, marks, instant and whether it was read are those of the post itself."""
    with connected():
        user = many.site.user("clerk")
        lines = page_of(Reader.of(user), Show.ALL, (), 1, 100, 100, [])
        posts = {post.id: post for post in Post.visible_to(user)}

        assert len(lines) > 50
        for line in lines:
            assert line == line_of(posts[line.id])


def line_of(post: Post) -> PostLine:
    """The line of a post that was read whole."""
    return PostLine(
        post.id, post.title, post.board.name, post.department.name, post.author.name, post.created_at, post.is_notice,
        post.is_pinned, post.is_unread, post.attachment_count,
    )  # fmt: skip


@pytest.mark.parametrize("size", [1, 3, 40])
def test_audiences_of_any_size_are_kept_apart(boards: Boards, size: int) -> None:
    """However many boards somebody reads, they read theirs: the compiled list of boards is filled up, never widened."""
    with boards.site.write_as("admin", plugin="board"):
        for number in range(size):
            board = Board.create(name=f"게시판 {number}", department=boards.notices.department, is_for_everyone=False)
            Audience.create(board=board, department=boards.site.unit("이인면" if number % 2 else "유구읍"))

    for name in PEOPLE:
        with connected():
            user = boards.site.user(name)
            expected = {board.id for board in Board.visible_to(user)}
            assert set(Reader.of(user).boards) == expected, name


def test_lists_are_looked_up_in_their_index(many: Boards) -> None:
    """SQLite and its planner: a page of a list, of all boards or one, is found without reading or sorting the posts."""
    from maru_db import database

    if not isinstance(database.obj, peewee.SqliteDatabase):
        pytest.skip("EXPLAIN QUERY PLAN is SQLite's; PostgreSQL decides by the size of a table")
    statements: list[tuple[str, Any]] = []
    with connected():
        reader = Reader.of(many.site.user("clerk"))
        database.query_hooks.append(lambda event: statements.append((event.sql, event.params)))
        page_of(reader, Show.ALL, (), 2, 20, 80, [])
        page_of(Reader.of(many.site.user("clerk"), many.notices), Show.ALL, (), 2, 20, 80, [])
        database.query_hooks.clear()
        plans = [_plan(sql, params) for sql, params in statements if "LIMIT" in sql and "board_attachment" in sql]

    assert len(plans) == 2
    assert all("COVERING INDEX board_post_list" in plan for plan in plans), plans
    assert all(plan.count("TEMP B-TREE") <= 1 for plan in plans), plans  # the twenty are sorted, the list is not


def _plan(sql: str, params: Collection[Any]) -> str:
    from maru_db import database

    return "\n".join(str(row[3]) for row in database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", params).fetchall())


def test_attachments_are_counted_once_each(boards: Boards) -> None:
    """A post with two files bears two, its neighbour none."""
    from maru.files import Blob
    from maru.models import StoredFile

    first, second = (boards.write(boards.notices, "planner", title) for title in ("둘", "없음"))
    with boards.site.write_as("admin", plugin="board"):
        for name in ("가.txt", "나.txt"):
            Attachment.create(post=first, file=StoredFile.keep(Blob("0" * 64, 1, name, "text/plain"), "board"))

    with connected():
        lines = page_of(Reader.of(boards.site.user("clerk")), Show.ALL, (), 1, 20, 2, [])

    assert {line.id: line.attachment_count for line in lines} == {first.id: 2, second.id: 0}
