"""Rows are saved inside a write, whole, recorded and chained — or not at all."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from maru.models import AuditEntry, Department, OutboxEvent, User, verify_chain
from maru.pages import Actor, write_as
from maru_db import connected, database, schema_change
from maru_db.errors import UnrecordedWriteError, WriteOutsideError
from maru_db.model import Model
from maru_devkit.fixtures import Site

Portal = Callable[..., Site]


def test_saving_outside_of_a_write_is_refused(portal: Portal) -> None:
    """A view that forgets `with write(request):` changes nothing and hears why."""
    site = portal()
    user = site.user("clerk")
    user.name = "changed"

    with connected(), pytest.raises(WriteOutsideError, match="outside of `with write"):
        user.save()

    assert site.user("clerk").name == "clerk"


def test_a_raw_statement_outside_of_a_write_is_refused(portal: Portal) -> None:
    """SQL by hand is no way around."""
    portal()

    with connected(), pytest.raises(WriteOutsideError):
        User.update(name="changed").execute()


def test_a_failing_write_leaves_nothing(portal: Portal) -> None:
    """Rows, audit entry and events of a write that raises are all gone."""
    site = portal()
    with connected():
        before = AuditEntry.select().count(), OutboxEvent.select().count()

    def add_and_fail() -> None:
        with site.write_as("clerk"):
            Department.add("새 과", "division", None, 99)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        add_and_fail()

    with connected():
        assert Department.get_or_none(Department.name == "새 과") is None
        assert (AuditEntry.select().count(), OutboxEvent.select().count()) == before


def test_a_write_that_is_never_ended_holds_nobody_up(portal: Portal) -> None:
    """What was begun and left open is rolled back when its hop ends, and the next one writes."""
    site = portal()
    with connected():
        forgotten = write_as(Actor(None, "forgotten"))
        forgotten.__enter__()
        User.update(name="changed").execute()

    with site.write_as("admin"):
        Department.add("새 과", "division", None, 99)

    with pytest.raises((RuntimeError, IndexError)):
        forgotten.__exit__(None, None, None)
    assert site.user("clerk").name == "clerk"


def test_a_transaction_begun_by_hand_holds_nobody_up(portal: Portal) -> None:
    """BEGIN as a bare statement is rolled back, too."""
    site = portal()
    with connected():
        database.execute_sql("BEGIN")

    with site.write_as("admin"):
        Department.add("새 과", "division", None, 99)

    with connected():
        assert Department.get_or_none(Department.name == "새 과") is not None


def test_an_entry_says_who_what_before_and_after(portal: Portal) -> None:
    """The audit entry of a change has the actor and only the fields that changed."""
    site = portal()
    user = site.user("stranger")

    with site.write_as("clerk"):
        user.phone = "041-000-0000"
        user.save()

    with connected():
        entry = AuditEntry.select().order_by(AuditEntry.id.desc()).get()
    assert entry.actor_name == "clerk"
    assert entry.changes == [
        {
            "table": "maru_user",
            "key": str(user.id),
            "action": "changed",
            "before": {"phone": ""},
            "after": {"phone": "041-000-0000"},
        }
    ]


def test_a_secret_never_reaches_the_audit(portal: Portal) -> None:
    """Password hashes are masked before and after."""
    site = portal()

    with connected():
        text = " ".join(str(entry.changes) for entry in AuditEntry.select())

    assert site.user("clerk").password_hash.startswith("$argon2id$")
    assert "$argon2id$" not in text
    assert "•••" in text


def test_a_bulk_change_that_nobody_recorded_is_refused(portal: Portal) -> None:
    """`update()` without `change.record` rolls the write back."""
    site = portal()

    with pytest.raises(UnrecordedWriteError, match=r"maru_user.*change\.record"), site.write_as("clerk"):
        User.update(phone="1").execute()

    assert site.user("clerk").phone == ""


def test_a_recorded_bulk_change_is_kept(portal: Portal) -> None:
    """With `change.record` the same update commits."""
    site = portal()

    with site.write_as("clerk") as change:
        User.update(phone="1").execute()
        change.record("maru_user", "*", "changed", after={"phone": "1"})

    assert site.user("clerk").phone == "1"


def test_a_write_inside_a_write_is_refused(portal: Portal) -> None:
    """There is one transaction, and it is passed on."""
    site = portal()

    with pytest.raises(WriteOutsideError, match="inside a write"), site.write_as("clerk"), site.write_as("clerk"):
        pass


def test_tables_are_never_changed_inside_a_write(portal: Portal) -> None:
    """SQLite would delete the children of a rebuilt table there."""
    site = portal()

    with pytest.raises(WriteOutsideError), site.write_as("clerk"), schema_change():
        pass


def test_an_altered_entry_breaks_the_chain(portal: Portal) -> None:
    """Who edits the audit by hand is found out, at the entry that was edited."""
    site = portal()
    with site.write_as("clerk"):
        Department.add("새 과", "division", None, 99)
    with connected():
        assert verify_chain() is None
        first = AuditEntry.select().order_by(AuditEntry.id).get()

    with site.write_as("clerk") as change:
        AuditEntry.update(actor_name="somebody else").where(AuditEntry.id == first.id).execute()
        change.note = "tampering"

    with connected():
        broken = verify_chain()
    assert broken is not None
    assert broken.id == first.id


def test_every_saved_row_becomes_an_event(portal: Portal) -> None:
    """Other plugins hear `<table>.created` without the author doing anything."""
    site = portal()

    with site.write_as("clerk"):
        made = Department.add("새 과", "division", None, 99)

    with connected():
        names = [
            (e.name, e.payload) for e in OutboxEvent.select().where(OutboxEvent.key == f"maru_department:{made.id}")
        ]
    assert ("maru_department.created", {"id": made.id}) in names


def test_tables_carry_the_id_of_their_owner() -> None:
    """`maru_board.models.PostRead` would be `board_post_read`."""
    names = {model._meta.table_name for model in Model.__subclasses__() if model.__module__.startswith("maru.models")}

    assert names
    assert all(name.startswith("maru_") for name in names)
