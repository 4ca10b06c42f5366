"""What a plugin implements in its `for_search.py` so that its things are found. Version 1.

The search keeps a copy of the documents, and fetches it anew whenever one of them may have changed:

    event ──search_keys──► keys of the documents it concerns ──search_documents──► what they are now ──► index
    person ──search_access──► the tokens they hold at this moment ──► filter inside every query

Both sides of the tokens belong to the plugin, so it makes them from the predicate of its own pages. A document's
tokens change with its events; a person's are asked for at each search, so that rights given or taken act at once.

A whole `for_search.py`, for a plugin with one table whose rows a department shares:

    from maru import Event, User, hookimpl
    from maru_search.api import SearchDocument, SearchKind, tokens_held, tokens_of_unit

    @hookimpl
    def search_kinds():
        return [SearchKind("memo", {"ko": "메모", "en": "Memos"}, "file-text", order=50)]

    @hookimpl
    def search_keys(event):
        if event is None:
            return [f"memo_note:{note.id}" for note in Note.select(Note.id)]
        return [event.key] if event.name.startswith("memo_note.") else []

    @hookimpl
    def search_documents(keys):
        wanted = [int(key.removeprefix("memo_note:")) for key in keys if key.startswith("memo_note:")]
        return [
            SearchDocument(
                key=f"memo_note:{note.id}", kind="memo", title=note.title, body=note.body, href=f"/memo/{note.id}",
                unit=note.department_id, at=note.created_at, people=(note.author_id,),
                access_tokens=tokens_of_unit("memo.read", note.department_id),
            )
            for note in Note.select().where(Note.id.in_(wanted))
        ]

    @hookimpl
    def search_access(viewer):
        return tokens_held("memo.read", viewer.units("memo.read"))
"""

from __future__ import annotations

from collections.abc import Sequence

from maru import Event, User, gives, hookspec

from .api import SearchDocument, SearchKind

VERSION = 1


@hookspec
@gives(SearchKind)
def search_kinds() -> list[SearchKind]:  # type: ignore[empty-body]  # a specification has no body
    """The kinds of documents this plugin gives. Called while a page of hits is made; a failure leaves the tab out.

    @hookimpl
    def search_kinds():
        return [SearchKind("post", {"ko": "게시글", "en": "Posts"}, "megaphone", order=30)]
    """


@hookspec
@gives(str)
def search_keys(event: Event | None) -> list[str]:  # type: ignore[empty-body]  # a specification has no body
    """The keys of the documents that may have changed with `event`; with None, of all documents there are.

    Called by the elected worker after the commit. Name a document that is gone too: its key is enough to take it out
    of the index. Name too many rather than too few. When it raises, the plugin is noted as behind, and is
    asked for all its documents soon.

        @hookimpl
        def search_keys(event):
            return [event.key] if event and event.name.startswith("board_post.") else []
    """


@hookspec
@gives(SearchDocument)
def search_documents(keys: Sequence[str]) -> list[SearchDocument]:  # type: ignore[empty-body]  # as above
    """The documents of `keys` as they are now, in any order; at most 200 keys at a time, all of this plugin.

    A key for which no document comes back is gone: it was deleted, hidden, or is no longer to be found. Called by the
    elected worker. When it raises, nothing is taken out of the index, and the plugin is asked for everything soon.

        @hookimpl
        def search_documents(keys):
            ids = [int(key.partition(":")[2]) for key in keys]
            return [document_of(post) for post in Post.select().where(Post.id.in_(ids), ~Post.is_hidden)]
    """


@hookspec
@gives(str)
def search_access(viewer: User) -> list[str]:  # type: ignore[empty-body]  # a specification has no body
    """The tokens that `viewer` holds at this moment: they find the documents that carry one of them.

    Called at each search, so keep it to a few queries. It must say what the plugin's own pages say: a token opens
    exactly what `Model.visible_to(viewer)` gives. When it raises, the viewer finds nothing of this plugin.

        @hookimpl
        def search_access(viewer):
            return [f"board:{board.id}" for board in Board.visible_to(viewer)]
    """
