"""What the hooks of the faulty plugin are called with where no page calls them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from maru import Event, now

ARGUMENTS: dict[str, Any] = {
    "event": Event(1, "faulty.happened", "faulty:1", {"id": 1}, now()),
    "keys": ("faulty:1",),
    "subjects": ("faulty:1",),
    "ledger": "",
    "slot": "home",
    "path": Path("none.xlsx"),
    "name": "none.xlsx",
    "plugin": "faulty",
    "site": None,
}
