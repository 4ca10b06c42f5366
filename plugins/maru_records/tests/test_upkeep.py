"""A formula changes over a large ledger: everybody else goes on writing, and no record is left with the old sum."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import peewee

from maru_db import connected
from maru_devkit.fixtures import Site
from maru_records.api import Definition, define, is_recalculating, value_of
from maru_records.tests.ledger_site import LOANS, loan_site, loans
from maru_records.writing.upkeep import PIECE

Portal = Callable[..., Site]


def doubled() -> Definition:
    """The loans, worth twice as much."""
    document: dict[str, Any] = LOANS.document()
    for field in document["fields"]:
        if field["key"] == "worth":
            field["expression"] = "count * price * 2"
    return Definition.model_validate(document)


def filled(site: Site, count: int) -> None:
    """`count` more loans of one thing for 1,000 won, as a bulk import writes them."""
    with connected(), site.write_as("admin") as change:
        table = loans().table
        first: dict[str, Any] = dict(table.select().get().__data__)
        del first["id"]
        rows = [first | {"count": 1, "price": Decimal(1000), "worth": Decimal(1000)}] * count
        for batch in peewee.chunked(rows, 100):
            table.insert_many(batch).execute()
        change.record(table._meta.table_name, "import", "created")


def worths(site: Site) -> set[Decimal]:
    """The different values that the records hold now."""
    with connected():
        return {value_of(record, "worth") for record in loans().table.select()}


def test_new_formula_over_many_records_keeps_nobody_waiting(portal: Portal) -> None:
    """No write changes more than a piece; when all are done, every record says what the new formula says."""
    site = loan_site(portal)
    filled(site, 2 * PIECE)

    with connected():
        define(doubled(), site.write_as("admin"), department=site.unit("스마트정보과"))
        is_on_its_way = is_recalculating("loans")
    published = len(site.audit()[-1].changes)
    site.settle()

    with connected():
        is_done = not is_recalculating("loans")
    written = [len(entry.changes) for entry in site.audit("records.recalculate")]
    assert is_on_its_way
    assert is_done
    assert published < 10
    assert written == [PIECE, PIECE, 1]
    assert worths(site) == {Decimal(2000), Decimal(6_000_000)}


def test_recalculation_waits_while_the_ledgers_are_off(portal: Portal) -> None:
    """Switched off in the middle of it, nothing is lost: on again, every record says what the new formula says."""
    site = loan_site(portal)
    filled(site, PIECE)
    with connected():
        define(doubled(), site.write_as("admin"), department=site.unit("스마트정보과"))
    site.switch("records", is_on=False)
    site.settle()
    waiting = worths(site)

    site.switch("records")
    site.settle()

    assert Decimal(1000) in waiting
    assert worths(site) == {Decimal(2000), Decimal(6_000_000)}


def test_record_changed_meanwhile_keeps_what_was_typed(portal: Portal) -> None:
    """Between the new formula and its piece somebody corrects a count: both are in the record."""
    site = loan_site(portal)
    filled(site, PIECE)
    with connected():
        define(doubled(), site.write_as("admin"), department=site.unit("스마트정보과"))

    typed = {"goods": "빔 프로젝터", "count": "5", "price": "1000", "row_version": "1"}
    saved = site.client("clerk").post("/records/loans/1/edit", data=typed)
    site.settle()

    assert saved.status_code == 303
    assert worths(site) == {Decimal(10_000), Decimal(2000)}
