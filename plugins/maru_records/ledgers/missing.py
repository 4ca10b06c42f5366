"""Why a ledger cannot be opened, told to those who may read it and to nobody else."""

from __future__ import annotations

from maru import NotFound, Portal, User, label_text, t

from ..models import StoredDefinition
from .rights import access_to

__all__ = ["not_found"]


def not_found(portal: Portal, user: User, key: str) -> NotFound:
    """What is raised for a ledger that `user` cannot open.

    Who has a right to it hears that the function that ships it is off for everybody, ill or gone. To anybody else, and
    where it is on for others, the ledger is one that never was.
    """
    stored = StoredDefinition.published().where(StoredDefinition.key == key).first()
    is_theirs = stored is not None and stored.plugin and access_to(user, key).read
    return NotFound((_state_of(portal, stored) if is_theirs else "") or t("'{key}' 대장이 없습니다.", key=key))


def _state_of(portal: Portal, stored: StoredDefinition) -> str:
    """What keeps the plugin of the ledger from everybody; empty where it is on for some."""
    plugin = portal.dispatcher.plugins.get(stored.plugin)
    if plugin is None:
        return t("‘{ledger}’을(를) 만든 기능이 지금 없습니다. 기록은 남아 있으니 언제 다시 쓸 수 있는지 관리자에게 물어봐 주세요.",
                 ledger=label_text(stored.label))  # fmt: skip
    if not plugin.is_enabled:
        return t("‘{name}’ 기능이 지금 꺼져 있습니다. 언제 다시 켜지는지 관리자에게 물어봐 주세요.", name=plugin.label)
    if not plugin.is_well:
        return t(
            "‘{name}’ 기능에 문제가 있어 지금 열 수 없습니다. 기록은 그대로 있으니 관리자에게 알려 주세요.",
            name=plugin.label,
        )
    return ""
