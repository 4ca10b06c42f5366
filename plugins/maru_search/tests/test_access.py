"""Who may not see a thing finds nothing of it: what the search gives is what the pages show, for random people."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from maru import Department, Grant, Post, RoleMember, User, today
from maru_board.models import Audience, Board
from maru_collect.models import CollectionRequest
from maru_collect.tests.rounds import Round, row, sent
from maru_db import connected
from maru_devkit.fixtures import Site
from maru_records.api import Allowed
from maru_records.models import Right
from maru_search.asking import other_layout
from maru_search.matching import Visible
from maru_search.searching import tokens_of

from .finding import Finding, stored, workbook

WORD = "카나리아나무"
PEOPLE = ("clerk", "colleague", "stranger", "planner", "double", "head", "admin")
UNITS = ("유구읍", "이인면", "탄천면", "기획감사실", "스마트정보과", "읍·면·동")
PERMISSIONS = (
    *("board.read", "board.manage", "records.read", "records.write"),
    *("collect.request", "collect.answer", "collect.see_all"),
)


SEEDS = range(int(os.environ.get("MARU_SEARCH_SEEDS", "2")))  # more of them: MARU_SEARCH_SEEDS=20


def fill(finding: Finding, chance: random.Random) -> Round:
    """Boards of random audience, ledgers of random rights and a collection, the word in everything."""
    for number in range(4):
        audience = chance.choice(("everyone", "chosen"))
        readers = tuple(finding.site.unit(name).id for name in chance.sample(UNITS, 2)) if audience == "chosen" else ()
        board = finding.board(f"판 {number}", audience, readers=readers)
        finding.post(board, f"{WORD} 글", WORD, "clerk", workbook(WORD, name=f"{WORD} {number}.xlsx"))
        hidden = finding.post(board, f"{WORD} 숨긴 글", WORD)
        with finding.site.write_as("clerk", plugin="board"):
            hidden.is_hidden = True
            hidden.save()
    ledger = finding.trips(Allowed("write", rows=chance.choice(("unit", "all"))))
    for username in ("clerk", "stranger", "planner"):
        finding.trip(ledger, f"{WORD} 출장", username)
    made = sent(finding.site, chance.choice(("closed", "contributors", "open")))
    with finding.site.write_as("planner", plugin="collect"):
        collection = made.request()
        collection.title = f"{WORD} 취합"
        collection.save()
    assert made.submit("clerk", "유구읍", [row(f"{WORD} 사업")]).status_code == 303
    if chance.random() < 0.6:
        assert finding.site.client("planner").post(f"/collect/{made.id}/close").status_code == 303
    return made


def change_rights(site: Site, chance: random.Random) -> None:
    """Something happens to who may do what: a grant comes or goes, a post moves, a right of a ledger or a board."""
    units = {name: site.unit(name) for name in UNITS}
    people = {name: site.user(name) for name in PEOPLE}
    with site.write_as("admin", plugin="admin"):
        person, unit = people[chance.choice(PEOPLE)], units[chance.choice(UNITS)]
        happening = chance.randrange(6)
        if happening == 0:
            Grant.create(user=person, permission=chance.choice(PERMISSIONS), scope="unit", unit=unit)
        elif happening == 1:
            grant = chance.choice(list(Grant.select().where(Grant.permission.in_(PERMISSIONS))))
            grant.valid_until = today() - timedelta(days=1)
            grant.save()
        elif happening == 2:
            post = Post.get(Post.user == person.id)
            post.department = unit
            post.save()
        elif happening == 3:
            RoleMember.create(user=person, role=chance.choice(("department-admin", "city-admin")), unit=None)
        elif happening == 4:
            Right.create(ledger="trips", user=person, may="read", rows=chance.choice(("unit", "all")))
        else:
            board = chance.choice(list(Board.select()))
            Audience.delete().where(Audience.board == board.id).execute()
            Audience.insert(board=board.id, department=unit.id).on_conflict_ignore().execute()
            _recorded(site)
    site.portal.forget()


def _recorded(site: Site) -> None:
    """The bulk queries above are no concern of the audit here."""
    from maru_db import current_change

    change = current_change()
    assert change is not None
    change.recorded_tables.add("board_audience")


def doors(made: Round) -> Iterator[tuple[str, list[str], str]]:
    """(what it is, the pages that show it, what stands there) of everything that was filled in."""
    for number in range(4):
        post = 2 * number + 1
        yield f"post {post}", [f"/board/{post}"], f"{WORD} 글"
        yield f"file {post}", [f"/board/{post}"], f"{WORD} {number}.xlsx"
    for record in (1, 2, 3):
        yield f"record {record}", [f"/records/trips/{record}"], f"{WORD} 출장"
    answers = {name: made.target(name).id for name in ("유구읍", "이인면", "탄천면", "계룡면")}
    base = f"/collect/{made.id}"
    yield "collection", [f"{base}/", *(f"{base}/answer/{target}" for target in answers.values())], f"{WORD} 취합"
    mine = answers["유구읍"]
    yield "submission", [f"{base}/unit/{mine}", f"{base}/answer/{mine}", f"{base}/merged"], f"{WORD} 사업"


def shown(client: Any, made: Round) -> set[str]:
    """What this person sees on the pages themselves."""
    return {what for what, pages, text in doors(made) if any(sees(client, page, text) for page in pages)}


def sees(client: Any, page: str, text: str) -> bool:
    """Whether the page answers and holds the text."""
    answer = client.get(page)
    return answer.status_code == 200 and text in answer.text


def found(finding: Finding, username: str, made: Round) -> set[str]:
    """What this person finds, by kind and address; each hit must lead to a page that answers."""
    client = finding.site.client(username)
    seen = set()
    for kind in ("board_post", "attachment", "record", "collection", "submission"):
        for href in finding.hrefs(username, WORD, kind=kind):
            if href.startswith("/search/"):
                continue
            assert client.get(href).status_code == 200, (username, href)
            seen.add(name_of(kind, href))
    return seen


def name_of(kind: str, href: str) -> str:
    """As `doors` calls it."""
    number = href.rpartition("/")[2]
    names = {"board_post": f"post {number}", "attachment": f"file {number}", "record": f"record {number}"}
    return names.get(kind, kind)


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_search_and_pages_agree_for_random_rights(portal: Callable[..., Site], seed: int) -> None:
    """For seven people, before and after each of six changes of rights: found is exactly what the pages show.

    Nothing is handed on between a change of rights and the search: what a person may see is asked at each search.
    """
    chance = random.Random(seed)
    finding = Finding(portal("search", "board", "collect", "records"))
    made = fill(finding, chance)
    finding.settle()
    for step in range(7):
        for username in chance.sample(PEOPLE, 3):
            assert found(finding, username, made) == shown(finding.site.client(username), made), (step, username)
        change_rights(finding.site, chance)


def test_not_even_a_count_a_suggestion_or_a_snippet(finding: Finding) -> None:
    """A stranger learns nothing: no hit, no number, no mark, no 'did you mean', by words, 초성, filters or layout."""
    board, ledger = finding.board("유구읍 판", "chosen"), finding.trips()
    finding.post(board, f"{WORD} 비밀", f"{WORD} 본문", "clerk", workbook(f"{WORD} 명단", name=f"{WORD}.xlsx"))
    finding.trip(ledger, f"{WORD} 출장")
    finding.settle()
    unit, clerk = finding.site.unit("유구읍").id, finding.site.user("clerk").id
    asked: list[dict[str, Any]] = [
        {"words": WORD},
        {"words": "카나리아나모"},
        {"words": "ㅋㄴㄹㅇㄴㅁ"},
        {"words": "zkskfldkskan"},
        {"words": f"{WORD} 없는말"},
        {"words": f"{WORD} 비밀 본문 명단"},
        {"words": WORD, "unit": unit},
        {"words": WORD, "kind": "board_post", "since": "week"},
        {"words": "", "person": clerk},
        {"words": "", "sort": "new"},
    ]

    for each in asked:
        assert WORD in finding.said("clerk", **each) or each["words"] == "카나리아나모", each
        said = finding.said("stranger", **each)
        shown_back = said  # the words asked for, and what the other keyboard makes of them: known to who asks
        for words in filter(None, (each["words"], other_layout(each["words"]))):
            shown_back = shown_back.replace(f"‘{words}’", "")
        assert WORD not in shown_back, each
        assert "카나리아" not in shown_back, each
        assert "search-n" not in said or not any(f'search-n">{n}<' in said for n in "123456789"), each


CANARY, MISTYPED = "토끼풀", "토끼플"  # one morpheme, and one key away from it what nothing holds


def offered(finding: Finding, username: str, words: str) -> list[str]:
    """What is offered to `username` as 'did you mean'."""
    return re.findall(r'<a class="chip" href="/search/[^"]*">([^<]+)<', finding.page(username, words))


def test_a_suggestion_comes_from_what_one_may_see(finding: Finding) -> None:
    """The colleague is offered the word of a closed board; a stranger is not, until it stands where they may read."""
    finding.post(finding.board("유구읍 판", "chosen"), f"{CANARY} 계획")
    finding.settle()

    assert offered(finding, "colleague", MISTYPED) == [CANARY]
    assert offered(finding, "stranger", MISTYPED) == []

    finding.post(finding.board(), f"{CANARY} 소식")
    finding.settle()
    assert offered(finding, "stranger", MISTYPED) == [CANARY]


def test_words_alike_are_counted_among_what_one_may_see(finding: Finding) -> None:
    """The index itself tells a stranger of no word that stands in closed documents alone."""
    finding.post(finding.board("유구읍 판", "chosen"), f"{CANARY} 계획")
    finding.settle()

    alike = {}
    for username in ("colleague", "stranger"):
        with connected():
            tokens = tokens_of(finding.site.portal, User.get(User.username == username))
            alike[username] = Visible(finding.indexer.shelf.searcher(), tokens).words_like(MISTYPED)

    assert alike == {"colleague": [CANARY], "stranger": []}


def test_a_suggestion_of_several_words_is_found_by_whoever_is_offered_it(finding: Finding) -> None:
    """Each word stands where a stranger may read; that they stand together, only a closed document says."""
    finding.post(finding.board("유구읍 판", "chosen"), f"{CANARY} 폐쇄")
    open_board = finding.board()
    finding.post(open_board, f"{CANARY} 소식")
    finding.post(open_board, "도로 폐쇄")
    finding.settle()

    assert offered(finding, "colleague", f"{MISTYPED} 폐쇄") == [f"{CANARY} 폐쇄"]
    assert offered(finding, "stranger", f"{MISTYPED} 폐쇄") == []


def test_rights_given_and_taken_act_at_once(finding: Finding) -> None:
    """A colleague is moved away: the very next search finds nothing, before any event was handed on."""
    finding.post(finding.board("유구읍 판", "chosen"), f"{WORD} 소식")
    finding.settle()
    assert finding.hrefs("colleague", WORD)

    with finding.site.write_as("admin"):
        post = Post.get(Post.user == finding.site.user("colleague").id)
        post.department = Department.get(Department.name == "이인면")
        post.save()

    assert finding.hrefs("colleague", WORD) == []


def test_a_plugin_that_is_off_or_fails_opens_nothing(finding: Finding) -> None:
    """Switched off, its documents are not found; switched on again, they are, with what changed meanwhile."""
    board = finding.board()
    finding.post(board, f"{WORD} 앞")
    finding.settle()
    switch(finding, False)
    assert finding.hrefs("stranger", WORD) == []

    finding.post(board, f"{WORD} 뒤")
    finding.settle()
    switch(finding, True)
    finding.settle()

    assert sorted(finding.hrefs("stranger", WORD, kind="board_post"))[-2:] == ["/board/1", "/board/2"]
    assert finding.differences() == [[], [], []]


def switch(finding: Finding, is_on: bool) -> None:
    """As the administrator does."""
    from maru import PluginState

    with finding.site.write_as("admin", plugin="admin"):
        state = PluginState.get(PluginState.key == "board")
        state.is_enabled = is_on
        state.save()
    with connected():
        finding.site.portal.refresh_plugins()


def test_the_person_page_shows_what_the_viewer_may_see(finding: Finding) -> None:
    """Somebody's newest things: for a stranger only those that are open to all."""
    finding.post(finding.board(), "누구나 보는 글")
    finding.post(finding.board("유구읍 판", "chosen"), f"{WORD} 글")
    finding.settle()
    path = f"/search/people/{finding.site.user('clerk').id}"

    pages = {name: finding.site.client(name).get(path).text for name in ("colleague", "stranger")}

    assert WORD in pages["colleague"]
    assert "누구나 보는 글" in pages["stranger"]
    assert WORD not in pages["stranger"]


