"""What the address of a search asks for, and what the box is read as: the way from words to queries of the index."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from starlette.requests import Request

from maru import is_initials, keys_of, letters_of, typed_as_hangul

SINCE_DAYS = {"week": 7, "month": 31, "year": 366}
SORTS = ("best", "new")
MOST_LETTERS = 100


@dataclass(frozen=True)
class Asked:
    """The words and the filters. `as_typed` asks for just these words, with nothing widened; `page` counts from 1."""

    words: str = ""
    kind: str = ""
    unit: int = 0
    person: int = 0
    since: str = ""
    sort: str = "best"
    as_typed: bool = False
    page: int = 1

    @classmethod
    def by(cls, request: Request) -> Asked:
        """Read from the query; what makes no sense counts as not asked. (No NUL gets here: the portal refuses it.)"""
        given = request.query_params
        since, sort = given.get("since", ""), given.get("sort", "")
        return cls(
            words=" ".join(given.get("q", "").split())[:MOST_LETTERS],
            kind=given.get("kind", "")[:40],
            unit=_number(given.get("unit", "")),
            person=_number(given.get("person", "")),
            since=since if since in SINCE_DAYS else "",
            sort=sort if sort in SORTS else "best",
            as_typed=given.get("as_typed") == "1",
            page=max(1, _number(given.get("page", ""))),
        )

    def href(self, **changes: object) -> str:
        """The address of this search with `changes`; the page starts over unless it is what changes."""
        asked = replace(self, **({"page": 1} | changes))  # type: ignore[arg-type]  # the names are this class's own
        parts: dict[str, object] = {
            "q": asked.words, "kind": asked.kind, "unit": asked.unit or "", "person": asked.person or "",
            "since": asked.since, "sort": asked.sort if asked.sort != "best" else "",
            "as_typed": "1" if asked.as_typed else "", "page": asked.page if asked.page > 1 else "",
        }  # fmt: skip
        return "/search/?" + urlencode({name: value for name, value in parts.items() if value})


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def other_layout(words: str) -> str:
    """The words as the other keyboard layout would have written them, '' when that makes no words.

    `dkssud` → `안녕`, `ㅔㅇㄹ` → `pdf`. Words that hold no letter of a keyboard stay as they are.
    """
    if re.search(r"[ㄱ-ㅎㅏ-ㅣ가-힣]", words):
        typed = keys_of(words)
        return typed if typed.isascii() and re.search(r"[ㄱ-ㅎㅏ-ㅣ]", words) else ""
    typed = typed_as_hangul(words)
    return typed if typed != words and not re.search(r"[ㄱ-ㅎㅏ-ㅣa-zA-Z]", typed) else ""


def initials_in(words: str) -> str:
    """The first consonants (초성) that the box holds, '' when it holds anything else."""
    joined = words.replace(" ", "")
    return joined if len(joined) > 1 and is_initials(joined) else ""


def is_one_key_off(one: str, other: str) -> bool:
    """Whether a single key typed wrongly, left out, added or swapped with its neighbour makes one of the other."""
    a, b = letters_of(one), letters_of(other)
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    start = next(
        (place for place, pair in enumerate(zip(a, b, strict=False)) if pair[0] != pair[1]), min(len(a), len(b))
    )
    rest_a, rest_b = a[start:], b[start:]
    if len(a) == len(b):
        return rest_a[1:] == rest_b[1:] or (rest_a[:2] == rest_b[1::-1] and rest_a[2:] == rest_b[2:])
    return rest_a[1:] == rest_b or rest_a == rest_b[1:]
