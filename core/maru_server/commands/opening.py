"""How a command gets a portal: like a worker, but without serving, and without loading what kills whoever loads it."""

from __future__ import annotations

from maru.app import create_app
from maru.pages import Portal
from maru.settings import Settings, load_settings
from maru_server.holds import Holds


def opened(settings: Settings | None = None) -> Portal:
    """The portal of this installation; its tables are brought up to date. To be closed."""
    settings = settings or load_settings()
    portal: Portal = create_app(settings, guard=Holds(settings.data_folder).caution).state.portal
    return portal
