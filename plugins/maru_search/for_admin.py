"""What goes with a plugin that is uninstalled: the texts of its files, and what it could not give."""

from __future__ import annotations

from maru import hookimpl, t
from maru_admin.api import Belonging

from .models import Behind, FileText, Stuck


@hookimpl
def belongings(plugin: str) -> list[Belonging]:
    """Its documents leave the index by themselves, with the build that follows each switch."""
    index = [Belonging(folder="search")] if plugin == "search" else []
    return [
        Belonging(FileText, digest=FileText.sha256, name=t("파일의 본문")),
        Belonging(Behind, Behind.plugin == plugin, name=t("늦은 색인")),
        Belonging(Stuck, Stuck.plugin == plugin, name=t("색인하지 못한 것")),
        *index,
    ]
