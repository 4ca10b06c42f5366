"""Which icons a theme has, and where a plugin names one that it has not: nothing would be drawn there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from pathlib import Path

from maru.settings import Settings

SYMBOL = re.compile(r'<symbol id="([a-z0-9-]+)"')
NAMED = re.compile(r"""(?:\bicon\(\s*|\bicon\s*=\s*|"icon"\s*:\s*)["']([\w-]+)["']""")


def icons_of(settings: Settings) -> list[str]:
    """The names of the icons in the chosen theme, in order; none where it has no drawings."""
    sheet = settings.themes_path / settings.theme / "static" / "icons.svg"
    return sorted(SYMBOL.findall(sheet.read_text(encoding="utf-8"))) if sheet.is_file() else []


def unknown_icons(folder: Path, known: Collection[str]) -> list[str]:
    """One line for each icon that the plugin in `folder` names and the theme lacks: place, name, what comes near."""
    return [
        f'{place}: there is no icon "{name}". {_way_out(name, known)}'
        for place, name in _named(folder)
        if known and name not in known
    ]


def _named(folder: Path) -> Iterator[tuple[str, str]]:
    """(`maru_rooms/plugin.toml:8`, `door-open`) of each icon named in manifest, code, templates and definitions."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.suffix in (".html", ".toml", ".py", ".json") and "tests" not in inside.parts and path.is_file():
            text = path.read_text(encoding="utf-8", errors="replace")
            for number, line in enumerate(text.splitlines(), 1):
                for name in NAMED.findall(line):
                    yield f"{folder.name}/{inside.as_posix()}:{number}", name


def _way_out(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, n=3, cutoff=0.5)
    return f"Did you mean {', '.join(near)}?" if near else "maru icons lists those there are."
