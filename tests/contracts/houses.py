"""The plugins under contract: found, never listed.

They are all plugins of the checkout, the templates that authors copy, and what `maru new` makes of each template: a
stranger's plugin, in a folder of its own, under a name that nothing here knows.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from maru.plugins import discover
from maru.settings import Settings
from maru_devkit.new import NewPlugin, make_plugin
from tests.habits.tree import ROOT

FRESH = (
    NewPlugin("fresh_book", "새 장부", "Fresh book"),
    NewPlugin("fresh_page", "새 화면", "Fresh page", has_page=True),
)


@cache
def plugin_roots() -> tuple[Path, ...]:
    """The folders that hold plugins; the last one is temporary and holds what `maru new` made."""
    kept = (ROOT / "plugins", ROOT / "plugin_template")
    made = Path(tempfile.mkdtemp(prefix="maru-fresh-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    for wish in FRESH:
        make_plugin(wish, made, Settings(plugins_path=list(kept)))
    return (*kept, made)


@cache
def plugin_folders() -> tuple[Path, ...]:
    """The folder of every plugin in `plugin_roots()`, as the loader finds them; nothing is imported."""
    found = {plugin.folder for plugin in discover(Settings(plugins_path=list(plugin_roots())))}
    return tuple(sorted(folder for folder in found if folder.parent in plugin_roots()))
