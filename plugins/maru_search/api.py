"""What other plugins give to the search: documents, the kinds they are of, and tokens that say who may see them.

Importing this module costs nothing: neither the index nor the analysis of Korean is loaded by it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from maru import Checked, Label, StoredFile, Units

__all__ = ["EVERYONE", "Attached", "SearchDocument", "SearchKind", "tokens_held", "tokens_of_unit"]

MOST_TITLE, MOST_BODY = 1_000, 200_000
EVERYONE = "everyone"
"""The token that everybody holds for whom the plugin of the document is on."""


@dataclass(frozen=True)
class SearchKind(Checked):
    """A kind of document: a tab above the hits. `icon` is a Lucide name; tabs stand by `order`."""

    key: str
    label: Label
    icon: str
    order: int = 100


@dataclass(frozen=True)
class Attached(Checked):
    """A file of a document. Its text is found as a hit of its own, by whoever may see the document."""

    file: StoredFile
    href: str = ""


@dataclass(frozen=True)
class SearchDocument(Checked):
    """One thing that can be found.

    `key` is `<table>:<id>`, unique in the whole portal and never used for anything else; `kind` is the key of a
    SearchKind. `unit` is the id of the department it belongs to, `at` an aware instant, `people` the ids of those who
    are responsible for it. Who holds any of `access_tokens` finds it, and nobody else. `hrefs` leads those who hold a
    certain token elsewhere than to `href`; the first token in the order of `access_tokens` decides.

    However much a plugin gives, the first letters of `title` and `body` are kept: a thing is found by those.
    """

    longest_text = MOST_BODY

    key: str
    kind: str
    title: str
    href: str
    access_tokens: tuple[str, ...]
    body: str = ""
    unit: int | None = None
    at: datetime | None = None
    people: tuple[int, ...] = ()
    attachments: tuple[Attached, ...] = ()
    hrefs: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, most in (("title", MOST_TITLE), ("body", MOST_BODY)):
            given = getattr(self, name)
            if isinstance(given, str) and len(given) > most:
                object.__setattr__(self, name, given[:most])
        super().__post_init__()


def tokens_of_unit(prefix: str, unit: int | None) -> tuple[str, ...]:
    """For a document: seen by those who hold the right `prefix` in `unit`, and by those who hold it everywhere."""
    own = () if unit is None else (f"{prefix}:{unit}",)
    return (*own, f"{prefix}:*")


def tokens_held(prefix: str, units: Units) -> list[str]:
    """For a viewer: what `units`, where they hold the right `prefix`, opens to them."""
    return [f"{prefix}:*"] if units.everywhere else [f"{prefix}:{unit}" for unit in sorted(units.ids)]
