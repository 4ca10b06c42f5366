"""What strangers hand in is made of plain values all the way down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Literal

import pytest
from markupsafe import Markup

from maru import Checked, Label
from maru_boundary import all_of


@dataclass(frozen=True)
class Inner(Checked):
    """A part of it."""

    count: int


@dataclass(frozen=True)
class Outer(Checked):
    """One field of each kind."""

    label: Label = ""
    kind: Literal["warm", "cold"] = "warm"
    parts: tuple[Inner, ...] = ()
    hrefs: Mapping[str, str] = field(default_factory=dict)
    is_new: bool = False
    on: date | None = None
    at: datetime | None = None
    anything: object = None


WELL: list[dict[str, Any]] = [
    {"label": "국수"},
    {"label": {"ko": "국수", "en": "Noodles"}},
    {"kind": "cold", "parts": (Inner(1), Inner(-2)), "hrefs": {"a": "/b"}},
    {"is_new": True, "on": date(2026, 6, 8), "at": datetime(2026, 6, 8, tzinfo=UTC), "anything": Markup("x")},
]
WRONG: list[dict[str, Any]] = [
    {"label": Markup("국수")},
    {"label": {"ko": "국\udcff"}},
    {"label": {"ko": "국수" * 10_000}},
    {"kind": "lukewarm"},
    {"kind": Markup("warm")},
    {"parts": [Inner(1)]},
    {"parts": (1,)},
    {"hrefs": {"a": Markup("/b")}},
    {"is_new": 1},
    {"on": datetime(2026, 6, 8, tzinfo=UTC)},
    {"on": date(9999, 6, 8)},
    {"at": datetime(2026, 6, 8)},  # noqa: DTZ001 — on purpose
]


@pytest.mark.parametrize("values", WELL)
def test_plain_values_are_taken(values: dict[str, Any]) -> None:
    """And given on as they are, in an object of its own."""
    made = Outer(**values)

    (given,) = all_of(Outer, [made], 1)

    assert given == made
    assert given is not made


@pytest.mark.parametrize("values", WRONG)
def test_anything_else_is_refused_with_the_name_of_the_field(values: dict[str, Any]) -> None:
    """Subclasses of text too, which may do anything when they are shown."""
    (name,) = values

    with pytest.raises(TypeError, match=f"Outer.{name} "):
        Outer(**values)


def test_part_that_was_changed_since_is_refused() -> None:
    """What was checked when it was made is checked when it is given."""
    part = Inner(1)
    made = Outer(parts=(part,))
    object.__setattr__(part, "count", "many")

    with pytest.raises(TypeError, match=r"Inner\.count is 'many'"):
        all_of(Outer, [made], 1)


def test_class_of_text_is_named() -> None:
    """Otherwise "is 'x', expected str" would puzzle whoever reads it."""
    with pytest.raises(TypeError, match="of the class Markup"):
        Outer(label=Markup("x"))
