"""From hits to what the page shows: names of kinds, units and people, and the passages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from maru import Department, Portal, Post, User, label_text, t

from .api import SearchKind
from .asking import SINCE_DAYS, Asked, other_layout
from .contexts import Choice, HitLine, IndexContext, PersonCard
from .hits import Found, Hit
from .passages import marked, passage
from .people import PERSON

MOST_UNITS = 8
MOST_CARDS = 3


def kinds_of(portal: Portal, viewer: User) -> dict[str, SearchKind]:
    """Key → kind, in the order of the tabs; those of plugins that are on for `viewer`."""
    every = [kind for _, kinds in portal.dispatcher.call("search_kinds", viewer=viewer) for kind in kinds]
    return {kind.key: kind for kind in sorted(every, key=lambda kind: (kind.order, kind.key))}


def unit_names(ids: Iterable[int]) -> dict[int, str]:
    """Department id → its name, in 직제순. One query, or none."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    rows = Department.select(Department.id, Department.name).where(Department.id.in_(wanted))
    return dict(cast("Iterable[tuple[int, str]]", rows.order_by(Department.official_order).tuples()))


def index_context(portal: Portal, viewer: User, asked: Asked, found: Found) -> IndexContext:
    """The page of a search. At most four queries."""
    kinds = kinds_of(portal, viewer)
    cards = [hit for hit in found.hits if hit.kind == PERSON and asked.words][:MOST_CARDS]
    people = people_cards([_person_of(hit) for hit in cards], found)
    lines = [hit for hit in found.hits if hit not in cards]
    names = unit_names([*found.units, *(hit.unit for hit in lines), asked.unit])
    return IndexContext(
        asked=asked,
        count=found.count,
        tabs=_tabs(asked, found, kinds),
        units=_units(asked, found, names),
        since=_since(asked, found),
        people=people,
        hits=hit_lines(lines, found.needles, kinds, names),
        widened=found.widened,
        tried="" if asked.as_typed or found.hits else other_layout(asked.words),
        as_typed_href=asked.href(as_typed=True),
        any_words_href=asked.href(as_typed=False),
        clear_href=Asked(words=asked.words, as_typed=asked.as_typed).href(),
        sort=_sort(asked),
        suggestions=tuple((said, Asked(words=said).href()) for said in found.suggestions),
        person=_name_of(asked.person),
        is_built=found.is_built,
        page=found.page,
        page_count=found.page_count,
        pager_href=asked.href().rstrip("?") + ("&" if asked.href()[-1] != "?" else "?") + "page=",
        seconds=found.seconds,
    )


def hit_lines(
    hits: Sequence[Hit], needles: Sequence[str], kinds: dict[str, SearchKind], names: dict[int, str]
) -> tuple[HitLine, ...]:
    """Hits as lines of a list."""
    unknown = SearchKind("", "", "file-text")
    return tuple(
        HitLine(
            href=hit.href,
            icon=kinds.get(hit.kind, unknown).icon,
            kind=label_text(kinds.get(hit.kind, unknown).label),
            title=marked(hit.title, needles),
            passage=passage(hit.body, needles),
            within=hit.within,
            unit=names.get(hit.unit, ""),
            at=hit.at,
        )
        for hit in hits
    )


def _person_of(hit: Hit) -> int:
    return hit.people[0]


def people_cards(ids: Sequence[int], found: Found) -> tuple[PersonCard, ...]:
    """Those found by name; where nobody was, who is responsible for most of the first hits. Two queries, or none."""
    counts = dict.fromkeys(ids, 0)
    if not ids and found.responsible:
        counts = dict([found.responsible])
    if not counts:
        return ()
    people = {user.id: user for user in User.select().where(User.id.in_(list(counts)), User.is_active)}
    posts = posts_of(list(counts))
    return tuple(
        PersonCard(
            id=number,
            name=marked(people[number].name, found.needles),
            initial=(posts.get(number, [""])[0] or people[number].name)[:1],
            posts=tuple(posts.get(number, ())),
            phone=people[number].phone,
            count=count,
        )
        for number, count in counts.items()
        if number in people
    )


def posts_of(people: Sequence[int]) -> dict[int, list[str]]:
    """Person → '유구읍 · 주무관' of each post in force, the main one first. One query."""
    rows = (
        Post.select(Post, Department, User)
        .join_from(Post, Department)
        .join_from(Post, User)
        .where(Post.user.in_(people), Post.in_force(), Department.in_force())
        .order_by(Post.is_primary.desc(), Post.id)
    )
    found: dict[int, list[str]] = {}
    for post in rows:
        found.setdefault(post.user.id, []).append(" · ".join(filter(None, (post.department.name, post.title))))
    return found


def _tabs(asked: Asked, found: Found, kinds: dict[str, SearchKind]) -> tuple[Choice, ...]:
    every = Choice(t("모두"), asked.href(kind=""), sum(found.kinds.values()), not asked.kind)
    tabs = [
        Choice(label_text(kind.label), asked.href(kind=key), found.kinds.get(key, 0), asked.kind == key)
        for key, kind in kinds.items()
        if found.kinds.get(key) or asked.kind == key
    ]
    return (every, *tabs)


def _units(asked: Asked, found: Found, names: dict[int, str]) -> tuple[Choice, ...]:
    """The units with most matches, and the one chosen; choosing it again takes the filter off."""
    ranked = sorted(found.units, key=lambda unit: (unit != asked.unit, -found.units[unit]))[:MOST_UNITS]
    shown = {*ranked, asked.unit} if asked.unit else set(ranked)
    return tuple(
        Choice(name, asked.href(unit=0 if unit == asked.unit else unit), found.units.get(unit, 0), unit == asked.unit)
        for unit, name in names.items()
        if unit in shown
    )


def _since(asked: Asked, found: Found) -> tuple[Choice, ...]:
    labels = {"week": t("일주일 안"), "month": t("한 달 안"), "year": t("1년 안")}
    anytime = Choice(t("언제든"), asked.href(since=""), 0, not asked.since)
    return (
        anytime,
        *(
            Choice(labels[key], asked.href(since=key), found.since.get(key, 0), asked.since == key)
            for key in SINCE_DAYS
        ),
    )


def _sort(asked: Asked) -> tuple[Choice, ...]:
    return (
        Choice(t("정확한 순"), asked.href(sort="best"), 0, asked.sort == "best"),
        Choice(t("새로운 순"), asked.href(sort="new"), 0, asked.sort == "new"),
    )


def _name_of(person: int) -> str:
    found = User.get_or_none(User.id == person) if person else None
    return found.name if found else ""
