"""Days on which posts, role memberships and grants hold."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TypeAlias

import peewee

from maru import Grant, Post, RoleMember, today

Dated: TypeAlias = "type[Post] | type[RoleMember] | type[Grant]"

FOREVER = date(9999, 12, 31)
"""The day on which only what has no end still holds."""


def not_over(model: Dated, on: date) -> peewee.Expression:
    """True for rows that hold on the day `on` or will later."""
    return model.valid_until.is_null() | (model.valid_until >= on)


def yesterday() -> date:
    """The last day of what ends now."""
    return today() - timedelta(days=1)
