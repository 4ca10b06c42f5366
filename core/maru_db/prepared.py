"""Queries compiled once: Peewee takes ten times as long to build the SQL of a list as the database to answer it.

    @prepared
    def _of_unit(unit: int, since: datetime) -> peewee.ModelSelect[Post]:
        return Post.select(Post, User).join(User).where(Post.department == unit, Post.created_at > since)

    posts = _of_unit(7, now() - LATELY)

The function runs once for each *shape* of its arguments, with a slot in the place of every value. From then on the SQL
is executed with the values, converted by the fields they are compared with. Numbers, texts and dates are values, also
as members of lists and frozen dataclasses; a list is filled up to 1, 2, 4, 8 … members by repeating the last one, so
that it fits an `IN`. True, False, None, members of an Enum and the length of a list are no values but shape the query.

Whatever varies must be an argument. What the function looks up by itself (the clock, a setting) would stay as it was:
dates that are no arguments are refused. `contains` and its kin take `%` and `_` in a value for wildcards.

Leans on names that Peewee keeps to itself; tests/db/test_prepared.py says so when one of them changes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import partial
from itertools import count
from typing import Any, Generic, NoReturn, ParamSpec, TypeVar

import peewee

from maru_db.database import database

Given = ParamSpec("Given")
Row = TypeVar("Row")

PLAIN = (int, float, str, bytes, date, Decimal)


class Slot(peewee.ColumnBase):
    """Stands in a query for value `number` of those it will be run with; `convert` is set where it is compared."""

    def __init__(self, number: int, convert: Callable[[Any], Any] | None = None) -> None:
        self.number, self.convert = number, convert

    def __hash__(self) -> int:
        return hash(self.number)

    def __bool__(self) -> NoReturn:
        raise TypeError("A compiled query cannot be built differently for a value: pass True, False or an Enum.")

    def _compared(self, other: Any) -> Any:
        """An argument compared with an argument, or looked for in a list of them: no column would decide it."""
        return bool(self)

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _compared

    def __sql__(self, context: Any) -> Any:
        context._values.append(Slot(self.number, context.state.converter))
        return context.literal(context.state.param or "?")

    def filled(self, values: list[Any]) -> Any:
        """What the database gets in this place."""
        return self.convert(values[self.number]) if self.convert else values[self.number]


class Compiled:
    """The SQL of one shape, what it is bound with, and how a row of it becomes what the query gives."""

    def __init__(self, build: Callable[[], Any]) -> None:
        self.query = build()
        self.sql, self.bound = database.get_sql_context().sql(self.query).query()
        again = database.get_sql_context().sql(build()).query()[1]
        for one, other in zip(self.bound, again, strict=True):
            if not isinstance(one, Slot) and (isinstance(one, date) or one != other):
                raise ValueError(f"{one!r} is no argument and would never change. Pass what varies as an argument.")
        self._wrapper: Any = None

    def rows(self, values: list[Any]) -> list[Any]:
        """All rows for these values, by the guarded way of every statement."""
        bound = [one.filled(values) if isinstance(one, Slot) else one for one in self.bound]
        cursor = database.execute_sql(self.sql, bound)
        if self._wrapper is None:
            wrapper = self.query._get_cursor_wrapper(cursor)
            wrapper.initialize()
            wrapper.cursor = None  # it belongs to one thread; how rows are read does not
            self._wrapper = wrapper
        return [self._wrapper.process_row(row) for row in cursor.fetchall()]


class Prepared(Generic[Given, Row]):
    """A query as a function of its values: called for all rows, asked for `first`, or for the `plain` query."""

    def __init__(self, plain: Callable[Given, Iterable[Row]]) -> None:
        self.plain = plain
        self.__doc__ = plain.__doc__

    def __call__(self, *given: Given.args, **named: Given.kwargs) -> list[Row]:
        values: list[Any] = []
        key = (self, *named, *[_shape(one, values) for one in (*given, *named.values())])
        compiled: Compiled | None = database.compiled.get(key)
        if compiled is None:
            numbers = count()
            slots = [_slots(one, numbers) for one in given]
            more = {name: _slots(one, numbers) for name, one in named.items()}
            compiled = database.compiled[key] = Compiled(partial(self.plain, *slots, **more))
        return compiled.rows(values)

    def first(self, *given: Given.args, **named: Given.kwargs) -> Row | None:
        """The first row, or None. The query says `limit(1)` where there may be many."""
        return next(iter(self(*given, **named)), None)


prepared = Prepared


def _shape(given: Any, values: list[Any]) -> Any:
    """What of an argument decides how the query reads; its values are added to `values`."""
    if given is None or isinstance(given, bool | Enum | type):
        return type(given), given
    if isinstance(given, PLAIN):
        values.append(given)
        return Slot
    if isinstance(given, list | tuple | set | frozenset):
        return tuple([_shape(member, values) for member in _padded(given)])
    if is_dataclass(given):
        return type(given), *[_shape(getattr(given, field.name), values) for field in fields(given)]
    raise TypeError(f"{given!r} cannot be an argument of a compiled query: pass what identifies it, such as its id.")


def _slots(given: Any, numbers: Iterator[int]) -> Any:
    """The argument with a slot in the place of every value, numbered in the order of `_shape`."""
    if given is None or isinstance(given, bool | Enum | type):
        return given
    if isinstance(given, PLAIN):
        return Slot(next(numbers))
    if is_dataclass(given):
        return replace(given, **{one.name: _slots(getattr(given, one.name), numbers) for one in fields(given)})  # type: ignore[type-var]  # an instance
    return [_slots(member, numbers) for member in _padded(given)]


def _padded(given: Collection[Any]) -> list[Any]:
    """The members, the last one repeated until they are 1, 2, 4, 8 …"""
    members = list(given)
    return members + members[-1:] * ((1 << (len(members) - 1).bit_length()) - len(members))
