"""The way from a ledger to its settings, for those who may change it."""

from __future__ import annotations

from maru import MenuEntry, User, hookimpl, t

from .models import Draft


@hookimpl
def ledger_links(ledger: str, viewer: User) -> list[MenuEntry]:
    """대장 설정 in the head of a ledger that was made here; on the list of ledgers, the way to a new one."""
    if not viewer.may("forms.build"):
        return []
    if not ledger:
        return [MenuEntry(t("대장 만들기"), "/forms/new", "plus")]
    found = Draft.visible_to(viewer).where(Draft.key == ledger).first()
    return [MenuEntry(t("대장 설정"), f"/forms/{found.id}/", "settings")] if found else []
