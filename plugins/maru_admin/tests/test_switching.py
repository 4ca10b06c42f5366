"""Switching a function: city-wide, for departments, on trial; what it touches; what is refused."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from maru.models import PluginState
from maru.settings import CHECKOUT
from maru_db import connected
from maru_devkit.fixtures import Site

Portal = Callable[..., Site]

BROKEN = "def up(migrator, db):\n    raise LookupError('no such column')\n"


def state(key: str) -> PluginState:
    """What the database says of a function."""
    with connected():
        return PluginState.get(PluginState.key == key)


def switch(site: Site, key: str, reach: str, *units: str) -> Any:
    """The answer to switching `key`, by `admin`."""
    entered = {"reach": reach, "units": [site.unit(name).id for name in units], "reason": "시험"}
    return site.client("admin").post(f"/admin/plugins/{key}/switch", data=entered)


def test_one_department_has_it_and_nobody_else(portal: Portal) -> None:
    """On for 유구읍: its people and those with a post in it see the boards, all others get 404."""
    site = portal("admin", "board")

    answer = switch(site, "board", "units", "유구읍")

    seen = {name: site.client(name).get("/board/").status_code for name in ("clerk", "double", "stranger", "admin")}
    assert answer.status_code == 303
    listed = site.client("admin").get("/admin/plugins").text
    assert seen == {"clerk": 200, "double": 200, "stranger": 404, "admin": 404}
    assert "정상 · 1개 부서" in listed
    assert 'title="유구읍"' in listed


def test_a_department_includes_those_below_it(portal: Portal) -> None:
    """On for 자치안전국, 스마트정보과 below it has it."""
    site = portal("admin", "board")

    switch(site, "board", "units", "자치안전국")

    assert site.client("admin").get("/board/").status_code == 200


def test_units_need_a_choice_and_a_function_that_may_be_divided(portal: Portal) -> None:
    """Without a department, or with one that is none, 422; the search is for the whole city or nobody."""
    site = portal("admin", "search")
    client = site.client("admin")
    none = client.post("/admin/plugins/search/switch", data={"reach": "units", "reason": "시험"})
    gone = client.post("/admin/plugins/search/switch", data={"reach": "units", "units": "99999", "reason": "시험"})

    divided = switch(site, "search", "units", "유구읍")

    assert (none.status_code, gone.status_code, divided.status_code) == (422, 422, 409)
    assert state("search").units is None


def test_a_dependant_keeps_its_requirement_in_its_departments(portal: Portal) -> None:
    """collect on for 유구읍: records may not be on for 이인면 alone; and collect may not be where records is not."""
    site = portal("admin", "collect")
    switch(site, "collect", "units", "유구읍")

    refused = switch(site, "records", "units", "이인면")
    enough = switch(site, "records", "units", "유구읍", "이인면")
    wider = switch(site, "collect", "city")

    assert [answer.status_code for answer in (refused, enough, wider)] == [409, 303, 409]
    assert "자동취합" in refused.text
    assert "켜진 부서에서만" in wider.text


def test_preview_counts_people_rows_and_rights(portal: Portal) -> None:
    """Before: for how many it disappears, the rows of each table, and how many hold each permission."""
    site = portal("admin", "board")

    page = site.client("admin").get("/admin/plugins/board/switch", params={"reach": "off"}).text

    assert "7명 → 0명" in page
    assert "7명에게서 사라짐" in page
    assert "board_post 0행" in page
    assert "게시판 읽기 7명" in page


def test_preview_alone_for_htmx(portal: Portal) -> None:
    """htmx gets the part that changes, and nothing around it."""
    site = portal("admin", "board")
    unit = site.unit("유구읍").id

    page = (
        site.client("admin")
        .get(
            "/admin/plugins/board/switch",
            params={"reach": "units", "units": unit},
            headers={"hx-request": "true", "hx-request-type": "partial"},
        )
        .text
    )

    assert page.lstrip().startswith("<section")
    assert "7명 → 4명" in page


def test_off_and_on_again_comes_back_where_it_was(portal: Portal) -> None:
    """A function that was on for one department offers that department when it is switched on again."""
    site = portal("admin", "board")
    switch(site, "board", "units", "유구읍")

    switch(site, "board", "off")

    assert (state("board").is_enabled, state("board").units) == (False, [site.unit("유구읍").id])


def gone(site: Site, key: str) -> None:
    """As after an uninstallation: without a version, off."""
    with site.write_as("admin"):
        row = PluginState.get(PluginState.key == key)
        row.version, row.is_enabled = "", False
        row.save()
    site.beat()


def test_an_uninstalled_function_is_installed_when_it_is_switched_on(portal: Portal) -> None:
    """It is listed as 설치 안 됨; switched on, it bears its version and answers."""
    site = portal("admin", "board")
    gone(site, "board")
    listed = site.client("admin").get("/admin/plugins").text

    switch(site, "board", "city")

    assert "설치 안 됨" in listed
    assert state("board").version
    assert site.client("clerk").get("/board/").status_code == 200


@pytest.fixture
def lunch(tmp_path: Path, portal: Portal) -> Site:
    """A portal with a function that was uninstalled, and whose migration fails by now."""
    folder = tmp_path / "rooms" / "maru_lunch"
    (folder / "migrations").mkdir(parents=True)
    manifest = (CHECKOUT / "plugins" / "maru_board" / "plugin.toml").read_text(encoding="utf-8").split("[[")[0]
    manifest = (
        manifest.replace('settings = "settings:BoardSettings"', "")
        .replace('"board"', '"lunch"')
        .replace("게시판", "식단")
        .replace('["notify", "search"]', "[]")
    )
    (folder / "plugin.toml").write_text(manifest, encoding="utf-8")
    (folder / "__init__.py").write_text('"""식단."""\n', encoding="utf-8")
    site = portal("admin", "lunch", plugins_path=[CHECKOUT / "plugins", folder.parent])
    (folder / "migrations" / "0001_first.py").write_text(BROKEN, encoding="utf-8")
    gone(site, "lunch")
    return site


def test_a_failing_migration_is_said_with_its_line(lunch: Site) -> None:
    """409 in words with file and line; the function stays off and uninstalled, and the portal goes on."""
    answer = switch(lunch, "lunch", "city")

    assert answer.status_code == 409
    assert "0001_first.py:2" in answer.text
    assert (state("lunch").version, state("lunch").is_enabled) == ("", False)
    assert lunch.client("admin").get("/admin/plugins").status_code == 200
    assert "maru_lunch" in sys.modules


def test_a_paused_place_is_tried_again_at_once(portal: Portal) -> None:
    """지금 다시 시도 deletes the failures; the pause is lifted, and the audit says by whom."""
    site = portal("admin", "board")
    for _ in range(5):
        site.portal.dispatcher.note_failure("board", "todo", ValueError("no such thing"), pauses=True)
    site.beat()
    shown = site.client("admin").get("/admin/plugins/board").text

    site.client("admin").post("/admin/plugins/board/retry")

    assert "까지" in shown
    assert site.portal.dispatcher.quarantine.paused() == []
    assert site.audit("admin.views.plugins.retry")[0].actor_name == "admin"


def test_the_page_of_a_function_shows_what_it_costs(portal: Portal) -> None:
    """Each hook and page that ran in this worker, with how often."""
    site = portal("admin", "board")
    site.client("clerk").get("/board/")

    page = site.client("admin").get("/admin/plugins/board").text

    assert "board.views.index" in page
