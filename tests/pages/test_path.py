"""The one path of a request: who may enter, what is answered, and what a hang costs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from maru.models import AuditEntry
from maru_db import connected
from maru_devkit.fixtures import Site

Rooms = Callable[..., Path]
SiteWith = Callable[..., Site]

COUNTER = {
    "routes": """
        from maru import Page
        from maru_count import views

        pages = [
            Page("/", views.index, permission="count.read"),
            Page("/{row:int}/add", views.add, permission="count.read", methods=("POST",)),
            Page("/append", views.append, permission="count.read", methods=("POST",)),
            Page("/hang", views.hang, permission="count.read", limit_seconds=0.5),
            Page("/hang-writing", views.hang_writing, permission="count.read", methods=("POST",), limit_seconds=0.5),
        ]
        """,
    "views": """
        import time

        from starlette.responses import PlainTextResponse

        from maru import write
        from maru_count.models import Tally, Line

        def index(request):
            return PlainTextResponse(f"{[t.total for t in Tally.select()]} {Line.select().count()}")

        def add(request, row):
            with write(request):
                tally = Tally.get_by_id(row)
                time.sleep(0.001)
                tally.total += 1
                tally.save()
            return PlainTextResponse("added")

        def append(request):
            with write(request):
                Line.create(text="line")
            return PlainTextResponse("appended")

        def hang(request):
            time.sleep(3)
            return PlainTextResponse("late")

        def hang_writing(request):
            with write(request):
                Line.create(text="never")
                time.sleep(3)
            return PlainTextResponse("late")
        """,
    "models": """
        import peewee
        from maru import Model

        class Tally(Model):
            total = peewee.IntegerField(default=0)

        class Line(Model):
            text = peewee.CharField()
        """,
    "migrations__0001_first": """
        import peewee as pw

        def up(migrator, db):
            class Tally(pw.Model):
                total = pw.IntegerField()
                class Meta:
                    database = db
                    table_name = "count_tally"
            class Line(pw.Model):
                text = pw.CharField()
                class Meta:
                    database = db
                    table_name = "count_line"
            db.create_tables([Tally, Line])

        def down(migrator, db): ...
        """,
}


@pytest.fixture
def counting(rooms: Rooms, site_with: SiteWith) -> Site:
    """A site with one plugin that counts."""
    rooms("count", **COUNTER)
    site = site_with(threads=4)
    with site.write_as("clerk", plugin="count"):
        from maru_count.models import Tally  # type: ignore[import-not-found]  # written by this test

        Tally.create(total=0)
    return site


def test_200_parallel_writes_to_one_record_lose_none(counting: Site) -> None:
    """Read, add one, save: 200 at once give exactly 200."""
    client = counting.client("clerk")
    with ThreadPoolExecutor(40) as pool, client:
        answers = list(pool.map(lambda _: client.post("/count/1/add").status_code, range(200)))

        assert set(answers) == {200}
        assert client.get("/count/").text == "[200] 0"


def test_200_parallel_writes_to_one_list_lose_none(counting: Site) -> None:
    """200 new rows at once are 200 rows, without an error."""
    client = counting.client("clerk")
    with ThreadPoolExecutor(40) as pool, client:
        answers = list(pool.map(lambda _: client.post("/count/append").status_code, range(200)))

        assert set(answers) == {200}
        assert client.get("/count/").text == "[0] 200"


def test_a_view_that_hangs_costs_its_own_page_once(counting: Site) -> None:
    """It answers 503 after its limit; meanwhile and afterwards every other page answers."""
    client = counting.client("clerk")
    with ThreadPoolExecutor(4) as pool, client:
        hanging = pool.submit(client.get, "/count/hang")
        time.sleep(0.1)
        meanwhile = client.get("/")
        answer = hanging.result()

        assert meanwhile.status_code == 200
        assert answer.status_code == 503
        assert "제때 끝나지 않아" in answer.text
        assert client.get("/count/").status_code == 200


def test_a_view_that_hangs_while_writing_frees_the_database(counting: Site) -> None:
    """Its change is rolled back, and the next write goes through at once."""
    client = counting.client("clerk")
    with client:
        answer = client.post("/count/hang-writing")
        began = time.monotonic()
        next_write = client.post("/count/append")

        assert answer.status_code == 503
        assert next_write.status_code == 200
        assert time.monotonic() - began < 2.5
        assert client.get("/count/").text == "[0] 1"


def test_what_is_not_signed_in_goes_to_the_login_page(counting: Site) -> None:
    """A page is asked for again after the login; a form is refused with 401."""
    nobody = counting.client()

    page, form = nobody.get("/count/?a=1"), nobody.post("/count/append")

    assert (page.status_code, page.headers["location"]) == (303, "/login?next=/count/%3Fa%3D1")
    assert form.status_code == 401


def test_a_foreign_origin_is_refused(counting: Site) -> None:
    """Another site cannot make a browser write here, with or without the newer header."""
    client = counting.client("clerk")

    foreign = client.post("/count/append", headers={"origin": "http://elsewhere.example"})
    cross = client.post("/count/append", headers={"sec-fetch-site": "cross-site"})
    bare = client.post("/count/append", headers={"origin": ""})

    assert [foreign.status_code, cross.status_code, bare.status_code] == [403, 403, 403]
    assert client.get("/count/").text == "[0] 0"


def test_an_unknown_host_is_refused(counting: Site) -> None:
    """The portal answers to the names it is known by."""
    answer = counting.client("clerk").get("/", headers={"host": "evil.example"})

    assert answer.status_code == 400
    assert "evil.example" in answer.text


def test_every_answer_carries_the_strict_policy(counting: Site) -> None:
    """No inline script or style, no other host, no framing, no caching of pages."""
    client = counting.client("clerk")

    for path in ("/", "/login", "/count/", "/none", "/static/maru/maru.js"):
        headers = client.get(path).headers
        assert "script-src 'self'; style-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_a_denial_is_written_down(counting: Site) -> None:
    """Who tried what they may not is in the audit."""
    with counting.write_as("admin") as change:
        from maru.models import Grant

        Grant.delete().where(Grant.permission == "count.read").execute()
        change.record("maru_grant", "count.read", "deleted")

    answer = counting.client("clerk").get("/count/")

    assert answer.status_code == 403
    with connected():
        entry = AuditEntry.select().order_by(AuditEntry.id.desc()).get()
    assert (entry.actor_name, entry.action, entry.request) == ("clerk", "denied", "GET /count/")


def test_too_much_is_refused_while_it_streams(counting: Site) -> None:
    """3 MB to a page that takes 2 MB answers 413 with the limit."""
    answer = counting.client("clerk").post("/count/append", files={"file": ("big.bin", b"x" * 3_000_000)})

    assert answer.status_code == 413
    assert "2.0 MB" in answer.text


def test_threads_do_not_pile_up(counting: Site) -> None:
    """A given-up thread is replaced by one, not by more."""
    client = counting.client("clerk")
    with client:
        client.get("/count/")
        before = {thread for thread in threading.enumerate() if thread.name == "view"}
        client.get("/count/hang")
        time.sleep(3.2)
        after = {thread for thread in threading.enumerate() if thread.name == "view"}

    assert len(after - before) == 1
    assert len(before - after) >= 1
