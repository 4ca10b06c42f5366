"""A function that is a ledger and nothing else: what the pages say of it before it is switched off or uninstalled."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from maru.settings import CHECKOUT
from maru_devkit.fixtures import Site

from .removal import QUICK, restore, uninstalled

MANIFEST = """
id = "rooms"
version = "0.1.0"
api = 1
name = { ko = "회의실", en = "Rooms" }
summary = { ko = "회의실을 예약합니다.", en = "Book rooms." }
owner = "총무과"
requires = ["records"]
"""
CODE = '''"""회의실."""
from pathlib import Path
from maru import hookimpl
from maru_records.api import definitions_in

@hookimpl
def record_definitions():
    return definitions_in(Path(__file__).parent / "app")
'''
FIELDS = [
    {"key": "purpose", "label": "회의 이름", "type": "text"},
    {"key": "booker", "label": "예약한 사람", "type": "person"},
    {"key": "phone", "label": {"ko": "연락처", "en": "Phone"}, "type": "text"},
]


@pytest.fixture
def site(tmp_path: Path, portal: Callable[..., Site]) -> Site:
    """A portal with the ledger 회의실 예약, which the function `rooms` ships, and one record in it."""
    folder = tmp_path / "rooms" / "maru_rooms"
    (folder / "app").mkdir(parents=True)
    (folder / "plugin.toml").write_text(MANIFEST, encoding="utf-8")
    (folder / "__init__.py").write_text(CODE, encoding="utf-8")
    ledger = {"key": "booking", "label": "회의실 예약", "readers": "everyone", "fields": FIELDS}
    (folder / "app" / "booking.json").write_text(json.dumps(ledger), encoding="utf-8")
    made = portal("admin", "rooms", plugins_path=[CHECKOUT / "plugins", folder.parent], **QUICK)
    clerk = made.client("clerk")
    clerk.get("/records/booking/")
    answer = clerk.post("/records/booking/new", data={"purpose": "주간 회의"})
    assert answer.status_code == 303, answer.text
    return made


def test_switching_off_names_the_ledger_its_rows_and_its_personal_data(site: Site) -> None:
    """It has no page and no table of its own, and yet a ledger with an address, a record and two telling fields."""
    page = site.client("admin").get("/admin/plugins/rooms/switch", params={"reach": "off"}).text

    assert "대장 회의실 예약 <code>/records/booking/</code>" in page
    assert "회의실 예약 1행" in page
    assert "회의실 예약: 예약한 사람, 연락처" in page
    assert "records_booking" not in page


def test_its_page_names_them_too(site: Site) -> None:
    """Who only looks is told the same."""
    page = site.client("admin", locale="en").get("/admin/plugins/rooms").text

    assert "/records/booking/" in page
    assert "회의실 예약 1" in page
    assert "예약한 사람, Phone" in page


def test_the_archive_names_them_after_the_ledger_is_gone(site: Site) -> None:
    """The page after uninstalling names what was archived, and offers to restore it; so does its own page."""
    archive = uninstalled(site, "rooms")
    client = site.client("admin")

    shown, own = client.get(archive).text, client.get("/admin/plugins/rooms").text

    assert "업무 대장 · 회의실 예약 1행" in shown
    assert "회의실 예약: 예약한 사람, 연락처" in shown
    assert f'action="{archive}/restore"' in shown
    assert f'href="{archive}"' in own
    assert "복원하기" in own
    assert restore(site, archive).status_code == 303


def test_switching_on_what_was_uninstalled_is_said_to_start_empty(site: Site) -> None:
    """Whoever looks for the data is led to the archive before a new and empty function is installed."""
    uninstalled(site, "rooms")

    page = site.client("admin").get("/admin/plugins/rooms/switch").text

    assert "자료 없이 새로 설치합니다" in page
    assert "/admin/plugins/rooms/archives" in page
