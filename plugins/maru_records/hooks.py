"""What other plugins may give to the ledgers. Version 1."""

from __future__ import annotations

from maru import gives, hookspec

from .definition import Definition

VERSION = 1


@hookspec
@gives(Definition)
def record_definitions() -> list[Definition]:  # type: ignore[empty-body]  # a specification has no body
    """Ledgers that a plugin ships (기본 대장): each gets its table and its pages at `/records/<key>/`.

    Called without arguments the first time a ledger page is opened after a start. A definition with a higher version
    than the one in use takes its place; columns are added, none is dropped. Give them from JSON files in `app/`:

        @hookimpl
        def record_definitions():
            return definitions_in(Path(__file__).parent / "app")
    """
