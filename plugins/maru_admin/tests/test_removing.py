"""Uninstalling a function: what is said before, what is refused, what is left, and the archive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from maru import Grant, PluginFailure, StoredFile
from maru.models import PluginState
from maru.settings import CHECKOUT
from maru_admin.removing.shelf import REMOVED
from maru_admin.removing.sweeping import BYTES_STAY
from maru_admin.tests.removal import (
    QUICK,
    archives,
    bytes_in_store,
    file_of,
    members,
    restore,
    rows,
    state,
    uninstall,
    uninstalled,
)
from maru_board.tests.canary import plant
from maru_db import connected, transaction
from maru_devkit.fixtures import Clock, Site
from tests.rooms import make_room

Portal = Callable[..., Site]


def test_the_page_says_what_goes(portal: Portal) -> None:
    """Tables with their rows, what others keep, files, rights; and that switching off would do."""
    site = portal("admin", "board", "notify", **QUICK)
    plant(site, "글")
    site.settle()

    page = site.client("admin").get("/admin/plugins/board/remove").text

    assert "board_post 2행" in page
    assert "알림 · 보낸 알림" in page
    assert "2개 · 3B" in page.replace(" B", "B")
    assert "끄면 자료가 그대로 남습니다" in page


def test_uninstalling_needs_a_reason(portal: Portal) -> None:
    """Without a reason 422 with the focus on it, and nothing changes."""
    site = portal("admin", "board", **QUICK)

    answer = uninstall(site, "board", " ")

    assert answer.status_code == 422
    assert "autofocus" in answer.text
    assert state("board").is_enabled
    assert archives(site) == []


def test_only_administrators_of_the_city_may(portal: Portal) -> None:
    """The page, the archives and every form answer 403 to a clerk and to the administrator of a department."""
    site = portal("admin", "board", **QUICK)
    archive = uninstalled(site, "board")

    for username in ("clerk", "head"):
        client = site.client(username)
        pages = [
            client.get(path).status_code for path in (archive, f"{archive}/download", "/admin/plugins/board/remove")
        ]
        forms = [client.post(f"{archive}/{word}", data={"reason": "왜"}).status_code for word in ("restore", "delete")]
        assert {*pages, *forms} == {403}


def test_what_others_need_stays(portal: Portal) -> None:
    """The ledger engine cannot go while a function that needs it is installed, switched off or not."""
    site = portal("admin", "collect", **QUICK)
    client = site.client("admin")
    client.post("/admin/plugins/collect/switch", data={"reach": "off", "reason": "시험"})

    page = client.get("/admin/plugins/records/remove").text
    answer = uninstall(site, "records")

    assert "자동취합 기능이 이 기능을 씁니다. 그 기능을 먼저 제거해 주세요." in page
    assert answer.status_code == 409
    assert state("records").is_enabled


def test_the_administration_stays(portal: Portal) -> None:
    """The function that uninstalls cannot be uninstalled."""
    site = portal("admin", **QUICK)

    assert uninstall(site, "admin").status_code == 409
    assert "늘 필요해 제거할 수 없습니다" in site.client("admin").get("/admin/plugins/admin/remove").text


def test_nothing_is_left_but_the_audit(portal: Portal) -> None:
    """Tables, rights, failures and settings are gone; the audit names the archive, its digest and the reason."""
    site = portal("admin", "board", **QUICK)
    plant(site, "글")
    with connected(), transaction():
        PluginFailure.create(plugin="board", place="menu", problem="X")
        PluginState.update(settings={"recent_days": 3}).where(PluginState.key == "board").execute()

    archive = uninstalled(site, "board")

    [entry] = site.audit(REMOVED)
    with connected():
        grants = [grant.permission for grant in Grant.select() if grant.permission.startswith("board.")]
        left = (PluginFailure.select().count(), StoredFile.select().count())
    assert rows("board_") == {}
    assert (grants, left) == ([], (0, 0))
    assert (state("board").version, state("board").is_enabled, state("board").settings) == ("", False, {})
    assert entry.changes[0]["after"]["archive"] == file_of(site, archive).name
    assert len(entry.changes[0]["after"]["sha256"]) == 64
    assert (entry.actor_name, entry.note) == ("admin", "쓰지 않음")
    assert {"manifest.json", "rows/board_post.jsonl", "rows/maru_grant.jsonl"} < members(file_of(site, archive))


def test_an_uninstalled_function_is_listed_and_its_pages_are_gone(portal: Portal) -> None:
    """It stays in the list as 설치 안 됨, with the way to its archives; its address answers 404; others go on."""
    site = portal("admin", "board", "me", **QUICK)
    client = site.client("admin")

    archive = uninstalled(site, "board")

    assert "설치 안 됨" in client.get("/admin/plugins").text
    assert "/admin/plugins/board/archives" in client.get("/admin/plugins/board").text
    assert archive in client.get("/admin/plugins/board/archives").text
    assert client.get("/board/").status_code == 404
    assert client.get("/me/").status_code == 200


def test_switched_on_again_it_begins_anew(portal: Portal) -> None:
    """An uninstalled function that is switched on has its tables and first rights, and no content."""
    site = portal("admin", "board", **QUICK)
    plant(site, "글")
    uninstalled(site, "board")

    site.client("admin").post("/admin/plugins/board/switch", data={"reach": "city", "reason": "다시"})

    assert site.client("clerk").get("/board/").status_code == 200
    assert rows("board_post")["board_post"] == []


def test_bytes_go_a_while_later_unless_somebody_has_them(portal: Portal, clock: Clock) -> None:
    """After 15 minutes the bytes are deleted; those that were uploaded again meanwhile stay."""
    site = portal("admin", "board", **QUICK)
    plant(site, "글")
    plant(site, "다른 글")
    clock.move(minutes=1)  # it stands still, and the bytes are of the second after
    uninstalled(site, "board")
    before = bytes_in_store()
    site.client("admin").post("/admin/plugins/board/switch", data={"reach": "city", "reason": "다시"})
    plant(site, "다른 글")
    with connected():
        [again] = {str(file.sha256) for file in StoredFile.select()}

    site.settle()
    at_once = bytes_in_store()
    clock.move(seconds=(BYTES_STAY + timedelta(minutes=1)).total_seconds())
    site.settle()

    assert len(before) == 2
    assert at_once == before
    assert bytes_in_store() == {again}


def test_restored_in_time_the_bytes_stay(portal: Portal, clock: Clock) -> None:
    """The sweep that waits since the uninstalling leaves files that were restored."""
    site = portal("admin", "board", **QUICK)
    plant(site, "글")
    before = bytes_in_store()
    archive = uninstalled(site, "board")

    assert restore(site, archive).status_code == 303
    clock.move(hours=1)
    site.settle()

    assert bytes_in_store() == before != set()


def test_the_index_of_the_search_goes_too(portal: Portal) -> None:
    """The folder with everybody's texts is deleted, and made anew when the search is back, in the same process."""
    site = portal("admin", "board", "search", **QUICK)
    plant(site, "글")
    site.settle()
    index = site.portal.settings.data_folder / "search"
    before = {path.name for path in index.iterdir()}

    archive = uninstalled(site, "search")
    left = index.exists()
    restore(site, archive)
    site.client("admin").post("/admin/plugins/search/switch", data={"reach": "city", "reason": "다시"})
    site.settle()

    assert before
    assert not left
    assert "글 글" in site.client("clerk").get("/search/?q=글").text
    assert site.failures() == []


