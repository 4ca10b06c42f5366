"""Restoring an archive: what comes back, into which version, and what is refused with the way out."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from starlette.datastructures import UploadFile

from maru import Grant, PluginState, StoredFile, take_file
from maru.app import create_app
from maru.settings import CHECKOUT
from maru_admin.tests.removal import QUICK, file_of, restore, rows, state, uninstalled
from maru_board.models import Attachment
from maru_board.tests.canary import plant
from maru_db import connected, transaction
from maru_devkit.fixtures import Site
from tests.rooms import make_room, write

Portal = Callable[..., Site]


def test_all_is_as_it_was(portal: Portal) -> None:
    """Rows, rights, settings and departments come back; the function stays off until somebody switches it on."""
    site = portal("admin", "board", "notify", **QUICK)
    plant(site, "글")
    site.settle()
    units = [site.unit("유구읍").id]
    with connected(), transaction():
        PluginState.update(units=units, settings={"card_posts": 3}).where(PluginState.key == "board").execute()
        Grant.create(user=site.user("stranger"), permission="board.manage", scope="city")
    before = {**rows("board_"), **rows("notify_"), **rows("maru_grant"), **rows("maru_stored_file")}

    archive = uninstalled(site, "board")
    answer = restore(site, archive)

    assert answer.status_code == 303
    assert {**rows("board_"), **rows("notify_"), **rows("maru_grant"), **rows("maru_stored_file")} == before
    found = state("board")
    assert (found.is_enabled, found.version, found.units) == (False, "0.1.0", units)
    assert found.settings == {"card_posts": 3}
    assert site.client("clerk").get("/board/").status_code == 404
    assert [entry.note for entry in site.audit("admin.views.removing.restore_archive")] == ["다시 씀"]


def test_a_number_that_was_taken_meanwhile_is_changed(portal: Portal) -> None:
    """SQLite gives numbers of deleted rows again: files and rights that are new keep theirs, the restored move."""
    site = portal("admin", "board", "me", **QUICK)
    plant(site, "글")
    archive = uninstalled(site, "board")
    with connected():
        blob = take_file(UploadFile(BytesIO("새 것".encode()), filename="새 것.txt"))
        with transaction():
            new = StoredFile.keep(blob, plugin="me")
            grant = Grant.create(user=site.user("stranger"), permission="me.use", scope="city")

    restore(site, archive)

    with connected():
        names = {attachment.file.name for attachment in Attachment.select()}
        assert (new.fresh().name, grant.fresh().permission) == ("새 것.txt", "me.use")
    assert names == {"글.txt"}


def test_a_changed_archive_is_refused(portal: Portal) -> None:
    """One byte more, and it is not what the audit knows: nothing is restored, the words say where to get it."""
    site = portal("admin", "board", **QUICK)
    archive = uninstalled(site, "board")
    with zipfile.ZipFile(file_of(site, archive), "a") as content:
        content.writestr("rows/maru_user.jsonl", '{"id": 1}')

    answer = restore(site, archive)

    assert answer.status_code == 409
    assert "보관 파일이 만들 때와 다릅니다" in answer.text
    assert (rows("board_post"), state("board").version) == ({}, "")


def test_a_file_that_is_none_is_refused(portal: Portal) -> None:
    """What cannot be read as an archive is listed as such and not restored; an archive that no entry knows neither."""
    site = portal("admin", "board", **QUICK)
    archive = uninstalled(site, "board")
    path = file_of(site, archive)
    unknown = path.with_name("board-0.1.0-20260101-000000.zip")
    unknown.write_bytes(path.read_bytes())
    path.write_bytes(b"PK")
    client = site.client("admin")

    answers = [restore(site, f"/admin/plugins/board/archives/{each.name}") for each in (path, unknown)]

    listed = client.get("/admin/plugins/board/archives").text
    assert [answer.status_code for answer in answers] == [409, 409]
    assert "읽을 수 없음" in listed
    assert "끝나지 않은 제거" in listed
    assert "이 파일은 읽을 수 없습니다" in client.get(archive).text


def test_what_is_installed_is_not_overwritten(portal: Portal) -> None:
    """Switched on anew it has content of its own: the archive waits, and the words say what to do."""
    site = portal("admin", "board", **QUICK)
    archive = uninstalled(site, "board")
    site.client("admin").post("/admin/plugins/board/switch", data={"reach": "city", "reason": "다시"})
    plant(site, "새 글")
    before = rows("board_")

    answer = restore(site, archive)

    assert answer.status_code == 409
    assert "이 기능은 설치되어 있습니다" in answer.text
    assert rows("board_") == before


def test_what_it_needs_comes_first(portal: Portal) -> None:
    """A function whose requirement is not installed names it; restored in the other order both come back."""
    site = portal("admin", "collect", **QUICK)
    collect = uninstalled(site, "collect")
    records = uninstalled(site, "records")

    refused = restore(site, collect)
    answers = [restore(site, records), restore(site, collect)]

    assert refused.status_code == 409
    assert "업무 대장 기능이 있어야 합니다" in refused.text
    assert [answer.status_code for answer in answers] == [303, 303]


def test_what_is_not_installed_is_left_out_and_said(portal: Portal) -> None:
    """Notifications of a function do not come back into a portal without notifications; the page says so before."""
    site = portal("admin", "board", "notify", **QUICK)
    plant(site, "글")
    site.settle()
    archive = uninstalled(site, "board")
    uninstalled(site, "notify")

    page = site.client("admin").get(archive).text
    answer = restore(site, archive)

    assert "알림 기능이 설치되어 있지 않아" in page
    assert answer.status_code == 303
    assert rows("notify_") == {}


def test_restoring_needs_a_reason(portal: Portal) -> None:
    """Without a reason 422 with the focus in the form that was sent."""
    site = portal("admin", "board", **QUICK)
    archive = uninstalled(site, "board")

    answer = restore(site, archive, "")

    assert answer.status_code == 422
    assert 'id="field-restore-reason"' in answer.text.split("autofocus")[0][-400:]


FIRST = """
import peewee as pw

