"""The administration in English."""

from __future__ import annotations

import re
from typing import Any

import pytest

from maru.models import User

HANGUL = re.compile(r"[가-힣]+")
PAGES = (
    *("plugins", "plugins/admin", "plugins/board/switch", "plugins/board/switch?reach=units&trial=1"),
    *(
        "plugins/board/settings",
        "plugins/board/remove",
        "plugins/board/archives",
        "history",
        "work",
        "reference",
        "people",
        "people/new",
        "people/1/view",
        "departments",
    ),
    *("grants", "grants/new", "permissions/board.write", "why", "why?person=clerk&address=/board/", "audit", "audit/1"),
)


@pytest.mark.parametrize("path", PAGES)
def test_the_words_of_a_page_are_english(portal: Any, path: str) -> None:
    """What an English page says itself has no Korean left; names of departments and people stay."""
    site = portal("admin", "board")
    with site.write_as("admin"):
        reader = User.get(User.username == "admin")
        reader.locale = "en"
        reader.save()
    page = site.client("admin").get(f"/admin/{path}").text
    heads = re.findall(r"<(?:h1|h2|th|label|button|legend|summary)[^>]*>(.*?)</", page, re.DOTALL)

    own = [head for head in heads if 'name="units"' not in head]  # a department to be ticked is called by its name

    korean = [head for head in own if HANGUL.search(re.sub(r"<[^>]+>", "", head))]

    assert korean == []
