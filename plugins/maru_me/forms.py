"""What may be written about how a person likes the pages."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict


class LikingEntry(BaseModel):
    """Language and density as they were entered. An empty density follows the width of the screen."""

    model_config = ConfigDict(frozen=True)

    locale: Literal["ko", "en"]
    density: Literal["", "compact", "comfortable"] = ""
