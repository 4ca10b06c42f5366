"""`maru new` and `maru icons`: for those who write plugins."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from maru.errors import MaruError
from maru.settings import CHECKOUT, Settings, load_settings


def new(given: argparse.Namespace) -> int:
    """Make a plugin of one's own from the template, and say what to do next."""
    from maru_devkit.new import NewPlugin, make_plugin, next_steps, register

    settings = load_settings()
    root = _root(given.into, settings)
    english = given.label_en or given.name.replace("_", " ").capitalize()
    wish = NewPlugin(given.name, given.label or english, english, given.page)
    folder = make_plugin(wish, root, settings)
    if root == CHECKOUT / "plugins":
        register(given.name, CHECKOUT / "pyproject.toml")
        print("Registered it in pyproject.toml, as every plugin that comes with Maru is.")
    for line in next_steps(folder, _command(), settings.plugins_path):
        print(line)
    return 0


def icons(given: argparse.Namespace) -> int:
    """Print the icons of the theme; 1 when none has `part` in its name."""
    from maru_devkit.icon_names import icons_of

    found = [name for name in icons_of(load_settings()) if given.part in name]
    print("\n".join(found) or f'No icon of the theme has "{given.part}" in its name.')
    return int(not found)


def _root(into: str | None, settings: Settings) -> Path:
    """The folder for the new plugin: `--into`, or the last one of `plugins_path` (in a checkout: `plugins/`)."""
    root = Path(into).expanduser().resolve() if into else settings.plugins_path[-1].resolve()
    if not into and not root.is_dir():
        raise MaruError(f"There is no folder {root} for plugins. Say where the plugin shall lie: --into FOLDER.")
    return root


def _command() -> str:
    """How this person calls Maru: by the door of a checkout, or as an installed program."""
    if not (CHECKOUT / "core" / "__main__.py").is_file():
        return "maru"
    return "py core" if os.name == "nt" else "python3 core"
