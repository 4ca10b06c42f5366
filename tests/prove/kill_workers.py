"""Kill workers of `maru serve` many times while others write: `python -m tests.prove.kill_workers 50`.

Prints the line that belongs into LOG.md. The ordinary run has a slice of it, tests/serve/test_serve.py.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.serve.running import killing, serving


def main(times: int) -> int:
    """Exit code 0 when nothing acknowledged was lost and the database is whole."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as running, killing(running, times) as writers:
        kept = running.kept()
        lost = set(writers.acknowledged) - set(kept)
        replaced = running.log().count("starting another")
        integrity = running.integrity()
        doctor = running.maru("doctor").returncode
    is_proven = not lost and replaced == times and integrity == "ok" and doctor == 0 and len(kept) == len(set(kept))
    print(
        f"{datetime.now(UTC):%Y-%m-%d} · kill_workers {times} · {'held' if is_proven else 'BROKEN'} · "
        f"{times} kills, {replaced} replaced; {len(writers.acknowledged)} writes acknowledged, {len(lost)} lost; "
        f"{writers.failed_count} requests broke off; integrity {integrity}; doctor {doctor}; "
        f"{time.monotonic() - began:.0f} s"
    )
    return 0 if is_proven else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50))
