"""What is said once after something was done, and the language of who is signed out."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest

from maru_devkit.fixtures import Site

Portal = Callable[..., Site]


def test_a_flash_is_said_once(portal: Portal) -> None:
    """The next page says it, the one after does not."""
    client = portal("me").client("clerk")
    client.post("/me/", data={"locale": "ko", "density": ""})

    first, second = client.get("/me/"), client.get("/me/")

    assert "저장했습니다." in first.text
    assert "저장했습니다." not in second.text


def test_a_flash_is_said_in_the_language_just_chosen(portal: Portal) -> None:
    """Who switches to English reads the confirmation in English."""
    client = portal("me").client("clerk")
    client.post("/me/", data={"locale": "en", "density": ""})

    page = client.get("/me/")

    assert 'lang="en"' in page.text
    assert "저장" not in page.text


@pytest.mark.parametrize(
    "cookie", ["", "nonsense", "%5B1%5D", quote('["danger", "<b>x</b>"]'), quote('["odd", 7]'), "%FF"]
)
def test_a_forged_flash_breaks_nothing(portal: Portal, cookie: str) -> None:
    """The cookie comes from outside: whatever it holds is text, or nothing."""
    client = portal("me").client("clerk")
    client.cookies.set("maru_flash", cookie)

    page = client.get("/me/")

    assert page.status_code == 200
    assert "<b>x</b>" not in page.text


def test_an_unknown_locale_is_korean(portal: Portal) -> None:
    """A cookie with a language that the portal does not speak changes nothing."""
    client = portal().client()
    client.cookies.set("maru_locale", "fr")

    assert 'lang="ko"' in client.get("/login").text
