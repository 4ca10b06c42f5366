"""The settings pages that are made from the functions' models."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from copy import copy
from pathlib import Path
from typing import Any

import pytest

from maru.models import AuditEntry, PluginState
from maru.settings import CHECKOUT
from maru_admin.settings_store import without_secrets
from maru_admin.tests.removal import QUICK, file_of, state, uninstalled
from maru_db import connected
from maru_devkit.fixtures import Site

Portal = Callable[..., Site]

MODEL = '''
"""Settings of every type."""

from datetime import date
from enum import Enum
from typing import Literal

from pydantic import BaseModel, Field, SecretStr


class Meal(Enum):
    """A meal."""

    NOON = "noon"
    NIGHT = "night"


class LunchSettings(BaseModel):
    """Of the canteen."""

    title: str = Field("구내식당", min_length=2, max_length=10, title="이름", description="식단 위에 보입니다.")
    seats: int = Field(120, ge=1, le=500, json_schema_extra={"ko": "자리", "en": "Seats"})
    price: float = 5.5
    open_to_all: bool = True
    meal: Meal = Meal.NOON
    size: Literal["small", "large"] = Field(
        "small", json_schema_extra={"choices": {"large": {"ko": "큰 것", "en": "Large"}}}
    )
    dishes: list[str] = []
    since: date = date(2026, 1, 1)
    until: date | None = None
    token: SecretStr = SecretStr("")
'''
SENT = {
    "title": "새 식당",
    "seats": "80",
    "price": "6",
    "meal": "night",
    "size": "large",
    "dishes": "김치찌개\r\n\r\n비빔밥",
    "since": "2026-03-01",
    "until": "",
    "token": "hunter2-very-secret",
}


@pytest.fixture
def site(tmp_path: Path, portal: Portal) -> Site:
    """A portal with a function whose settings have every type."""
    folder = tmp_path / "rooms" / "maru_lunch"
    folder.mkdir(parents=True)
    manifest = (CHECKOUT / "plugins" / "maru_board" / "plugin.toml").read_text(encoding="utf-8").split("[[")[0]
    manifest = manifest.replace('"board"', '"lunch"').replace("BoardSettings", "LunchSettings")
    (folder / "plugin.toml").write_text(manifest.replace('["notify", "search"]', "[]"), encoding="utf-8")
    (folder / "__init__.py").write_text('"""식단."""\n', encoding="utf-8")
    (folder / "settings.py").write_text(MODEL, encoding="utf-8")
    return portal("admin", "lunch", plugins_path=[CHECKOUT / "plugins", folder.parent], **QUICK)


def save(site: Site, **changed: str) -> Any:
    """The answer to the form as `SENT`, with some fields changed."""
    return site.client("admin").post("/admin/plugins/lunch/settings", data=SENT | {"mark": mark(site)} | changed)


def mark(site: Site) -> str:
    """The mark that the form carries now."""
    page = site.client("admin").get("/admin/plugins/lunch/settings").text
    return page.split('name="mark" value="')[1].split('"')[0]


def present(site: Site) -> Any:
    """What the function would read."""
    return site.portal.dispatcher.plugins["lunch"].settings


def test_every_type_has_its_control(site: Site) -> None:
    """Labels, hints and limits come from the model."""
    page = site.client("admin").get("/admin/plugins/lunch/settings").text

    assert "식단 위에 보입니다." in page
    assert '<label for="field-seats">자리' in page
    assert 'min="1"' in page
    assert "1부터 500까지" in page
    assert 'type="date"' in page
    assert '<option value="large">큰 것</option>' in page
    assert 'type="password"' in page


def test_what_is_saved_is_what_the_function_reads(site: Site) -> None:
    """Each type arrives as itself, in this process at once and in the database for the others."""
    answer = save(site)

    found = present(site)
    assert answer.status_code == 303
    assert (found.title, found.seats, found.price, found.open_to_all) == ("새 식당", 80, 6.0, False)
    assert (found.meal.value, found.size, found.dishes) == ("night", "large", ["김치찌개", "비빔밥"])
    assert (found.since.isoformat(), found.until) == ("2026-03-01", None)
    assert found.token.get_secret_value() == "hunter2-very-secret"


def test_a_secret_is_never_shown_and_never_audited(site: Site) -> None:
    """Neither the page nor the audit has it; left empty it stays; the box empties it."""
    save(site)
    page = site.client("admin").get("/admin/plugins/lunch/settings").text
    save(site, token="")
    kept = present(site).token.get_secret_value()

    save(site, token="", **{"token-clear": "1"})

    with connected():
        audit = str([(entry.note, entry.request, entry.changes) for entry in AuditEntry.select()])
    assert "hunter2" not in page
    assert "hunter2" not in audit
    assert "(비밀)" in audit
    assert kept == "hunter2-very-secret"
    assert present(site).token.get_secret_value() == ""


def test_a_secret_goes_into_no_archive(site: Site) -> None:
    """The file that is taken along has the other settings alone; page and answer say what must be typed again."""
    save(site)
    archive = uninstalled(site, "lunch")
    path = file_of(site, archive)
    with zipfile.ZipFile(path) as content:
        held = b"".join(content.read(name) for name in content.namelist())
    client = site.client("admin")
    page = client.get(archive).text

    answer = client.post(f"{archive}/restore", data={"reason": "다시 씀"})

    shown = client.get("/admin/plugins/lunch").text
    assert b"hunter2" not in held
    assert "새 식당".encode() in held
    assert "설정 화면에서 다시 입력해 주세요: token" in page
    assert answer.status_code == 303
    assert "비밀 설정은 보관하지 않으므로 다시 입력해 주세요: token" in shown
    assert state("lunch").settings["title"] == "새 식당"
    assert "token" not in state("lunch").settings


def test_of_a_function_that_cannot_be_loaded_nothing_is_known_to_be_open(site: Site) -> None:
    """Without its model nobody can tell a secret from a title: none of its settings goes into the archive."""
    save(site)
    ill = copy(site.portal.dispatcher.plugins["lunch"])
    ill.settings = None

    kept, left = without_secrets(ill, {"title": "새 식당", "token": "hunter2", "empty": ""})

    assert (kept, left) == ({}, ["title", "token"])


def test_each_change_has_before_and_after(site: Site) -> None:
    """The audit has the fields that changed, and those alone."""
    save(site)
    save(site, seats="90", token="")

    last = site.audit("admin.views.settings.change_settings")[-1].changes[0]

    assert (last["before"], last["after"]) == ({"settings.seats": 80}, {"settings.seats": 90})


def test_wrong_values_are_said_by_field_and_nothing_is_saved(site: Site) -> None:
    """422, one Korean sentence a field, what was typed is still there."""
    answer = save(site, seats="많이", title="가", since="어제", size="huge")

    assert answer.status_code == 422
    assert "‘많이’를 숫자로 읽을 수 없습니다." in answer.text
    assert "2자 이상 적어 주세요." in answer.text
    assert 'value="많이"' in answer.text
    assert present(site).seats == 120


def test_the_second_of_two_administrators_is_told(site: Site) -> None:
    """409 for the one whose form was read before the other saved."""
    before = mark(site)
    save(site)

    answer = save(site, mark=before, seats="3")

    assert answer.status_code == 409
    assert present(site).seats == 80


def test_settings_of_a_function_without_any(portal: Portal) -> None:
    """404, and no button on the page of the function."""
    client = portal("admin").client("admin")

    assert client.get("/admin/plugins/admin/settings").status_code == 404
    assert 'href="/admin/plugins/admin/settings"' not in client.get("/admin/plugins/admin").text


def test_shipped_settings_are_used(portal: Portal) -> None:
    """The usual time of a deadline and the length of the card follow what is set."""
    site = portal("admin", "board", "collect")
    client = site.client("admin")
    forms = {key: client.get(f"/admin/plugins/{key}/settings").text for key in ("board", "collect")}
    marks = {key: page.split('name="mark" value="')[1].split('"')[0] for key, page in forms.items()}

    client.post("/admin/plugins/board/settings", data={"card_posts": "2", "mark": marks["board"]})
    client.post("/admin/plugins/collect/settings", data={"due_time": "17:30", "mark": marks["collect"]})

    with connected():
        kept = {row.key: row.settings for row in PluginState.select()}
    assert kept["board"] == {"card_posts": 2}
    assert kept["collect"] == {"due_time": "17:30"}
