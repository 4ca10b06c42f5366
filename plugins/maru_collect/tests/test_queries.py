"""List pages ask the database a fixed number of times, however long the list is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from maru import Department
from maru_collect.models import CollectionRequest, Target
from maru_db import connected
from maru_devkit.fixtures import Site

from .rounds import row, sent

Portal = Callable[..., Site]


@pytest.mark.parametrize(("person", "path"), [("clerk", "/collect/"), ("planner", "/collect/sent/")])
def test_list_asks_a_fixed_number_of_times(portal: Portal, person: str, path: str) -> None:
    """Thirty requests, received or sent, cost as many queries as one."""
    site = portal("collect")
    made = sent(site)
    client = site.client(person)
    client.get(path)
    one = site.queries(lambda: client.get(path))
    _copies(site, made.id, 30)
    client.get(path)

    many = site.queries(lambda: client.get(path))

    assert many == one
    assert many <= 8


def test_board_of_sixty_units_asks_twelve_times_at_most(portal: Portal) -> None:
    """The board with sixty units, one of them opened at the right, stays within twelve queries beside the frame."""
    site = portal("collect")
    made = sent(site)
    made.submit("clerk", "유구읍", [row("주차장 정비")])
    _more_units(site, made.id, 56)
    client = site.client("planner")
    path = f"/collect/{made.id}/?unit={made.target('유구읍').id}"
    client.get(path)

    count = site.queries(lambda: client.get(path))

    assert "60" in client.get(path).text
    assert count <= 12


def _copies(site: Site, request_id: int, count: int) -> None:
    with connected():
        original = CollectionRequest.get_by_id(request_id)
        units = list(Target.select().where(Target.request == request_id))
    for _ in range(count):
        with site.write_as("planner", "collect"):
            values = {name: value for name, value in original.__data__.items() if name != "id"}
            made = CollectionRequest.create(**values)
            for unit in units:
                Target.create(request=made, department=unit.department, official_order=unit.official_order,
                              unit_name=unit.unit_name)  # fmt: skip


def _more_units(site: Site, request_id: int, count: int) -> None:
    with site.write_as("admin"):
        city = Department.get(Department.name == "공주시")
        for number in range(count):
            unit = Department.add(f"{number}과", "division", city, 100 + number, is_recipient=True)
            Target.create(request=request_id, department=unit, official_order=unit.official_order, unit_name=unit.name)
