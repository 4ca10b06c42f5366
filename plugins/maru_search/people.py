"""People (직원) as documents: everybody signed in finds them by name, unit, title and phone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from maru import Department, Event, Post, User

from .api import EVERYONE, SearchDocument

PERSON = "person"
PREFIX = "maru_user:"


def keys_of_people(event: Event | None) -> list[str]:
    """Whom `event` concerns: themselves, one of their posts, or their unit."""
    if event is None:
        return _keys(User.select(User.id).tuples())
    table, _, action = event.name.rpartition(".")
    number = event.payload.get("id")
    if table == "maru_user":
        return [event.key]
    if table == "maru_post":  # where the post itself is gone, everybody is looked at: it happens a few times a year
        of_whom = User.select(User.id) if action == "deleted" else Post.select(Post.user).where(Post.id == number)
        return _keys(of_whom.tuples())
    if table == "maru_department" and action == "changed":
        return _keys(Post.select(Post.user).where(Post.department == number).tuples())
    return []


def _keys(rows: object) -> list[str]:
    return [f"{PREFIX}{number}" for (number,) in cast("Iterable[tuple[int]]", rows)]


def documents_of_people(keys: Sequence[str]) -> list[SearchDocument]:
    """Those who are active, with the units and titles of their posts in force. Two queries."""
    ids = [int(key.removeprefix(PREFIX)) for key in keys if key.startswith(PREFIX)]
    people = list(User.select().where(User.id.in_(ids), User.is_active))
    posts = (
        Post.select(Post, Department, User)
        .join_from(Post, Department)
        .join_from(Post, User)
        .where(Post.user.in_(ids), Post.in_force(), Department.in_force())
        .order_by(Post.is_primary.desc(), Post.id)
    )
    held: dict[int, list[Post]] = {}
    for post in posts:
        held.setdefault(post.user.id, []).append(post)
    return [_document(person, held.get(person.id, [])) for person in people]


def _document(person: User, posts: Sequence[Post]) -> SearchDocument:
    phones = dict.fromkeys((person.phone, *(post.department.phone for post in posts)))
    lines = [f"{post.department.name} {post.title}".strip() for post in posts]
    return SearchDocument(
        key=f"{PREFIX}{person.id}",
        kind=PERSON,
        title=person.name,
        body="\n".join([*lines, person.username, *filter(None, phones)]),
        href=f"/search/people/{person.id}",
        access_tokens=(EVERYONE,),
        unit=posts[0].department.id if posts else None,
        people=(person.id,),
    )


def lines_above(unit: Department) -> str:
    """The units above a department, from the top down, without the city itself: '자치안전국'. One query, or none."""
    above = unit.ancestor_ids[1:]
    rows = Department.select(Department.name).where(Department.id.in_(above)).order_by(Department.path).tuples()
    return " › ".join(name for (name,) in cast("Iterable[tuple[str]]", rows)) if above else ""
