"""A query that is compiled once gives what plain Peewee gives, whatever it is run with, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum, IntEnum
from importlib import metadata
from typing import Any, cast

import peewee
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from maru.models import Department, Grant, Post, Session, Units, User
from maru_db import connected, database, prepared
from maru_db.errors import Busy, WriteOutsideError
from maru_db.prepared import Prepared, Slot
from maru_devkit.fixtures import Site
from maru_language import now, today

Portal = Callable[..., Site]

few = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
days = some.dates(date(2020, 1, 1), date(2030, 12, 31))
ids = some.integers(-1, 12)
names = some.sampled_from(["clerk", "planner", "admin", "유구읍", "기획감사실", "100%", "a_b", "'", ""])


class Order(Enum):
    """Ways to sort that shape a query."""

    BY_NAME = "name"
    BY_ID = "id"


@dataclass(frozen=True)
class Wanted:
    """What is looked for, in one argument."""

    units: Units
    names: Collection[str]
    order: Order
    is_active: bool | None


@prepared
def _posts(user: int, on: date) -> peewee.ModelSelect[Post]:
    return (
        Post.select(Post, Department, User)
        .join_from(Post, Department)
        .join_from(Post, User)
        .where(Post.user >= user, Post.in_force(on), Department.in_force(on))
        .order_by(Post.id)
    )


@prepared
def _units(tops: Collection[int], text: str, size: int, start: int) -> Iterable[tuple[int, str]]:
    query = Department.select(Department.id, Department.name).order_by(Department.official_order, Department.id)
    query = query.where(Department.parent.in_(tops) | (Department.name == text)).limit(size).offset(start)
    return cast("Iterable[tuple[int, str]]", query.tuples())


@prepared
def _people(wanted: Wanted) -> Iterable[dict[str, Any]]:
    query = User.select(User.username, User.created_at, peewee.fn.COUNT(Post.id).alias("count"))
    query = query.join(Post).where(wanted.units.where(Post.department) | User.username.in_(wanted.names))
    if wanted.is_active is not None:
        query = query.where(User.is_active == wanted.is_active)
    order = (User.name, User.id) if wanted.order is Order.BY_NAME else (User.id,)
    query = query.group_by(User.id, User.name, User.username, User.created_at).order_by(*order)
    return cast("Iterable[dict[str, Any]]", query.dicts())


@prepared
def _sessions(after: datetime, phone: str | None) -> Iterable[Any]:
    found = Session.select(Session.ends_at, User.username, User.phone).join(User).where(Session.ends_at > after)
    return cast("Iterable[Any]", found.where(User.phone == phone).order_by(Session.id).namedtuples())


def seen(rows: Iterable[Any]) -> list[Any]:
    """Rows as plain values: of models, everything they hold, joined models included."""
    return [_plain(row) for row in rows]


def _plain(row: Any) -> Any:
    if not isinstance(row, peewee.Model):
        return (type(row).__name__, row)
    joined = {name: _plain(other) for name, other in row.__rel__.items()}
    return type(row), row.__data__, joined, sorted(field.name for field in row.dirty_fields)


def agrees(query: Prepared[Any, Any], *given: Any) -> bool:
    """Whether the compiled query, run for the first and the second time, gives what the plain one gives."""
    with connected():
        plain = seen(query.plain(*given))
        return seen(query(*given)) == plain == seen(query(*given))


def test_models_with_joined_models_are_the_same(portal: Portal) -> None:
    """For any person and day: models, their joined models, and nothing marked as changed."""
    site = portal()
    with site.write_as("admin"):
        Post.create(user=site.user("clerk"), department=site.unit("이인면"), valid_until=date(2024, 2, 29))

    @few
    @given(ids, days)
    def same(user: int, on: date) -> None:
        assert agrees(_posts, user, on)

    same()
    with connected():
        assert len(_posts(0, date(2024, 1, 1))) > len(_posts(0, date(2025, 1, 1))) > 0


def test_tuples_with_lists_of_any_length_are_the_same(portal: Portal) -> None:
    """Lists of none to twenty members, texts with wildcards and quotes, any part of the result."""
    portal()

    @few
    @given(some.lists(ids, max_size=20), names, some.integers(0, 9), some.integers(0, 9))
    def same(tops: list[int], text: str, size: int, start: int) -> None:
        assert agrees(_units, tops, text, size, start)

    same()


def test_dicts_by_a_dataclass_are_the_same(portal: Portal) -> None:
    """A frozen dataclass with units, names, an order and a truth that may be absent."""
    portal()
    units = some.builds(Units, some.frozensets(ids), some.booleans())
    wanted = some.builds(Wanted, units, some.frozensets(names), some.sampled_from(Order), some.none() | some.booleans())

    @few
    @given(wanted)
    def same(one: Wanted) -> None:
        assert agrees(_people, one)

    same()


def test_namedtuples_by_an_instant_are_the_same(portal: Portal) -> None:
    """Aware instants go through the field's converter, and come back aware; None is compared as nothing."""
    site = portal()
    site.client("clerk")
    site.client("planner")
    around = some.timedeltas(timedelta(hours=-1), timedelta(hours=20))

    @few
    @given(around, some.sampled_from(["", None, "041"]))
    def same(shift: timedelta, phone: str | None) -> None:
        assert agrees(_sessions, now() + shift, phone)

    same()
    with connected():
        assert [row.ends_at.tzinfo for row in _sessions(now(), "")] == [UTC, UTC]


def test_values_are_converted_by_their_field(portal: Portal) -> None:
    """A naive instant is refused as everywhere: nobody knows which clock it was read from."""
    portal()

    with connected(), pytest.raises(ValueError, match="no time zone"):
        _sessions(datetime(2026, 1, 1), "")  # noqa: DTZ001 — what is refused here


