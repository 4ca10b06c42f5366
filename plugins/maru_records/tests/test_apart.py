"""겹침 금지: the same thing is not taken twice at once, by days or by hours, and nobody slips in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from maru_db import connected
from maru_devkit.fixtures import Site
from maru_records.api import Allowed, Definition, Field, add_record, define, records_of
from maru_records.definition.apart import Apart
from maru_records.writing.apart import Refused
from maru_records.writing.records import change_record


def definition(kind: Any = "datetime", **rule: Any) -> Definition:
    """A ledger of cars, lent from and until, by days or by hours."""
    return Definition(
        key="cars",
        label="관용차",
        apart=Apart(**({"same": ("car",), "start": "since", "end": "until"} | rule)),
        fields=(
            Field(key="car", label="차량", type="text", required=True),
            Field(key="since", label="출발", type=kind),
            Field(key="until", label="도착", type=kind),
        ),
    )


def cars(portal: Callable[..., Site], kind: str) -> Callable[..., Any]:
    """`lend("1호차", 9, 12)` writes a loan down as `clerk`: hours of one day, or days of one month."""
    site = portal("records")
    unit = site.unit("유구읍")
    with connected():
        define(definition(kind), site.write_as("admin"), rights=(Allowed("write"),))

    def moment(number: int | None) -> Any:
        if number is None:
            return None
        return date(2027, 3, number) if kind == "date" else datetime(2027, 3, 2, number, tzinfo=UTC)

    def lend(car: str, since: int | None, until: int | None, instead_of: Any = None) -> Any:
        values = {"car": car, "since": moment(since), "until": moment(until)}
        with connected():
            clerk, ledger = site.user("clerk"), records_of("cars")
            with site.write_as("clerk") as change:
                if instead_of is not None:
                    return change_record(change, ledger, clerk, instead_of, values)
                return add_record(change, ledger, clerk, values, unit)

    return lend


@pytest.mark.parametrize(("since", "until"), [(9, 12), (8, 10), (11, 13), (10, 11), (8, 13)])
def test_overlapping_hours_are_refused(portal: Callable[..., Site], since: int, until: int) -> None:
    """However they overlap; the sentence names the thing and the time, and the field to change is the start."""
    lend = cars(portal, "datetime")
    lend("1호차", 9, 12)

    with pytest.raises(Refused, match=r"1호차 2027\. 3\. 2\. 18:00 ~ 21:00\.") as refused:
        lend("1호차", since, until)

    assert refused.value.field == "since"


def test_what_only_touches_is_free(portal: Callable[..., Site]) -> None:
    """One may begin when the other ends; another car and a loan without an end are free."""
    lend = cars(portal, "datetime")
    lend("1호차", 9, 12)

    made = [lend("1호차", 12, 13), lend("1호차", 8, 9), lend("2호차", 9, 12), lend("1호차", 10, None)]

    assert all(record.id for record in made)


def test_last_day_counts(portal: Callable[..., Site]) -> None:
    """By days, the day of return is taken; a loan of one day is a loan. Both days are named whole."""
    lend = cars(portal, "date")
    lend("1호차", 9, 12)
    lend("1호차", 13, 13)

    with pytest.raises(Refused, match=r"2027\. 3\. 9\. ~ 2027\. 3\. 12\."):
        lend("1호차", 12, 12)


@pytest.mark.parametrize(("kind", "since", "until"), [("datetime", 12, 9), ("datetime", 9, 9), ("date", 12, 9)])
def test_end_comes_after_the_start(portal: Callable[..., Site], kind: str, since: int, until: int) -> None:
    """The field to change is then the end."""
    lend = cars(portal, kind)

    with pytest.raises(Refused, match="‘도착’이 ‘출발’보다 뒤여야 합니다") as refused:
        lend("1호차", since, until)

    assert refused.value.field == "until"


def test_moving_a_loan_does_not_meet_itself(portal: Callable[..., Site]) -> None:
    """It may be lengthened over its own time, not into another's."""
    lend = cars(portal, "datetime")
    first = lend("1호차", 9, 12)
    lend("1호차", 14, 16)

    longer = lend("1호차", 9, 13, instead_of=first)

    with pytest.raises(Refused):
        lend("1호차", 9, 15, instead_of=longer)


@pytest.mark.parametrize(
    ("kind", "rule", "said"),
    [
        ("datetime", {"start": "nowhere"}, "nowhere"),
        ("datetime", {"same": ("wheel",)}, "wheel"),
        ("text", {}, "datetime"),
        ("datetime", {"start": "car"}, "car"),
    ],
)
def test_rule_that_cannot_work_is_refused(kind: str, rule: dict[str, Any], said: str) -> None:
    """When the definition is made, by name."""
    with pytest.raises(ValidationError, match=said):
        definition(kind, **rule)


def test_rule_and_readers_survive_a_round_trip() -> None:
    """They stand in the document, and are left out where nobody asked for them."""
    shared = definition().model_copy(update={"readers": "everyone"})

    again = Definition.model_validate(shared.document())

    assert again == shared
    assert shared.document()["apart"] == {"same": ["car"], "start": "since", "end": "until"}
    plain = Definition(key="plain", label="대장", fields=definition().fields)
    assert {"apart", "readers"}.isdisjoint(plain.document())
