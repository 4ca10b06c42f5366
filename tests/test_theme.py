"""The theme keeps its word: every property and icon exists, nothing comes from outside, and text can be read."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from maru_devkit.icons import named_icons

ROOT = Path(__file__).resolve().parents[1]
THEME = ROOT / "themes" / "krds" / "static"
SHEETS = [
    p for folder in ("themes", "plugins") for p in sorted((ROOT / folder).rglob("*.css")) if "vendor" not in p.parts
]
OTHER_THEMES = [
    p for p in (ROOT / "themes").iterdir() if p != THEME.parent
]  # tests/test_themes.py looks at their names
TEMPLATES = [p for folder in ("core", "plugins", "themes") for p in sorted((ROOT / folder).rglob("*.html"))]
DEFINED = re.compile(r"(--[a-z0-9-]+)\s*:")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
INLINE = re.compile(r"""<style|\sstyle=|\son[a-z]+=|hx-on|<script(?![^>]*(?:src=|type="application/json"))""")

TEXT_PAIRS = [
    ("--text", "--surface"),
    ("--text", "--surface-quiet"),
    ("--text", "--hover"),
    ("--text", "--chosen"),
    ("--text", "--mark"),
    ("--text-quiet", "--surface"),
    ("--text-quiet", "--surface-quiet"),
    ("--text-quiet", "--surface-hover"),
    ("--text-quiet", "--chosen"),
    ("--link", "--surface"),
    ("--link", "--surface-quiet"),
    ("--link", "--chosen"),
    ("--link-hover", "--surface"),
    ("--visited", "--surface"),
    ("--on-accent", "--accent"),
    ("--on-accent", "--accent-hover"),
    ("--on-accent", "--accent-pressed"),
    ("--on-accent", "--success-50"),
    ("--on-danger", "--danger-50"),
    ("--primary-60", "--primary-5"),
    ("--primary-70", "--primary-10"),
    ("--gray-60", "--surface"),
    ("--gray-70", "--gray-10"),
    *((f"--{kind}-60", f"--{kind}-5") for kind in ("danger", "warning", "success", "information")),
    *((f"--{kind}-70", f"--{kind}-5") for kind in ("danger", "warning", "success", "information")),
    *((f"--{kind}-60", "--surface") for kind in ("danger", "warning", "success", "information")),
    *(("--text", f"--{kind}-5") for kind in ("danger", "warning", "success", "information")),
]
SHAPE_PAIRS = [
    ("--line-control", "--surface"),
    ("--line-strong", "--surface"),
    ("--focus", "--surface"),
    ("--accent", "--surface"),
    *((f"--{kind}-50", "--surface") for kind in ("danger", "warning", "success", "information")),
]


def tokens(high_contrast: bool) -> dict[str, str]:
    """The custom properties of the theme as a page has them, by name."""
    text = COMMENT.sub("", (THEME / "tokens.css").read_text(encoding="utf-8"))
    plain, _, high = text.partition("@media (prefers-contrast: more)")
    plain = plain.partition("@media")[0]
    return dict(re.findall(r"(--[a-z0-9-]+)\s*:\s*([^;]+);", plain + (high if high_contrast else "")))


def colour(name: str, known: dict[str, str]) -> str:
    """The six hex digits behind a property, through any var()."""
    value = known[name].strip()
    inner = re.fullmatch(r"var\((--[a-z0-9-]+)\)", value)
    return colour(inner[1], known) if inner else value.lstrip("#")


def luminance(digits: str) -> float:
    """Relative luminance as WCAG 2.2 defines it, 0 for black and 1 for white."""
    parts = [int(digits[i:j], 16) / 255 for i, j in pairwise((0, 2, 4, 6))]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(front: str, back: str, known: dict[str, str]) -> float:
    """Contrast ratio of two properties, 1 to 21."""
    low, high = sorted(luminance(colour(name, known)) for name in (front, back))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("high_contrast", [False, True], ids=["normal", "high contrast"])
def test_text_can_be_read(high_contrast: bool) -> None:
    """Text stands out from its surface by at least 4.5 to 1, in both modes."""
    known = tokens(high_contrast)

    weak = {pair: round(contrast(*pair, known), 2) for pair in TEXT_PAIRS if contrast(*pair, known) < 4.5}

    assert weak == {}


@pytest.mark.parametrize("high_contrast", [False, True], ids=["normal", "high contrast"])
def test_shapes_can_be_seen(high_contrast: bool) -> None:
    """Edges of controls, the focus and the colours of states stand out by at least 3 to 1, in both modes."""
    known = tokens(high_contrast)

    weak = {pair: round(contrast(*pair, known), 2) for pair in SHAPE_PAIRS if contrast(*pair, known) < 3}

    assert weak == {}


def test_every_custom_property_is_defined() -> None:
    """A var() in the theme or in a plugin names a property of the theme or of the same file."""
    shared = set(DEFINED.findall((THEME / "tokens.css").read_text(encoding="utf-8")))

    unknown = []
    for sheet in SHEETS:
        if any(sheet.is_relative_to(theme) for theme in OTHER_THEMES):
            continue
        text = COMMENT.sub("", sheet.read_text(encoding="utf-8"))
        used = set(re.findall(r"var\((--[a-z0-9-]+)\)", text))
        unknown += [f"{sheet.relative_to(ROOT)}: {name}" for name in sorted(used - shared - set(DEFINED.findall(text)))]

    assert unknown == []


def test_style_sheets_load_nothing_from_outside() -> None:
    """Each url() is a file beside the style sheet, and nothing is imported."""
    wrong = []

    for sheet in SHEETS:
        text = COMMENT.sub("", sheet.read_text(encoding="utf-8"))
        wrong += [f"{sheet.name}: @import"] if "@import" in text else []
        for target in re.findall(r"url\(\s*[\"']?([^\"')]+)", text):
            if not target.startswith("data:image/") and not (sheet.parent / target).is_file():
                wrong.append(f"{sheet.name}: {target}")

    assert wrong == []


def test_every_named_icon_is_in_the_sprite() -> None:
    """Templates and manifests name only icons of `icons.svg`; `python -m maru_devkit.icons` adds more."""
    drawn = set(re.findall(r'<symbol id="([a-z0-9-]+)"', (THEME / "icons.svg").read_text(encoding="utf-8")))

    missing = named_icons() - drawn

    assert missing == set()


def test_templates_have_no_inline_style_or_script() -> None:
    """The content security policy refuses inline styles, scripts and handlers, so no template has one."""
    texts = {path: re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL) for path in TEMPLATES}

    found = [f"{path.relative_to(ROOT)}: {match[0]}" for path, text in texts.items() for match in INLINE.finditer(text)]

    assert found == []


def test_every_sentence_of_the_frame_has_english() -> None:
    """Each Korean message of the core's templates is in its English catalogue, translated."""
    with (ROOT / "core" / "maru" / "locale" / "en.po").open("rb") as file:
        english = {message.id: message.string for message in read_po(file, locale="en") if not message.fuzzy}
    options = {"**.html": {"newstyle_gettext": "true"}}
    said = extract_from_dir(ROOT / "core" / "maru" / "templates", [("**.html", "jinja2")], options_map=options)

    missing = {message for _, _, message, _, _ in said if not english.get(message)}

    assert missing == set()
