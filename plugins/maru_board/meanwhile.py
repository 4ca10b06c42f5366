"""Settings of a board that somebody else saved while a form was open: what stands there now, in words."""

from __future__ import annotations

from collections.abc import Iterable

from maru import Department, t

from .forms import BoardFields


def saved_meanwhile(
    typed: BoardFields, stored: BoardFields, units: Iterable[Department]
) -> tuple[tuple[str, str], ...]:
    """(name of the setting, what is stored) for each setting that differs from what was typed."""
    names = {str(unit.id): unit.name for unit in units}

    def named(ids: frozenset[str]) -> str:
        return ", ".join(name for key, name in names.items() if key in ids) or t("없음")

    everyone = stored.audience == "everyone"
    pairs = (
        (t("이름"), typed.name, stored.name, stored.name),
        (t("설명"), typed.description, stored.description, stored.description or t("없음")),
        (t("담당 부서"), typed.department, stored.department, named(frozenset({stored.department}))),
        (t("읽는 사람"), typed.audience, stored.audience, t("모든 직원") if everyone else t("정해진 부서만")),
        (t("읽는 부서"), typed.readers, stored.readers, named(stored.readers)),
        (t("글을 쓰는 부서"), typed.writers, stored.writers, named(stored.writers)),
        (t("게시판 닫기"), typed.is_closed, stored.is_closed, t("닫힘") if stored.is_closed else t("열림")),
    )
    return tuple((label, shown) for label, mine, theirs, shown in pairs if mine != theirs)
