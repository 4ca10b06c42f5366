"""Whatever a person can read is there in English, with the same placeholders, and nothing is left over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from tests.contracts.houses import plugin_folders
from tests.habits.tree import ROOT

KEYWORDS = {"_": None, "t": None, "gettext": None, "ngettext": (1, 2), "N_": None, "say": (1,)}
"""The last two mark a sentence that somebody else translates: `N_("…")`, and `say("…", name=…)` with its values."""
JINJA = {"trimmed": "true", "silent": "false", "extensions": "jinja2.ext.do"}
CORE = ROOT / "core" / "maru"
OWNERS = [CORE, ROOT / "core" / "maru_language", ROOT / "core" / "maru_devkit", *plugin_folders()]
OWNER_NAMES = [owner.name for owner in OWNERS]
HANGUL = re.compile(r"[가-힣]")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|{\w*}")


def sources(owner: Path) -> Iterator[tuple[Path, str]]:
    """(file, extraction method) of an owner's Python and templates; its tests apart."""
    yield from (
        (path, "python") for path in sorted(owner.rglob("*.py")) if "tests" not in path.parts[len(owner.parts) :]
    )
    for path in sorted((owner / "templates").rglob("*.html")):
        yield path, "jinja2.ext:babel_extract"


@cache
def messages(owner: Path) -> dict[str, str]:
    """Message → the place where it is first said."""
    found: dict[str, str] = {}
    for path, method in sources(owner):
        source = BytesIO(path.read_bytes())
        options = {} if method == "python" else JINJA
        for line, said, _, _ in extract(method, source, KEYWORDS, options=options):
            for message in (said,) if isinstance(said, str) else said:
                if message:
                    found.setdefault(message, f"{path.name}:{line}")
    return found


@cache
def english(owner: Path) -> dict[str, str]:
    """Message → English, of an owner's catalogue; fuzzy entries do not count."""
    path = owner / "locale" / "en.po"
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file, locale="en") if m.id and m.string and not m.fuzzy}


HALL = english(CORE) | english(ROOT / "core" / "maru_language")


@pytest.mark.parametrize("owner", OWNERS, ids=OWNER_NAMES)
def test_every_message_is_there_in_english(owner: Path) -> None:
    """Each message of templates and Python stands in the owner's `locale/en.po`, or in the hall's."""
    known = english(owner).keys() | HALL.keys()

    missing = [f"{place}: {message}" for message, place in messages(owner).items() if message not in known]

    assert missing == []


@pytest.mark.parametrize("owner", OWNERS, ids=OWNER_NAMES)
def test_placeholders_are_the_same(owner: Path) -> None:
    """What a message fills in is what its translation fills in: nothing lost, nothing unknown."""
    pairs = english(owner).items()

    different = [said for said, text in pairs if set(PLACEHOLDER.findall(said)) != set(PLACEHOLDER.findall(text))]

    assert different == []


@pytest.mark.parametrize("owner", OWNERS, ids=OWNER_NAMES)
def test_no_translation_is_left_over(owner: Path) -> None:
    """An entry whose message nobody says any more is taken out; none repeats the Korean, or contradicts the hall."""
    entries = english(owner)

    left_over = [said for said in entries if said not in messages(owner)]
    half = [said for said, text in entries.items() if said == text and HANGUL.search(said)]
    unheard = [said for said, text in entries.items() if HALL.get(said, text) != text]

    assert left_over == []
    assert half == []
    assert unheard == [], "core/maru and core/maru_language have their own English for it, which is shown everywhere"
