"""What may be entered on the pages of a collection."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from maru import Line, OfficeDay, Text, local, now

from .workbook import ColumnType

DUE_TIME = time(18)


class ColumnChoice(BaseModel):
    """How one column of the form is to be read."""

    type: ColumnType
    required: bool = False
    unit: Annotated[Line, Field(max_length=20)] = ""


class PickedUnits(BaseModel):
    """The units ticked so far, and the button that was pressed: `save`, or a whole group to add or clear."""

    units: list[int] = []
    preset: Annotated[str, Field(max_length=20)] = ""


class Deadline(BaseModel):
    """마감: a day and a time in Korea."""

    due_on: OfficeDay
    due_time: time = DUE_TIME

    @property
    def due_at(self) -> datetime:
        """The instant."""
        return datetime.combine(self.due_on, self.due_time, tzinfo=local(now()).tzinfo)


class Details(Deadline):
    """안내와 마감: what the units read before they answer."""

    title: Annotated[Line, Field(min_length=1, max_length=200)]
    basis: Annotated[Line, Field(max_length=500)] = ""
    reference_on: OfficeDay | None = None
    guidance: Annotated[Text, Field(max_length=5_000)] = ""
    openness: Literal["closed", "contributors", "open"] = "closed"


class SeenDraft(BaseModel):
    """The version of the draft that the page showed, and the one that a workbook shall take the place of (바꾸기)."""

    draft_version: Annotated[int, Field(ge=0, lt=2**31)] = 0
    replaces: Annotated[int, Field(ge=0, lt=2**31)] = 0


class NilReport(BaseModel):
    """해당 없음, with a reason where there is something to explain."""

    reason: Annotated[Line, Field(max_length=500)] = ""
