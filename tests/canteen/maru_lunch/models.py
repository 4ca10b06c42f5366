"""Dishes (식단), and how often somebody praised a function of the portal."""

from __future__ import annotations

import peewee

from maru import Model, User, today


class Dish(Model):
    """A dish, of one unit or of all. `is_checked` says that it was tasted (검식)."""

    name = peewee.CharField(max_length=200)
    unit = peewee.IntegerField(null=True)
    served_on = peewee.DateField(default=today)
    calories = peewee.IntegerField(null=True)
    is_checked = peewee.BooleanField(default=False)

    @classmethod
    def visible_to(cls, user: User) -> peewee.ModelSelect[Dish]:
        """Those of the units of `user` and those of all."""
        return cls.select().where(cls.unit.is_null() | cls.unit.in_(user.unit_ids))


class Praise(Model):
    """Words of praise for a function."""

    plugin = peewee.CharField(max_length=40)
    text = peewee.CharField(max_length=200)
