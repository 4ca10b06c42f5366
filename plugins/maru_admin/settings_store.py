"""Keeping the settings of a function: checked, audited field by field, its secrets in nobody's sight."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from pydantic import BaseModel

from maru import Change, Conflict, PluginState, t

from .settings_fields import changed_names, secret_names, stored_form

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


def _recorded(settings: BaseModel, names: list[str]) -> dict[str, Any]:
    values, secrets = settings.model_dump(mode="json"), secret_names(settings)
    return {
        PREFIX + name: (MASKED if getattr(settings, name) else "") if name in secrets else values[name]
        for name in names
    }
