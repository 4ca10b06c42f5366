"""What a hook owes whoever implements it, as functions that say what is wrong with one; no hook is named here.

A hook is documented in the form of `maru_admin.hook_texts`, with the arguments that it has; its example runs and gives
what is said; when it fails, that follows which is said; and a plugin that is shipped implements it.
"""

from __future__ import annotations

import importlib
import inspect
import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import timedelta
from types import ModuleType
from typing import Any

import maru.hookspecs
from maru.hookspecs import Returns
from maru.models import AuditEntry
from maru.pages import Portal
from maru_admin.hook_texts import SECTIONS, text_of
from maru_db import connected
from maru_devkit.fixtures import Site
from maru_language import now
from maru_server.demo import DemoSite
from tests.habits.tree import ROOT

SHIPPED = (ROOT / "plugins", ROOT / "plugin_template")
"""Where the plugins lie that every installation has: those that run, and those that authors begin with."""
FAILING = {
    "skip": "its answer is left out",
    "retry": "it is asked again",
    "refuse": "what was asked for is not done",
    "ill": "the plugin is ill",
}
"""What follows when a hook fails, in the words with which its description begins."""
CANTEEN = "lunch"
ARGUMENTS: dict[str, Callable[[Site], list[Any]]] = {
    "at": lambda site: [now()],
    "event": lambda site: list(site.events()),
    "keys": lambda site: [("lunch_dish:1",)],
    "ledger": lambda site: ["lunch_diners", ""],
    "path": lambda site: ["/lunch/1"],
    "person": lambda site: [site.user("clerk")],
    "plugin": lambda site: ["board"],
    "portal": lambda site: [site.portal],
    "site": lambda site: [DemoSite(site.portal)],
    "slot": lambda site: ["home"],
    "subjects": lambda site: [("dish:1",)],
    "until": lambda site: [now() + timedelta(hours=48)],
    "viewer": lambda site: [site.user("clerk")],
}
"""What the examples are called with, by the name of the argument. A hook with another argument adds it here."""


@dataclass(frozen=True)
class Hook:
    """A hook that a running portal knows."""

    name: str
    owner: str
    function: Callable[..., Any]
    rule: Returns | None


def modules() -> list[ModuleType]:
    """The modules that specify the hooks of the core and of the shipped plugins."""
    found = sorted(path.parent.name for root in SHIPPED for path in root.glob("*/hooks.py"))
    return [maru.hookspecs, *(importlib.import_module(f"{name}.hooks") for name in found)]


def hooks_of(portal: Portal) -> list[Hook]:
    """Every hook that the portal knows, whoever owns it."""
    dispatcher = portal.dispatcher
    known = {name: caller.spec for name, caller in vars(dispatcher.manager.hook).items() if caller.spec is not None}
    return [
        Hook(name, _owner(spec.function), spec.function, dispatcher.specifications.get(name))
        for name, spec in sorted(known.items())
    ]


def _owner(function: Callable[..., Any]) -> str:
    return str(function.__module__).partition(".")[0].removeprefix("maru_")


def undocumented(hook: Hook) -> Iterator[str]:
    """What is missing in its description, or says something else than its `@gives`."""
    if hook.rule is None:
        yield "has no @gives"
        return
    text = text_of(hook.function)
    said = {"Called": text.called, "Gives": text.gives, "When it fails": text.fails, "Example": text.example}
    if not text.purpose.endswith("."):
        yield "does not begin with a sentence that says what it is for"
    if text.headings != SECTIONS:
        yield f"has the sections {', '.join(text.headings) or 'none'}, not {', '.join(SECTIONS)}"
    yield from (f'says nothing below "{name}"' for name in text.headings if not said.get(name, "Arguments"))
    yield from (f'does not say what "{name}" means' for name, meaning in text.arguments.items() if not meaning)
    if not text.gives.startswith(shape_of(hook.rule)):
        yield f'gives {shape_of(hook.rule)}; "Gives" does not begin so'
    if not text.fails.startswith(FAILING[hook.rule.fails]):
        yield f'is "{hook.rule.fails}"; "When it fails" does not begin with "{FAILING[hook.rule.fails]}"'


