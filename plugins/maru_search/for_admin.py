"""What goes with a plugin that is uninstalled: the texts of its files, and what it could not give."""

from __future__ import annotations

from maru import hookimpl
from maru_admin.api import Belonging

from .models import Behind, FileText, Stuck


@hookimpl
def belongings(plugin: str) -> list[Belonging]:
    """Its documents leave the index by themselves, with the build that follows each switch."""
    index = [Belonging(folder="search")] if plugin == "search" else []
    rows = [Belonging(Behind, Behind.plugin == plugin), Belonging(Stuck, Stuck.plugin == plugin)]
    return [Belonging(FileText, digest=FileText.sha256), *rows, *index]
