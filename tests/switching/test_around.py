"""What lies around a plugin that is on for one department: ledgers, notices, hits, pages, requests to others."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from maru.models import Grant, Session
from maru.settings import CHECKOUT
from maru_collect.tests.rounds import draft, sent
from maru_db import connected
from maru_devkit.fixtures import Site
from maru_notify.api import Notice, notify
from tests.switching.departments import UNIT

Rooms = Callable[..., Path]
SiteWith = Callable[..., Site]

TOOLS = {
    "init": """
        from maru import StoredFile, hookimpl
        from maru_records.api import Definition, Field

        @hookimpl
        def record_definitions():
            fields = (Field(key="name", label="이름", type="text"), Field(key="paper", label="문서", type="file"))
            return [Definition(key="tools", label="공구 대장", fields=fields, readers="everyone")]
        """,
    "for_notify": """
        from maru import hookimpl
        from maru_notify.api import NoticeKind

        @hookimpl
        def notice_kinds():
            return [NoticeKind("tools.new", "새 공구", "공구가 들어오면 알립니다.")]
        """,
    "for_search": """
        from maru import hookimpl, now
        from maru_search.api import EVERYONE, SearchDocument, SearchKind

        @hookimpl
        def search_kinds():
            return [SearchKind("tool", {"ko": "공구함", "en": "Tools"}, "wrench")]

        @hookimpl
        def search_keys(event):
            return ["tools_tool:1"]

        @hookimpl
        def search_documents(keys):
            return [SearchDocument("tools_tool:1", "tool", "절단기", "/tools/", (EVERYONE,), body="쇠톱", at=now())]
        """,
    "routes": """
        from starlette.responses import PlainTextResponse

        from maru import Page

        def open_to_all(request):
            return PlainTextResponse("공구")

        pages = [Page("/", open_to_all, public=True)]
        """,
}
MORE = """
requires = ["records>=0.1"]
optional = ["notify", "search"]
"""


def tool_site(portal: SiteWith, rooms: Rooms, tmp_path: Path) -> Site:
    """A site whose plugin `tools` ships a ledger, gives everybody a document, has a notice and a public page."""
    folder = rooms("tools", **TOOLS)
    manifest = (folder / "plugin.toml").read_text(encoding="utf-8")
    (folder / "plugin.toml").write_text(manifest.replace("[[permissions]]", f"{MORE}[[permissions]]", 1), "utf-8")
    site = portal(plugins_path=[CHECKOUT / "plugins", tmp_path / "rooms"], plugins_only=[])
    site.client("clerk").post("/records/tools/new", data={"name": "망치"}, files={"paper": ("증.txt", b"paper")})
    with site.write_as("admin"):
        people = tuple(site.user(name).id for name in ("clerk", "double"))
        notify(Notice("tools.new", people, "새 망치", "/tools/"))
    site.settle()
    return site


def test_a_ledger_goes_with_the_plugin_that_ships_it(portal: SiteWith, rooms: Rooms, tmp_path: Path) -> None:
    """Its list, record, form, file and export answer as if it were not there; menu, lists and hits know nothing."""
    site = tool_site(portal, rooms, tmp_path)
    addresses = ("", "1", "new", "1/edit", "1/files/paper")
    before = [site.client("clerk").get(f"/records/tools/{each}").status_code for each in addresses]

    site.switch("tools", UNIT)
    out, inside = site.client("clerk"), site.client("double")

    assert before == [200] * 5
    missing = out.get("/records/missing/")
    for each in addresses:
        answer = out.get(f"/records/tools/{each}")
        assert (answer.status_code, plain(answer.text)) == (404, plain(missing.text).replace("missing", "tools"))
    posts = ("new", "export", "1/edit", "1/delete")
    assert {out.post(f"/records/tools/{each}").status_code for each in posts} == {404}
    for address in ("/", "/records/", "/forms/new", "/search/?q=망치"):
        assert "공구" not in out.get(address).text, address
        assert "공구" in inside.get(address).text, address
    assert inside.get("/records/tools/1/files/paper").content == b"paper"


def plain(text: str) -> str:
    """The words of an error page, without its address and its menu."""
    found = re.search(r"<main.*?</main>", text, re.DOTALL)
    return re.sub(r"/records/\w+/[^\"]*", "", found[0] if found else text)


def test_notices_of_a_plugin_are_told_where_it_is_on(portal: SiteWith, rooms: Rooms, tmp_path: Path) -> None:
    """Elsewhere the bell does not count them, the list does not speak of them, and the kind cannot be chosen."""
    site = tool_site(portal, rooms, tmp_path)
    site.switch("tools", UNIT)

    out, inside = (site.client(name) for name in ("clerk", "double"))

    assert 'aria-label="알림 0건"' in out.get("/notify/").text
    assert "다시 켜지면" not in out.get("/notify/").text
    assert "새 공구" not in out.get("/notify/settings").text
    assert 'aria-label="알림 1건"' in inside.get("/notify/").text
    assert "새 공구" in inside.get("/notify/settings").text
    assert out.get("/notify/1").status_code == 404
    site.switch("tools")
    assert 'aria-label="알림 1건"' in site.client("clerk").get("/notify/").text


def test_documents_for_everybody_are_for_those_who_have_the_plugin(
    portal: SiteWith, rooms: Rooms, tmp_path: Path
) -> None:
    """Neither hit, count, tab nor suggestion of it elsewhere, not even for the kind that is asked for by name."""
    site = tool_site(portal, rooms, tmp_path)
    site.switch("tools", UNIT)
    asked = ("/search/?q=절단기", "/search/?q=쇠톱", "/search/?q=절단가", "/search/?kind=tool", "/search/")

    out = "".join(site.client("clerk").get(address).text for address in asked)
    inside = [site.client("double").get(address).text for address in asked]

    assert "절단기</" not in re.sub(r"<input[^>]*>", "", out).replace("<mark>", "").replace("</mark>", "</")
    assert "공구함" not in out
    assert all("공구함" in text for text in inside[:2])


def test_a_public_page_is_not_for_visitors_where_a_plugin_is_limited(
    portal: SiteWith, rooms: Rooms, tmp_path: Path
) -> None:
    """Signed out, nobody is of the department: they are asked to sign in. On for the city, everybody may see it."""
    site = tool_site(portal, rooms, tmp_path)
    before = site.client().get("/tools/").status_code

    site.switch("tools", UNIT)

    assert before == 200
    assert [site.client(name).get("/tools/").status_code for name in (None, "clerk", "double")] == [303, 404, 200]


def test_who_sends_a_collection_is_told_where_it_is_off(portal: SiteWith) -> None:
    """Before: at the choice of units and once more before sending. After: on the board, unit by unit."""
    site = portal("collect")
    site.switch("collect", UNIT, "유구읍", "이인면")
    made, planner = draft(site), site.client("planner")
    planner.post(f"/collect/{made.id}/targets", data={"preset": "townships"})

    choice = planner.get(f"/collect/{made.id}/targets").text
    review = planner.get(f"/collect/{made.id}/review").text
    board = planner.get(f"/collect/{sent(site).id}/").text

    assert choice.count(">꺼짐</span>") == 3
    assert "다음 2개 부서는 자동취합이 꺼져 있어, 발송해도 켜질 때까지" in review
    assert "탄천면, 계룡면" in review
    assert board.count("자동취합 꺼짐") == 2
    site.switch("collect")
    assert "꺼져 있" not in planner.get(f"/collect/{made.id}/review").text


def test_a_menu_made_during_a_switch_is_not_kept(portal: SiteWith) -> None:
    """What was being made when it was forgotten is made of what was: the next page makes it anew."""
    site = portal("me")
    made = []

    def make() -> int:
        made.append(1)
        site.portal.forget()
        return len(made)

    assert [site.portal.remembered("menu", make) for _ in range(2)] == [1, 2]


def test_an_administrator_who_looks_as_somebody_sees_what_they_see(portal: SiteWith) -> None:
    """The plugins of a page are those of the person whose page it is."""
    site = portal("board")
    site.switch("board", UNIT)
    admin = site.client("admin")
    own = admin.get("/board/").status_code
    with site.write_as("admin"):
        Grant.create(user=site.user("admin"), permission="portal.look")

    with site.write_as("admin"):
        looking = Session.update(viewing_id=site.user("planner").id, viewing_by="portal.look")
        looking.where(Session.user == site.user("admin").id).execute()

    assert (own, admin.get("/board/").status_code) == (404, 200)


def test_switching_is_known_by_the_department_and_those_below(portal: SiteWith) -> None:
    """On for a group of units, it is on in every unit of the group and nowhere else."""
    site = portal("board")

    site.switch("board", "읍·면·동")

    with connected():
        found = {
            name: site.portal.is_on("board", site.user(name)) for name in ("clerk", "stranger", "planner", "admin")
        }
    assert found == {"clerk": True, "stranger": True, "planner": False, "admin": False}