def shape_of(rule: Returns) -> str:
    """What a hook gives, in the words with which its description begins."""
    return f"a list of at most {rule.most:,} `{rule.kind.__name__}`" if rule.kind else "nothing"


def misdocumented(hook: Hook) -> Iterator[str]:
    """How the arguments that are described differ from those that there are."""
    documented, actual = list(text_of(hook.function).arguments), argument_names(hook)
    if documented != actual:
        yield f"describes the arguments {', '.join(documented) or 'none'}; it has {', '.join(actual) or 'none'}"


def argument_names(hook: Hook) -> list[str]:
    """What an implementation may ask for."""
    return list(inspect.signature(hook.function).parameters)


def untested(hook: Hook, site: Site) -> Iterator[str]:
    """What is wrong with its example, which the canteen in `site` has for its own."""
    if unknown := [name for name in argument_names(hook) if name not in ARGUMENTS]:
        yield f"is called with {', '.join(unknown)}, which hook_contract.ARGUMENTS does not know"
        return
    before = _written(site)
    with connected():
        answers = [answer for given in calls(hook, site) for answer in asked(hook, site, given)]
    yield from failures(site, CANTEEN, hook)
    if (hook.rule and hook.rule.kind is None and _written(site) == before) or not (
        answers or (hook.rule and hook.rule.kind is None)
    ):
        yield "has an example that gives nothing and does nothing"


def calls(hook: Hook, site: Site) -> Iterator[dict[str, Any]]:
    """The arguments of each call: every combination of what there is."""
    names = argument_names(hook)
    for given in itertools.product(*(ARGUMENTS[name](site) for name in names)):
        yield dict(zip(names, given, strict=True))


def asked(hook: Hook, site: Site, given: dict[str, Any]) -> list[Any]:
    """The answers of the canteen that hold something."""
    return [answer for answer in site.portal.dispatcher.ask(CANTEEN, hook.name, **given) or () if answer]


def failures(site: Site, plugin: str, hook: Hook) -> list[str]:
    """What the plugin did wrong at this hook so far."""
    return [line for line in site.failures() if f"× {plugin} {hook.name} " in line]


def _written(site: Site) -> int:
    with connected():
        return int(AuditEntry.select().where(AuditEntry.plugin == CANTEEN).count())


def unused(hook: Hook, portal: Portal) -> Iterator[str]:
    """That no shipped plugin implements it, or which of its arguments none of them asks for."""
    shipped = {plugin.key for plugin in portal.plugins if plugin.folder.parent in SHIPPED}
    caller = getattr(portal.dispatcher.manager.hook, hook.name)
    mine = [each for each in caller.get_hookimpls() if each.plugin_name.split("/")[0] in shipped]
    if not mine:
        yield "is implemented by no shipped plugin"
        return
    asked_for = {name for each in mine for name in each.argnames}
    yield from (
        f"has the argument {name}, which none asks for" for name in argument_names(hook) if name not in asked_for
    )


def unchecked(kinds: Iterable[type | None]) -> Iterator[str]:
    """Which of the classes that hooks give can be changed, or take anything in their fields."""
    for kind in dict.fromkeys(kinds):
        if kind is None or kind.__module__ == "builtins":
            continue
        if not _is_frozen(kind):
            yield f"{kind.__name__} is not frozen"
        if _takes_anything(kind):
            yield f"{kind.__name__} takes anything in its fields"


def _is_frozen(kind: Any) -> bool:
    settings = getattr(kind, "__dataclass_params__", None)
    return bool(settings.frozen if settings else kind.model_config.get("frozen"))


def _takes_anything(kind: Any) -> bool:
    names = [each.name for each in fields(kind)] if is_dataclass(kind) else list(kind.model_fields)
    try:
        kind(**dict.fromkeys(names, object()))
    except (TypeError, ValueError):
        return False
    return True
