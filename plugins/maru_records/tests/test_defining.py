"""Defining a ledger: new versions lose nothing, what does not fit is refused, values are checked whoever gives them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from maru import Conflict, Invalid
from maru_db import connected
from maru_devkit.fixtures import Site
from maru_records.api import Definition, Field, define
from maru_records.tests.ledger_site import FIRST, LOANS, add_loan, loan_site, loans

Portal = Callable[..., Site]


def test_new_version_widens_the_table_and_loses_nothing(portal: Portal) -> None:
    """A field added gets its column, a field left out keeps what it held, and comes back with it."""
    site = loan_site(portal)
    narrow = LOANS.model_copy(update={"fields": tuple(f for f in LOANS.fields if f.key not in ("price", "worth"))})
    wide = Definition(
        **{**LOANS.model_dump(), "fields": [*LOANS.fields, Field(key="place", label="장소", type="text")]}
    )
    with connected():
        unit = site.unit("스마트정보과")
        define(Definition(**narrow.model_dump()), site.write_as("admin"), department=unit)
        page = site.client("clerk").get("/records/loans/1")
        define(wide, site.write_as("admin"), department=unit)

    with connected():
        found = loans().find(site.user("clerk"), 1)

    assert page.status_code == 200
    assert "단가" not in page.text
    assert loans_version(site) == 3
    assert (found.price, found.place) == (1_500_000, None)  # type: ignore[attr-defined]  # see above


def loans_version(site: Site) -> int:
    """The version of the ledger in use."""
    with connected():
        return loans().definition.version


def test_same_definition_again_changes_nothing(portal: Portal) -> None:
    """A plugin gives its definitions at every start; the version in use stays."""
    site = loan_site(portal)

    with connected():
        define(LOANS, site.write_as("admin"), department=site.unit("스마트정보과"))

    assert loans_version(site) == 1


def test_changed_type_and_foreign_key_are_refused(portal: Portal) -> None:
    """A column of dates cannot become numbers; a key belongs to who defined it first; `save` is no field."""
    site = loan_site(portal)
    retyped = LOANS.model_copy(
        update={
            "fields": tuple(
                Field(key=f.key, label="수", type="integer") if f.key == "lent_on" else f for f in LOANS.fields
            )
        }
    )
    unusable = Definition(key="x", label="x", fields=(Field(key="save", label="x", type="text"),))

    with connected(), pytest.raises(Conflict, match="lent_on"):
        define(Definition(**retyped.model_dump()), site.write_as("admin"), department=site.unit("스마트정보과"))
    with connected(), pytest.raises(Conflict, match="스마트정보과"):
        define(Definition(**{**retyped.model_dump(), "key": "loans"}), site.write_as("admin"), plugin="board")
    with connected(), pytest.raises(Invalid, match="save"):
        define(unusable, site.write_as("admin"))


def test_values_of_other_plugins_are_checked_too(portal: Portal) -> None:
    """add_record refuses what the definition does not allow."""
    site = loan_site(portal)

    with pytest.raises(Invalid, match="colour"):
        add_loan(site, "clerk", **FIRST, colour="red")
    with pytest.raises(Invalid, match="goods"):
        add_loan(site, "clerk", count=1)