def test_each_database_has_its_own_queries(portal: Portal) -> None:
    """A second portal in the same process gets its own rows."""
    portal()
    with connected():
        before = len(_posts(0, today()))
    second = portal(database="")  # SQLite, whatever the first one lies on
    with second.write_as("admin"):
        Post.create(user=second.user("clerk"), department=second.unit("이인면"))

    with connected():
        after = len(_posts(0, today()))

    assert after == before + 1


def test_sql_is_built_once_for_each_shape(portal: Portal) -> None:
    """Other values and lists up to the same power of two need no new SQL; another truth does."""
    portal()
    built: list[int] = []

    @prepared
    def people(wanted: Collection[int], is_active: bool) -> peewee.ModelSelect[User]:
        built.append(len(wanted))
        return User.select().where(User.id.in_(wanted), User.is_active == is_active)

    with connected():
        lengths = [len(people(wanted, True)) for wanted in ([], [1], [1, 2, 3], [1, 2, 3, 4], {2, 3, 4})]
        people([7, 8, 9], False)

    assert lengths == [0, 1, 3, 4, 3]
    assert built == [0, 0, 1, 1, 4, 4, 4, 4]  # each shape twice, to see that nothing else varies


def test_what_changes_by_itself_is_refused(portal: Portal) -> None:
    """A query that reads the clock would keep the instant of its first use: it never runs."""
    portal()

    @prepared
    def by_instant() -> peewee.ModelSelect[Session]:
        return Session.select().where(Session.ends_at > now())

    @prepared
    def by_day() -> peewee.ModelSelect[Grant]:
        return Grant.select().where(Grant.in_force())

    with connected():
        for query in (by_instant, by_day):
            with pytest.raises(ValueError, match="is no argument and would never change"):
                query()


def test_a_value_cannot_decide_how_the_query_is_built(portal: Portal) -> None:
    """`if words:` would be decided once for all; a model is no value."""
    site = portal()

    @prepared
    def named(words: str) -> peewee.ModelSelect[User]:
        return User.select().where(User.name == words) if words else User.select()

    with connected(), pytest.raises(TypeError, match="cannot be built differently"):
        named("clerk")
    with connected(), pytest.raises(TypeError, match="pass what identifies it"):
        named(site.user("clerk"))  # type: ignore[arg-type]  # what is refused here


def test_arguments_cannot_be_compared_with_each_other(portal: Portal) -> None:
    """`if asker == owner:` would be true for everybody: who asks for somebody else's rows would get all of them."""
    portal()

    @prepared
    def own(asker: int, owner: int) -> peewee.ModelSelect[User]:
        return User.select() if asker == owner else User.select().where(User.id == asker)

    @prepared
    def over(number: int) -> peewee.ModelSelect[User]:
        return User.select() if number > 5 else User.select().where(User.id == number)

    @prepared
    def member(one: int, ids: list[int]) -> peewee.ModelSelect[User]:
        return User.select() if one in ids else User.select().where(User.id == one)

    with connected():
        for ask in (lambda: own(1, 2), lambda: over(1), lambda: member(99, [5, 6])):
            with pytest.raises(TypeError, match="cannot be built differently"):
                ask()


def test_true_and_an_enum_of_one_are_two_shapes(portal: Portal) -> None:
    """They are equal to Python, and build different queries."""
    portal()

    class Kind(IntEnum):
        FIRST = 1

    @prepared
    def said(what: bool | Kind) -> Any:
        return User.select(peewee.Value(repr(what))).limit(1).tuples()

    with connected():
        assert said(True) == [("True",)]
        assert said(Kind.FIRST) == [(repr(Kind.FIRST),)]


def test_it_goes_the_guarded_way(portal: Portal) -> None:
    """A thread that was given up gets nothing, and a change outside of a write is refused, also in this way."""
    portal()

    @prepared
    def change(name: str) -> Any:
        return User.update(phone=name)

    with connected() as hop:
        with pytest.raises(WriteOutsideError):
            change("041")
        hop.is_abandoned = True
        with pytest.raises(Busy):
            _posts(0, today())
        hop.is_abandoned = False


def test_first_is_the_first_row_or_none(portal: Portal) -> None:
    """`first` gives one row, None where there is none."""
    portal()

    with connected():
        first, nothing = _units.first([1], "", 5, 0), _units.first([], "", 5, 0)

    assert first is not None
    assert first[1] == "기획감사실"
    assert nothing is None


def test_peewee_still_has_the_names_it_keeps_to_itself(portal: Portal) -> None:
    """maru_db.prepared needs these; when one is missing after an upgrade, it must be adapted or Peewee held back."""
    portal()
    context = database.get_sql_context()
    query = User.select(User.name).where(User.name == Slot(0))

    context.sql(query)

    lacking = "Peewee {0} no longer has {1}, which core/maru_db/prepared.py leans on."
    version = metadata.version("peewee")
    assert isinstance(getattr(context, "_values", None), list), lacking.format(version, "Context._values")
    assert hasattr(context.state, "param"), lacking.format(version, "Context.state.param")
    bound = [one for one in context._values if isinstance(one, Slot)]
    assert [one.convert for one in bound] == [User.name.db_value], lacking.format(version, "Context.state.converter")
    assert callable(getattr(query, "_get_cursor_wrapper", None)), lacking.format(version, "_get_cursor_wrapper")
    for name in ("initialize", "process_row"):
        assert callable(getattr(peewee.ModelCursorWrapper, name, None)), lacking.format(
            version, f"CursorWrapper.{name}"
        )
