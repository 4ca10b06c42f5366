"""Every wrong thing that a plugin can do, at every place: `python -m tests.prove.fault_matrix`.

Prints a table of all pairs, what went wrong with any of them, how long the pages of others take beside a plugin that
fails everywhere, what one fault in the menu makes of Datasette and starlette-admin, and the line for LOG.md. With names
of places or faults, only their pairs are tried; with `in-process` or `served`, that half. The ordinary run has a slice
of it, tests/faults.
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

from maru_boundary.quarantine import PAUSE_AFTER_OF_ONE
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
    halves = [half for half in (IN_PROCESS, SERVED) if half in wanted] or [IN_PROCESS, SERVED]
    names = [name for name in wanted if name not in (IN_PROCESS, SERVED)]
    outcomes: dict[Pair, Outcome] = {}
    facts: list[str] = []
    table: list[Pair] = []
    for half in halves:
        with tempfile.TemporaryDirectory() as folder:
            table, found, fact = TRIED[half](Path(folder), names)
        outcomes |= found
        facts.append(fact)
    for line in drawn(table, outcomes):
        print(line)
    _print_reasons(table)
    broken = [pair for pair, outcome in outcomes.items() if outcome.wrong]
    print(
        f"{datetime.now(UTC):%Y-%m-%d} · {' '.join(['fault_matrix', *wanted])} · {'BROKEN' if broken else 'held'} · "
        f"{len(table)} pairs of {len({pair.place for pair in table})} places and {len(ALL_FAULTS)} faults: "
        f"{len(outcomes)} tried, {len(outcomes) - len(broken)} held, "
        f"{sum(bool(pair.reason) for pair in table)} make no sense; {'; '.join(facts)}; "
        f"{time.monotonic() - began:.0f} s"
    )
    return int(bool(broken))


Half = tuple[list[Pair], dict[Pair, Outcome], str]


def in_process(folder: Path, names: Sequence[str]) -> Half:
    """Whatever leaves the process alive; and how long pages take, and what becomes of the peers."""
    house = House(folder)
    table = pairs(house.hooks)
    outcomes = {pair: _told(house.try_out(pair)) for pair in _chosen(table, names, is_served=False)}
    fact = (
        f"{len(house.pages)} pages compared; page time beside a plugin that fails everywhere, after quarantine: "
        f"{time_ratio(house):.2f} of before (median of {RUNS} interleaved runs); {_peers()}"
    )
    house.close()
    return table, outcomes, fact


def in_a_server(folder: Path, names: Sequence[str]) -> Half:
    """What hangs, freezes or dies."""
    with served(folder, SERVED_PAGES) as (house, running):
        table = pairs(house.hooks)
        outcomes = {pair: _told(running.try_out(pair)) for pair in _chosen(table, names, is_served=True)}
    return table, outcomes, f"{len(running.pages)} pages compared over the network"


IN_PROCESS, SERVED = "in-process", "served"
TRIED = {IN_PROCESS: in_process, SERVED: in_a_server}


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
    """What pages of others take beside a plugin that fails everywhere and is paused, as a part of what they took."""
    quiet, faulty = [], []
    for _ in range(RUNS):
        house.forgive()
        quiet.append(_page_seconds(house))
        flip(house.root, "*", "raise")
        for _ in range(PAUSE_AFTER_OF_ONE):
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
    counts = {
        name: [sum(statuses[number] == 200 for statuses in pages.values()) for number in (0, 1)]
        for name, pages in found.items()
    }
    said = [f"{name} {before} → {after}" for name, (before, after) in counts.items()]
    return f"pages that answer 200 before and after the same fault in a menu: {', '.join(said)}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
