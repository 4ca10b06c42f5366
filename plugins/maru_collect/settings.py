"""What administrators may set of collections."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class CollectSettings(BaseModel):
    """What a new request begins with."""

    model_config = ConfigDict(frozen=True)

    due_time: str = Field(
        "18:00",
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        json_schema_extra={
            "ko": "마감 시각의 처음 값",
            "en": "Usual time of the deadline",
            "hint": {"ko": "24시간제로 적습니다. 예: 17:30", "en": "In 24 hours, such as 17:30"},
        },
    )
