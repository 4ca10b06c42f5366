"""What goes with a plugin that is uninstalled: what people were told of it, and its kinds that they do not want."""

from __future__ import annotations

from maru import hookimpl, t
from maru_admin.api import Belonging

from .models import Muted, Notification


@hookimpl
def belongings(plugin: str) -> list[Belonging]:
    """Read or not."""
    return [
        Belonging(Notification, Notification.plugin == plugin, name=t("보낸 알림")),
        Belonging(Muted, Muted.kind.startswith(f"{plugin}."), name=t("받지 않기로 한 알림")),
    ]
