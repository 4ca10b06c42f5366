"""What a function says of itself: its name, its permissions and pages, what it needs and who needs it."""

from __future__ import annotations

from dataclasses import dataclass

from maru import Plugin, Portal, label_text, t

from .rights import known_permissions, permission_named, role_labels


@dataclass(frozen=True)
class PermissionDefault:
    """A permission of the manifest and who holds it at first."""

    key: str
    label: str
    defaults: tuple[str, ...]


@dataclass(frozen=True)
class PageLine:
    """A page of a function: address, methods, what one needs, and the line of code of its view."""

    path: str
    methods: str
    permission: str
    view: str


@dataclass(frozen=True)
class DependantLine:
    """Another function that this one needs, or that needs this one."""

    key: str
    name: str
    is_required: bool
    is_on: bool


def name_of(plugin: Plugin) -> str:
    """What a function is called, or its id where its manifest cannot be read."""
    return label_text(plugin.manifest.name.model_dump()) if plugin.manifest else plugin.key


def short_place(where: str) -> str:
    """`…/maru_board/plugin.toml` → `maru_board/plugin.toml`: the folder and the file say enough."""
    return "/".join(where.replace("\\", "/").split("/")[-2:])


def permission_defaults(plugin: Plugin) -> list[PermissionDefault]:
    """The permissions of a function with their first holders."""
    roles, scopes = role_labels(), {"city": t("시 전체"), "own": t("본인 부서")}
    return [
        PermissionDefault(
            each.key,
            label_text(each.label.model_dump()),
            tuple(f"{roles.get(role, role)} · {scopes[scope]}" for role, scope in each.default.items()),
        )
        for each in plugin.facts.permissions
    ]


def page_lines(portal: Portal, key: str) -> list[PageLine]:
    """The pages of a function as its `routes.py` has them."""
    known = known_permissions(portal)
    everybody = t("로그인한 사람 모두")
    return [
        PageLine(
            path,
            ", ".join(page.methods),
            t("누구나")
            if page.public
            else known[page.permission].label
            if page.permission in known
            else everybody
            if page.permission == "portal.use"
            else permission_named(known, page.permission or "").label,
            page.view_place,
        )
        for path, page, plugin in portal.pages
        if plugin is not None and plugin.key == key
    ]


def required_by(portal: Portal, plugin: Plugin) -> list[DependantLine]:
    """The functions that need `plugin`, and those that do more with it."""
    return [
        DependantLine(other.key, name_of(other), _requires(other, plugin.key), _is_on(other))
        for other in portal.plugins
        if other.manifest and plugin.key in other.facts.known_plugins()
    ]


def requirements(portal: Portal, plugin: Plugin) -> list[DependantLine]:
    """The functions that `plugin` needs, and those it does more with."""
    others = {other.key: other for other in portal.plugins}
    return [
        DependantLine(
            key, name_of(others[key]) if key in others else key, _requires(plugin, key), _is_on(others.get(key))
        )
        for key in plugin.facts.known_plugins()
    ]


def _requires(plugin: Plugin, key: str) -> bool:
    return key in [needed for needed, _ in plugin.facts.needed()]


def _is_on(plugin: Plugin | None) -> bool:
    return plugin is not None and plugin.is_well and plugin.is_enabled
