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
    ("unit" or "everyone"); each unit writes its own records.

    When it fails: its answer is left out, so the ledgers stay as they were; administrators see file and line.

    Example:
        from pathlib import Path

        from maru import hookimpl
        from maru_records.api import definitions_in

        @hookimpl
        def record_definitions():
            return definitions_in(Path(__file__).parent / "app")
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
