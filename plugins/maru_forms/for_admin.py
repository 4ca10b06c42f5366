"""What goes when the making of ledgers is uninstalled: the ledgers that were made with it, records and all."""

from __future__ import annotations

from maru import hookimpl
from maru_admin.api import Belonging
from maru_records.api import belongings_of

from .models import Draft


@hookimpl
def belongings(plugin: str) -> list[Belonging]:
    """Only its own; to keep the ledgers in use, it is switched off instead."""
    if plugin != "forms":
        return []
    return belongings_of({draft.key for draft in Draft.select(Draft.key).where(Draft.key != "")})
