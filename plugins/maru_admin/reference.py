"""The reference of the hooks, from the code itself: what runs is what is described."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from maru import Portal, t

from .hook_texts import text_of
from .plugin_facts import name_of


@dataclass(frozen=True)
class Argument:
    """An argument of a hook or a field of what it gives, as it is written; of an argument also what it means."""

    name: str
    type: str
    meaning: str = ""


@dataclass(frozen=True)
class Hook:
    """A hook as its docstring describes it; with the fields of what it gives, and who has it.

    `shape` and `policy` say in the language that is spoken what `@gives` says to the dispatcher.
    """

    name: str
    purpose: str
    arguments: tuple[Argument, ...]
    called: str
    gives: str
    shape: str
    result: tuple[Argument, ...]
    fails: str
    policy: str
    example: str
    place: str
    used_by: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class HookGroup:
    """The hooks that the core or one plugin owns, with the version of their specification."""

    owner: str
    title: str
    version: int
    hooks: tuple[Hook, ...]


def hook_groups(portal: Portal) -> list[HookGroup]:
    """Every hook there is, the core's first, then those of the plugins in their order."""
    groups: dict[str, list[Hook]] = {}
    for name, function in sorted(_specified(portal)):
        groups.setdefault(_owner(function), []).append(_hook(portal, name, function))
    order = {"maru": -1} | {plugin.key: place for place, plugin in enumerate(portal.plugins)}
    names = {"maru": t("포털")} | {plugin.key: name_of(plugin) for plugin in portal.plugins}
    return [
        HookGroup(owner, names.get(owner, owner), _version(portal, owner), tuple(groups[owner]))
        for owner in sorted(groups, key=lambda owner: order.get(owner, 999))
    ]


def _specified(portal: Portal) -> Iterator[tuple[str, Callable[..., Any]]]:
    for name, caller in vars(portal.dispatcher.manager.hook).items():
        if caller.spec is not None:
            yield name, caller.spec.function


def _owner(function: Callable[..., Any]) -> str:
    return function.__module__.partition(".")[0].removeprefix("maru_")


def _version(portal: Portal, owner: str) -> int:
    """Of a plugin, what its `hooks.py` says; of the core, the `api` that manifests name."""
    if owner == "maru":
        return max((plugin.facts.api for plugin in portal.plugins if plugin.manifest), default=1)
    return int(getattr(sys.modules.get(f"maru_{owner}.hooks"), "VERSION", 1))


def _hook(portal: Portal, name: str, function: Callable[..., Any]) -> Hook:
    text, rule = text_of(function), portal.dispatcher.specifications.get(name)
    given = inspect.signature(function)
    return Hook(
        name=name,
        purpose=text.purpose,
        arguments=tuple(
            Argument(each.name, _written(each.annotation), text.arguments.get(each.name, ""))
            for each in given.parameters.values()
        ),
        called=text.called,
        gives=text.gives,
        shape=_shape(rule.kind, rule.most) if rule else _written(given.return_annotation),
        result=_fields(rule.kind if rule else None),
        fails=text.fails,
        policy=_policy(rule.fails) if rule else "",
        example=text.example,
        place=f"{function.__module__.replace('.', '/')}.py:{function.__code__.co_firstlineno}",
        used_by=tuple((key, name_of(portal.dispatcher.plugins[key])) for key in portal.dispatcher.listeners(name)),
    )


def _written(annotation: Any) -> str:
    if annotation is inspect.Parameter.empty:
        return ""
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))


def _shape(kind: type | None, most: int) -> str:
    if kind is None:
        return t("없음 (알려 주기만 합니다)")
    return t("{kind}의 목록, {n}개까지", kind=kind.__name__, n=f"{most:,}")


def _policy(fails: str) -> str:
    return {
        "skip": t("그 대답만 빠지고 나머지는 그대로입니다. 되풀이해 실패하면 잠시 멈춥니다."),
        "retry": t("시간을 점점 늘려 가며 다시 부릅니다."),
        "refuse": t("하려던 일을 하지 않고, 그 일을 시킨 사람에게 알립니다."),
        "ill": t("그 기능 전체를 쓰지 않습니다."),
    }[fails]


def _fields(kind: type | None) -> tuple[Argument, ...]:
    if kind is None or not is_dataclass(kind):
        return ()
    return tuple(Argument(each.name, _written(each.type)) for each in fields(kind))
