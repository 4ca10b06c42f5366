"""What the browser posts when a grid is saved, and what it hears back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Limit

from maru import local

from ..checking import RowsCheck

__all__ = ["MAX_ROWS", "SaveRequest", "clock", "save_answer"]

MAX_ROWS = 5_000
MAX_COLUMNS = 200
MAX_CELL_CHARACTERS = 10_000


class SaveRequest(BaseModel):
    """What the grid posts to its save URL: the version it was loaded with, and every row as typed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: Annotated[int, Limit(ge=0)]
    rows: Annotated[
        list[
            Annotated[list[Annotated[str, Limit(max_length=MAX_CELL_CHARACTERS)] | None], Limit(max_length=MAX_COLUMNS)]
        ],
        Limit(max_length=MAX_ROWS),
    ]


def save_answer(check: RowsCheck, *, version: int, saved_at: datetime) -> dict[str, Any]:
    """The JSON the grid expects after a save: normalised texts, problems, totals. `saved_at` is an aware instant."""
    return {
        "version": version,
        "texts": [list(row) for row in check.texts],
        "problems": [asdict(note) for note in check.problems],
        "totals": list(check.totals),
        "row_count": check.row_count,
        "saved_at": clock(saved_at),
    }


def clock(instant: datetime) -> str:
    """The local time of day, '10:04'."""
    return f"{local(instant):%H:%M}"
