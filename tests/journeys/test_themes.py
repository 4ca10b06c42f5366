"""The second theme on every page: the mechanism holds, and what it promises about contrast and focus is true."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import Live, Scheme
from tests.journeys.test_crawl import objections

THEME = "plain"
Visit = Callable[..., Page]

TEXTS = """
() => [...document.querySelectorAll("h1, h2, p, a, span, td, th, label, button, li, b")].flatMap(one => {
  const own = [...one.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
  if (!own || !one.checkVisibility({visibilityProperty: true}) || one.closest(".visually-hidden, .skip, [data-grid]"))
    return [];
  let back = one, colour = "rgba(0, 0, 0, 0)";
  for (; back && colour === "rgba(0, 0, 0, 0)"; back = back.parentElement)
    colour = getComputedStyle(back).backgroundColor;
  return [[one.textContent.trim().slice(0, 20), getComputedStyle(one).color, colour]];
})
"""


def luminance(colour: str) -> float:
    """Relative luminance of `rgb(0, 48, 158)`, as WCAG 2.2 defines it."""
    parts = [int(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(front: str, back: str) -> float:
    """Contrast ratio, 1 to 21."""
    low, high = sorted((luminance(front), luminance(back)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("account", "scheme", "width"),
    [("demo-yugu", "light", 1440), ("demo-collector", "dark", 1440), ("demo-admin", "light", 390)],
)
def test_every_page_is_clean_in_the_plain_theme(visit: Visit, account: str, scheme: Scheme, width: int) -> None:
    """Nothing for axe to object to, no policy breach, no file missing; the fixture listens for the last two."""
    assert objections(visit(account, scheme=scheme, width=width), per_shape=1) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_by_seven_to_one(visit: Visit, scheme: Scheme) -> None:
    """Every word of four pages, as it is drawn: WCAG's level AAA."""
    page = visit("demo-collector", scheme=scheme)
    weak, words = [], 0
    for address in ("/", "/collect/sent/", "/board/", "/notify/"):
        page.goto(address)
        for text, front, back in page.evaluate(TEXTS):
            words += 1
            if contrast(front, back) < 7:
                weak.append((address, text, front, back))

    assert words > 100
    assert weak == []


def test_the_system_chooses_black_or_white(visit: Visit) -> None:
    """White paper on a light system, black on a dark one."""
    papers = [
        visit("demo-yugu", scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    ]

    assert papers == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]


def test_the_focus_is_a_wide_ring(visit: Visit) -> None:
    """Each of the first stops of the keyboard has an outline of at least 3 px that stands out from the page."""
    page = visit("demo-yugu")
    page.goto("/board/")
    rings = []
    for _ in range(12):
        page.keyboard.press("Tab")
        rings.append(
            page.evaluate(
                "() => { const s = getComputedStyle(document.activeElement);"
                " return [parseFloat(s.outlineWidth), s.outlineStyle, s.outlineColor] }"
            )
        )

    assert all(width >= 3 and style == "solid" for width, style, _ in rings), rings
    assert all(contrast(colour, "rgb(255, 255, 255)") >= 7 for _, _, colour in rings)


def test_a_template_of_the_theme_takes_the_place_of_the_cores(live: Live, visit: Visit) -> None:
    """What is said once bears the shape of its state instead of a picture."""
    page = visit("demo-yugu")
    page.goto("/me/")
    page.get_by_role("button", name="저장").click()

    said = page.locator(".flash")

    drawn = Path(live.site.portal.templates.get_template("maru/_flashes.html").filename or "")
    assert drawn.is_relative_to(live.site.portal.settings.themes_path / "plain")
    assert said.inner_text() == "■ 저장했습니다."
    assert said.locator("svg").count() == 0


def test_nothing_is_cut_off_on_a_narrow_screen(visit: Visit) -> None:
    """At 320 px, which is 400 % of 1280, no page scrolls sideways."""
    page = visit("demo-yugu", width=320)
    wide = []
    for address in ("/", "/collect/", "/board/", "/notify/", "/notify/settings", "/me/"):
        page.goto(address)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(address)

    assert wide == []
