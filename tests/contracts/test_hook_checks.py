"""The checks of `hook_contract` can fail: a made-up plugin specifies one hook for each thing that can be wrong."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from maru.types import Card
from maru_devkit.fixtures import Site
from tests.canteen import hooks_in, make_canteen
from tests.contracts.hook_contract import Hook, hooks_of, misdocumented, unchecked, undocumented, untested, unused
from tests.rooms import write

GOOD = """
    @hookspec
    @gives(str, most=5)
    def {name}(viewer, portal):
        \"\"\"Words for somebody.

        Arguments:
            viewer: who reads them.
            portal: the portal that runs.

        Called: now and then.

        Gives: a list of at most 5 `str`.

        When it fails: its answer is left out.

        Example:
            from maru import hookimpl

            @hookimpl
            def {name}(viewer):
                return [viewer.name]
        \"\"\"
    """
CHANGES = {
    "good": ("", ""),
    "bare": ("    @gives(str, most=5)\n", ""),
    "without_purpose": ("Words for somebody.", ""),
    "without_moment": ("Called: now and then.\n\n        ", ""),
    "without_meaning": ("viewer: who reads them.", "viewer:"),
    "other_shape": ("at most 5", "at most 7"),
    "other_policy": ("its answer is left out", "it is asked again"),
    "other_argument": ("portal: the portal that runs.", "door: the door."),
    "without_argument": ("            portal: the portal that runs.\n", ""),
    "in_another_order": ("def in_another_order(viewer, portal)", "def in_another_order(portal, viewer)"),
    "raising": ("return [viewer.name]", "return [viewer.shoe_size]"),
    "giving_numbers": ("return [viewer.name]", "return [viewer.id]"),
    "giving_nothing": ("return [viewer.name]", "return []"),
    "with_unknown_argument": ("portal", "weather"),
}
UNDOCUMENTED = {
    "bare": "has no @gives",
    "without_purpose": "does not begin with a sentence",
    "without_moment": "has the sections Arguments, Gives, When it fails, Example",
    "without_meaning": 'does not say what "viewer" means',
    "other_shape": '"Gives" does not begin so',
    "other_policy": '"When it fails" does not begin',
}
MISDOCUMENTED = {"other_argument", "without_argument", "in_another_order"}
UNTESTED = {"raising", "giving_numbers", "giving_nothing", "with_unknown_argument"}


@pytest.fixture
def odd(
    tmp_path: Path,
    rooms: Callable[..., Path],
    site_with: Callable[..., Site],
    monkeypatch: pytest.MonkeyPatch,
) -> tuple[Site, dict[str, Hook]]:
    """A site with the plugin that specifies the hooks above, and the canteen with their examples."""
    specified = "".join(GOOD.format(name=name).replace(old, new) for name, (old, new) in CHANGES.items())
    folder = rooms("odd", hooks=f"    from maru import gives, hookspec\n\n    VERSION = 1\n{specified}")
    monkeypatch.syspath_prepend(folder.parent)
    canteen = make_canteen(folder.parent, importlib.import_module("maru_odd.hooks"))
    write(canteen / "plugin.toml", (canteen / "plugin.toml").read_text(encoding="utf-8").replace('"admin"', '"odd"'))
    site = site_with()
    assert [plugin.problem for plugin in site.portal.plugins] == ["", ""]
    hooks = {hook.name: hook for hook in hooks_of(site.portal)}
    return site, {name: hooks[name] for name in CHANGES}


def test_a_hook_that_is_not_documented_is_found(odd: tuple[Site, dict[str, Hook]]) -> None:
    """Each part that is missing, and each that says something else than the code; a good one is not objected to."""
    _, hooks = odd

    found = {name: list(undocumented(hook)) for name, hook in hooks.items()}

    assert found["good"] == []
    assert {name for name, objections in found.items() if objections} == set(UNDOCUMENTED)
    assert [name for name, word in UNDOCUMENTED.items() if word not in " ".join(found[name])] == []


def test_a_hook_with_other_arguments_is_found(odd: tuple[Site, dict[str, Hook]]) -> None:
    """One that is described and not there, one that is there and not described, and another order."""
    _, hooks = odd

    found = {name for name, hook in hooks.items() if list(misdocumented(hook))}

    assert found == MISDOCUMENTED


def test_a_hook_that_is_not_tested_is_found(odd: tuple[Site, dict[str, Hook]]) -> None:
    """Its example raises, gives another type or nothing, or cannot be called at all."""
    site, hooks = odd

    found = {name for name, hook in hooks.items() if list(untested(hook, site))}

    assert found == UNTESTED


def test_a_hook_that_nobody_uses_is_found(odd: tuple[Site, dict[str, Hook]]) -> None:
    """The canteen implements it, but nobody installs the canteen."""
    site, hooks = odd

    found = {name: list(unused(hook, site.portal)) for name, hook in hooks.items()}

    assert {str(objections) for objections in found.values()} == {"['is implemented by no shipped plugin']"}


def test_hooks_are_found_in_a_module_whether_they_are_typed_or_not(odd: tuple[Site, dict[str, Hook]]) -> None:
    """So one without `@gives` does not slip through."""
    module: Any = importlib.import_module("maru_odd.hooks")

    assert {function.__name__ for function in hooks_in(module)} == set(CHANGES)


@dataclass
class _Loose:
    """Neither frozen nor checked."""

    text: str


def test_an_answer_that_takes_anything_is_found() -> None:
    """A plain dataclass is neither frozen nor checked; what the core hands on is both, and texts are what they are."""
    assert list(unchecked([Card, str, None])) == []
    assert list(unchecked([_Loose])) == ["_Loose is not frozen", "_Loose takes anything in its fields"]
