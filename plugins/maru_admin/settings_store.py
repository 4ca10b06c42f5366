"""Keeping the settings of a function: checked, audited field by field, its secrets in nobody's sight."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from maru import Change, Conflict, Plugin, PluginState, t

from .settings_fields import changed_names, label_of, secret_names, stored_form

MASKED = "(비밀)"
"""Stands in the audit for a secret, before and after."""
PREFIX = "settings."
"""Begins the name of a setting in the audit: `settings.card_posts`."""


def mark_of(state: PluginState | None) -> str:
    """What tells the settings as they stand now from all others: the form carries it."""
    kept = state.settings if state is not None else {}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()[:16]


def keep_settings(change: Change, key: str, before: BaseModel, after: BaseModel, mark: str | None = None) -> list[str]:
    """Store `after` and record what differs. Inside a write. Gives the names of the fields that changed.

    With `mark`, raises Conflict when somebody else has changed them since that was read.
    """
    state = PluginState.get(PluginState.key == key)
    if mark is not None and mark != mark_of(state):
        raise Conflict(t("그사이 다른 관리자가 설정을 바꾸었습니다. 설정 화면을 다시 열어 확인한 뒤 바꿔 주세요."))
    names = list(changed_names(before, after))
    if names:
        PluginState.update(settings=stored_form(after)).where(PluginState.id == state.id).execute()
        recorded = _recorded(before, names), _recorded(after, names)
        change.record("maru_plugin_state", state.id, "changed", *recorded)
    return names


def without_secrets(plugin: Plugin, stored: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Stored settings for a file that people take along, and the names of those that must be typed in again.

    Only what is known not to be secret goes in: nothing of a function that cannot be loaded.
    """
    model = plugin.settings
    known = set(type(model).model_fields) - set(secret_names(model)) if model is not None else set()
    left = sorted(name for name, value in stored.items() if name not in known and value not in (None, ""))
    return {name: value for name, value in stored.items() if name in known}, left


def labels_of(plugin: Plugin, names: Iterable[str]) -> list[str]:
    """What the settings with these names are called; a name that is not known stands for itself."""
    fields = type(plugin.settings).model_fields if plugin.settings is not None else {}
    return [label_of(name, fields[name]) if name in fields else name for name in names]


def _recorded(settings: BaseModel, names: list[str]) -> dict[str, Any]:
    values, secrets = settings.model_dump(mode="json"), secret_names(settings)
    return {
        PREFIX + name: (MASKED if getattr(settings, name) else "") if name in secrets else values[name]
        for name in names
    }
