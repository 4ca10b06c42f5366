"""Back to the definitions of an earlier time, by the administration's page: nothing that was entered since is lost."""

from __future__ import annotations

from collections.abc import Callable

from maru_admin.tests.test_history import back, page
from maru_db import connected
from maru_devkit.fixtures import Clock, Site
from maru_language import now
from maru_records.api import Definition, Field, define
from maru_records.models import StoredDefinition
from maru_records.tests.ledger_site import LOANS, loan_site, loans

Portal = Callable[..., Site]


def widened(site: Site, key: str) -> None:
    """The ledger with one field more."""
    wide = Definition(**{**LOANS.model_dump(), "fields": [*LOANS.fields, Field(key=key, label="장소", type="text")]})
    with connected():
        define(wide, site.write_as("admin"), department=site.unit("스마트정보과"))


def test_the_definition_goes_back_and_what_was_entered_stays(portal: Portal, clock: Clock) -> None:
    """The page names the ledger with both versions; afterwards a third is in use, and the new column is still there."""
    site = loan_site(lambda *plugins: portal("admin", *plugins))
    clock.move(hours=1)
    friday = now()
    clock.move(hours=1)
    widened(site, "place")
    shown = page(site, friday)

    answer = back(site, friday)

    with connected():
        present = loans().definition
        versions = StoredDefinition.select().where(StoredDefinition.key == LOANS.key).count()
    assert "대장 정의" in shown
    assert answer.status_code == 303
    assert (present.version, versions) == (3, 3)
    assert "place" not in present.by_key
    assert "되돌릴 것이 없습니다" in page(site, friday)


def test_a_ledger_that_was_made_since_stays(portal: Portal, clock: Clock) -> None:
    """There is nothing to go back to, and it is not taken away."""
    friday = now()
    clock.move(hours=1)
    site = loan_site(lambda *plugins: portal("admin", *plugins))

    assert "되돌릴 것이 없습니다" in page(site, friday)
