"""`plugin.toml`: each mistake is one line with file, key and value."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from maru.errors import PluginError
from maru.plugins.installing import ROLES
from maru.plugins.manifest import PACKAGES, RoleKey, parsed, read_manifest, version_tuple
from tests.habits.tree import ROOT
from tests.rooms import make_room


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ('version = "1.0.0"', 'version = "one"', "version = 'one': "),
        ("api = 1", "api = 9", "api = 9: this portal speaks api 1. Upgrade the plugin."),
        ('id = "shop"', 'id = "Shop"', "id = 'Shop': "),
        ('id = "shop"', 'id = "static"', "id = 'static' is reserved"),
        ('id = "shop"', 'id = "web"', "id = 'web' is reserved"),
        ('owner = "시험"', "", "owner: Field required"),
        ('name = { ko = "shop 기능", en = "shop function" }', 'name = { ko = "가게" }', "name.en: Field required"),
        ('owner = "시험"', 'owner = "시험"\nrequires = ["board=1"]', "requires.0 = 'board=1': "),
        ('staff = "city"', 'staff = "everywhere"', "permissions.0.default.staff = 'everywhere': "),
        ('staff = "city"', 'clerks = "city"', "permissions.0.default.clerks.[key] = 'clerks': "),
        ("api = 1", "api = = 1", "cannot be read: Invalid value (at line 4, column 7)"),
    ],
)
def test_a_mistake_is_named(tmp_path: Path, was: str, becomes: str, said: str) -> None:
    """The path of the file first, then the key with its value."""
    path = make_room(tmp_path, "shop") / "plugin.toml"
    text = path.read_text(encoding="utf-8")
    assert was in text
    path.write_text(text.replace(was, becomes), encoding="utf-8")

    with pytest.raises(PluginError) as wrong:
        read_manifest(path.parent)

    place = f"{path}:4" if "line 4" in said else path
    assert str(wrong.value).startswith(f"{place}: {said}")


def test_every_mistake_is_told(tmp_path: Path) -> None:
    """Two keys that are missing and one of a wrong kind are three short lines, none with the whole manifest in it."""
    path = make_room(tmp_path, "shop") / "plugin.toml"
    text = path.read_text(encoding="utf-8").replace('owner = "시험"\n', "").replace("api = 1\n", "")
    path.write_text(text.replace('version = "1.0.0"', f'version = "{"9" * 500}"'), encoding="utf-8")

    with pytest.raises(PluginError) as wrong:
        read_manifest(path.parent)

    lines = str(wrong.value).splitlines()
    assert [line.removeprefix(f"{path}: ").split()[0] for line in lines] == ["version", "api:", "owner:"]
    assert all(len(line) < 400 for line in lines)


def test_roles_of_a_default_are_those_there_are() -> None:
    """The manifest accepts just the roles that every installation has."""
    assert set(get_args(RoleKey)) == set(ROLES)


def test_a_file_in_another_encoding_is_named(tmp_path: Path) -> None:
    """A manifest saved as cp949 does not stop the portal: it says which file."""
    path = make_room(tmp_path, "shop") / "plugin.toml"
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp949"))

    with pytest.raises(PluginError, match=r"plugin\.toml: cannot be read"):
        read_manifest(path.parent)


def test_requirements_are_read() -> None:
    """A plugin, or a plugin from a version on; 1.10 is newer than 1.9."""
    assert parsed("records") == ("records", (0,))
    assert parsed("records>=0.1.2") == ("records", (0, 1, 2))
    assert version_tuple("1.10") > version_tuple("1.9")


def test_no_plugin_takes_the_name_of_a_package_of_the_core() -> None:
    """Python would import the core's instead of the plugin's."""
    packages = {path.name.removeprefix("maru_") for path in (ROOT / "core").glob("maru_*")}

    assert packages == PACKAGES
