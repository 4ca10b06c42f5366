"""What a plugin implements in its `for_search.py` so that its things are found. Version 1.

The search keeps a copy of the documents, and fetches it anew whenever one of them may have changed:

    event ──search_keys──► keys of the documents it concerns ──search_documents──► what they are now ──► index
    person ──search_access──► the tokens they hold at this moment ──► filter inside every query

Both sides of the tokens belong to the plugin, so it makes them from the predicate of its own pages. A document's
tokens change with its events; a person's are asked for at each search, so that rights given or taken act at once.

The examples below are together a whole `for_search.py`, for a plugin whose dishes belong to a unit each, or to all.
"""

from __future__ import annotations

from collections.abc import Sequence

from maru import Event, Portal, User, gives, hookspec

from .api import SearchDocument, SearchKind

VERSION = 1


@hookspec
@gives(SearchKind, most=50)
def search_kinds() -> list[SearchKind]:  # type: ignore[empty-body]  # a specification has no body
    """The kinds of documents that a plugin gives: the tabs above the hits.

    Arguments: none.

    Called: while a page of hits is made, of plugins that are on for whoever searches.

    Gives: a list of at most 50 `SearchKind`. Tabs stand by `order`.

    When it fails: its answer is left out: there is no tab of its kinds, its documents are found all the same.

    Example:
        from maru import hookimpl
        from maru_search.api import SearchKind

        @hookimpl
        def search_kinds():
            return [SearchKind("lunch_dish", {"ko": "식단", "en": "Dishes"}, "utensils", order=50)]
    """


@hookspec
@gives(str, most=10_000_000, fails="retry")
def search_keys(event: Event | None) -> list[str]:  # type: ignore[empty-body]  # a specification has no body
    """The keys of the documents that may have changed with an event.

    Arguments:
        event: what happened; None asks for the keys of all documents there are.

    Called: by the elected worker, after the commit. Name a document that is gone too: its key is enough to take it out
    of the index. Name too many rather than too few.

    Gives: a list of at most 10,000,000 `str`, each the key of a `SearchDocument`: `<table>:<id>`.

    When it fails: it is asked again soon, for all of its documents; until then they are found as they were.

    Example:
        from maru import hookimpl

        from .models import Dish

        @hookimpl
        def search_keys(event):
            if event is None:
                return [f"lunch_dish:{dish.id}" for dish in Dish.select(Dish.id)]
            return [event.key] if event.name.startswith("lunch_dish.") else []
    """


@hookspec
@gives(SearchDocument, most=200, fails="retry")
def search_documents(keys: Sequence[str]) -> list[SearchDocument]:  # type: ignore[empty-body]  # as above
    """The documents themselves, as they are now.

    Arguments:
        keys: at most 200 keys that `search_keys` of this plugin has given.

    Called: by the elected worker, for documents that are new or may have changed.

    Gives: a list of at most 200 `SearchDocument`, in any order. A key for which none comes back is gone: deleted,
    hidden, or no longer to be found.

    When it fails: it is asked again at once for half of them, and so on down to the one that it cannot give. That one
    is found as it was, and asked for by itself later; who gives none at all is asked for all of them later.

    Example:
        from maru import hookimpl
        from maru_search.api import SearchDocument, tokens_of_unit

        from .models import Dish

        @hookimpl
        def search_documents(keys):
            wanted = [int(key.removeprefix("lunch_dish:")) for key in keys if key.startswith("lunch_dish:")]
            return [
                SearchDocument(
                    key=f"lunch_dish:{dish.id}",
                    kind="lunch_dish",
                    title=dish.name,
                    href=f"/lunch/{dish.id}",
                    access_tokens=tokens_of_unit("lunch.read", dish.unit),
                    unit=dish.unit,
                )
                for dish in Dish.select().where(Dish.id.in_(wanted))
            ]
    """


@hookspec
@gives(str, most=100_000)
def search_access(viewer: User, portal: Portal) -> list[str]:  # type: ignore[empty-body]  # a specification has no body
    """The tokens that a person holds at this moment: they find the documents that carry one of them.

    Arguments:
        viewer: the person who searches.
        portal: the portal that runs.

    Called: at each search, for plugins that are on for `viewer`; keep it to a few queries. Say what the plugin's own
    pages say: a token opens exactly what `Model.visible_to(viewer)` gives. EVERYONE need not be said.

    Gives: a list of at most 100,000 `str`.

    When it fails: its answer is left out: `viewer` finds of this plugin only what is for EVERYONE.

    Example:
        from maru import hookimpl
        from maru_search.api import tokens_held

        @hookimpl
        def search_access(viewer):
            return tokens_held("lunch.read", viewer.units("lunch.read"))
    """
