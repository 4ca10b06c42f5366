"""One search: what was looked for, what was widened, the hits of a page and their counts."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from maru import Paging, Portal, User, now

from . import queries
from .api import EVERYONE
from .asking import SINCE_DAYS, Asked, initials_in, other_layout
from .entries import token_of
from .hits import Found, Hit, Widened
from .indexing import indexer_of
from .matching import Match, Visible

if TYPE_CHECKING:
    from whoosh.query.qcore import Query

PAGE_SIZE = 15
RESPONSIBLE_AMONG = 20
SENTENCE = 4  # so many words are a question: what shares most of them is meant, not what holds each of them


def tokens_of(portal: Portal, viewer: User) -> list[str]:
    """The tokens that `viewer` holds at this moment, from every plugin that is on."""
    answers = portal.dispatcher.call("search_access", viewer=viewer, portal=portal)
    held = {token_of(plugin, token) for plugin, tokens in answers for token in tokens}
    giving = portal.dispatcher.listeners("search_documents")
    return sorted(held | {token_of(plugin, EVERYONE) for plugin in giving if portal.is_on(plugin, viewer)})


def search(portal: Portal, viewer: User, asked: Asked) -> Found:
    """What `viewer` finds. Without words, the newest of what they may see."""
    began = time.perf_counter()
    indexer = indexer_of(portal)
    is_built = indexer.is_built()
    if not is_built:
        indexer.ensure_build()
    tokens = tokens_of(portal, viewer)
    visible = Visible(indexer.shelf.searcher(), tokens)
    matches, widened, words = matches_of(visible, asked)
    found = _page(visible, asked, matches, frozenset(tokens))
    return replace(
        found,
        widened=widened,
        needles=tuple(queries.needles_of(words)) if words else (),
        suggestions=_suggestions(visible, asked) if asked.words and _is_doubtful(matches, widened) else (),
        is_built=is_built,
        seconds=time.perf_counter() - began,
    )


def matches_of(visible: Visible, asked: Asked) -> tuple[list[Match], Widened | None, str]:
    """The matches of the first reading of the words that has any, how it was widened, and the words it looked for."""
    newest = asked.sort == "new" or not asked.words
    if not asked.words:
        return [match for match in visible.matches(queries.everything(), newest) if match.at], None, ""
    for wanted, widened, words in _readings(asked):
        found = visible.matches(wanted(), newest)
        if found:
            return found, widened, words
    return [], None, asked.words


def _readings(asked: Asked) -> Iterable[tuple[Callable[[], Query], Widened | None, str]]:
    """As typed; then, unless that is all that is wanted, 초성, the other layout, and any of the words.

    A sentence is ranked by what it shares from the start.
    """
    words, first, other = asked.words, initials_in(asked.words), other_layout(asked.words)
    if len(words.split()) >= SENTENCE and not asked.as_typed:
        yield (lambda: queries.ranked(words)), Widened("sentence"), words
    yield (lambda: queries.all_words(words)), None, words
    if asked.as_typed:
        return
    if first:
        yield (lambda: queries.initials(first)), Widened("initials", first), ""
    if other:
        yield (lambda: queries.all_words(other)), Widened("layout", other), other
    yield (lambda: queries.some_words(words)), Widened("any"), words


def _is_doubtful(matches: Sequence[Match], widened: Widened | None) -> bool:
    """Whether the words may be mistyped: nothing holds them all."""
    return not matches or (widened is not None and widened.how == "any")


def _suggestions(visible: Visible, asked: Asked) -> tuple[str, ...]:
    words = asked.words.split()
    found = []
    for place, word in enumerate(words):
        for like in visible.words_like(word):
            said = " ".join([*words[:place], like, *words[place + 1 :]])
            if visible.has_any(queries.all_words(said)):
                found.append(said)
    return tuple(found[:3])


def _page(visible: Visible, asked: Asked, matches: Sequence[Match], tokens: frozenset[str]) -> Found:
    if asked.person:
        theirs = visible.by_person(asked.person)
        matches = [match for match in matches if match.number in theirs]
    kinds = Counter(match.kind for match in matches if _fits(asked, match, "kind"))
    units = Counter(match.unit for match in matches if match.unit and _fits(asked, match, "unit"))
    since = {key: sum(_fits(asked, m, "since") and m.at >= _earliest(key) for m in matches) for key in SINCE_DAYS}
    fitting = [match for match in matches if _fits(asked, match)]
    paging = Paging.of(asked.page, len(fitting), PAGE_SIZE)
    return Found(
        count=len(fitting),
        hits=tuple(_hit(visible, match, tokens) for match in fitting[paging.lines]),
        kinds=dict(kinds),
        units=dict(units),
        since=since,
        responsible=_responsible(visible, fitting) if asked.words and paging.number == 1 and not asked.kind else None,
        page=paging.number,
        page_count=paging.page_count,
    )


def _fits(asked: Asked, match: Match, apart_from: str = "") -> bool:
    """Whether a match passes the filters, apart from one."""
    return (
        (apart_from == "kind" or not asked.kind or match.kind == asked.kind)
        and (apart_from == "unit" or not asked.unit or match.unit == asked.unit)
        and (apart_from == "since" or not asked.since or match.at >= _earliest(asked.since))
    )


def _earliest(since: str) -> int:
    return int((now() - timedelta(days=SINCE_DAYS[since])).timestamp())


def _hit(visible: Visible, match: Match, tokens: frozenset[str]) -> Hit:
    shown = visible.shown(match)
    return Hit(
        kind=match.kind,
        title=shown["title"],
        body=shown["body"],
        href=_href(shown, tokens),
        within=shown["within"],
        unit=match.unit,
        at=datetime.fromtimestamp(match.at, UTC) if match.at else None,
        people=tuple(shown["people"]),
    )


def _href(shown: dict[str, Any], tokens: frozenset[str]) -> str:
    return next((href for token, href in shown["hrefs"] if token in tokens), str(shown["href"]))


def _responsible(visible: Visible, matches: Sequence[Match]) -> tuple[int, int] | None:
    """Who is responsible for most of the first hits, as (person, how many); None when a person was found by name."""
    first = matches[:RESPONSIBLE_AMONG]
    if any(match.kind == "person" for match in first):
        return None
    weights: Counter[int] = Counter()
    counts: Counter[int] = Counter()
    for place, match in enumerate(first):
        for person in visible.shown(match)["people"]:
            weights[person] += 1 / (place + 2)  # type: ignore[assignment]  # a Counter adds fractions as well
            counts[person] += 1
    person = max(weights, key=lambda each: weights[each], default=None)
    return (person, counts[person]) if person is not None else None
