"""Under `maru dev` a page says what it cost and why it failed; a served portal says neither."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from maru_db import database
from maru_devkit.debug import debugging
from maru_devkit.fixtures import Site
from maru_devkit.reload import DevelopingParent
from maru_server.parent import Parent
from tests.habits.tree import ROOT

Rooms = Callable[..., Path]
SiteWith = Callable[..., Site]

ROUTES = """
from maru import Page
from maru_broken import views

pages = [
    Page("/", views.index, permission="broken.read"),
    Page("/page", views.page, permission="broken.read"),
    Page("/shown", views.shown, permission="broken.read"),
    Page("/closed", views.page, permission="broken.close"),
    Page("/refused", views.refused, permission="broken.read"),
]
"""
CLOSED = """
[[permissions]]
key = "broken.close"
label = { ko = "닫기", en = "Close" }
default = { city-admin = "city" }
"""
VIEWS = """
from dataclasses import dataclass
from maru import Forbidden, User, render

@dataclass(frozen=True)
class PageContext:
    count: int

def index(request):
    return 1 / len("<b>")[0]

def page(request):
    return render(request, "maru_broken/page.html", PageContext(User.select().count()))

def shown(request):
    return render(request, "maru_broken/shown.html", PageContext(1))

def refused(request):
    raise Forbidden("이 줄은 고칠 수 없습니다.")
