"""The reference of the hooks is made of the code that runs."""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from maru_admin.hook_texts import text_of
from maru_admin.reference import hook_groups
from maru_devkit.fixtures import Site

Portal = Callable[..., Site]
EVERYTHING = ("admin", "board", "collect", "forms", "notify", "records", "search", "me")


def test_every_hook_is_described(portal: Portal) -> None:
    """Each hook of the core and of the plugins: arguments, what it gives, what follows a failure, an example."""
    site = portal(*EVERYTHING)
    groups = hook_groups(site.portal)
    hooks = {hook.name: hook for group in groups for hook in group.hooks}

    assert {"maru", "notify", "search", "records"} <= {group.owner for group in groups}
    assert set(vars(site.portal.dispatcher.manager.hook)) == set(hooks)
    assert [hook.name for hook in hooks.values() if not (hook.purpose and hook.gives and hook.policy)] == []
    assert [argument.name for argument in hooks["slots"].arguments] == ["slot", "viewer", "portal"]
    assert "board" in [key for key, _ in hooks["slots"].used_by]
    assert "return [Card(" in hooks["slots"].example


def test_administrators_and_developers_read_it(portal: Portal) -> None:
    """The page has every hook with its example; a clerk is refused, unless the permission was given."""
    site = portal(*EVERYTHING)

    page = site.client("admin").get("/admin/reference").text

    for group in hook_groups(site.portal):
        for hook in group.hooks:
            assert f'id="{hook.name}"' in page
            assert escape(hook.example.splitlines()[0] if hook.example else "") in page
    assert site.client("clerk").get("/admin/reference").status_code == 403


def _greeting(name: str) -> list[str]:
    """What to say to somebody.

    Arguments:
        name: who comes in,
            by the name that is spoken.

    Called: at the door.

    Gives: words.

    When it fails: nobody
    is greeted.

    Example:
        def greeting(name):
            return [name]
    """
    return [name]


def test_a_docstring_is_taken_apart() -> None:
    """By its headings; what is wrapped flows, the example keeps its lines, and what is missing is empty."""
    text = text_of(_greeting)

    assert (text.purpose, text.called, text.gives) == ("What to say to somebody.", "at the door.", "words.")
    assert text.arguments == {"name": "who comes in, by the name that is spoken."}
    assert text.fails == "nobody is greeted."
    assert text.example == "def greeting(name):\n    return [name]"
    assert text_of(test_a_docstring_is_taken_apart).example == ""