def test_a_file_is_read_once_and_not_for_others(finding: Finding) -> None:
    """The same bytes on an open and on a closed board: a stranger finds the one that is open, and it alone."""
    content = stored(f"{WORD} 자료".encode(), "자료.txt")
    finding.post(finding.board(), "열린 글", "본문", "clerk", content)
    finding.post(finding.board("유구읍 판", "chosen"), "닫힌 글", "본문", "clerk", content)
    finding.settle()

    assert finding.hrefs("stranger", WORD, kind="attachment") == ["/board/1"]
    assert len(finding.hrefs("colleague", WORD, kind="attachment")) == 2


def test_a_draft_is_found_by_its_own_unit_alone(finding: Finding) -> None:
    """Who sees every collection sees those that were sent; a draft stays with its unit."""
    from maru_collect.tests.rounds import draft

    made = draft(finding.site)
    with finding.site.write_as("planner", plugin="collect"):
        CollectionRequest.update(title=f"{WORD} 초안").where(CollectionRequest.id == made.id).execute()
        collection = made.request()
        collection.save()
        _record_request(collection)
    finding.settle()

    assert finding.hrefs("planner", WORD, kind="collection") == [f"/collect/{made.id}/"]
    assert finding.hrefs("admin", WORD, kind="collection") == []
    assert finding.hrefs("clerk", WORD, kind="collection") == []


def _record_request(collection: CollectionRequest) -> None:
    from maru_db import current_change

    change = current_change()
    assert change is not None
    change.record("collect_collection_request", collection.id, "changed")


def test_viewers_are_never_mixed_up(finding: Finding) -> None:
    """Many people searching in turn for the same word, each with an answer of their own."""
    finding.post(finding.board("유구읍 판", "chosen"), f"{WORD} 소식")
    finding.settle()
    with connected():
        expected = {
            user.username: 1 if user.username == "admin" or "유구읍" in units_of(user) else 0 for user in User.select()
        }

    for username, count in list(expected.items()) * 2:
        assert len(finding.hrefs(username, WORD, kind="board_post")) == count, username


def units_of(user: User) -> set[str]:
    """The names of the units of somebody."""
    return {post.department.name for post in user.posts_in_force}
