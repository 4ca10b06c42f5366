"""The pages of the search. What loads the index or the analysis of Korean is imported when a page needs it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from maru import NotFound, User, current_user, is_partial, portal_of, redirect, render, t, write

from .asking import Asked
from .contexts import PersonContext, StateContext
from .models import READ, Behind, Build, FileText, Stuck
from .people import lines_above
from .showing import hit_lines, index_context, kinds_of, unit_names

RECENT = 8
DOUBTFUL_SHOWN = 50


def index(request: Request) -> Response:
    """The box and its hits; without words the newest things this person may see. htmx gets the hits alone."""
    from .searching import search

    asked = Asked.by(request)
    portal, viewer = portal_of(request), current_user(request)
    found = search(portal, viewer, asked)
    context = index_context(portal, viewer, asked, found)
    if is_partial(request):
        return render(request, "maru_search/_found.html", context)
    return render(request, "maru_search/index.html", context)


def person(request: Request, user: int) -> Response:
    """A colleague: units, title, phone, and the newest things of theirs that this person may see."""
    from .searching import search

    found = User.get_or_none((User.id == user) & User.is_active)
    if found is None:
        raise NotFound(t("그런 직원이 없습니다."))
    asked = Asked(person=found.id, sort="new")
    portal, viewer = portal_of(request), current_user(request)
    theirs = search(portal, viewer, asked)
    hits = theirs.hits[:RECENT]
    lines = hit_lines(hits, (), kinds_of(portal, viewer), unit_names(hit.unit for hit in hits))
    context = PersonContext(
        name=found.name,
        username=found.username,
        initial=(found.unit.name if found.unit else found.name)[:1],
        posts=tuple((post.department.name, post.title, lines_above(post.department)) for post in found.posts_in_force),
        phone=found.phone or next((post.department.phone for post in found.posts_in_force), ""),
        hits=lines,
        count=theirs.count,
        all_href=asked.href(),
    )
    return render(request, "maru_search/person.html", context)


def state(request: Request) -> Response:
    """How the index stands, and the files whose text could not be had."""
    from .analysis import has_morphemes
    from .indexing import indexer_of

    indexer = indexer_of(portal_of(request))
    doubtful, plugins = FileText.doubtful(), portal_of(request).dispatcher.plugins
    context = StateContext(
        document_count=indexer.shelf.count(),
        file_count=FileText.select().where(FileText.state == READ).count(),
        build=Build.latest(),
        is_built=indexer.is_built(),
        has_morphemes=has_morphemes(),
        behind=tuple(plugins[each.plugin].label for each in Behind.select() if each.plugin in plugins),
        stuck=tuple((plugins[key].label, count) for key, count in Stuck.counts().items() if key in plugins),
        doubtful=tuple(doubtful.limit(DOUBTFUL_SHOWN)),
        doubtful_count=doubtful.count(),
    )
    return render(request, "maru_search/state.html", context)


def build(request: Request) -> Response:
    """Go through all documents again; what is found stays found meanwhile. Audited."""
    from .indexing import indexer_of

    with write(request, note="build of the search index") as change:
        indexer_of(portal_of(request)).announce_build(change, force=True)
    return redirect(request, "/search/state", t("색인을 다시 만들기 시작했습니다. 그동안에도 찾을 수 있습니다."))


def read_again(request: Request) -> Response:
    """Try the files again whose text could not be had, and build anew. Audited."""
    from .indexing import indexer_of
    from .texts import forget_refused

    with write(request, note="files of the search read again") as change:
        forget_refused()
        indexer_of(portal_of(request)).announce_build(change)
    return redirect(request, "/search/state", t("읽지 못한 파일을 다시 읽습니다."))
