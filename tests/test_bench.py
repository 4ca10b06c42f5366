"""Each benchmark runs, in a small size and without its peers; their own code is read, and their page made."""

from __future__ import annotations

import ast
from pathlib import Path

import jinja2
import pytest

from tests.bench import _environment, pages, plugins, start
from tests.bench.__main__ import names, table
from tests.bench._peers import _frame

PEERS = Path(pages.__file__).parent / "_peers"


@pytest.mark.slow
def test_pages_are_served_and_measured() -> None:
    """A small board is filled, served and asked; Maru's page takes at most eight queries."""
    figures = pages.run(["--posts", "200", "--rounds", "1", "--seconds", "0.5", "--only", "maru,starlette"])

    assert figures["posts"] == 200
    assert figures["rows_compared"] == pages.COMPARED * pages.PAGE_SIZE
    assert 0 < figures["queries"] <= 8
    assert figures["pages_per_second"]["maru"] > 0
    assert figures["p95_ms"]["maru"] > 0
    assert figures["times_below_bare_starlette"] > 1


@pytest.mark.slow
def test_second_start_is_measured() -> None:
    """Both commands come to the login page, and what a worker imports is listed."""
    figures = start.run(["--rounds", "1"])

    assert figures["first_page_ms"] > 0
    assert figures["serve_ms"] > 0
    assert figures["modules"] > 100
    assert len(figures["slowest"]) == 10
    assert "psycopg" not in figures["slowest"]


@pytest.mark.slow
def test_idle_plugins_are_measured() -> None:
    """Five and fifty plugins that do nothing are served beside the bundled ones; pages and starts are compared."""
    figures = plugins.run(["--pages", "3", "--starts", "1", "--switches", "0"])

    assert figures["idle50_page_ratio"] > 0
    assert len(figures["page_ms"]) == 4
    assert set(figures["start_ms"]) == {"with 5", "with 50"}
    assert "start_ms_per_plugin" in figures


def test_rows_are_read_from_a_page() -> None:
    """What is compared between the sides is read out of the page that the peers make: id, title and three names."""
    post = {"id": 7, "title": "<b>회의 자료", "board": "공지", "unit": "유구읍", "author": "clerk", "no": 0, "yes": 1}
    places = ("id", "title", "board", "unit", "author", "yes", "no", "yes", "no", "yes")
    names = ("ID", "TITLE", "BOARD", "DEPARTMENT", "AUTHOR", "UNREAD", "PINNED", "NOTICE", "CLIPS", "WHEN")
    found = {name: f"post.{place}" for name, place in zip(names, places, strict=True)}
    template = _frame.page_for(found, 'before <section id="posts"> x </section> after {{ }}')

    page = jinja2.Environment(autoescape=True).from_string(template).render(posts=[post, post])

    assert pages.rows_of(page) == [("7", "&lt;b&gt;회의 자료", "공지", "유구읍", "clerk")] * 2
    assert page.startswith("before ")
    assert page.endswith("after { { }}")


def test_peers_are_named_and_their_code_is_python() -> None:
    """The dependency group `bench` names Django and Datasette, and what runs in their environment can be read."""
    wanted = " ".join(_environment.wanted())

    assert "django>=5.2" in wanted
    assert "datasette" in wanted
    for path in (*PEERS.glob("*.py"), *PEERS.glob("*/*.py")):
        assert ast.parse(path.read_text(encoding="utf-8")).body, path


def test_every_benchmark_says_what_its_figures_mean() -> None:
    """Its docstring has the command and a table of its keys."""
    for name in names():
        text = ast.get_docstring(ast.parse((PEERS.parent / f"{name}.py").read_text(encoding="utf-8"))) or ""
        assert f"python -m tests.bench {name} --json" in text, name
        assert "| key | means |" in text, name


def test_table_has_a_line_for_every_figure() -> None:
    """Figures of several sides stand in one line."""
    lines = table({"pages": {"queries": 7, "p95_ms": {"maru": 1.5, "django": 9}}})

    assert [line.split(maxsplit=2) for line in lines] == [
        ["pages", "queries", "7"],
        ["pages", "p95_ms", "maru 1.5, django 9"],
    ]