def up(migrator, db):
    class Star(pw.Model):
        name = pw.CharField()
        class Meta:
            database = db
            table_name = "sky_star"
    db.create_tables([Star])
    Star.create(name="a row that the migration makes")
"""
SECOND = """
import peewee as pw

def up(migrator, db):
    migrator.migrate(migrator.add_column("sky_star", "loud", pw.CharField(default="")))
    db.execute_sql("UPDATE sky_star SET loud = UPPER(name)")
"""


@pytest.fixture
def sky(portal: Portal, tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """`sky("1.1.0", SECOND)`: the same house with a plugin `sky` of that version, with migrations after the first."""
    root = tmp_path / "rooms"
    folder = make_room(root, "sky", migrations__0001_first=FIRST)
    sites: list[Site] = []

    def start(version: str, *more: str) -> Site:
        text = (folder / "plugin.toml").read_text(encoding="utf-8")
        write(folder / "plugin.toml", re.sub(r'version = "[^"]*"', f'version = "{version}"', text))
        for path in (folder / "migrations").glob("000[2-9]*.py"):
            path.unlink()
        for number, code in enumerate(more, 2):
            write(folder / "migrations" / f"000{number}_more.py", code)
        if not sites:
            sites.append(portal("admin", "sky", plugins_path=[CHECKOUT / "plugins", root], **QUICK))
        else:
            sites.append(Site(create_app(sites[0].portal.settings)))
        return sites[-1]

    yield start
    for site in sites[1:]:
        site.close()


def test_an_older_archive_is_brought_up(sky: Callable[..., Site]) -> None:
    """Rows come back into the tables of their own version; then the migrations since then run over them."""
    archive = uninstalled(sky("1.0.0"), "sky")
    site = sky("1.1.0", SECOND)

    answer = restore(site, archive)

    assert answer.status_code == 303, answer.text
    assert [row[1:] for row in rows("sky_star")["sky_star"]] == [
        ("a row that the migration makes", "A ROW THAT THE MIGRATION MAKES")
    ]
    assert state("sky").version == "1.1.0"


def test_a_newer_archive_is_refused(sky: Callable[..., Site]) -> None:
    """An archive of 1.1.0 does not fit into 1.0.0; the words name both and the way out, and nothing is made."""
    archive = uninstalled(sky("1.1.0", SECOND), "sky")
    site = sky("1.0.0")

    answer = restore(site, archive)

    assert answer.status_code == 409
    assert "보관 파일은 1.1.0 판의 것이고 지금 있는 것은 1.0.0 판입니다" in answer.text
    assert rows("sky_star") == {}


def test_a_migration_that_fails_is_said_and_nothing_is_lost(sky: Callable[..., Site]) -> None:
    """The rows are back, the function is off, and the words have the line; mended, the next start goes on."""
    archive = uninstalled(sky("1.0.0"), "sky")
    site = sky("1.1.0", "def up(migrator, db):\n    raise LookupError('no such column')\n")

    answer = restore(site, archive)

    assert answer.status_code == 409
    assert "no such column" in answer.text
    assert len(rows("sky_star")["sky_star"]) == 1
    assert not state("sky").is_enabled
    sky("1.1.0", SECOND)
    assert state("sky").version == "1.1.0"


def test_an_ill_function_can_go_and_comes_back_mended(sky: Callable[..., Site], tmp_path: Path) -> None:
    """What cannot be loaded can be uninstalled with all it has; it is restored as soon as it is well."""
    sky("1.0.0")
    code = tmp_path / "rooms" / "maru_sky" / "routes.py"
    write(code, "import a_module_that_is_nowhere")
    ill = sky("1.0.0")

    archive = uninstalled(ill, "sky")
    gone, refused = rows("sky_"), restore(ill, archive)
    code.unlink()
    answer = restore(sky("1.0.0"), archive)

    assert gone == {}
    assert (refused.status_code, "그 잘못을 먼저 고쳐 주세요" in refused.text) == (409, True)
    assert answer.status_code == 303, answer.text
    assert len(rows("sky_star")["sky_star"]) == 1


ODD = """
import peewee as pw

