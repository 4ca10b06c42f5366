"""`maru serve` and `maru demo`."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import Any

from maru.settings import Settings, load_settings
from maru_server.parent import Parent, bind


def serve(given: argparse.Namespace) -> int:
    """Serve until told to end."""
    return _serve(_settings(given))


def demo(given: argparse.Namespace) -> int:
    """Fill a demonstration if there is none, and serve it."""
    folder = load_settings().data_folder / "demo"
    settings = _settings(given, is_demo=True, data_folder=folder)
    if given.fresh:
        _throw_away(folder)
    marker = folder / "filled"
    if not marker.is_file() or settings.database:
        fill_demo(settings)
        marker.write_text("The demonstration in this folder is complete.\n", encoding="utf-8")
    return _serve(settings)


def fill_demo(settings: Settings) -> None:
    """Make the demonstration's content, unless there is some."""
    from maru.app import create_app  # a second start needs none of this
    from maru.db import close_database
    from maru_server.demo import fill, is_filled

    portal = create_app(settings).state.portal
    if not is_filled():
        print("Preparing the demonstration …", flush=True)
        fill(portal)
    portal.close()
    close_database()


def _settings(given: argparse.Namespace, **more: Any) -> Settings:
    chosen = {name: getattr(given, name) for name in ("host", "port", "workers")}
    return load_settings(**{name: value for name, value in chosen.items() if value is not None}, **more)


def _serve(settings: Settings) -> int:
    listening = bind(settings)
    port = listening.getsockname()[1]
    print(f"{settings.site_name} → http://{settings.host}:{port}   (Ctrl+C ends it)", flush=True)
    return Parent(settings, listening).run()


def _throw_away(folder: Path) -> None:
    if (folder / "maru.sqlite3").is_file():
        shutil.rmtree(folder)
