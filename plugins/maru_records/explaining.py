"""왜 볼 수 있나: what decides whether a person may open an address of a ledger, as the administration asks it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import peewee

from maru import Department, Portal, Role, User, label_text, t
from maru_admin.api import Condition, switched_on

from .ledgers.record_set import RecordSet, definition_of
from .ledgers.rights import Access, accesses_of
from .models import EVERYONE, Record, Right, StoredDefinition
from .writing.shipping import take_shipped

__all__ = ["conditions_at"]


def conditions_at(path: str, person: User, portal: Portal) -> Iterator[Condition]:
    """Of `/records/<key>/…`: the ledger, the function that ships it, its rights, the record. Some six queries."""
    key, _, rest = path.removeprefix("/records/").partition("/")
    if not key:
        return
    take_shipped(portal)
    stored = StoredDefinition.published().where(StoredDefinition.key == key).first()
    if stored is None:
        yield Condition(False, t("대장: {name}", name=key), t("이런 대장은 없습니다. 주소가 맞는지 확인해 주세요."))
        return
    ledger = RecordSet(stored, definition_of(stored))
    yield Condition(True, t("대장: {name}", name=label_text(ledger.definition.label)), _whose(stored))
    if stored.plugin:
        yield switched_on(portal, stored.plugin, person)
    access = ledger.access(person)
    yield _reading(key, person)
    if rest == "new":
        units = {post.department.id for post in person.posts_in_force}
        yield _writing(ledger, access.write.everywhere or any(unit in access.write for unit in units))
    word = rest.partition("/")[0]
    if word.isdecimal():
        found = ledger.table.get_or_none(ledger.table.id == int(word))
        yield _record(ledger, person, access, word, found)
        if found and rest.endswith("/edit"):
            yield _writing(ledger, ledger.may_write(person, found, access))


def _whose(stored: StoredDefinition) -> str:
    if stored.plugin:
        return t("기능에 딸린 대장입니다.")
    return (
        t("{unit}의 대장입니다.", unit=stored.department.name) if stored.department else t("화면에서 만든 대장입니다.")
    )


def _reading(key: str, person: User) -> Condition:
    rows = (
        Right.select(Right, Department, User)
        .join(Department, peewee.JOIN.LEFT_OUTER)
        .join_from(Right, User, peewee.JOIN.LEFT_OUTER)
        .where(Right.ledger == key)
        .order_by(Right.id)
    )
    rights = list(rows)
    giving = [right for right in rights if accesses_of(person, [right])]
    if giving:
        return Condition(True, t("대장 권한"), t("이 대장에서 받은 권한: {rights}.", rights=_said(giving)))
    said = t("이 사람이 볼 수 있는 기록이 없습니다. 이 대장에 있는 권한: {rights}.", rights=_said(rights) or t("없음"))
    return Condition(False, t("대장 권한"), said)


def _said(rights: Iterable[Right]) -> str:
    """`모든 직원 – 보는 권한(모든 기록); 유구읍 및 하위 부서 – 기록하는 권한(자기 부서의 기록)`."""
    roles = {role.key: label_text(role.label) for role in Role.select()}
    return "; ".join(f"{_holder(right, roles)} – {_given(right)}" for right in rights)


def _given(right: Right) -> str:
    is_all = right.rows == "all" or right.may == "manage"
    rows = t("모든 기록") if is_all else t("자기 부서의 기록")
    may = {
        "read": t("보는 권한({rows})", rows=rows),
        "write": t("기록하는 권한({rows})", rows=rows),
        "manage": t("관리하는 권한({rows})", rows=rows),
    }
    return may.get(right.may, right.may)


def _holder(right: Right, roles: dict[str, str]) -> str:
    if right.user is not None:
        return str(right.user.name)
    if right.department is not None:
        return t("{unit} 및 하위 부서", unit=right.department.name)
    return t("모든 직원") if right.role == EVERYONE else t("역할 {role}", role=roles.get(right.role, right.role))


def _record(ledger: RecordSet, person: User, access: Access, number: str, found: Record | None) -> Condition:
    title = t("기록 {n}", n=number)
    if found is None:
        return Condition(False, title, t("이 번호의 기록은 없습니다."))
    if ledger.visible_to(person, access).where(ledger.table.id == found.id).exists():
        return Condition(True, title, t("이 사람이 보는 기록에 들어 있습니다."))
    whose = found.department.name if found.department else t("부서 없음")
    return Condition(False, title, t("이 사람이 보는 기록에 들어 있지 않습니다. 이 기록의 부서: {unit}.", unit=whose))


def _writing(ledger: RecordSet, may_write: bool) -> Condition:
    title = t("기록할 권한")
    if ledger.stored.is_closed:
        return Condition(False, title, t("기록을 받지 않는 대장입니다."))
    return Condition(may_write, title, t("기록할 수 있습니다.") if may_write else t("여기에 기록할 권한이 없습니다."))
