"""How a command gets a portal: like a worker, but without serving, and without loading what kills whoever loads it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any, Literal

from maru.app import create_app
from maru.pages import Portal
from maru.settings import Settings, load_settings
from maru_server.holds import Holds

Server = Literal["serve", "demo", "dev"]
SERVERS: tuple[Server, ...] = ("serve", "demo", "dev")


def settings_of(server: Server | None) -> tuple[Settings, Server]:
    """The settings that `maru serve`, `demo` or `dev` runs with here, and which of them it is.

    Where none is named it is `serve`; but `dev` where that has run and nobody can sign in to the other yet: whoever
    writes a plugin means the portal that it is written in.
    """
    settings = load_settings()
    is_written_here = (settings.data_folder / "dev" / "filled").is_file() and not _has_people(settings)
    chosen = server or ("dev" if is_written_here else "serve")
    return (settings if chosen == "serve" else load_settings(**apart(chosen))), chosen


def apart(server: Literal["demo", "dev"]) -> dict[str, Any]:
    """What `maru demo` and `maru dev` set, whatever maru.toml says: a data folder of their own.

    Half-written migrations run in `dev`, so its database is its own, too.
    """
    alone = {"database": ""} if server == "dev" else {}
    return {"is_demo": True, "data_folder": load_settings().data_folder / server} | alone


def _has_people(settings: Settings) -> bool:
    """Whether somebody was ever added: `maru user` does. Makes no database where there is none."""
    path = settings.data_folder / "maru.sqlite3"
    if settings.database or not path.is_file():
        return bool(settings.database)
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as database:
            return bool(database.execute("SELECT EXISTS (SELECT 1 FROM maru_user)").fetchone()[0])
    except sqlite3.Error:
        return True  # not to be read now; who owns it will say why


def opened(settings: Settings | None = None) -> Portal:
    """The portal of this installation; its tables are brought up to date. To be closed."""
    settings = settings or load_settings()
    portal: Portal = create_app(settings, guard=Holds(settings.data_folder).caution).state.portal
    return portal
