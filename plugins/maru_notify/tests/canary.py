"""A word in what two people of one department were told: nobody else ever reads it."""

from __future__ import annotations

from maru_devkit.fixtures import Site
from maru_notify.api import Notice, notify


def plant(site: Site, word: str) -> None:
    """Tell `clerk` and `colleague` something with the word in its text and in its note."""
    people = tuple(site.user(name).id for name in ("clerk", "colleague"))
    with site.write_as("clerk", plugin="notify"):
        notify(Notice("notify.canary", people, text=f"{word} 소식", note=word, href="/notify/"))
