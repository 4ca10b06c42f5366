"""A plugin that imports another one without naming it works by luck: whoever writes it is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from maru_devkit.fixtures import Site
from maru_devkit.needs import looks

Rooms = Callable[..., Path]
SiteWith = Callable[..., Site]


def test_import_of_a_plugin_nobody_named_is_told(rooms: Rooms, site_with: SiteWith) -> None:
    """Once, at its first line; imports of the core, of itself and in its tests count for nothing."""
    rooms("kitchen")
    code = "import maru\n\nfrom maru_kitchen import x\nimport maru_kitchen\n"
    rooms("waiter", init="import maru_waiter\n", deep__far=code, tests__test_it=code)

    assert list(looks(site_with().portal)) == [
        "maru_waiter/deep/far.py:3: imports maru_kitchen, which plugin.toml does not name. "
        'Write requires = ["kitchen>=1.0"] there.'
    ]


def test_named_plugin_is_no_trouble(rooms: Rooms, site_with: SiteWith) -> None:
    """In `requires` or in `optional`."""
    rooms("kitchen")
    folder = rooms("waiter", init="import maru_kitchen\n")
    manifest = folder / "plugin.toml"
    text = manifest.read_text(encoding="utf-8").replace("[[permissions]]", 'optional = ["kitchen"]\n[[permissions]]')
    manifest.write_text(text, encoding="utf-8")

    assert list(looks(site_with().portal)) == []
