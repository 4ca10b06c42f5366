"""`maru routes` and `maru plugins`: what this portal is made of."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from typing import Any

from maru import Page, Plugin, Portal
from maru.models import PluginState
from maru_db import connected
from maru_devkit.asking import told_once, troubles
from maru_devkit.needs import looks
from maru_server.commands.opening import SERVERS, opened, settings_of

ROUTE_COLUMNS = ("path", "methods", "permission", "view", "place", "template")
PLUGIN_COLUMNS = ("id", "version", "state")
STATIC = {
    "path": "/static/{path:path}",
    "methods": ["GET"],
    "permission": "public",
    "view": "app._static",
    "place": "app.py",
    "template": None,
    "plugin": None,
}


def routes(given: argparse.Namespace) -> int:
    """Print every route."""
    portal = opened()
    rows = route_rows(portal)
    portal.close()
    _print(rows, ROUTE_COLUMNS, given.json)
    return 0


def route_rows(portal: Portal) -> list[dict[str, Any]]:
    """One row a route: path, methods, permission (or `public`), view, its place, template (or None), plugin."""
    templates = set(portal.templates.list_templates())
    return [STATIC, *(_route_row(path, page, plugin, templates) for path, page, plugin in portal.pages)]


def _route_row(path: str, page: Page, plugin: Plugin | None, templates: set[str]) -> dict[str, Any]:
    template = f"{plugin.package if plugin else 'maru'}/{page.view.__name__}.html"
    return {
        "path": path,
        "methods": list(page.methods),
        "permission": "public" if page.public else page.permission,
        "view": page.view_name,
        "place": page.view_place,
        "template": template if template in templates else None,
        "plugin": plugin.key if plugin else None,
    }


def plugins(given: argparse.Namespace) -> int:
    """Print every plugin with its state, below what is wrong and in whose data folder; 1 when one is ill or fails."""
    settings, server = settings_of(given.of)
    with told_once():
        portal = opened(settings)
    found = troubles(portal)
    with connected():
        gone = {state.key for state in PluginState.select().where(PluginState.version == "")}
    rows = [
        {
            "id": plugin.key,
            "version": plugin.manifest.version if plugin.manifest else "",
            "state": _state(plugin, bool(found[plugin.key]), plugin.key in gone),
            "problem": plugin.problem,
            "where": plugin.where,
            "reasons": found[plugin.key],
        }
        for plugin in portal.plugins
    ]
    portal.close()
    _print(rows, PLUGIN_COLUMNS, given.json)
    if not given.json:
        for line in [f"{row['id']}: {reason}" for row in rows for reason in row["reasons"]]:
            print(line)
        for line in looks(portal):
            print(f"look  {line}")
    others = " or ".join(f"--of {other}" for other in SERVERS if other != server)
    told = f"As maru {server} runs them, in {settings.data_folder}. For another: {others}."
    print(told, file=sys.stderr if given.json else sys.stdout)
    return int(any(found.values()))


def _state(plugin: Plugin, has_trouble: bool, is_gone: bool) -> str:
    """`ill`: nothing of it is used. `fails`: it is on, and what it gives at the start cannot be used."""
    if not plugin.is_well:
        return "ill"
    if is_gone:
        return "uninstalled"
    return "off" if not plugin.is_enabled else "fails" if has_trouble else "on"


def _print(rows: list[dict[str, Any]], columns: Sequence[str], as_json: bool) -> None:
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    cells = [list(columns), *([_cell(row[name]) for name in columns] for row in rows)]
    widths = [max(len(line[i]) for line in cells) for i in range(len(columns))]
    for line in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _cell(value: Any) -> str:
    return ",".join(value) if isinstance(value, list) else str(value or "-")
