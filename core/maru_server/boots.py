"""How the last starts of workers went, and whether the portal goes on without plugins."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

logger = logging.getLogger("maru.serve")

BAD_BOOTS = 3


@dataclass
class Boots:
    """After three starts in a row that came to nothing, while no worker serves, the core starts alone (`is_safe`).

    Workers that started side by side died of the same thing: they count once. Where the core alone cannot start either,
    no plugin is to blame (the database is away, say), and the next starts are whole ones again.
    """

    is_safe: bool = False
    bad_count: int = 0
    _last_bad_at: float = 0.0
    _is_safe_in_vain: bool = False

    def went_well(self) -> None:
        """A worker that has served ended, of whatever."""
        self.bad_count, self._is_safe_in_vain = 0, False

    def went_badly(self, began: float, *, is_dark: bool) -> None:
        """A worker that began at `began` (monotonic seconds) died before it served; `is_dark`: no other serves."""
        if began <= self._last_bad_at:
            return
        self.bad_count, self._last_bad_at = self.bad_count + 1, time.monotonic()
        if self.is_safe:
            self.is_safe, self._is_safe_in_vain = False, True
            logger.error("Without plugins the portal does not start either, so they are not to blame.")
        elif self.bad_count >= BAD_BOOTS and is_dark and not self._is_safe_in_vain:
            self.is_safe = True
            logger.error(
                "The portal did not start %s times in a row: SAFE MODE, the core alone, without any plugin. "
                "The lines above say why. Mend or remove the plugin, then start the portal again.",
                self.bad_count,
            )
