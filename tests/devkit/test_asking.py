"""A mistake in a definition that a plugin ships is told before anybody opens its ledger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from maru_db import close_database
from maru_devkit.fixtures import forget_plugins
from maru_server.commands import main
from tests.habits.tree import ROOT


@pytest.fixture
def ledger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Path]:
    """The definition of a plugin that was just made beside the ledger engine."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MARU_PLUGINS_PATH", f"{ROOT / 'plugins'},{tmp_path / 'mine'}")
    monkeypatch.setenv("MARU_PLUGINS_ONLY", "records,cars")
    (tmp_path / "mine").mkdir()
    main(["new", "cars"])
    capsys.readouterr()
    yield tmp_path / "mine" / "maru_cars" / "app" / "cars.json"
    close_database()
    forget_plugins(tmp_path)


def test_mistake_in_a_definition_is_told(ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`maru plugins` and `maru doctor` say that it fails, in which file and line, on standard output alone, in English.

    The plugin itself is on, as the others are: only its ledger stays as it was.
    """
    text = ledger.read_text(encoding="utf-8")
    ledger.write_text(text.replace('"type": "integer"', '"type": "integr"'), encoding="utf-8")
    line = next(number for number, each in enumerate(text.splitlines(), 1) if '"integer"' in each)

    codes = [main(["plugins"]), main(["doctor"])]

    said = capsys.readouterr()
    states = {line.split()[0]: line.split()[-1] for line in said.out.splitlines()[:3]}
    assert codes == [1, 1]
    assert (states["records"], states["cars"]) == ("on", "fails")
    assert said.out.count(f"maru_cars/app/cars.json:{line}: ") == 2
    assert said.err == ""


def test_good_definition_is_no_trouble(ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What `maru new` made is on, and nothing is said about it."""
    codes = [main(["plugins"]), main(["doctor"])]

    said = capsys.readouterr()
    assert codes == [0, 0]
    assert "ill" not in said.out.split()
    assert "MEND" not in said.out