KEEPER = """
from pathlib import Path
from maru import hookimpl
from maru_admin.api import Belonging
from .models import Mark

asked = []

@hookimpl
def belongings(plugin):
    asked.append(plugin)
    {answer}
"""
MARKS = {
    "models": """
        import peewee
        from maru import Model

        class Mark(Model):
            recorded = False
            plugin = peewee.CharField()
        """,
    "migrations__0001_first": """
        import peewee as pw

        def up(migrator, db):
            class Mark(pw.Model):
                plugin = pw.CharField()
                class Meta:
                    database = db
                    table_name = "keeper_mark"
            db.create_tables([Mark])
            Mark.insert_many([{"plugin": name} for name in ("board", "board", "me")]).execute()
        """,
}


@pytest.fixture
def with_keeper(portal: Portal, tmp_path: Path) -> Callable[[str], Site]:
    """`with_keeper("return …")`: a site with boards and a plugin that keeps three marks, and answers so."""

    def make(answer: str) -> Site:
        root = tmp_path / "rooms"
        folder = make_room(root, "keeper", for_admin=KEEPER.format(answer=answer), **MARKS)
        manifest = (folder / "plugin.toml").read_text(encoding="utf-8")
        asking = manifest.replace("[[permissions]]", 'optional = ["admin"]\n[[permissions]]')
        (folder / "plugin.toml").write_text(asking, encoding="utf-8")
        return portal("admin", "board", "keeper", plugins_path=[CHECKOUT / "plugins", root], **QUICK)

    return make


def test_a_keeper_that_fails_stops_it(with_keeper: Callable[[str], Site]) -> None:
    """Nothing is uninstalled while a plugin cannot say what it keeps; the page names it, and it is blamed."""
    site = with_keeper('raise LookupError("lost")')

    answer = uninstall(site, "board")
    page = site.client("admin").get("/admin/plugins/board/remove")

    assert answer.status_code == 409
    assert "keeper 기능 기능이 이 기능을 위해 무엇을 보관하는지 답하지 못해" in answer.text
    assert (page.status_code, state("board").is_enabled) == (200, True)
    assert "keeper belongings" in " ".join(site.failures())


