"""`plugin.toml`: each mistake is one sentence with file, key and value."""

from __future__ import annotations

from pathlib import Path

import pytest

from maru.errors import PluginError
from maru.plugins.manifest import parsed, read_manifest, version_tuple
from tests.rooms import make_room


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ('version = "1.0.0"', 'version = "one"', "version = 'one': "),
        ("api = 1", "api = 9", "api = 9: this portal speaks api 1. Upgrade the plugin."),
        ('id = "shop"', 'id = "Shop"', "id = 'Shop': "),
        ('id = "shop"', 'id = "static"', "id = 'static' is reserved"),
        ('owner = "시험"', "", "owner = "),
        ('name = { ko = "shop 기능", en = "shop function" }', 'name = { ko = "가게" }', "name.en = "),
        ('owner = "시험"', 'owner = "시험"\nrequires = ["board=1"]', "requires.0 = 'board=1': "),
        ('staff = "city"', 'staff = "everywhere"', "permissions.0.default.staff = 'everywhere': "),
        ("api = 1", "api = = 1", "cannot be read: "),
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

    assert str(wrong.value).startswith(f"{path}: {said}")
    assert "\n" not in str(wrong.value) or "cannot be read" in said


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
