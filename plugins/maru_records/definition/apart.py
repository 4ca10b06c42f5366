"""겹침 금지: no two records of the same thing at the same time, as bookings need it.

    "apart": {"same": ["room"], "start": "starts_at", "end": "ends_at"}

The rule is part of the definition; `writing/apart.py` checks it.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

__all__ = ["Apart"]


class Apart(BaseModel):
    """Records whose fields `same` are equal may not overlap between the fields `start` and `end`.

    Both are dates (the last day counts) or both instants (one may begin when the other ends). Blank ones are free.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    same: tuple[str, ...] = ()
    start: str
    end: str

    @property
    def keys(self) -> tuple[str, ...]:
        """All fields that the rule names."""
        return (*self.same, self.start, self.end)
