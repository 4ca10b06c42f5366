"""Every theme of the folder has what the pages ask for, under the names that core/docs/themes.md gives."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from maru.settings import Settings
from maru.templating import StaticFolders
from maru_devkit.icons import named_icons

ROOT = Path(__file__).resolve().parents[1]
THEMES = sorted(path.parent.name for path in (ROOT / "themes").glob("*/theme.toml"))
ASKED = re.compile(r"""static\(["']theme/([^"']+)["']\)""")
DEFINED = re.compile(r"(--[a-z0-9-]+)\s*:")
SYMBOL = re.compile(r'<symbol id="([a-z0-9-]+)"')


def asked_for() -> set[str]:
    """The files of a theme that templates of the core and of plugins name."""
    templates = [path for folder in ("core", "plugins", "themes") for path in (ROOT / folder).rglob("*.html")]
    return {name for path in templates for name in ASKED.findall(path.read_text(encoding="utf-8"))}


def sheet(theme: str, name: str) -> str:
    """A style sheet of a theme, without its comments."""
    text = (ROOT / "themes" / theme / "static" / name).read_text(encoding="utf-8")
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)


def test_the_document_lists_what_templates_ask_for() -> None:
    """The table in core/docs/themes.md and the templates name the same files."""
    document = (ROOT / "core" / "docs" / "themes.md").read_text(encoding="utf-8")

    listed = set(re.findall(r"^\| `([\w.]+)` \|", document, re.MULTILINE))

    assert listed == asked_for()


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_has_every_file(theme: str, tmp_path: Path) -> None:
    """Each file that a page may ask for has an address in each theme."""
    static = StaticFolders(Settings(data_folder=tmp_path, theme=theme), [])

    missing = {name for name in asked_for() if static.find(f"theme/{name}") is None}

    assert missing == set()


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_says_what_it_is(theme: str) -> None:
    """`theme.toml` has its id, a version and its name in both languages."""
    said = tomllib.loads((ROOT / "themes" / theme / "theme.toml").read_text(encoding="utf-8"))

    assert said["id"] == theme
    assert re.fullmatch(r"\d+\.\d+\.\d+", said["version"])
    assert said["name"].keys() == {"ko", "en"}


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_speaks_the_whole_vocabulary(theme: str) -> None:
    """Every custom property that a plugin may use has a value in every theme."""
    missing = set(DEFINED.findall(sheet("krds", "tokens.css"))) - set(DEFINED.findall(sheet(theme, "tokens.css")))

    assert missing == set()


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_uses_only_what_it_defines(theme: str) -> None:
    """A var() without a value would be an edge that is not there."""
    defined = set(DEFINED.findall(sheet(theme, "tokens.css")))

    used = {
        name
        for part in ("frame", "parts", "tokens")
        for name in re.findall(r"var\((--[\w-]+)", sheet(theme, f"{part}.css"))
    }

    assert used - defined == set()


@pytest.mark.parametrize("theme", THEMES)
def test_a_theme_draws_every_icon(theme: str) -> None:
    """Each icon that the first theme draws; `python -m maru_devkit.icons themes/krds` renews them all."""
    drawn = {name: set(SYMBOL.findall(path.read_text(encoding="utf-8"))) for name, path in sprites().items()}

    assert drawn["krds"] - drawn[theme] == set()
    assert len(drawn[theme] & named_icons()) > 50


def sprites() -> dict[str, Path]:
    """Theme → its `icons.svg`."""
    return {theme: ROOT / "themes" / theme / "static" / "icons.svg" for theme in THEMES}
