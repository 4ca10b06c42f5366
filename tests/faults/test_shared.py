"""What all plugins share in one process, each of them can read and none can empty."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from maru_devkit.fixtures import Site

ODD = """
from starlette.responses import PlainTextResponse

from maru import Page, portal_of

def view(request):
    portal, app = portal_of(request), request.app
    dispatcher = portal.dispatcher
    exec(request.query_params["do"])
    return PlainTextResponse("done")

pages = [Page("/", view, permission="odd.read")]
"""
GOOD = {
    "init": """
        from maru import MenuEntry, hookimpl

        @hookimpl
        def menu(viewer):
            return [MenuEntry("잘 되는 메뉴", "/good/")]
        """,
    "routes": """
        from starlette.responses import PlainTextResponse
        from maru import Page

        pages = [Page("/", lambda request: PlainTextResponse("well"), permission="good.read")]
        """,
}
WRONGS = (
    "portal.plugins.clear()",
    "portal.plugins = []",
    "portal.pages.clear()",
    "portal.dispatcher = None",
    "portal.threads = None",
    "portal.demo_accounts = 5",
    "dispatcher.plugins.clear()",
    "dispatcher.plugins.pop('good')",
    "dispatcher.jobs.clear()",
    "dispatcher.specifications['menu'] = None",
    "app.routes.clear()",
    "app.routes.pop()",
    "portal.settings.allowed_hosts.clear()",
    "portal.settings.plugins_only.append('odd')",
    "portal.settings.site_name = 'odd'",
    "portal.templates.globals.clear()",
    "portal.templates.filters['label'] = None",
    "portal.templates.tests.clear()",
    "portal.static.folders.clear()",
)


@pytest.mark.parametrize("wrong", WRONGS)
def test_a_plugin_empties_nothing_that_all_share(
    rooms: Callable[..., Path], site_with: Callable[..., Site], wrong: str
) -> None:
    """Its own page fails and is blamed; every other page, and its menu, is as it was."""
    rooms("odd", routes=ODD)
    rooms("good", **GOOD)
    site = site_with()
    client = site.client("clerk")

    answer = client.get("/odd/", params={"do": wrong})

    home = client.get("/")
    assert answer.status_code == 500
    assert {plugin for plugin, _ in site.portal.dispatcher.quarantine.unsaved} == {"odd"}
    assert (home.status_code, "잘 되는 메뉴" in home.text) == (200, True)
    assert client.get("/good/").text == "well"
    assert client.get(home.text.partition('rel="stylesheet" href="')[2].partition('"')[0]).status_code == 200
