"""What decides whether somebody may see something: each condition by itself, with what it rests on."""

from __future__ import annotations

from dataclasses import dataclass

from maru import Checked, Plugin, PluginState, Portal, User, t

from .plugin_facts import name_of
from .switching import Reach


@dataclass(frozen=True)
class Condition(Checked):
    """One condition, called `title`; whether it `holds`, and in `text` what it rests on or what is missing."""

    holds: bool
    title: str
    text: str


def switched_on(portal: Portal, key: str, person: User) -> Condition:
    """Whether the function `key` is there for `person`: well, and on for one of their departments."""
    plugin = portal.dispatcher.plugins.get(key)
    if plugin is None:
        return Condition(False, t("기능: {name}", name=key), t("설치되어 있지 않습니다."))
    return _switched_on(plugin, person)


def _switched_on(plugin: Plugin, person: User) -> Condition:
    title = t("기능: {name}", name=name_of(plugin))
    if not plugin.is_well:
        return Condition(
            False, title, t("불러오지 못해 아무에게도 보이지 않습니다. 기능 화면에서 잘못된 줄을 볼 수 있습니다.")
        )
    where = Reach.of(PluginState.get_or_none(PluginState.key == plugin.key))
    if plugin.is_on(person):
        return Condition(True, title, t("이 사람에게 켜져 있습니다. 쓰는 곳: {where}", where=where.words()))
    if not plugin.is_enabled:
        return Condition(False, title, t("꺼져 있습니다. 켜면 보입니다."))
    return Condition(False, title, t("다른 부서에만 켜져 있습니다. 쓰는 곳: {where}", where=where.words()))
