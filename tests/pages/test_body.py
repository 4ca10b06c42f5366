"""What no database can hold is refused where it comes in, with a sentence, on either database."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from maru_devkit.fixtures import Site

Rooms = Callable[..., Path]
SiteWith = Callable[..., Site]

KEEPER = {
    "routes": """
        from maru import Page
        from maru_keep import views

        pages = [
            Page("/{key}/", views.show, permission="keep.read"),
            Page("/typed", views.typed, permission="keep.read", methods=("POST",)),
            Page("/json", views.sent, permission="keep.read", methods=("POST",)),
        ]
        """,
    "views": """
        from starlette.responses import PlainTextResponse
        from maru import User, form, json_body

        def show(request, key):
            return PlainTextResponse(str(User.select().where(User.name == key).count()))

        def typed(request):
            return PlainTextResponse(str(User.select().where(User.name == form(request)["text"]).count()))

        def sent(request):
            return PlainTextResponse(str(User.select().where(User.name == json_body(request)["text"]).count()))
        """,
}


CHOOSER = {
    "routes": """
        from maru import Page
        from maru_choose import views

        pages = [Page("/", views.chosen, permission="choose.read", methods=("POST",))]
        """,
    "views": """
        from typing import Literal

        from pydantic import BaseModel
        from starlette.responses import JSONResponse
        from maru import read_form

        class Entry(BaseModel):
            shape: Literal["list", "tuple"] = "list"
            units: list[int] = []
            words: tuple[str, ...] | None = None

        def chosen(request):
            entered, problems = read_form(request, Entry)
            return JSONResponse(entered.model_dump() if entered else problems)
        """,
}


@pytest.fixture
def keeper(rooms: Rooms, site_with: SiteWith) -> Site:
    """A site with one plugin that asks the database for whatever it is sent."""
    rooms("keep", **KEEPER)
    return site_with()


@pytest.mark.parametrize("text", ["a\0b", "\0"])
def test_a_pasted_nul_is_named_and_not_500(keeper: Site, text: str) -> None:
    """400 with the way out, from a form of either kind; a name of a file as well."""
    client = keeper.client("clerk")

    plain = client.post("/keep/typed", data={"text": text})
    several = client.post("/keep/typed", data={"text": text}, files={"file": ("a.txt", b"x")})

    assert [plain.status_code, several.status_code] == [400, 400]
    assert "붙여 넣은 부분을 지우고" in plain.text


@pytest.mark.parametrize("address", ["/keep/%00/", "/keep/a%00b/", "/login?next=a%00b", "/?q=%00", "/static/%00"])
def test_a_nul_in_the_address_is_400(keeper: Site, address: str) -> None:
    """Path and query are looked at before any page is."""
    assert keeper.client("clerk").get(address).status_code == 400


def test_signing_in_with_a_nul_is_400(keeper: Site) -> None:
    """Also where nobody is signed in."""
    answer = keeper.client().post("/login", data={"username": "a\0b", "password": "x"})

    assert answer.status_code == 400


@pytest.mark.parametrize("charset", ["unicode_escape", "raw_unicode_escape", "utf-7", "idna", "hex", "no-such-thing"])
def test_a_form_in_another_character_set_is_400(keeper: Site, charset: str) -> None:
    """A browser sends UTF-8; what says otherwise is not even read."""
    body = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n\\ud800\r\n--x--\r\n'
    kind = {"content-type": f"multipart/form-data; boundary=x; charset={charset}"}

    answers = [keeper.client(who).post(path, content=body, headers=kind).status_code for who, path in PLACES]

    assert answers == [400, 400]


PLACES = (("clerk", "/keep/typed"), (None, "/login"))


def test_a_form_that_says_utf_8_is_read(keeper: Site) -> None:
    """Programs that name the usual character set are understood."""
    kind = {"content-type": "application/x-www-form-urlencoded; charset=UTF-8"}

    answer = keeper.client("clerk").post("/keep/typed", content="text=%EA%B0%80", headers=kind)

    assert (answer.status_code, answer.text) == (200, "0")


@pytest.mark.parametrize("text", ['"a\\u0000b"', '"\\ud800"', '"a', "[" * 100_000])
def test_json_that_no_database_holds_is_400(keeper: Site, text: str) -> None:
    """A NUL, half of a sign, half of a document, a pit without a bottom."""
    answer = keeper.client("clerk").post("/keep/json", content=f'{{"text": {text}}}')

    assert answer.status_code == 400


def test_json_in_korean_is_read(keeper: Site) -> None:
    """Escaped or not."""
    client = keeper.client("clerk")

    answers = [
        client.post("/keep/json", content=json.dumps({"text": "가"}, ensure_ascii=escaped)) for escaped in (True, False)
    ]

    assert [answer.status_code for answer in answers] == [200, 200]


def test_a_word_of_a_choice_makes_no_list_of_it(rooms: Rooms, site_with: SiteWith) -> None:
    """A choice among words, `list` one of them, takes the one that was chosen; lists take all of theirs."""
    rooms("choose", **CHOOSER)
    client = site_with().client("clerk")

    answer = client.post("/choose/", data={"shape": "tuple", "units": ["1", "2"], "words": ["가"]})

    assert answer.json() == {"shape": "tuple", "units": [1, 2], "words": ["가"]}
