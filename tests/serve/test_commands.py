"""The `maru` command, word by word."""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from maru import AuditEntry, Department, Post, RoleMember, User
from maru.auth import Passwords
from maru.models import PluginState
from maru.settings import load_settings
from maru_db import close_database, connected, transaction
from maru_server.commands import main
from maru_server.commands.opening import apart, opened
from maru_server.commands.serving import dev_settings
from tests.habits.tree import ROOT
from tests.rooms import forget_rooms, make_room
from tests.serve.running import KEEPER

PASSWORD = "긴 비밀번호 한 줄"


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installation with the plugin `keep` in a folder of its own, and nothing from the outside."""
    for name in [name for name in os.environ if name.startswith("MARU_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MARU_DATA_FOLDER", str(tmp_path / "data"))
    monkeypatch.setenv("MARU_PLUGINS_PATH", str(tmp_path / "rooms"))
    make_room(tmp_path / "rooms", "keep", **KEEPER)
    yield tmp_path
    close_database()
    forget_rooms(tmp_path / "rooms")


def test_routes_say_who_may_see_what_and_where_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    """Each row has path, methods, permission or `public`, view and template; the plugin's among them."""
    code = main(["routes", "--json"])

    rows = {(row["path"], *row["methods"]): row for row in json.loads(capsys.readouterr().out)}
    added, login = rows["/keep/add", "POST"], rows["/login", "GET"]
    assert code == 0
    assert (added["permission"], added["view"], added["plugin"]) == ("keep.read", "keep.views.add", "keep")
    assert added["place"].startswith("views.py:")
    assert (login["permission"], login["template"]) == ("public", "maru/login.html")
    assert all({"path", "methods", "permission", "view", "template"} <= row.keys() for row in rows.values())
    assert all(row["permission"] for row in rows.values())


def test_routes_are_a_table_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    """One line a route under a line of heads."""
    main(["routes"])

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["path", "methods", "permission", "view", "place", "template"]
    assert any(line.startswith("/keep/add") for line in lines)


def test_plugins_tell_their_state(capsys: pytest.CaptureFixture[str], installation: Path) -> None:
    """1 as soon as one is ill, with file, line and reason; 0 otherwise."""
    well = main(["plugins"])
    make_room(installation / "rooms", "ill", init="raise RuntimeError('boom')")
    capsys.readouterr()

    code = main(["plugins", "--json"])

    rows = {row["id"]: row for row in json.loads(capsys.readouterr().out)}
    assert (well, code) == (0, 1)
    assert rows["keep"]["state"] == "on"
    assert rows["ill"]["state"] == "ill"
    assert (rows["ill"]["where"], rows["ill"]["problem"]) == ("__init__.py:1", "RuntimeError: boom")


def test_plugins_speak_of_the_portal_that_is_developed(capsys: pytest.CaptureFixture[str], installation: Path) -> None:
    """What was uninstalled under `maru dev` is so in the list, which says whose it is; nothing is made beside it."""
    given = argparse.Namespace(host=None, port=None, workers=None, fresh=False, safe=None, strict=None)
    dev_settings(given)
    portal = opened(load_settings(**apart("dev")))
    with connected(), transaction():
        PluginState.update(version="", is_enabled=False).where(PluginState.key == "keep").execute()
    portal.close()
    close_database()
    capsys.readouterr()

    main(["plugins"])
    told = capsys.readouterr().out
    is_made = (installation / "data" / "maru.sqlite3").exists()
    main(["plugins", "--of", "serve"])
    other = capsys.readouterr().out

    assert "keep  1.0.0    uninstalled" in told
    assert f"As maru dev runs them, in {installation / 'data' / 'dev'}." in told
    assert not is_made
    assert "keep  1.0.0    on" in other
    assert f"As maru serve runs them, in {installation / 'data'}." in other


