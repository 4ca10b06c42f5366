"""Every wrong thing that a plugin can do, at every place: `python -m tests.prove.fault_matrix`.

Prints a table of all pairs, what went wrong with any of them, how long the pages of others take beside a plugin that
fails everywhere, what one fault in the menu makes of Datasette and starlette-admin, and the line for LOG.md. With names
of places or faults, only their pairs are tried. The ordinary run has a slice of it, tests/faults.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from tests.bench import _environment
from tests.faults.house import CLERK, House, Outcome
from tests.faults.making import flip
from tests.faults.matrix import ALL_FAULTS, Pair, pairs
from tests.faults.served import served

RUNS = 10
TIMED_PAGES = 6
SERVED_PAGES = 20
MARKS = {"held": "■", "calm": "□", "broken": "!", "no sense": "·", "not tried": " "}


def main(wanted: Sequence[str]) -> int:
    """Exit code 0 when the portal stood whatever was tried."""
    logging.disable(logging.CRITICAL)
    began = time.monotonic()
    outcomes: dict[Pair, Outcome] = {}
    with tempfile.TemporaryDirectory() as folder:
        house = House(Path(folder))
        table = pairs(house.hooks)
        for pair in _chosen(table, wanted, is_served=False):
            outcomes[pair] = _told(house.try_out(pair))
        page_count, ratio = len(house.pages), time_ratio(house)
        house.close()
    with tempfile.TemporaryDirectory() as folder, served(Path(folder), SERVED_PAGES) as (_, running):
        for pair in _chosen(table, wanted, is_served=True):
            outcomes[pair] = _told(running.try_out(pair))
    for line in drawn(table, outcomes):
        print(line)
    _print_reasons(table)
    peers = _peers()
    broken = [pair for pair, outcome in outcomes.items() if outcome.wrong]
    print(
        f"{datetime.now(UTC):%Y-%m-%d} · fault_matrix · {'BROKEN' if broken else 'held'} · {len(table)} pairs of "
        f"{len({pair.place for pair in table})} places and {len(ALL_FAULTS)} faults: {len(outcomes)} tried, "
        f"{len(outcomes) - len(broken)} held, {sum(bool(pair.reason) for pair in table)} make no sense; {page_count} pages "
        f"compared in process, {2 * SERVED_PAGES} served; page time beside a plugin that fails everywhere, after "
        f"quarantine: {ratio:.2f} of before (median of {RUNS} interleaved runs); {peers}; {time.monotonic() - began:.0f} s"
    )
    return int(bool(broken))


def _chosen(table: list[Pair], wanted: Sequence[str], *, is_served: bool) -> Iterator[Pair]:
    for pair in table:
        if pair.is_served == is_served and not pair.reason and (not wanted or {pair.place, pair.fault} & set(wanted)):
            yield pair


def _told(outcome: Outcome) -> Outcome:
    for text in outcome.wrong:
        print(f"  {outcome.pair.place} × {outcome.pair.fault}: {text[:400]}", flush=True)
    return outcome


def drawn(table: list[Pair], outcomes: dict[Pair, Outcome]) -> Iterator[str]:
    """One line a place, one letter a fault."""
    yield "  ".join(f"{MARKS[name]} {name}" for name in MARKS)
    for number, fault in enumerate(ALL_FAULTS, 1):
        yield f"{number:>3} {fault}"
    width = max(len(pair.place) for pair in table)
    yield " " * width + "".join(f"{number:>3}" for number in range(1, len(ALL_FAULTS) + 1))
    for place in dict.fromkeys(pair.place for pair in table):
        of_place = [pair for pair in table if pair.place == place]
        yield place.ljust(width) + "".join(f"  {MARKS[_state(pair, outcomes)]}" for pair in of_place)


def _state(pair: Pair, outcomes: dict[Pair, Outcome]) -> str:
    if pair not in outcomes:
        return "no sense" if pair.reason else "not tried"
    if outcomes[pair].wrong:
        return "broken"
    return "calm" if pair.calm else "held"


def _print_reasons(table: list[Pair]) -> None:
    for name in ("reason", "calm"):
        for reason in dict.fromkeys(text for pair in table if (text := getattr(pair, name))):
            count = sum(getattr(pair, name) == reason for pair in table)
            print(f"{MARKS['calm' if name == 'calm' else 'no sense']} {count:>4} {reason}")


def time_ratio(house: House) -> float:
    """The time of pages of others beside a plugin that fails everywhere and is paused, as a part of the time without."""
    quiet, faulty = [], []
    for _ in range(RUNS):
        house.forgive()
        quiet.append(_page_seconds(house))
        flip(house.root, "*", "raise")
        for _ in range(6):
            _page_seconds(house)
        faulty.append(_page_seconds(house))
    house.forgive()
    return median(faulty) / median(quiet)


def _page_seconds(house: House) -> float:
    client = house.clients[CLERK]
    addresses = [address for name, address in house.pages if name == CLERK][:TIMED_PAGES]
    house.site.portal.forget()
    began = time.perf_counter()
    for address in addresses:
        client.get(address)
    return time.perf_counter() - began


def _peers() -> str:
    """How many pages of the peers answer 200 before and after the same fault in their menu."""
    program = Path(_environment.ROOT) / "tests" / "bench" / "peers" / "menu_fault.py"
    done = subprocess.run([str(_environment.make()), str(program)], capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        return f"the peers could not be tried: {done.stderr.strip().splitlines()[-1]}"
    found: dict[str, dict[str, list[int]]] = json.loads(done.stdout)
    for name, statuses in found.items():
        for address, (before, after) in statuses.items():
            print(f"{name} {address}: {before} → {after}")
    return "a fault in the menu of " + ", ".join(
        f"{name}: {sum(b == 200 for b, _ in pages.values())} → {sum(a == 200 for _, a in pages.values())} pages answer 200"
        for name, pages in found.items()
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