def test_a_keeper_that_fails_does_not_hinder_switching_off(with_keeper: Callable[[str], Site]) -> None:
    """The preview says who could not answer. The switch works all the same: nothing is deleted by it."""
    site = with_keeper('raise LookupError("lost")')
    client = site.client("admin")

    page = client.get("/admin/plugins/board/switch", params={"reach": "off"})
    answer = client.post("/admin/plugins/board/switch", data={"reach": "off", "reason": "점검"})

    assert page.status_code == 200
    assert "무엇을 보관하는지 답하지 못해" in page.text
    assert answer.status_code == 303


def test_a_keeper_is_asked_while_it_is_off(with_keeper: Callable[[str], Site]) -> None:
    """What a switched-off plugin keeps for another one goes and comes back too."""
    site = with_keeper("return [Belonging(Mark, Mark.plugin == plugin)]")
    site.client("admin").post("/admin/plugins/keeper/switch", data={"reach": "off", "reason": "시험"})
    before = rows("keeper_mark")

    archive = uninstalled(site, "board")
    gone = rows("keeper_mark")
    restore(site, archive)

    assert [row[1] for row in gone["keeper_mark"]] == ["me"]
    assert rows("keeper_mark") == before


def test_what_changes_meanwhile_is_archived_anew(with_keeper: Callable[[str], Site]) -> None:
    """A row that comes between the archive and the taking out is in the archive, and not lost."""
    site = with_keeper("return [Belonging(Mark, Mark.plugin == plugin)] if len(asked) > 2 else []")
    before = rows("keeper_mark")

    archive = uninstalled(site, "board")
    restore(site, archive)

    assert len(archives(site)) == 1
    assert rows("keeper_mark") == before


def test_what_never_stands_still_is_left(with_keeper: Callable[[str], Site]) -> None:
    """After three attempts it says so; the function is off, all its content is there, and no archive is left."""
    site = with_keeper("return [Belonging(Mark, Mark.plugin == plugin)] if len(asked) % 2 else []")
    plant(site, "글")
    before = rows("board_")

    answer = uninstall(site, "board")

    assert answer.status_code == 409
    assert "자료가 계속 바뀌어" in answer.text
    assert archives(site) == []
    assert rows("board_") == before
    assert (state("board").is_enabled, state("board").version) == (False, "0.1.0")


def test_a_table_that_others_point_at_stays(portal: Portal, tmp_path: Path) -> None:
    """A plugin whose table points into another's is named, and nothing changes."""
    make_room(
        tmp_path / "rooms",
        "fan",
        migrations__0001_first="""
        import peewee as pw

        def up(migrator, db):
            db.execute_sql("CREATE TABLE fan_star (id INTEGER PRIMARY KEY, post INTEGER REFERENCES board_post (id))")
        """,
    )
    site = portal("admin", "board", "fan", plugins_path=[CHECKOUT / "plugins", tmp_path / "rooms"], **QUICK)

    answer = uninstall(site, "board")

    assert answer.status_code == 409
    assert "fan_star" in answer.text
    assert state("board").is_enabled


def test_downloading_is_audited_and_deleting_is_for_good(portal: Portal) -> None:
    """Who takes an archive along is in the audit; a deleted one is gone from folder and list, the reason is kept."""
    site = portal("admin", "board", **QUICK)
    archive = uninstalled(site, "board")
    client = site.client("admin")

    content = client.get(f"{archive}/download")
    refused = client.post(f"{archive}/delete", data={"reason": ""})
    deleted = client.post(f"{archive}/delete", data={"reason": "보존 기간이 지남"})

    assert content.content[:2] == b"PK"
    assert refused.status_code == 422
    assert deleted.status_code == 303
    assert archives(site) == []
    assert "보관 파일이 없습니다" in client.get("/admin/plugins/board/archives").text
    notes = [entry.note for entry in site.audit()]
    assert any("보관 파일 내려받음" in note for note in notes)
    assert any("보존 기간이 지남" in note for note in notes)


@pytest.mark.parametrize("name", ["..%2Fmaru.sqlite3", "me-0.1.0-20260101-000000.zip", "board-1.zip"])
def test_an_archive_has_a_name_of_its_function(portal: Portal, name: str) -> None:
    """Names of other functions, of other files and of nothing answer 404."""
    site = portal("admin", "board", "me", **QUICK)

    assert site.client("admin").get(f"/admin/plugins/board/archives/{name}").status_code == 404
