"""Each template's variables are the fields of the documented class that its first line names, and nothing else.

`template_facts.py` says how a first line reads. Nothing here names a template or a plugin: what the loader of a portal
finds is checked, and so is a plugin that nobody has written yet.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from markupsafe import Markup
from starlette.requests import Request

from maru.pages import rendering
from maru.plugins import discover
from maru.settings import CHECKOUT, Settings
from maru.templating import StaticFolders, make_environment
from maru_devkit.fixtures import Site
from maru_server.demo import ACCOUNTS
from tests.contracts.houses import plugin_roots
from tests.contracts.template_facts import TemplateFacts, objections, unused_fields
from tests.crawling import crawl, shape

THEMES = sorted(path.name for path in (CHECKOUT / "themes").iterdir() if (path / "theme.toml").is_file())
PARAMETER = re.compile(r"{(\w+)(?::\w+)?}")
Drawn = dict[str, set[type]]


def facts_of(site: Site) -> dict[str, TemplateFacts]:
    """Every template that the portal can draw, by name."""
    environment = site.portal.templates
    return {name: TemplateFacts(environment, name) for name in environment.list_templates()}


@pytest.fixture(params=THEMES)
def in_theme(request: pytest.FixtureRequest, tmp_path: Path) -> list[TemplateFacts]:
    """Every template there is with a theme of the checkout: its own instead of those that it replaces."""
    settings = Settings(data_folder=tmp_path, plugins_path=list(plugin_roots()), theme=request.param)
    plugins = discover(settings)
    environment = make_environment(settings, plugins, StaticFolders(settings, plugins))
    return [TemplateFacts(environment, name) for name in environment.list_templates()]


def test_each_template_uses_what_its_context_has(demonstration: Site, in_theme: list[TemplateFacts]) -> None:
    """The class is there, frozen and documented, so is the view, and no other variable is used."""
    wrong = [f"{facts.name} {objection}" for facts in in_theme for objection in objections(facts)]

    assert wrong == []


def test_each_field_of_a_context_is_used(demonstration: Site) -> None:
    """What no template shows need not be looked up for it."""
    assert unused_fields(facts_of(demonstration).values()) == []


@pytest.fixture(scope="module")
def drawn(demonstration: Site) -> Iterator[Drawn]:
    """Template → the classes it was drawn with, while one account of each role followed links and sent forms."""
    seen: Drawn = {}
    by_role = {account.role: account.username for account in ACCOUNTS}
    original = rendering.render_part

    def noted(request: Request, template: str, context: object) -> Markup:
        seen.setdefault(template, set()).add(type(context))
        return original(request, template, context)

    holders = [module for module in list(sys.modules.values()) if getattr(module, "render_part", None) is original]
    try:
        for module in holders:
            setattr(module, "render_part", noted)  # noqa: B010 — modules have no such attribute to a type checker
        for username in sorted({ACCOUNTS[0].username, *by_role.values()}):
            visit(demonstration, username)
        demonstration.client().get("/login")
        yield seen
    finally:
        for module in holders:
            setattr(module, "render_part", original)  # noqa: B010


def visit(site: Site, username: str) -> None:
    """Follow three links of each shape, ask for one of each as htmx does, then send their forms empty."""
    client = site.client(username)
    addresses = [address for address, _ in crawl(client, per_shape=3)]
    for address in {shape(address): address for address in addresses}.values():
        client.get(address, headers={"hx-request": "true", "hx-request-type": "partial"})
    for address in sorted(set(forms_to_send(site, addresses))):
        client.post(address)


def forms_to_send(site: Site, addresses: list[str]) -> Iterator[str]:
    """The addresses that take POST, filled with the numbers of the pages that were reached; leaving is none."""
    for path, page, _ in site.portal.pages:
        if "POST" not in page.methods or path in ("/logout", "/login"):
            continue
        names = PARAMETER.findall(path)
        if not names:
            yield path
            continue
        reached = re.compile(PARAMETER.sub(r"(?P<\1>[^/?]+)", path[: path.rindex("}") + 1]))
        for address in addresses:
            if found := reached.match(address):
                yield with_values(path, found.groups())


def with_values(path: str, values: tuple[str, ...]) -> str:
    """`path` with its parameters replaced, one after the other."""
    for value in values:
        path = PARAMETER.sub(value, path, count=1)
    return path


@pytest.mark.slow
def test_a_template_is_drawn_with_the_class_it_names(demonstration: Site, drawn: Drawn) -> None:
    """Pages, parts answered alone, cards of the home page: what a request hands over is what the first line says."""
    facts = facts_of(demonstration)

    wrong = [
        f"{template} was drawn with {context.__module__}.{context.__name__} and names {facts[template].class_names}"
        for template, contexts in sorted(drawn.items())
        for context in contexts
        if context not in [facts[template].class_of(name) for name in facts[template].class_names]
    ]

    assert wrong == []


@pytest.mark.slow
def test_the_visits_draw_pages_of_every_plugin(demonstration: Site, drawn: Drawn) -> None:
    """The fact above is one about every plugin with pages, and about most pages."""
    pages = {name for name, facts in facts_of(demonstration).items() if facts.views and not facts.is_part}
    with_pages = {p.package for p in demonstration.portal.plugins if p.is_well and p.modules.get("routes")}

    silent = {package for package in with_pages if not any(name.startswith(f"{package}/") for name in drawn)}

    assert silent == set()
    assert len(pages & drawn.keys()) > 0.7 * len(pages), sorted(pages - drawn.keys())


VIEWS = """
    from dataclasses import dataclass

    @dataclass(frozen=True)
    class GoodContext:
        '''Documented.'''
        dish: str

    class OtherContext(GoodContext):
        '''Documented, and another.'''

    @dataclass
    class SoftContext:
        '''Not frozen.'''
        dish: str

    @dataclass(frozen=True)
    class MuteContext:
        dish: str

    class PlainContext:
        '''No dataclass.'''

    def show(request):
        '''A page.'''
