"""Which other plugins a plugin imports without naming them in its manifest: it works as long as they come first."""

from __future__ import annotations

import re
from collections.abc import Iterator

from maru import Plugin, Portal
from maru_devkit.icon_names import icons_of, unknown_icons

IMPORTED = re.compile(r"^\s*(?:from|import)\s+(maru_\w+)", re.MULTILINE)


def looks(portal: Portal) -> Iterator[str]:
    """What does no harm yet, a line each with its place: icons that the theme lacks, plugins that nobody named."""
    known = icons_of(portal.settings)
    others = {plugin.package: plugin for plugin in portal.plugins}
    for plugin in portal.plugins:
        yield from unknown_icons(plugin.folder, known)
        yield from unnamed(plugin, others) if plugin.manifest else ()


def unnamed(plugin: Plugin, others: dict[str, Plugin]) -> Iterator[str]:
    """One line for each of the `others` that `plugin` imports and does not name: the first place, and what to write."""
    seen = {plugin.package, *(f"maru_{key}" for key in plugin.facts.known_plugins())}
    for path in sorted(plugin.folder.rglob("*.py")):
        inside = path.relative_to(plugin.folder)
        text = "" if "tests" in inside.parts else path.read_text(encoding="utf-8", errors="replace")
        for found in IMPORTED.finditer(text):
            other = others.get(found[1])
            if other is not None and found[1] not in seen:
                seen.add(found[1])
                line = text.count("\n", 0, found.start(1)) + 1
                yield (
                    f"{plugin.package}/{inside.as_posix()}:{line}: imports {found[1]}, "
                    f'which plugin.toml does not name. Write requires = ["{other.key}{_since(other)}"] there.'
                )


def _since(plugin: Plugin) -> str:
    return f">={'.'.join(plugin.manifest.version.split('.')[:2])}" if plugin.manifest else ""
