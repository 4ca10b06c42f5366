"""From the command to the first page: `python core demo` and `python core serve`, started for the second time.

Measured from the moment the command is given to the login page's 200, each time a new process on the same data. What a
worker imports for it is listed, as nothing shall be imported that a first page does not need.

    python -m tests.bench start --json [--rounds 5]

| key | means | aim |
|---|---|---|
| first_page_ms | ms from the command `demo` to the login page, the median of all starts but the first | at most 700 |
| serve_ms | the same of `serve`, on a portal without content | |
| cpu_ms | milliseconds of CPU that `demo` and its worker used until then; other programs disturb this less | |
| modules, slowest | how many modules a worker has imported, and which packages took the longest, in milliseconds | |
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from typing import Any

from tests.bench._servers import ROOT, cpu_seconds, end, free_port, status_of

PATIENCE_SECONDS = 60.0
IMPORT = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")
WORKER = """
from maru.settings import load_settings
from maru_server.worker import without_drivers
import uvicorn
with without_drivers():
    from maru.app import create_app
    import maru_server.demo, maru_server.pulse
create_app(load_settings())
"""


def run(arguments: list[str]) -> dict[str, Any]:
    """Start both commands some times in turn; the first start of each, which makes its data, is not counted."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench start")
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args(arguments)
    taken: dict[str, list[tuple[float, float]]] = {"demo": [], "serve": []}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        variables = {**os.environ, "MARU_DATA_FOLDER": folder, "PYTHONUTF8": "1"}
        for number in range(chosen.rounds + 1):
            for command in taken:
                figures = first_page(command, variables)
                taken[command] += [figures] if number else []
                print(f"{command} {number}: {figures[0] * 1000:.0f} ms", file=sys.stderr, flush=True)
        modules, slowest = imported(variables)
    return {
        "rounds": chosen.rounds,
        "first_page_ms": round(statistics.median(wall for wall, _ in taken["demo"]) * 1000),
        "serve_ms": round(statistics.median(wall for wall, _ in taken["serve"]) * 1000),
        "cpu_ms": round(statistics.median(cpu for _, cpu in taken["demo"]) * 1000),
        "modules": modules,
        "slowest": slowest,
    }


def first_page(command: str, variables: dict[str, str]) -> tuple[float, float]:
    """Seconds from giving the command to the login page, and seconds of CPU until then."""
    port = free_port()
    began = time.perf_counter()
    words = [sys.executable, "core", command, "--port", str(port)]
    with tempfile.TemporaryFile() as output:
        server = subprocess.Popen(words, cwd=ROOT, env=variables, stdout=output, stderr=output)
        try:
            while status_of(port, "/login") != 200:
                if server.poll() is not None or time.perf_counter() - began > PATIENCE_SECONDS:
                    output.seek(0)
                    raise SystemExit(f"{' '.join(words)} gave no login page.\n{output.read().decode(errors='replace')}")
                time.sleep(0.005)
            return time.perf_counter() - began, cpu_seconds(server)
        finally:
            end(server)


def imported(variables: dict[str, str]) -> tuple[int, dict[str, float]]:
    """How many modules a worker imports until it can answer, and the ten packages that take the longest, in ms."""
    words = [sys.executable, "-X", "importtime", "-c", WORKER]
    path = os.pathsep.join((str(ROOT / "core"), str(ROOT / "plugins")))
    environment = {**variables, "PYTHONPATH": path, "PYDANTIC_DISABLE_PLUGINS": "__all__"}
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=True)
    spent: Counter[str] = Counter()
    lines = IMPORT.findall(done.stderr)
    for own, name in lines:
        spent[name.partition(".")[0]] += int(own)
    return len(lines), {name: round(own / 1000, 1) for name, own in spent.most_common(10)}
