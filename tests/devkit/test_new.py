"""`maru new`: what it refuses, what it says, and that a refusal leaves nothing behind."""

from __future__ import annotations

import shutil
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from maru.plugins import discover
from maru.settings import Settings
from maru_devkit.fixtures import forget_plugins
from maru_devkit.new import LEDGER_WORDS, register
from maru_records.ledgers.keys import RESERVED_KEYS
from maru_server.commands import main
from tests.habits.tree import ROOT

New = Callable[..., int]


@pytest.fixture
def new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[New]:
    """`new("rooms", "--page")` makes a plugin in the last folder of plugins_path, away from the checkout's own."""
    mine = tmp_path / "mine"
    mine.mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MARU_PLUGINS_PATH", f"{ROOT / 'plugins'},{mine}")
    yield lambda *words: main(["new", *words])
    forget_plugins(tmp_path)


def test_new_plugin_is_found_by_the_loader(new: New, tmp_path: Path) -> None:
    """Its id, its package and both labels are those that were asked for, and it is well."""
    code = new("cars", "--label", "관용차 예약", "--label-en", "Car bookings")

    found = {plugin.key: plugin for plugin in discover(Settings(plugins_path=[ROOT / "plugins", tmp_path / "mine"]))}
    assert code == 0
    assert found["cars"].problem == ""
    assert found["cars"].facts.name.model_dump() == {"ko": "관용차 예약", "en": "Car bookings"}
    assert '"ko": "관용차 예약"' in (found["cars"].folder / "app" / "cars.json").read_text(encoding="utf-8")


def test_plugin_with_a_page_speaks_of_its_own_thing(new: New, tmp_path: Path) -> None:
    """Under another label nothing is left of the meeting rooms that the template is about, in either language."""
    new("cars", "--page", "--label", "관용차 예약", "--label-en", "Car bookings")

    folder = tmp_path / "mine" / "maru_cars"
    text = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*") if path.is_file())
    assert [word for word in ("회의", "room", "meeting") if word in text.lower()] == []
    assert "오늘의 관용차 예약" in text
    assert "Car bookings: today" in text


def test_next_steps_name_no_port(new: New, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where `maru dev` answers only `maru dev` knows: it prints that; `maru new` names paths below it."""
    monkeypatch.setenv("MARU_PORT", "8123")

    new("cars")

    said = capsys.readouterr().out
    assert "http://" not in said
    assert "maru dev" in said or "core dev" in said


def test_folder_that_is_known_needs_no_word(
    new: New, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Named as it lies from here, `mine` is in plugins_path already; another folder is to be named there."""
    monkeypatch.setenv("MARU_PLUGINS_PATH", f"{ROOT / 'plugins'},mine")

    new("cars")
    known = capsys.readouterr().out
    new("vans", "--into", "other")

    assert "plugins_path" not in known
    assert "plugins_path" in capsys.readouterr().out


def test_next_steps_lead_somewhere(new: New, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The files named exist, and the line of the fields is the first field."""
    new("cars", "--page")

    said = capsys.readouterr().out
    place = next(word for word in said.split() if "cars.json:" in word)
    path, _, line = place.rpartition(":")
    lines = (tmp_path / path).read_text(encoding="utf-8").splitlines()
    assert '"key"' in lines[int(line) - 1]
    assert "/records/cars/" in said
    assert (tmp_path / "mine" / "maru_cars" / "views.py").is_file()
    assert str(Path("mine", "maru_cars", "views.py")) in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["회의실"], "cannot be the name of a plugin"),
        (["Rooms"], "cannot be the name of a plugin"),
        (["a"], "cannot be the name of a plugin"),
        (["a" * 32], "cannot be the name of a plugin"),
        (["../out"], "cannot be the name of a plugin"),
        (["static"], "is reserved"),
        (["maru_rooms"], 'leave "maru_" out'),
        (["admin"], "is reserved"),
        (["revision"], "is reserved"),
        (["com1"], "is reserved"),
        (["example"], "is reserved"),
        (["board"], "is taken by the plugin in"),
        (["shared_goods"], "is taken by the ledger in"),
        (["server"], "there is a Python package maru_server"),
        (["rooms", "--label", 'a"b'], "The label"),
        (["rooms", "--label", " "], "The label"),
        (["rooms", "--label", "{{ x }}"], "The label"),
        (["rooms", "--label", "100% 예약"], "The label"),
        (["rooms", "--label", "회의실 & 강당"], "The label"),
        (["rooms", "--label", "회의실\x7f"], "The label"),
        (["rooms", "--label", "회의실\u2028예약"], "The label"),
        (["rooms", "--label", "회의실\udcff"], "The label"),
        (["rooms", "--label", "회의실", "--label-en", "Rooms & halls"], "The label"),
        (["rooms", "--label", "가" * 41], "The label"),
    ],
    ids=lambda value: value if isinstance(value, str) else "-".join(value)[:24],
)
def test_bad_reserved_and_taken_names_are_one_sentence(
    new: New, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str
) -> None:
    """Exit code 2, one line on standard error, and no file."""
    code = new(*words)

    printed = capsys.readouterr()
    assert code == 2
    assert printed.out == ""
    assert said in printed.err
    assert printed.err.count("\n") == 1
    assert list((tmp_path / "mine").iterdir()) == []


def test_second_plugin_of_a_name_is_refused(new: New, capsys: pytest.CaptureFixture[str]) -> None:
    """What somebody wrote into the first is not touched."""
    new("cars")
    capsys.readouterr()

    code = new("cars")

    assert code == 2
    assert "already" in capsys.readouterr().err


def test_folder_may_be_named(new: New, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--into makes the folder, and the first step says how the portal learns of it."""
    code = new("cars", "--into", "한글 폴더")

    assert code == 0
    assert (tmp_path / "한글 폴더" / "maru_cars" / "plugin.toml").is_file()
    assert "plugins_path = [" in capsys.readouterr().out


def test_no_folder_for_plugins_is_one_sentence(
    new: New, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An installed Maru has no plugins/ of its own: it asks for --into."""
    monkeypatch.setenv("MARU_PLUGINS_PATH", str(tmp_path / "nowhere"))

    code = new("cars")

    assert code == 2
    assert "--into FOLDER" in capsys.readouterr().err


def test_plugin_of_the_checkout_is_registered(tmp_path: Path) -> None:
    """One line more among the entry points, in order, and nothing else is changed."""
    project = tmp_path / "pyproject.toml"
    shutil.copyfile(ROOT / "pyproject.toml", project)
    before = tomllib.loads(project.read_text(encoding="utf-8"))

    register("cars", project)

    after = tomllib.loads(project.read_text(encoding="utf-8"))
    entries = after["project"]["entry-points"]["maru.plugins"]
    assert entries.pop("cars") == "maru_cars"
    assert after == before
    lines = project.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line not in (ROOT / "pyproject.toml").read_text(encoding="utf-8")] == [
        'cars = "maru_cars"'
    ]


def test_words_of_the_ledger_engine_are_reserved() -> None:
    """A plugin named like a table or an address of the engine could not have its ledger."""
    assert RESERVED_KEYS <= LEDGER_WORDS
