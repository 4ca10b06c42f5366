"""A word in a draft of one unit, and in a ledger of it that was published for that unit alone."""

from __future__ import annotations

from maru_db import connected
from maru_devkit.fixtures import Site
from maru_forms.design import Design, DesignField
from maru_forms.services import begin, publish
from maru_records.api import add_record, records_of


def plant(site: Site, word: str) -> None:
    """Name, choices, help and formula of both bear the word; so does a record."""
    clerk, unit = site.user("clerk"), site.unit("유구읍")
    fields = (
        DesignField(key="f1", label=f"{word} 이름", type="text", help=word),
        DesignField(key="f2", label="구분", type="choice", choices=(word,)),
        DesignField(key="f3", label="쓴 돈", type="amount", unit=word),
    )
    design = Design(fields=fields, removed=(DesignField(key="f4", label=word, type="date"),))
    with site.write_as("clerk", plugin="forms"):
        begin(clerk, unit, f"{word} 설계", design)
        draft = begin(clerk, unit, f"{word} 대장", design)
    draft.summary = word
    with connected():
        key = publish(draft, site.write_as("clerk", plugin="forms"), clerk).definition.key
        ledger = records_of(key)
    with site.write_as("clerk", plugin="forms") as change:
        first = ledger.definition.fields[0].key
        add_record(change, ledger, clerk, {first: word}, unit)
