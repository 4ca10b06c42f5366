"""Rows that hold from one day to another: departments, posts, memberships, grants."""

from datetime import date

import peewee

from maru_db import Model
from maru_language import today


class Dated(Model):
    """A row with its days. Both are included; an empty one is open."""

    valid_from = peewee.DateField(null=True)
    valid_until = peewee.DateField(null=True)

    @classmethod
    def in_force(cls, on: date | None = None) -> peewee.Expression:
        """True for rows that hold on the day `on` (today)."""
        on = today() if on is None else on
        started = cls.valid_from.is_null() | (cls.valid_from <= on)
        return started & (cls.valid_until.is_null() | (cls.valid_until >= on))
