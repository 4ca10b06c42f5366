"""왜 볼 수 있나, of the address of a ledger: the truth about the ledger, its function, its rights and its record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from maru.models import Grant, User
from maru.settings import CHECKOUT
from maru_devkit.fixtures import Site
from maru_records.api import Allowed, define, records_of, set_closed
from maru_records.definition import Definition, Field
from tests.rooms import make_room

Portal = Callable[..., Site]
CARS = """
from maru import hookimpl
from maru_records.api import Definition, Field

@hookimpl
def record_definitions():
    name = Field(key="name", label="이름", type="text")
    return [Definition(key="cars", label="차량", fields=(name,), readers="unit")]
"""


@pytest.fixture
def site(tmp_path: Path, portal: Portal) -> Site:
    """A portal with a function that ships the ledger of cars, which each unit reads for itself."""
    root = tmp_path / "rooms"
    folder = make_room(root, "cars", init=CARS)
    manifest = (folder / "plugin.toml").read_text(encoding="utf-8")
    (folder / "plugin.toml").write_text(f'requires = ["records>=0.1"]\n{manifest}', encoding="utf-8")
    made = portal("admin", "cars", plugins_path=[CHECKOUT / "plugins", root])
    made.client("clerk").post("/records/cars/new", data={"name": "스타렉스"})
    return made


def why(site: Site, person: str, address: str, locale: str = "") -> str:
    """The page that answers."""
    return site.client("admin", locale).get("/admin/why", params={"person": person, "address": address}).text


def test_a_ledger_that_is_none_is_said_to_be_none(site: Site) -> None:
    """`/records/nonsense/` is no page that anybody may see."""
    page = why(site, "clerk", "/records/nonsense/")

    assert "볼 수 없음" in page
    assert "이런 대장은 없습니다." in page


def test_the_right_is_named_with_who_gave_it(site: Site) -> None:
    """Everybody reads the cars of their own unit: the answer is whole, nothing is left to the view."""
    page = why(site, "clerk", "/records/cars/")

    assert "볼 수 있음" in page
    assert "따로 정함" not in page
    assert "대장: 차량" in page
    assert "이 대장에서 받은 권한: 모든 직원 – 기록하는 권한(자기 부서의 기록)" in page


def test_the_function_that_ships_it_counts_not_the_engine_alone(site: Site) -> None:
    """Off, or on elsewhere: nobody sees the ledger, though 업무 대장 is on; the page says where it is on."""
    on = why(site, "clerk", "/records/cars/")
    site.switch("cars", "이인면")
    elsewhere = why(site, "clerk", "/records/cars/")
    site.switch("cars", is_on=False)
    off = why(site, "clerk", "/records/cars/")

    assert on.count("이 사람에게 켜져 있습니다") == 2
    assert "기능: cars 기능" in on
    assert "볼 수 없음" in elsewhere
    assert "다른 부서에만 켜져 있습니다. 쓰는 곳: 이인면" in elsewhere
    assert "볼 수 없음" in off
    assert "꺼져 있습니다. 켜면 보입니다." in off


def test_a_record_is_told_apart(site: Site) -> None:
    """One's own, that of another unit, and one that is not there."""
    pages = [why(site, name, f"/records/cars/{n}") for name, n in (("clerk", 1), ("stranger", 1), ("clerk", 99))]

    assert "이 사람이 보는 기록에 들어 있습니다." in pages[0]
    assert "볼 수 있음" in pages[0]
    assert "이 기록의 부서: 유구읍" in pages[1]
    assert "이 번호의 기록은 없습니다." in pages[2]
    assert all("볼 수 없음" in page for page in pages[1:])


def test_the_right_that_is_missing_is_named_with_who_has_it(site: Site) -> None:
    """A ledger of one unit and one person: who has it, by role, unit and name."""
    definition = Definition(key="keys", label="열쇠", fields=(Field(key="name", label="이름", type="text"),))
    people = [Allowed("read", department=site.unit("이인면")), Allowed("manage", user=site.user("planner"))]
    define(
        definition,
        site.write_as("admin", plugin="records"),
        department=site.unit("이인면"),
        rights=[*people, Allowed("write", role="department-admin")],
        by=site.user("admin"),
    )

    page, theirs = why(site, "clerk", "/records/keys/"), why(site, "stranger", "/records/keys/")

    assert "볼 수 없음" in page
    assert "이인면의 대장입니다." in page
    assert "이인면 및 하위 부서 – 보는 권한(모든 기록)" in page
    assert f"{site.user('planner').name} – 관리하는 권한(모든 기록)" in page
    assert "역할 부서 관리자 – 기록하는 권한(모든 기록)" in page
    assert "이 대장에서 받은 권한: 이인면 및 하위 부서 – 보는 권한(모든 기록)." in theirs


def test_writing_asks_for_more(site: Site) -> None:
    """The form of a new record, and of one of another unit; a closed ledger takes none from anybody."""
    own, foreign = why(site, "clerk", "/records/cars/new"), why(site, "stranger", "/records/cars/1/edit")
    with site.write_as("admin", plugin="records") as change:
        set_closed(change, records_of("cars"), True)
    closed = why(site, "clerk", "/records/cars/new")

    assert "기록할 수 있습니다." in own
    assert "볼 수 있음" in own
    assert "여기에 기록할 권한이 없습니다." in foreign
    assert "기록을 받지 않는 대장입니다." in closed
    assert "볼 수 없음" in closed


def test_without_a_post_there_is_nothing_to_see(site: Site) -> None:
    """Whoever may read ledgers everywhere still reads none where each unit reads its own."""
    with site.write_as("admin"):
        idle = User.create(username="idle", name="무보직")
        Grant.create(user=idle, permission="records.read", scope="city")

    assert "이 사람이 볼 수 있는 기록이 없습니다. 이 대장에 있는 권한: 모든 직원" in why(site, "idle", "/records/cars/")


def test_in_english(site: Site) -> None:
    """Each condition in the words of whoever asks."""
    page = why(site, "clerk", "/records/cars/1", "en")

    assert "Held in this ledger: All staff – may record (records of their own units)." in page
    assert "It is among the records that this person sees." in page
