"""What other plugins may give to the ledgers. Version 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maru import MenuEntry, gives, hookspec

from .definition import Definition

if TYPE_CHECKING:
    from maru import User

VERSION = 1


@hookspec
@gives(Definition)
def record_definitions() -> list[Definition]:  # type: ignore[empty-body]  # a specification has no body
    """Ledgers that a plugin ships (기본 대장): each gets its table and its pages at `/records/<key>/`.

    Called without arguments with the first menu or ledger page after a start. A definition that differs from the one
    in use takes its place as a new version; columns are added, none is dropped. Who reads the ledger at first is said
    by `"readers"` ("unit" or "everyone"); each unit writes its own records. Give them from JSON files in `app/`:

        @hookimpl
        def record_definitions():
            return definitions_in(Path(__file__).parent / "app")
    """


@hookspec
@gives(MenuEntry)
def ledger_links(ledger: str, viewer: User) -> list[MenuEntry]:  # type: ignore[empty-body]  # a specification has no body
    """Links in the head of a ledger's page, for the person who sees it: its settings, a report made of it.

    `ledger` is the key of the ledger, or "" on the list of all ledgers. Called each time the page is made, so answer
    with one query at most; what fails is left out.

        @hookimpl
        def ledger_links(ledger, viewer):
            return [MenuEntry(t("대장 설정"), f"/forms/{found.id}/", "settings")] if found else []
    """
