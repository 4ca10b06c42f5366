"""What is wrong with an entry, as a sentence that a person can act on."""

from typing import Any

from pydantic import ValidationError

from maru_language.catalogues import t
from maru_language.entries import is_blank


def problems_of(wrong: ValidationError) -> dict[str, str]:
    """One sentence per field, in the reader's language."""
    found: dict[str, str] = {}
    for problem in wrong.errors():
        found.setdefault(str(problem["loc"][0]) if problem["loc"] else "", _sentence(problem))
    return found


def _sentence(problem: Any) -> str:
    limits = problem.get("ctx", {})
    kind, value = problem["type"], str(problem.get("input"))[:40]
    kind = f"string_{kind}" if kind in ("too_short", "too_long") and isinstance(problem.get("input"), str) else kind
    if kind == "missing" or (kind == "string_too_short" and is_blank(str(problem.get("input")))):
        return t("꼭 적어야 합니다.")
    if kind == "too_short":
        return t("하나 이상 골라 주세요.")
    if kind == "string_too_long":
        return t("{n}자까지 적을 수 있습니다.", n=limits["max_length"])
    if kind == "string_too_short":
        return t("{n}자 이상 적어 주세요.", n=limits["min_length"])
    if kind.startswith(("int_", "float_", "decimal_")):
        return t("‘{value}’을(를) 숫자로 읽을 수 없습니다.", value=value)
    if kind.startswith(("date_", "datetime_", "time_")):
        return t("‘{value}’을(를) 날짜로 읽을 수 없습니다. 2026-06-08처럼 적어 주세요.", value=value)
    if kind.startswith(("greater_than", "less_than")):
        return _out_of_range(value, limits)
    said = str(limits.get("error", "")) if kind == "value_error" else ""
    return said or t("‘{value}’은(는) 쓸 수 없는 값입니다.", value=value)


def _out_of_range(value: str, limits: Any) -> str:
    if "ge" in limits:
        return t("‘{value}’은(는) 너무 작습니다. {n} 이상이어야 합니다.", value=value, n=limits["ge"])
    if "gt" in limits:
        return t("‘{value}’은(는) 너무 작습니다. {n}보다 커야 합니다.", value=value, n=limits["gt"])
    if "le" in limits:
        return t("‘{value}’은(는) 너무 큽니다. {n} 이하여야 합니다.", value=value, n=limits["le"])
    return t("‘{value}’은(는) 너무 큽니다. {n}보다 작아야 합니다.", value=value, n=limits["lt"])
