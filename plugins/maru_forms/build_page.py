"""What the canvas and the panel show."""

from __future__ import annotations

from collections.abc import Mapping

from maru import User

from .checks import problems_of
from .contexts import BuildContext, CanvasCell, Panel
from .design import Design, DesignField
from .field_types import NUMBERS, FieldKind, alike, kind_of_type, kinds
from .finding import head_of
from .forms import ReadField
from .formulas import over_labels
from .models import Draft
from .services import used_keys
from .steps import changed
from .trials import FormulaTrial, formula_trial

__all__ = ["build_context"]

UNCALCULABLE = ("file", "row_number", "person", "department", "long_text")


def build_context(
    draft: Draft,
    user: User,
    chosen: str,
    given: Mapping[str, str],
    focus: str,
    read: ReadField | None = None,
    conflict: str = "",
    seen: str = "",
) -> BuildContext:
    """The page with the field `chosen` in the panel, or with the panel as it was `read` and refused."""
    design, used = draft.design, used_keys(draft)
    problems = problems_of(design)
    field = read.field if read else design.by_key.get(chosen)
    panel = None
    if field is not None:
        trial = formula_trial(draft, changed(design, field), field, user, given) if field.type == "computed" else None
        wrong = read.problems if read else {}
        panel = _panel(design, field, used, wrong, trial if not wrong else None, seen or field.seen, conflict)
    return BuildContext(
        head=head_of(draft, ""),
        palette=kinds(),
        cells=_cells(design, problems, chosen),
        panel=panel,
        removed=design.removed,
        used=frozenset(used),
        problem=problems.get("", ""),
        focus=_focused(read, panel, focus),
    )


def _focused(read: ReadField | None, panel: Panel | None, focus: str) -> str:
    if read is not None and read.problems:
        return f"panel-{next(iter(read.problems))}"
    return f"panel-{focus}" if focus in ("label", "save") and panel is not None else focus


def _cells(design: Design, problems: Mapping[str, str], chosen: str) -> tuple[CanvasCell, ...]:
    last = len(design.fields) - 1
    return tuple(
        CanvasCell(
            field=field,
            kind=kind_of_type(field.type),
            shown=_shown(design, field),
            problem=problems.get(field.key, ""),
            is_chosen=field.key == chosen,
            is_first=place == 0,
            is_last=place == last,
        )
        for place, field in enumerate(design.fields)
    )


def _shown(design: Design, field: DesignField) -> str:
    """What stands in the empty field of the canvas."""
    if field.type == "computed":
        return over_labels(field.expression, (*design.fields, *design.removed))
    if field.type == "choice" and field.choices:
        return ", ".join(field.choices)
    return kind_of_type(field.type).hint


def _panel(
    design: Design,
    field: DesignField,
    used: set[str],
    problems: Mapping[str, str],
    trial: FormulaTrial | None,
    seen: str,
    conflict: str,
) -> Panel:
    is_in_use = field.key in used
    stored = design.by_key.get(field.key, field)
    offered = alike(stored.type) if is_in_use else tuple(kind.type for kind in kinds())
    others = tuple(one.label for one in design.fields if one.key != field.key and one.type not in UNCALCULABLE)
    return Panel(
        field=field,
        kind=kind_of_type(field.type),
        types=tuple((kind.type, kind.name) for kind in kinds() if kind.type in offered),
        shows=_controls(kind_of_type(field.type)),
        formula=over_labels(field.expression, (*design.fields, *design.removed)),
        others=others,
        problems=problems,
        trial=trial,
        is_in_use=is_in_use,
        seen=seen,
        conflict=conflict,
    )


def _controls(kind: FieldKind) -> frozenset[str]:
    """The settings that a kind of field has, beside its name and type."""
    shows = {"in_list"} if kind.type != "row_number" else set()
    if kind.type in NUMBERS:
        shows |= {"unit", "total", "minimum", "maximum"}
    if kind.type in ("decimal", "computed"):
        shows |= {"decimals"}
    if kind.type == "computed":
        shows |= {"unit", "total", "expression", "percent"}
    elif kind.type != "row_number":
        shows |= {"required", "help"}
    if kind.type == "choice":
        shows |= {"choices"}
    return frozenset(shows)
