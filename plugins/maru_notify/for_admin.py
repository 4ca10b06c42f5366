"""What goes with a plugin that is uninstalled: what people were told of it, and its kinds that they do not want."""

from __future__ import annotations

from maru import hookimpl
from maru_admin.api import Belonging

from .models import Muted, Notification


@hookimpl
def belongings(plugin: str) -> list[Belonging]:
    """Read or not."""
    return [
        Belonging(Notification, Notification.plugin == plugin),
        Belonging(Muted, Muted.kind.startswith(f"{plugin}.")),
    ]