def test_plugins_speak_of_the_installation_where_people_work(
    capsys: pytest.CaptureFixture[str], installation: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As soon as somebody was added to it, whatever was tried beside it."""
    (installation / "data" / "dev").mkdir(parents=True)
    (installation / "data" / "dev" / "filled").touch()
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    main(["user", "hana", "--password-stdin"])
    close_database()

    main(["plugins", "--json"])

    said = capsys.readouterr()
    assert f"As maru serve runs them, in {installation / 'data'}." in said.err
    assert '"state": "on"' in said.out


def test_ill_plugins_say_all_that_is_wrong(capsys: pytest.CaptureFixture[str], installation: Path) -> None:
    """Every mistake of a manifest on a line of its own below the table, with its line; `doctor` tells the same."""
    path = make_room(installation / "rooms", "ill") / "plugin.toml"
    text = path.read_text(encoding="utf-8").strip().replace('owner = "시험"\n', "")
    path.write_text(text.replace("api = 1", 'api = "one"'), encoding="utf-8")

    codes = [main(["plugins"]), main(["doctor"])]

    said = capsys.readouterr().out
    for line in ("ill/plugin.toml:1: owner is missing. ", "ill/plugin.toml:3: api = 'one': "):
        assert said.count(line) == 2
    assert "MEND  plugin ill" in said
    assert codes == [1, 1]


def test_doctor_sees_an_icon_that_is_not_there(capsys: pytest.CaptureFixture[str], installation: Path) -> None:
    """It is told with its place, and is no reason to call the installation broken."""
    path = installation / "rooms" / "maru_keep" / "plugin.toml"
    path.write_text('icon = "hamer"\n' + path.read_text(encoding="utf-8").lstrip(), encoding="utf-8")

    code = main(["doctor"])

    assert code == 0
    assert 'look  maru_keep/plugin.toml:1: there is no icon "hamer". Did you mean' in capsys.readouterr().out


def test_reader_that_has_enough_is_no_error(installation: Path) -> None:
    """`maru routes | head -1` prints a line and nothing else."""
    reading, writing = os.pipe()
    environment = os.environ | {"PYTHONPATH": str(ROOT / "core"), "PYTHONUNBUFFERED": "1"}

    command = [sys.executable, "-m", "maru", "routes", "--json"]
    with os.fdopen(writing, "wb") as out:
        os.close(reading)  # the reader is gone before the first line
        done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, env=environment, check=False)

    assert done.stderr == b""
    assert done.returncode == 0


def test_migrate_may_be_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    """The second run finds nothing to do and says the same."""
    codes = [main(["migrate"]) for _ in range(2)]

    assert codes == [0, 0]
    assert capsys.readouterr().out.splitlines() == ["keep: up to date"] * 2


def test_user_adds_a_person_with_post_and_role(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first administrator comes in by the command line; a second run changes, and does not double."""
    main(["migrate"])
    with connected(), transaction():
        Department.add("스마트정보과", "division", None, 1)

    for name in ("김하나", "김두리"):
        monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\r\n"))
        words = ["user", "hana", "--name", name, "--unit", "스마트정보과", "--role", "city-admin", "--password-stdin"]
        assert main(words) == 0

    with connected():
        user = User.get()
        assert (user.username, user.name) == ("hana", "김두리")
        assert Passwords().fits(user.password_hash, PASSWORD)
        assert (Post.select().count(), RoleMember.get().role) == (1, "city-admin")
        assert AuditEntry.select().where(AuditEntry.request == "maru user").count() == 2


@pytest.mark.parametrize(
    ("more", "typed", "said"),
    [
        (["--unit", "없는 과"], PASSWORD, 'There is no department "없는 과".'),
        (["--role", "king"], PASSWORD, 'There is no role "king".'),
        ([], "short", "비밀번호는 10자 이상이어야 합니다."),
    ],
)
def test_user_refuses_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], more: list[str], typed: str, said: str
) -> None:
    """Exit code 2, the reason, no traceback, and nobody was added."""
    monkeypatch.setattr("sys.stdin", io.StringIO(typed + "\n"))

    code = main(["user", "hana", *more, "--password-stdin"])

    assert code == 2
    assert capsys.readouterr().err == f"maru: {said}\n"
    main(["migrate"])
    with connected():
        assert not User.select().exists()


def test_doctor_finds_a_tampered_audit(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Well at first; after an entry was altered by hand, 1 and its number."""
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD + "\n"))
    main(["user", "hana", "--password-stdin"])
    well = main(["doctor"])
    with connected(), transaction():
        AuditEntry.update(actor_name="somebody else").execute()
    capsys.readouterr()

    code = main(["doctor"])

    assert (well, code) == (0, 1)
    assert "MEND  audit chain is whole  entry 1 was altered" in capsys.readouterr().out


def test_a_wrong_setting_is_one_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the command: exit code 2 and the setting, not a traceback."""
    monkeypatch.setenv("MARU_PORT", "seventy")

    codes = [main([word]) for word in ("serve", "routes", "doctor", "migrate")]

    assert codes == [2, 2, 2, 2]
    assert capsys.readouterr().err.count("maru: Setting port = 'seventy'") == 4
