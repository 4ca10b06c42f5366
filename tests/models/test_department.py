"""The tree of departments: official order, and the days each of them exists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from maru import Department, today
from maru_db import connected
from maru_devkit.fixtures import Site

Portal = Callable[..., Site]
ORDER = ["공주시", "기획감사실", "자치안전국", "스마트정보과", "읍·면·동"]
TOWNS = ["유구읍", "유구읍 총무팀", "이인면", "탄천면", "계룡면"]


def test_departments_come_in_official_order(portal: Portal) -> None:
    """직제순 over the whole tree, however the rows were made."""
    portal()

    with connected():
        assert [unit.name for unit in Department.in_order()] == ORDER + TOWNS


def test_a_unit_knows_what_is_below_and_above_it(portal: Portal) -> None:
    """Descendants without itself, the subtree with it, ancestors from the root down."""
    site = portal()
    group, town = site.unit("읍·면·동"), site.unit("유구읍")

    with connected():
        assert [unit.name for unit in group.descendants()] == TOWNS
        assert Department.ids_below({town.id}) == {town.id, site.unit("유구읍 총무팀").id}
    assert town.ancestor_ids == [site.unit("공주시").id, group.id]


def test_a_path_is_no_prefix_of_another_number(portal: Portal) -> None:
    """Unit 1 is not above unit 10: paths end with a slash."""
    site = portal()
    with site.write_as("admin"):
        made = [Department.add(f"새 과 {number}", "division", None, 100 + number) for number in range(12)]

    with connected():
        assert all(Department.ids_below({unit.id}) == {unit.id} for unit in made)


def test_readers_are_chosen_among_those_who_answer_and_all_above_them(portal: Portal) -> None:
    """In 직제순, with the groups above them; no team, and not the city, which is everyone."""
    portal()

    with connected():
        assert [unit.name for unit in Department.nameable()] == [
            name for name in ORDER + TOWNS if name not in ("공주시", "유구읍 총무팀")
        ]


def test_only_recipients_are_asked(portal: Portal) -> None:
    """Groups and teams answer nothing in their own name."""
    portal()

    with connected():
        names = [unit.name for unit in Department.recipients()]

    assert names == ["기획감사실", "스마트정보과", "유구읍", "이인면", "탄천면", "계룡면"]


def test_the_last_day_belongs_to_a_department(portal: Portal) -> None:
    """Both ends count; a day before and a day after it is not there."""
    site = portal()
    on = today()
    with site.write_as("admin"):
        unit = Department.add("한시 기구", "division", None, 99, valid_from=on, valid_until=on)

    with connected():
        there = [
            Department.select().where(Department.in_force(on + timedelta(days)), Department.id == unit.id).exists()
            for days in (-1, 0, 1)
        ]

    assert there == [False, True, False]


def test_a_closed_department_is_gone_from_lists_and_kept_in_the_table(portal: Portal) -> None:
    """History stays: the row is there, the lists of today leave it out."""
    site = portal()
    closed = site.unit("탄천면")
    with site.write_as("admin"):
        closed.valid_until = today() - timedelta(days=1)
        closed.save()

    with connected():
        assert "탄천면" not in [unit.name for unit in Department.in_order()]
    assert site.unit("탄천면").valid_until is not None
