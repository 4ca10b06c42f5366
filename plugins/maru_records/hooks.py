"""What other plugins may give to the ledgers, in their `for_records.py`. Version 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maru import MenuEntry, gives, hookspec

from .definition import Definition

if TYPE_CHECKING:
    from maru import User

VERSION = 1


@hookspec
@gives(Definition, most=100)
def record_definitions() -> list[Definition]:  # type: ignore[empty-body]  # a specification has no body
    """Ledgers that a plugin ships (기본 대장): each gets its table and its pages at `/records/<key>/`.

    Arguments: none.

    Called: with the first menu or ledger page after a start, and when the plugin is switched on again.

    Gives: a list of at most 100 `Definition`, best from JSON files in `app/`. One that differs from that in use takes
    its place as a new version; columns are added, none is dropped. Who reads the ledger at first is said by `"readers"`
    ("unit" or "everyone"); each unit writes its own records. The code of the plugin reads a ledger by
    `shipped(portal, key)`, in a page, a todo, a card or a job (`run.portal`), outside of a write: `visible_to(viewer)`
    are the records that a person may see, `table` is the model of all of them, with an attribute for each field, and
    `href` the address that the number of a record follows. `add_record`, `change_record` and `delete_record` write.

    When it fails: its answer is left out, so the ledgers stay as they were; administrators see file and line.

    Example:
        from pathlib import Path

        from maru import Todo, hookimpl, t
        from maru_records.api import definitions_in, shipped

        @hookimpl
        def record_definitions():
            return definitions_in(Path(__file__).parent / "app")

        @hookimpl
        def todo(viewer, portal):
            diners = shipped(portal, "lunch_diners")
            uncounted = diners.visible_to(viewer).where(diners.table.people.is_null())
            return [Todo(row.meal, f"{diners.href}{row.id}", "warning", t("인원 미정")) for row in uncounted]
    """


@hookspec
@gives(MenuEntry, most=20)
def ledger_links(ledger: str, viewer: User) -> list[MenuEntry]:  # type: ignore[empty-body]  # a specification has no body
    """Links in the head of a ledger's page: its settings, a report made of it.

    Arguments:
        ledger: the key of the ledger, or "" on the list of all ledgers.
        viewer: the person who sees the page. Check what they may: these links name no permission.

    Called: each time the page is made, for plugins that are on for `viewer`. Answer with one query at most.

    Gives: a list of at most 20 `MenuEntry`.

    When it fails: its answer is left out; the page has the links of the others.

    Example:
        from maru import MenuEntry, hookimpl, t

        @hookimpl
        def ledger_links(ledger, viewer):
            if ledger != "lunch_diners" or not viewer.may("lunch.read"):
                return []
            return [MenuEntry(t("식단 보기"), "/lunch/", "utensils")]
    """
