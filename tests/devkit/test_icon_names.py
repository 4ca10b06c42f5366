"""An icon that the theme does not have is told with its place, before somebody looks at an empty button."""

from __future__ import annotations

from pathlib import Path

import pytest

from maru.settings import Settings
from maru_devkit.icon_names import icons_of, unknown_icons
from maru_server.commands import main
from tests.habits.tree import ROOT
from tests.rooms import make_room

NAV = """
[[nav]]
label = { ko = "가게", en = "Shop" }
href = "/shop/"
icon = "megafone"
permission = "shop.read"
"""


def test_unknown_icon_is_told_with_place_and_what_comes_near(tmp_path: Path) -> None:
    """In manifest, template and definition; known ones are not mentioned, tests not looked at."""
    page = '<p>{{ icon("plus") }}</p>\n<p>{{ icon( "no-such-thing-at-all" ) }}</p>\n'
    files = {"app__shop.json": '{\n"icon": "tabel"\n}', "tests__test_shop": 'icon = "nothing"'}
    folder = make_room(tmp_path, "shop", NAV, **files, **{"templates__maru_shop__index.html": page})

    told = unknown_icons(folder, icons_of(Settings()))

    assert [line.split(":")[0] for line in told] == [
        "maru_shop/app/shop.json",
        "maru_shop/plugin.toml",
        "maru_shop/templates/maru_shop/index.html",
    ]
    assert told[0].startswith('maru_shop/app/shop.json:2: there is no icon "tabel". Did you mean table')
    assert 'there is no icon "megafone". Did you mean megaphone' in told[1]
    assert told[2].endswith('index.html:2: there is no icon "no-such-thing-at-all". maru icons lists those there are.')


def test_theme_without_drawings_is_no_reason_to_complain(tmp_path: Path) -> None:
    """Nothing can be said where there is no list."""
    assert unknown_icons(make_room(tmp_path, "shop", NAV), icons_of(Settings(themes_path=tmp_path))) == []


@pytest.mark.parametrize("root", ["plugins", "plugin_template"])
def test_bundled_plugins_name_icons_that_there_are(root: str) -> None:
    """In the theme that is chosen where nothing else is said."""
    known = icons_of(Settings())

    told = [line for folder in (ROOT / root).glob("maru_*") for line in unknown_icons(folder, known)]

    assert told == []


def test_icons_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """`maru icons` prints all of them, `maru icons mega` those with that in their name, and 1 where there is none."""
    codes = [main(["icons"]), main(["icons", "mega"]), main(["icons", "no-such"])]

    lines = capsys.readouterr().out.splitlines()
    assert codes == [0, 0, 1]
    assert "megaphone" in lines
    assert lines[-2:] == ["megaphone", 'No icon of the theme has "no-such" in its name.']
