"""A word in a document that 유구읍 alone may find, given by a plugin made up for it."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

from maru import Event, User, hookimpl, now
from maru_devkit.fixtures import Site
from maru_search.api import SearchDocument, tokens_of_unit


def plant(site: Site, word: str) -> None:
    """Index one document that carries the word everywhere, as if a plugin had given it."""
    unit, author = site.unit("유구읍").id, site.user("clerk").id

    @hookimpl
    def search_keys(event: Event | None) -> list[str]:
        return ["canary:1"]

    @hookimpl
    def search_documents(keys: Sequence[str]) -> list[SearchDocument]:
        tokens = tokens_of_unit("canary", unit)
        return [
            SearchDocument(
                "canary:1",
                "canary",
                f"{word} 제목",
                "/search/",
                tokens,
                body=word,
                unit=unit,
                at=now(),
                people=(author,),
            )
        ]

    @hookimpl
    def search_access(viewer: User) -> list[str]:
        return [f"canary:{held}" for held in sorted(viewer.unit_ids)]

    module = ModuleType("for_canary")
    module.__dict__.update(search_keys=search_keys, search_documents=search_documents, search_access=search_access)
    site.portal.dispatcher.manager.register(module, name="search/for_canary")
    with site.write_as("clerk", plugin="search") as change:
        change.emit("search.canary", {})
    site.settle()
