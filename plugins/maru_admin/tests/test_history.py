"""What changed since, and back to Friday."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from maru.models import PluginState
from maru_db import connected
from maru_devkit.fixtures import Clock, Site
from maru_language import local, now

Portal = Callable[..., Site]


def switch(site: Site, key: str, reach: str, *units: str) -> None:
    """Switch a function by the page."""
    entered = {"reach": reach, "units": [site.unit(name).id for name in units], "reason": f"{key} 시험"}
    assert site.client("admin").post(f"/admin/plugins/{key}/switch", data=entered).status_code == 303


def set_card(site: Site, count: int) -> None:
    """Set how many posts the card of the boards shows."""
    client = site.client("admin")
    mark = client.get("/admin/plugins/board/settings").text.split('name="mark" value="')[1].split('"')[0]
    answer = client.post("/admin/plugins/board/settings", data={"card_posts": count, "mark": mark})
    assert answer.status_code == 303


def at(moment: datetime) -> dict[str, str]:
    """An instant as the page asks for it."""
    here = local(moment)
    return {"day": here.date().isoformat(), "time": f"{here:%H:%M}"}


def page(site: Site, moment: datetime) -> str:
    """The page since an instant."""
    return site.client("admin").get("/admin/history", params=at(moment)).text


def back(site: Site, moment: datetime, **changed: str) -> Any:
    """The answer to going back, with the mark that the page shows."""
    shown = page(site, moment)
    mark = shown.split('name="mark" value="')[1].split('"')[0] if 'name="mark"' in shown else ""
    return site.client("admin").post("/admin/history", data=at(moment) | {"mark": mark, "reason": "되돌림"} | changed)


def states(site: Site) -> dict[str, tuple[Any, ...]]:
    """Key → on, departments, settings."""
    with connected():
        return {row.key: (row.is_enabled, row.units, row.settings) for row in PluginState.select()}


def week(site: Site, clock: Clock) -> datetime:
    """A Friday, and what was changed after it. Gives the Friday."""
    switch(site, "board", "units", "유구읍")
    set_card(site, 3)
    clock.move(hours=1)
    friday = now()
    clock.move(hours=1)
    switch(site, "board", "off")
    set_card(site, 8)
    clock.move(hours=1)
    switch(site, "board", "city")
    set_card(site, 9)
    return friday


def test_what_changed_since_is_told(portal: Portal, clock: Clock) -> None:
    """Each change with who, what before and after, and why; what was before is not there."""
    site = portal("admin", "board")
    friday = week(site, clock)

    shown = page(site, friday)

    assert "홈 화면 카드의 글 수: 3 → 8" in shown
    assert "홈 화면 카드의 글 수: 8 → 9" in shown
    assert "유구읍 → 시 전체" in shown
    assert "시 전체 → 유구읍" not in shown
    assert "board 시험" in shown


def test_back_to_friday(portal: Portal, clock: Clock) -> None:
    """Departments and settings are as they were, in one audited write; the page then says that nothing differs."""
    site = portal("admin", "board")
    friday = week(site, clock)
    shown = page(site, friday)

    answer = back(site, friday)

    assert "<del>시 전체</del> → <ins>유구읍</ins>" in shown
    assert "<del>9</del> → <ins>3</ins>" in shown
    assert answer.status_code == 303
    assert states(site)["board"] == (True, [site.unit("유구읍").id], {"card_posts": 3})
    assert site.portal.dispatcher.plugins["board"].settings.card_posts == 3  # type: ignore[union-attr]
    assert len(site.audit("admin.views.history.restore")) == 1
    assert "되돌릴 것이 없습니다" in page(site, friday)


def test_what_was_not_shown_is_not_done(portal: Portal, clock: Clock) -> None:
    """409 when somebody changed something between the page and the button; nothing moves."""
    site = portal("admin", "board")
    friday = week(site, clock)
    before = states(site)

    answer = back(site, friday, mark="0123456789abcdef")

    assert answer.status_code == 409
    assert states(site) == before


def test_the_set_must_fit(portal: Portal, clock: Clock) -> None:
    """Both off since: both come back together, though neither could alone be the first."""
    site = portal("admin", "collect")
    friday = now()
    clock.move(hours=1)
    switch(site, "collect", "off")
    switch(site, "records", "off")

    answer = back(site, friday)

    assert answer.status_code == 303
    assert (states(site)["collect"][0], states(site)["records"][0]) == (True, True)


def test_a_function_that_was_removed_since_is_left_out(portal: Portal, clock: Clock) -> None:
    """It is named with the way back, and everything else can go back."""
    site = portal("admin", "board")
    friday = now()
    clock.move(hours=1)
    set_card(site, 9)
    with site.write_as("admin", plugin="admin"):
        row = PluginState.get(PluginState.key == "board")
        row.version, row.is_enabled = "", False
        row.save()
    site.beat()

    assert "그 뒤에 제거한 기능입니다" in page(site, friday)


def test_a_removal_is_among_the_changes(portal: Portal, clock: Clock) -> None:
    """It is recorded under the id of the function, and told like all other changes."""
    site = portal("admin", "board")
    friday = now()
    clock.move(hours=1)
    with site.write_as("admin", plugin="admin") as change:
        change.record("maru_plugin_state", "board", "deleted", {"version": "0.1.0"}, {"archive": "board.zip"})

    assert "0.1.0 → 설치 안 됨" in page(site, friday)


def test_an_instant_that_is_none(portal: Portal) -> None:
    """422 with what to write; a reason is needed to go back; a clerk is refused."""
    site = portal("admin", "board")
    client = site.client("admin")

    wrong = client.get("/admin/history", params={"day": "어제", "time": "18:00"})
    ancient = client.get("/admin/history", params={"day": "0001-01-01", "time": "18:00"})

    assert (wrong.status_code, ancient.status_code) == (422, 422)
    assert back(site, now(), reason=" ").status_code == 422
    assert client.post("/admin/history").status_code == 422
    assert client.post("/admin/history", data={"day": "9999-12-31", "time": "18:00"}).status_code == 422
    assert site.client("clerk").get("/admin/history").status_code == 403
