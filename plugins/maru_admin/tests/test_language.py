"""The administration in English."""

from __future__ import annotations

import re
from typing import Any

import pytest

from maru.models import User

HANGUL = re.compile(r"[가-힣]+")
PAGES = ("plugins", "plugins/admin", "people", "people/new", "departments", "grants", "grants/new", "audit", "audit/1")


@pytest.mark.parametrize("path", PAGES)
def test_the_words_of_a_page_are_english(portal: Any, path: str) -> None:
    """What an English page says itself has no Korean left; names of departments and people stay."""
    site = portal("admin")
    with site.write_as("admin"):
        reader = User.get(User.username == "admin")
        reader.locale = "en"
        reader.save()
    page = site.client("admin").get(f"/admin/{path}").text
    heads = re.findall(r"<(?:h1|h2|th|label|button|legend|summary)[^>]*>(.*?)</", page, re.DOTALL)

    korean = [head for head in heads if HANGUL.search(re.sub(r"<[^>]+>", "", head))]

    assert korean == []
