"""A word in a ledger of which everybody reads the records of their own unit alone."""

from __future__ import annotations

from maru_db import connected
from maru_devkit.fixtures import Site
from maru_records.api import Allowed, Definition, Field, add_record, define


def plant(site: Site, word: str) -> None:
    """A shared ledger with a record of 유구읍, and a ledger that 유구읍 alone may read."""
    clerk, unit = site.user("clerk"), site.unit("유구읍")
    fields = (Field(key="purpose", label="용무", type="text"), Field(key="remark", label="비고", type="long_text"))
    shared = Definition(key="trips", label="출장 대장", fields=fields)
    private = Definition(key="private_trips", label=f"{word} 대장", fields=fields)
    with connected():
        ledgers = [
            define(
                definition,
                site.write_as("clerk", plugin="records"),
                department=unit,
                by=clerk,
                rights=rights,
            )
            for definition, rights in (
                (shared, (Allowed("read", rows="unit"), Allowed("write", rows="unit"))),
                (private, (Allowed("read", department=unit), Allowed("write", department=unit))),
            )
        ]
    with site.write_as("clerk", plugin="records") as change:
        for ledger in ledgers:
            add_record(change, ledger, clerk, {"purpose": word, "remark": word}, unit)
