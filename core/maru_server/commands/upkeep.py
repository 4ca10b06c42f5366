"""`maru migrate` and `maru doctor`."""

from __future__ import annotations

import argparse
from pathlib import Path

from maru.models import verify_chain
from maru_db import connected
from maru_devkit.asking import told_once, troubles
from maru_devkit.manifests import reasons
from maru_devkit.needs import looks
from maru_server.commands.opening import opened


def migrate(given: argparse.Namespace) -> int:
    """Bring all tables up to date, and say what was done."""
    portal = opened()
    portal.close()
    for plugin in portal.plugins:
        print(f"{plugin.key}: {'; '.join(reasons(plugin)) or 'up to date'}")
    return int(any(plugin.problem for plugin in portal.plugins))


def doctor(given: argparse.Namespace) -> int:
    """Check this installation; 1 when something needs mending."""
    with told_once():
        portal = opened()
    found = troubles(portal)
    with connected():
        broken = verify_chain()
    folder = portal.settings.data_folder
    checks = [
        (f"data folder {folder} can be written", _is_writable(folder), "Give its owner the right to."),
        ("audit chain is whole", broken is None, f"entry {broken.id} was altered" if broken else ""),
        *((f"plugin {key}", not told, "\n      ".join(["", *told])) for key, told in found.items()),
    ]
    portal.close()
    for text, is_well, detail in checks:
        print(f"{'ok  ' if is_well else 'MEND'}  {text}  {'' if is_well else detail}".rstrip())
    for line in looks(portal):
        print(f"look  {line}")
    return int(not all(is_well for _, is_well, _ in checks))


def _is_writable(folder: Path) -> bool:
    try:
        probe = folder / ".probe"
        probe.write_text("", encoding="utf-8")
        probe.unlink()
    except OSError:
        return False
    return True
