"""대장 정의: a document that reads well, comes back the same, and refuses what cannot work."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from maru_records.definition import Definition, Field


def definition(*fields: Field, **more: Any) -> Definition:
    """A definition of these fields."""
    return Definition(key="budget", label={"ko": "예산", "en": "Budget"}, fields=fields, **more)


NAME = Field(key="name", label="사업명", type="text", required=True)
BUDGET = Field(key="budget", label="예산액", type="amount", unit="천원", minimum=Decimal(0), path=("재원", "국비"))


def test_document_comes_back_the_same() -> None:
    """JSON and back is the same definition."""
    made = definition(NAME, BUDGET, Field(key="rate", label="비율", type="computed", expression="budget / 2"))

    assert Definition.model_validate_json(made.to_json()) == made


def test_document_reads_well() -> None:
    """Defaults are left out, Hangul stays Hangul, format and version are stated."""
    document = json.loads(definition(NAME).to_json())

    assert document == {
        "format": 1,
        "key": "budget",
        "version": 1,
        "label": {"ko": "예산", "en": "Budget"},
        "fields": [{"key": "name", "label": "사업명", "type": "text", "required": True}],
    }
    assert "사업명" in definition(NAME).to_json()


def test_definition_cannot_be_changed() -> None:
    """A definition is a value: the key of an existing one cannot be assigned."""
    with pytest.raises(ValidationError):
        definition(NAME).key = "other"  # type: ignore[misc]  # that is what is tried


@pytest.mark.parametrize("key", ["", "Budget", "1st", "예산", "a-b", "a" * 42])
def test_unusable_keys_are_refused(key: str) -> None:
    """Keys are lower-case ASCII, at most 41 long."""
    with pytest.raises(ValidationError):
        Definition(key=key, label="예산", fields=(NAME,))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ((NAME, NAME), "name"),
        ((Field(key="x", label="x", type="computed", expression="spent + 1"),), "spent"),
        (
            (
                Field(key="x", label="x", type="computed", expression="y"),
                Field(key="y", label="y", type="computed", expression="x"),
            ),
            "x → y → x",
        ),
        ((), "필드가 없습니다"),
    ],
)
def test_what_cannot_work_is_refused_by_name(fields: tuple[Field, ...], says: str) -> None:
    """Double keys, unknown fields and circles are named."""
    with pytest.raises(ValidationError, match=says):
        definition(*fields)


@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "choice"},
        {"type": "computed"},
        {"type": "text", "expression": "1"},
        {"type": "integer", "minimum": Decimal(5), "maximum": Decimal(1)},
        {"type": "colour"},
        {"type": "text", "colour": "red"},
    ],
)
def test_fields_that_do_not_fit_together_are_refused(wrong: dict[str, Any]) -> None:
    """A choice needs choices, a 계산 field its expression; unknown words are errors, not ignored."""
    with pytest.raises(ValidationError):
        Field(key="x", label="x", **wrong)


def test_computed_fields_follow_their_needs() -> None:
    """The order of calculation does not depend on the order of the columns."""
    made = definition(
        BUDGET,
        Field(key="b", label="b", type="computed", expression="a * 2"),
        Field(key="a", label="a", type="computed", expression="budget + 1"),
    )

    assert list(made.expressions) == ["a", "b"]
