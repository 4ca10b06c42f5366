"""What administrators may set of the boards."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class BoardSettings(BaseModel):
    """How much of the boards stands on the home page."""

    model_config = ConfigDict(frozen=True)

    card_posts: int = Field(
        5,
        ge=1,
        le=20,
        json_schema_extra={
            "ko": "홈 화면 카드의 글 수",
            "en": "Posts on the home page",
            "hint": {
                "ko": "‘공지’ 카드에 새 글을 몇 개까지 보일지 정합니다.",
                "en": "How many new posts the card ‘Notices’ shows",
            },
        },
    )
