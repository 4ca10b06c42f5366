"""A wrong `plugin.toml` is told line by line: where, which key, which value, what is wrong, and the way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from maru.plugins import discover, load_all
from maru.settings import Settings
from maru_devkit.fixtures import forget_plugins
from maru_devkit.manifests import line_of, mistakes, reasons
from tests.rooms import make_room

NAV = """
[[nav]]
label = { ko = "가게", en = "Shop" }
href = "/shop/"
icon = "store"
permission = "shop.read"
"""


def with_changes(folder: Path, *changes: tuple[str, str]) -> list[str]:
    """The mistakes after each `(was, becomes)`, without the file's name."""
    path = folder / "plugin.toml"
    text = path.read_text(encoding="utf-8").strip() + "\n"
    for was, becomes in changes:
        assert was in text
        text = text.replace(was, becomes, 1)
    path.write_text(text, encoding="utf-8")
    told = mistakes(folder)
    assert all(line.startswith("maru_shop/plugin.toml:") for line in told)
    return [line.removeprefix("maru_shop/plugin.toml:") for line in told]


def test_good_manifest_has_no_mistakes(tmp_path: Path) -> None:
    """Nothing is said of one that can be used."""
    assert with_changes(make_room(tmp_path, "shop", NAV)) == []


def test_every_mistake_has_its_line(tmp_path: Path) -> None:
    """All at once, in the order of the file, a missing key at the table that lacks it."""
    folder = make_room(tmp_path, "shop", NAV)

    told = with_changes(
        folder,
        ('version = "1.0.0"', 'version = "one"'),
        ('owner = "시험"\n', 'ownr = "시험"\n'),
        ('staff = "city"', 'clerk = "city"'),
        ('href = "/shop/"\n', ""),
    )

    assert [int(line.split(":")[0]) for line in told] == [1, 2, 6, 10, 12]
    assert told[0] == '1: owner is missing. Write it like owner = "총무과"'
    assert told[1].startswith("2: version = 'one': ")
    assert told[2] == "6: ownr = '시험': there is no such key. Did you mean owner?"
    assert told[3].startswith(
        "10: permissions[1].default.clerk: there is no role 'clerk'. The roles are staff (직원), "
    )
    assert told[4] == '12: nav[1].href is missing. Write it like href = "/rooms/"'


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("api = 1", "api = = 1", "3: cannot be read: "),
        ("api = 1", "api = 9", "3: api = 9: this portal speaks api 1."),
        ('staff = "city"', 'staff = "all"', "10: permissions[1].default.staff = 'all': "),
        ('key = "shop.read"', 'key = "read"', '8: permission "read" must begin with "shop."'),
        ('permission = "shop.read"', 'permission = "shop.red"', '16: nav "/shop/" names the permission "shop.red"'),
        ('icon = "store"', 'icn = "store"', "12: nav[1].icon is missing."),
        ('en = "shop function"', 'eng = "shop function"', "4: name.en is missing."),
    ],
)
def test_place_and_way_out_of_a_mistake(tmp_path: Path, was: str, becomes: str, said: str) -> None:
    """The line in which the mistake stands, in whatever table."""
    told = with_changes(make_room(tmp_path, "shop", NAV), (was, becomes))

    assert told[0].startswith(said)


def test_id_that_does_not_fit_the_folder_is_the_mistake(tmp_path: Path) -> None:
    """It alone is told, and not all that begins with the other id."""
    told = with_changes(make_room(tmp_path, "shop", NAV), ('id = "shop"', 'id = "shopp"'))

    assert told == ['1: id = "shopp" belongs into maru_shopp, not maru_shop. Rename one.']


def test_mistake_that_the_loader_finds_has_its_line(tmp_path: Path) -> None:
    """What another plugin must be there for stands at `requires`, and the package before every file."""
    folder = make_room(tmp_path, "shop")
    path = folder / "plugin.toml"
    path.write_text('requires = ["stall"]\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    plugins = discover(Settings(plugins_path=[tmp_path], plugins_only=["shop"]))
    load_all(plugins)
    forget_plugins(tmp_path)

    assert [reasons(plugin)[0].partition(": ")[0] for plugin in plugins] == ["maru_shop/plugin.toml:1"]


def test_long_values_are_cut(tmp_path: Path) -> None:
    """A value is shown as far as it helps to find it."""
    told = with_changes(make_room(tmp_path, "shop"), ('version = "1.0.0"', f'version = "{"1" * 500}"'))

    assert len(told) == 1
    assert len(told[0]) < 250


def test_other_encoding_is_told(tmp_path: Path) -> None:
    """A file saved as cp949 says so, and how to save it."""
    path = make_room(tmp_path, "shop") / "plugin.toml"
    path.write_bytes(path.read_text(encoding="utf-8").encode("cp949"))

    told = mistakes(path.parent)

    assert len(told) == 1
    assert told[0].endswith("Save it as UTF-8.")


def test_line_of_the_second_table_of_a_name() -> None:
    """`[[permissions]]` are counted; a key is looked for in its own one."""
    text = '[[permissions]]\nkey = "a"\n\n[[permissions]]\nkey = "b"\n[needs]\nnetwork = true\n'

    assert line_of(("permissions", 1, "key"), text) == 5
    assert line_of(("permissions", 1, "label"), text) == 4
    assert line_of(("needs", "network"), text) == 7
