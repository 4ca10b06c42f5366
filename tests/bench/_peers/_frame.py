"""Maru's frame as text: what stands before and after the list on the page that Maru made, around the list of a peer."""

from __future__ import annotations

from pathlib import Path

LIST = Path(__file__).parent / "list.html"


def page_for(names: dict[str, str], maru_page: str) -> str:
    """A template in Django's and Jinja's common language: `names` say where the values of a `post` of `posts` are."""
    before, _, rest = maru_page.partition('<section id="posts"')
    after = rest.partition("</section>")[2]
    own = LIST.read_text(encoding="utf-8")
    for name, place in names.items():
        own = own.replace(f" {name} ", f" {place} ")
    return f"{_plain(before)}{own}{_plain(after)}"


def _plain(text: str) -> str:
    """Text that is no template, whatever it holds."""
    return text.replace("{%", "{ %").replace("{{", "{ {").replace("{#", "{ #")