def up(migrator, db):
    class Twig(pw.Model):
        parent = pw.ForeignKeyField("self", null=True)
        flag = pw.BooleanField()
        blob = pw.BlobField(null=True)
        price = pw.DecimalField(max_digits=12, decimal_places=3)
        on = pw.DateField()
        at = pw.DateTimeField()
        share = pw.DoubleField()
        big = pw.BigIntegerField()
        text = pw.TextField()
        class Meta:
            database = db
            table_name = "tree_twig"

    class Leaf(pw.Model):
        name = pw.CharField(primary_key=True)
        twig = pw.ForeignKeyField(Twig)
        class Meta:
            database = db
            table_name = "tree_leaf"

    class Pair(pw.Model):
        one = pw.IntegerField()
        other = pw.IntegerField()
        class Meta:
            database = db
            table_name = "tree_pair"
            primary_key = pw.CompositeKey("one", "other")

    db.create_tables([Twig, Leaf, Pair])
    db.execute_sql("CREATE VIEW tree_flags AS SELECT flag FROM tree_twig")
"""


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_every_kind_of_value_comes_back(
    portal: Portal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest, database: str
) -> None:
    """Truth, bytes, decimals, days, instants, keys of text and of two columns, a row that points at a later one."""
    if database == "postgres":
        request.getfixturevalue("fresh_postgres_url")
    monkeypatch.setenv("MARU_TEST_DATABASE", database)
    make_room(tmp_path / "rooms", "tree", migrations__0001_first=ODD)
    site = portal("admin", "tree", plugins_path=[CHECKOUT / "plugins", tmp_path / "rooms"], **QUICK)
    add_twigs()
    before = rows("tree_")

    archive = uninstalled(site, "tree")
    gone = rows("tree_")
    answer = restore(site, archive)

    assert gone == {}
    assert answer.status_code == 303, answer.text
    assert rows("tree_") == before
    assert len(before["tree_twig"]) == 1200
    with connected(), transaction():
        twig(None, 1)


def add_twigs() -> None:
    """1,200 twigs of which each hangs on the one that comes after it, leaves by name, and pairs."""
    with connected(), transaction():
        for number in range(1200, 0, -1):
            twig(number, number + 1 if number < 1200 else None)
        for number, name in enumerate(("느티", "은행", "a'b")):
            insert("tree_leaf", name=name, twig_id=number + 1)
            insert("tree_pair", one=1, other=number)


def twig(number: int | None, parent: int | None) -> None:
    """One twig; without a number, the database gives it one."""
    counted = number or 0
    insert(
        "tree_twig", **({"id": number} if number else {}), parent_id=parent, flag=counted % 2 == 0,
        blob=bytes([counted % 256, 0, 255]) if counted % 3 else None, price=f"{counted}.125", on="2026-11-25",
        at="2026-11-25 18:00:00.000123", share=counted / 7, big=2**60 + counted, text='가 "나"\n\t{"bytes": 1}',
    )  # fmt: skip


def insert(table: str, **values: object) -> None:
    """One row, as SQL."""
    database = PluginState._meta.database
    marks = ", ".join([database.param] * len(values))
    names = ", ".join(f'"{name}"' for name in values)
    database.execute_sql(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(values.values()))