"""
PAGE = '{# PageContext · views.page #}{% extends "maru/base.html" %}{% block title %}{% endblock %}'
SHOWN = """{# PageContext · views.shown #}
{% extends "maru/base.html" %}
{% block content %}
{{ cuont }}
{% endblock %}
"""
MARKS = ("x-maru-view", "x-maru-template", "x-maru-queries", "server-timing")


@pytest.fixture
def broken(rooms: Rooms, site_with: SiteWith) -> Site:
    """A site with a plugin whose first page fails, and one that cannot be loaded at all."""
    pages = {"templates__maru_broken__page.html": PAGE, "templates__maru_broken__shown.html": SHOWN}
    rooms("broken", CLOSED, routes=ROUTES, views=VIEWS, **pages)
    rooms("ill", init="import nowhere_to_be_found")
    return site_with()


@pytest.fixture(autouse=True)
def uncounted() -> Iterator[None]:
    """What the wrapper hangs into the database is taken out again."""
    yield
    database.query_hooks.clear()


def developing(site: Site) -> TestClient:
    """The clerk's browser at the portal as `maru dev` serves it."""
    cookies = site.client("clerk").cookies
    wrapped = debugging(site.app)
    return TestClient(wrapped, follow_redirects=False, headers={"origin": "http://testserver"}, cookies=cookies)


def test_answer_names_view_template_queries_and_time(broken: Site) -> None:
    """The count is that of `site.queries` for the same page, and the times are positive."""
    plain = broken.client("clerk")
    plain.get("/broken/page")
    client = developing(broken)
    client.get("/broken/page")
    expected = broken.queries(lambda: client.get("/broken/page"))

    answer = client.get("/broken/page")

    count, milliseconds = re.fullmatch(r"(\d+) \((\d+\.\d) ms\)", answer.headers["x-maru-queries"]).groups()  # type: ignore[union-attr]  # a wrong shape fails the test
    assert answer.headers["x-maru-view"] == "broken.views.page"
    assert answer.headers["x-maru-template"] == "maru_broken/page.html"
    assert int(count) == expected > 0
    assert float(milliseconds) > 0
    assert re.search(r'total;desc="broken.views.page";dur=\d+\.\d', answer.headers["server-timing"])


def test_broken_page_shows_the_lines_of_the_plugin(broken: Site) -> None:
    """500 with the error, file, line and code, escaped; under the same content policy as every page."""
    answer = developing(broken).get("/broken/")

    assert answer.status_code == 500
    assert "TypeError" in answer.text
    assert "maru_broken/views.py:10" in answer.text
    assert "len(&#34;&lt;b&gt;&#34;)[0]" in answer.text
    assert "default-src &#39;none&#39;" not in answer.text
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "<style" not in answer.text
    assert "style=" not in answer.text


def test_mistake_in_a_template_is_shown_at_its_line(broken: Site) -> None:
    """The deepest line of the plugin comes first, the view that asked for it next, and empty lines are not left out."""
    answer = developing(broken).get("/broken/shown")

    own = answer.text.partition("<details")[0]
    assert "&#39;cuont&#39; is undefined" in own
    places = re.findall(r"<h3><code>([^<]+)</code>", own)
    assert places == ["maru_broken/templates/maru_broken/shown.html:4", "maru_broken/views.py:16"]
    assert '<span class="number">  15' in own


def test_broken_page_is_logged_once(broken: Site, caplog: pytest.LogCaptureFixture) -> None:
    """One traceback, and one line with the number by which a person asks for it."""
    reference = re.compile(r"^[0-9A-F]{8} GET /broken/: TypeError")

    developing(broken).get("/broken/")

    traced = [record.message for record in caplog.records if "Traceback (most recent call last)" in record.message]
    assert [message.splitlines()[0] for message in traced] == [
        "Plugin broken failed in broken.views.index at views.py:10"
    ]
    assert [bool(reference.match(record.message)) for record in caplog.records].count(True) == 1


def test_missing_permission_is_named(broken: Site) -> None:
    """403 with the permission, who lacks it, and the lines about it, in the frame of the portal; a view may refuse."""
    client = developing(broken)

    answer, refused = client.get("/broken/closed"), client.get("/broken/refused")

    assert (answer.status_code, refused.status_code) == (403, 403)
    assert "<h2>broken.close</h2>" in answer.text
    assert answer.text.index("<nav") < answer.text.index("<h2>broken.close</h2>") < answer.text.index("</main>")
    assert "clerk 님에게는 없습니다" in answer.text
    assert "maru_broken/routes.py:9" in answer.text
    assert "maru_broken/plugin.toml:16" in answer.text
    assert "이 줄은 고칠 수 없습니다" in refused.text
    assert "권한이 없습니다" in refused.text


def test_who_looks_as_somebody_else_gets_back_from_a_refusal(rooms: Rooms, portal: SiteWith) -> None:
    """The refusal under `maru dev` has the menu, and the button that ends looking."""
    folder = rooms("broken", CLOSED, routes=ROUTES, views=VIEWS)
    site = portal("admin", "broken", plugins_path=[ROOT / "plugins", folder.parent])
    admin = site.client("admin")
    admin.post(f"/admin/people/{site.user('clerk').id}/view", data={"reason": "문의 확인"})
    wrapped = debugging(site.app)
    client = TestClient(wrapped, headers={"origin": "http://testserver"}, cookies=admin.cookies)

    page = client.get("/broken/closed").text

    assert "<h2>broken.close</h2>" in page
    assert 'action="/session/own"' in page
    assert "<nav" in page


def test_view_that_gives_nothing_is_shown(rooms: Rooms, site_with: SiteWith) -> None:
    """No line of the plugin raised it: the view stands there instead. A context that is no dataclass is explained."""
    code = """
        from maru import render
        def nothing(request): ...
        def untyped(request): return render(request, "maru_odd/x.html", {})
    """
    pages = ", ".join(f'Page("/{name}", views.{name}, permission="odd.read")' for name in ("nothing", "untyped"))
    rooms("odd", views=code, routes=f"from maru import Page\nfrom maru_odd import views\npages = [{pages}]\n")
    client = developing(site_with())

    nothing, untyped = client.get("/odd/nothing").text, client.get("/odd/untyped").text

    assert "maru_odd/views.py:3" in nothing.partition("<details")[0]
    assert "context is a dataclass" in untyped


def test_missing_template_names_those_there_are(broken: Site) -> None:
    """With the nearest of them."""
    folder = broken.portal.dispatcher.plugins["broken"].folder
    (folder / "templates" / "maru_broken" / "page.html").rename(folder / "templates" / "maru_broken" / "pages.html")

    page = developing(broken).get("/broken/page").text

    assert "TemplateNotFound" in page
    assert "maru_broken/pages.html, maru_broken/shown.html." in page
    assert "Did you mean &#34;maru_broken/pages.html&#34;?" in page


def test_refusal_says_its_way_out_once(broken: Site) -> None:
    """A served portal names no permission; whom to ask stands on the page one time."""
    answer = broken.client("clerk").get("/broken/closed")

    assert answer.status_code == 403
    assert answer.text.count("요청해 주세요") == 1
    assert "broken.close" not in answer.text


def test_plugins_path_may_be_relative(rooms: Rooms, portal: SiteWith, monkeypatch: pytest.MonkeyPatch) -> None:
    """With plugins_path = ["rooms"] in maru.toml a broken page shows the plugin's lines all the same."""
    folder = rooms(
        "broken", routes=ROUTES.replace("closed", "page2").replace("broken.close", "broken.read"), views=VIEWS
    )
    monkeypatch.chdir(folder.parent.parent)

    answer = developing(portal(plugins_path=["rooms"], plugins_only=[])).get("/broken/")

    assert "maru_broken/views.py:10" in answer.text


def test_problem_speaks_the_readers_language(broken: Site) -> None:
    """The words around the code are English for those who chose it; the page says so to screen readers."""
    korean = developing(broken).get("/broken/").text
    broken.client("clerk", locale="en")

    english = developing(broken).get("/broken/").text

    assert 'lang="ko"' in korean
    assert "이 기능의 코드에서" in korean
    assert 'lang="en"' in english
    assert "In the code of this plugin" in english


def test_ill_plugin_says_why_at_its_address(broken: Site, capsys: pytest.CaptureFixture[str]) -> None:
    """404 with the reason and the line, on the page and on the console; other addresses are as they were."""
    client = developing(broken)

    answer = client.get("/ill/")

    assert answer.status_code == 404
    assert "nowhere_to_be_found" in answer.text
    assert "__init__.py:1" in answer.text
    assert "ill cannot be used: maru_ill/__init__.py:1" in capsys.readouterr().out
    assert "찾는 화면이 없습니다" in client.get("/nothing/").text


@pytest.mark.parametrize(
    ("key", "files", "place", "said"),
    [
        ("wrong", {"plugin.toml": 'id = "wrong"\nversion = 1\n'}, "maru_wrong/plugin.toml:2", "version = 1: "),
        (
            "open",
            {"routes": ROUTES.replace("broken", "open").replace(', permission="open.read"', "")},
            "maru_open/routes.py:6",
            "declares no permission",
        ),
        ("deep", {"init": "import maru_deep.far.away", "far__away": "def ("}, "maru_deep/far/away.py:1", "SyntaxError"),
    ],
)
def test_ill_plugin_shows_the_line(
    rooms: Rooms, site_with: SiteWith, key: str, files: dict[str, str], place: str, said: str
) -> None:
    """A mistake in the manifest, in the map or below: the reason and its line, and no word against it."""
    rooms(key, **({"views": VIEWS} if "routes" in files else {}) | files)
    site = site_with()

    page = developing(site).get(f"/{key}/").text

    assert said in page
    assert place in page
    assert 'class="here"' in page
    assert "이 기능의 파일을 지나지 않은 오류" not in page


def test_programs_get_their_json(broken: Site) -> None:
    """Who asks for JSON is not answered with a page; the cost stands in the headers all the same."""
    answer = developing(broken).get("/broken/", headers={"accept": "application/json"})

    assert answer.status_code == 500
    assert answer.json()["reference"]
    assert answer.headers["x-maru-view"] == "broken.views.index"


def test_served_portal_tells_nothing(broken: Site) -> None:
    """Without the wrapper: no cost in any header, no line of code and no path on a broken page."""
    client = broken.client("clerk")

    answers = [client.get(path) for path in ("/broken/page", "/broken/", "/ill/", "/")]

    assert [answer.status_code for answer in answers] == [200, 500, 404, 200]
    for answer in answers:
        assert [mark for mark in MARKS if mark in answer.headers] == []
        assert "TypeError" not in answer.text
        assert "views.py" not in answer.text
        assert "nowhere_to_be_found" not in answer.text


def test_served_portal_never_loads_the_wrapper() -> None:
    """Neither `serve` nor `demo` names it: only `maru dev` hands it to its workers."""
    assert Parent.wrap is None
    assert DevelopingParent.wrap is debugging