"""
LINE = "{# with `dish`, `spice` #}{{ dish }}"
BARE = "{# part of GoodContext #}{{ dish }}{{ price }}"
FAULTS = {
    "{{ dish }}": "does not name its context",
    "{# GoodContext · views.show #}{{ price }}": "uses price",
    "{# GoodContext · views.show #}{% for price in dish %}{{ price }}{% endfor %}{{ shell.path }}": "",
    "{# GoodContext · views.show #}{% set price = dish %}{{ price }}{{ dish|length }}{{ _('가') }}": "",
    '{# GoodContext · views.show #}{% include "maru_lunch/_bare.html" %}': "uses price",
    '{# GoodContext · views.show #}{% set price = 1 %}{% include "maru_lunch/_bare.html" %}': "",
    '{# GoodContext · views.show #}{% extends "maru/base.html" %}{% block content %}{{ fish }}{% endblock %}': "fish",
    "{# LostContext · views.show #}": "names LostContext, which maru_lunch does not have",
    "{# GoodContext · views.lost #}{{ dish }}": "names the view views.lost, which there is not",
    "{# GoodContext #}{{ dish }}": "names no view",
    "{# SoftContext · views.show #}{{ dish }}": "not frozen",
    "{# MuteContext · views.show #}{{ dish }}": "no docstring",
    "{# PlainContext · views.show #}": "no dataclass",
    "{# GoodContext and OtherContext · views.show #}{{ dish }}": "names 2 classes",
    "{# Macros: price #}{% macro price() %}{{ dish }}{% endmacro %}": "library of macros, but uses dish",
}


@pytest.mark.parametrize(("source", "expected"), FAULTS.items(), ids=FAULTS)
def test_a_plugin_nobody_knows_is_held_to_it(
    rooms: Callable[..., Path], site_with: Callable[..., Site], source: str, expected: str
) -> None:
    """Each fault in a template of a stranger is found, and what is right is left alone."""
    site = lunch(rooms, site_with, source)

    found = list(objections(TemplateFacts(site.portal.templates, "maru_lunch/show.html")))

    assert [objection for objection in found if not expected or expected not in objection] == []
    assert bool(found) == bool(expected)


def test_a_part_says_what_it_must_be_given(rooms: Callable[..., Path], site_with: Callable[..., Site]) -> None:
    """A name in backticks is given by the page; one that is not used is an untrue word."""
    site = lunch(rooms, site_with, "")

    found = list(objections(TemplateFacts(site.portal.templates, "maru_lunch/_line.html")))

    assert found == ["says that it is given spice, and does not use it"]


def lunch(rooms: Callable[..., Path], site_with: Callable[..., Site], source: str) -> Site:
    """A portal with a stranger's plugin whose `show.html` reads `source`."""
    templates = {"show": source, "_line": LINE, "_bare": BARE}
    rooms("lunch", views=VIEWS, **{f"templates__maru_lunch__{name}.html": text for name, text in templates.items()})
    return site_with()
