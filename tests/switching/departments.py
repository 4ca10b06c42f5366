"""Which plugins can be on for one department, and every address of theirs: found, never listed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from maru.plugins import read_manifest
from maru_devkit.fixtures import Site
from tests.contracts.houses import plugin_folders

UNIT = "기획감사실"
"""The one department that a plugin is on for. `planner` works there, and `double`, who has a post in 유구읍 too."""

OUTSIDE = ("clerk", "head", "stranger", "admin")
PARAMETER = re.compile(r"{(\w+)(?::(\w+))?}")


@cache
def limited() -> dict[str, Path]:
    """Plugin id → folder of those whose manifest lets them be on for some departments."""
    manifests = {folder: read_manifest(folder) for folder in plugin_folders()}
    return {m.id: folder for folder, m in manifests.items() if m.switchable and m.scope == "department"}


def addresses(site: Site, plugin: str, number: int = 1) -> Iterator[tuple[str, str]]:
    """(method, address) of every route of a plugin, its parameters filled with `number`."""
    for path, page, owner in site.portal.pages:
        if owner is not None and owner.key == plugin:
            for method in page.methods:
                yield method, PARAMETER.sub(str(number), path)
