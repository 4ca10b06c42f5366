"""`maru serve`, `maru demo` and `maru dev`."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import Any, Literal

from maru.errors import SettingsError
from maru.settings import Settings, load_settings
from maru_server.commands.opening import apart
from maru_server.parent import Parent, bind

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(given: argparse.Namespace) -> int:
    """Serve until told to end."""
    return _serve(_settings(given), Parent)


def demo(given: argparse.Namespace) -> int:
    """Fill a demonstration if there is none, and serve it."""
    return _serve(filled(given, "demo"), Parent)


def dev(given: argparse.Namespace) -> int:
    """A demonstration of its own for those who write plugins: it begins anew whenever a file changes."""
    from maru_devkit.reload import DevelopingParent  # a served portal never loads it

    return _serve(dev_settings(given), DevelopingParent)


def dev_settings(given: argparse.Namespace) -> Settings:
    """What `maru dev` runs with. Raises SettingsError for an address that others can reach.

    It shows code and has known passwords, so it answers this machine alone.
    """
    host = given.host or "127.0.0.1"
    if host not in LOOPBACK:
        raise SettingsError(f"maru dev shows code to whoever asks, so it cannot be reached at {host}. Use maru demo.")
    return filled(given, "dev", host=host)


def filled(given: argparse.Namespace, server: Literal["demo", "dev"], **more: Any) -> Settings:
    """The settings of a demonstration in a data folder of its own, made if there is none."""
    settings = _settings(given, **apart(server), **more)
    folder = settings.data_folder
    if given.fresh:
        _throw_away(folder)
    marker = folder / "filled"
    if not settings.safe and (not marker.is_file() or settings.database):
        fill_demo(settings)
        marker.write_text("The demonstration in this folder is complete.\n", encoding="utf-8")
    return settings


def fill_demo(settings: Settings) -> None:
    """Make the demonstration's content, unless there is some."""
    from maru_db import close_database  # a second start needs none of this
    from maru_server.commands.opening import opened
    from maru_server.demo import fill, is_filled

    portal = opened(settings)
    if not is_filled():
        print("Preparing the demonstration …", flush=True)
        fill(portal)
    portal.close()
    close_database()


def _settings(given: argparse.Namespace, **more: Any) -> Settings:
    chosen = {name: getattr(given, name) for name in ("host", "port", "workers", "safe", "strict")}
    return load_settings(**{name: value for name, value in chosen.items() if value is not None} | more)


def _serve(settings: Settings, parent: type[Parent]) -> int:
    listening = bind(settings)
    port = listening.getsockname()[1]
    print(f"{settings.site_name} → http://{settings.host}:{port}   (Ctrl+C ends it)", flush=True)
    return parent(settings, listening).run()


def _throw_away(folder: Path) -> None:
    if (folder / "maru.sqlite3").is_file():
        shutil.rmtree(folder)
