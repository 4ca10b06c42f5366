"""Collecting 200 workbooks of 500 rows into the form: Maru against openpyxl, pandas and bare zlib.

Every measurement is a process of its own, in turn, so that caches and memory of one do not help another. All read
the same 200 files, as Excel saves them, and write the same rows into the same form on one thread; rows, sums and
the total row of what came out are compared once.

    python -m tests.bench collect --json [--rounds 3] [--scale 1.0] [--keep FOLDER]

| key | means | aim |
|---|---|---|
| speedup_vs_openpyxl_template | openpyxl's seconds / ours | at least 20 |
| speedup_vs_pandas | pandas' seconds / ours | at least 20 |
| writing_vs_openpyxl_template, writing_vs_pandas | the same without reading: the portal reads at the upload | |
| cpu_vs_openpyxl_template, cpu_vs_pandas | the same in seconds of CPU, which other programs disturb less | |
| memory_vs_openpyxl | our peak memory / openpyxl's | at most 0.25 |
| times_zlib1 | our seconds of writing / zlib level 1 over the same sheet XML | at most 3 |
| times_calamine | our seconds of reading / calamine alone over the same files, nothing checked | |
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from pathlib import Path
from shutil import copyfile
from typing import Any

from tests.bench._workbooks import COLUMNS, FIRST, FORM, SHEET, SUMMED, UNITS, make_workbooks

ROOT = Path(__file__).parents[2]
FILES = 200
NAMES = ("ours", "openpyxl_template", "pandas", "calamine", "zlib1")


def run(arguments: list[str]) -> dict[str, Any]:
    """Make the workbooks, measure in interleaved rounds, give medians and ratios."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench collect")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the 200 workbooks")
    parser.add_argument("--keep", type=Path, help="folder to use instead of a temporary one")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        folder = chosen.keep or Path(temporary)
        make_workbooks(folder, max(1, round(FILES * chosen.scale)))
        measured: dict[str, list[dict[str, Any]]] = {name: [] for name in NAMES}
        for number in range(chosen.rounds):
            for name in NAMES:
                print(f"round {number + 1}/{chosen.rounds}: {name}", file=sys.stderr, flush=True)
                measured[name].append(_in_child(name, folder))
            if number == 0:
                _compare(folder, measured)
    return _figures(measured)


def _in_child(name: str, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.collect", name, str(folder)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, encoding="utf-8")
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def _compare(folder: Path, measured: dict[str, list[dict[str, Any]]]) -> None:
    """The same rows, sums and row of totals must have come out of all three.

    openpyxl stores no results of formulas, so of its totals the formulas are looked at, as of ours.
    """
    from openpyxl import load_workbook
    from python_calamine import CalamineWorkbook

    found = {}
    for name in ("ours", "openpyxl_template", "pandas"):
        out = folder / "out" / f"{name}.xlsx"
        every = CalamineWorkbook.from_path(str(out)).get_sheet_by_name(SHEET).to_python()
        rows: list[list[Any]] = [row for row in every if row[1] in UNITS]
        sums = [sum(row[column] for row in rows) for column in SUMMED]
        found[name] = (len(rows), sums, [row[2] for row in rows], [row[9] for row in rows])
        measured[name][0]["rows"] = len(rows)
        total = next(row for row in every if row[0] == "합계")
        if name != "openpyxl_template" and [total[column] for column in SUMMED] != sums:
            raise SystemExit(f"{name}: the total row says {total}, the rows add up to {sums}.")
        if name != "pandas":
            last = FIRST + len(rows) - 1
            line = next(load_workbook(out, read_only=True)[SHEET].iter_rows(last + 1, last + 1, values_only=True))
            expected = [f"=SUM({letter}{FIRST}:{letter}{last})" for letter in "EFGH"]
            if [line[column] for column in SUMMED] != expected:
                raise SystemExit(f"{name}: the totals are {line}, not {expected}.")
    if any(one != found["ours"] for one in found.values()):
        raise SystemExit("The results differ: " + str({name: one[:2] for name, one in found.items()}))


def _figures(measured: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    def median(name: str, key: str) -> float:
        return float(statistics.median(one[key] for one in measured[name]))

    ours = median("ours", "seconds")
    memory = median("openpyxl_template", "peak_mb")
    return {
        "rows": measured["ours"][0]["rows"],
        "rounds": len(measured["ours"]),
        "speedup_vs_openpyxl_template": round(median("openpyxl_template", "seconds") / ours, 1),
        "speedup_vs_pandas": round(median("pandas", "seconds") / ours, 1),
        **{
            f"writing_vs_{name}": round(median(name, "write_seconds") / median("ours", "write_seconds"), 1)
            for name in ("openpyxl_template", "pandas")
        },
        "cpu_vs_openpyxl_template": round(
            median("openpyxl_template", "cpu_seconds") / median("ours", "cpu_seconds"), 1
        ),
        "cpu_vs_pandas": round(median("pandas", "cpu_seconds") / median("ours", "cpu_seconds"), 1),
        "memory_vs_openpyxl": round(median("ours", "peak_mb") / memory, 3) if memory else None,
        "times_zlib1": round(median("ours", "write_seconds") / median("zlib1", "seconds"), 2),
        "times_calamine": round(median("ours", "read_seconds") / median("calamine", "seconds"), 2),
        "seconds": {name: round(median(name, "seconds"), 2) for name in NAMES},
        "cpu_seconds": {name: round(median(name, "cpu_seconds"), 2) for name in NAMES},
        "our_read_seconds": round(median("ours", "read_seconds"), 2),
        "our_write_seconds": round(median("ours", "write_seconds"), 2),
        "peak_mb": {name: round(median(name, "peak_mb")) for name in NAMES},
    }


def ours(files: list[Path], out: Path) -> dict[str, float]:
    """Maru: calamine reads file by file, the rows stream into the form."""
    sys.path.insert(0, str(ROOT / "plugins"))
    from maru_collect.workbook import read_rows, recognize, write_merged

    layout = recognize(FORM)
    reading = 0.0

    def rows() -> Iterator[Sequence[Any]]:
        nonlocal reading
        for number, file in enumerate(files):
            begun = time.perf_counter()
            filled = read_rows(file, layout, UNITS[number % len(UNITS)])
            reading += time.perf_counter() - begun
            for row in filled.rows:
                yield row.values

    begun = time.perf_counter()
    write_merged(FORM, layout, rows(), out)
    seconds = time.perf_counter() - begun
    return {"seconds": seconds, "read_seconds": reading, "write_seconds": seconds - reading}


def openpyxl_template(files: list[Path], out: Path) -> dict[str, float]:
    """openpyxl as its documentation suggests: read-only input, the form loaded, cells written with their styles."""
    from openpyxl import load_workbook

    begun, reading = time.perf_counter(), 0.0
    form = load_workbook(FORM)
    sheet = form[SHEET]
    styles = [copy(sheet.cell(FIRST, column)._style) for column in range(1, COLUMNS + 1)]
    total = [copy(sheet.cell(8, column)._style) for column in range(1, COLUMNS + 1)]
    sheet.unmerge_cells("A8:D8")
    sheet.unmerge_cells("A10:D10")
    signature, target = sheet["A10"].value, FIRST
    for file in files:
        opened = time.perf_counter()
        book = load_workbook(file, read_only=True, data_only=True)
        rows = list(book[SHEET].iter_rows(min_row=FIRST, max_col=COLUMNS, values_only=True))
        book.close()
        reading += time.perf_counter() - opened
        for values in rows:
            if values[1] not in UNITS:
                continue
            for column, value in enumerate(values, 1):
                cell = sheet.cell(target, column, value)
                cell._style = styles[column - 1]
            sheet.cell(target, 1).value = target - FIRST + 1
            sheet.cell(target, 9).value = f"=IF(E{target}=0,0,H{target}/E{target})"
            target += 1
    for column in range(1, COLUMNS + 1):
        letter = "ABCDEFGHIJKL"[column - 1]
        cell = sheet.cell(target, column, f"=SUM({letter}{FIRST}:{letter}{target - 1})" if letter in "EFGH" else None)
        cell._style = total[column - 1]
    sheet.cell(target, 1).value = "합계"
    sheet.cell(target, 9).value = f"=IF(E{target}=0,0,H{target}/E{target})"
    sheet.merge_cells(f"A{target}:D{target}")
    sheet.cell(target + 2, 1, signature)
    form.save(out)
    seconds = time.perf_counter() - begun
    return {"seconds": seconds, "write_seconds": seconds - reading}


def pandas(files: list[Path], out: Path) -> dict[str, float]:
    """pandas: read_excel with its default engine, concat, overlay onto a copy of the form."""
    import pandas as pd

    begun = time.perf_counter()
    frames = []
    for file in files:
        frame = pd.read_excel(file, sheet_name=SHEET, header=None, skiprows=FIRST - 1, usecols=range(COLUMNS))
        frames.append(frame[frame[1].isin(UNITS)])
    read = time.perf_counter()
    merged = pd.concat(frames, ignore_index=True)
    merged[0] = range(1, len(merged) + 1)
    sums = ["합계", None, None, None, *(merged[column].sum() for column in (4, 5, 6, 7)), None, None, None, None]
    merged.loc[len(merged)] = sums
    copyfile(FORM, out)
    with pd.ExcelWriter(out, engine="openpyxl", mode="a", if_sheet_exists="overlay") as writer:
        for merged_cells in ("A8:D8", "A10:D10"):
            writer.book[SHEET].unmerge_cells(merged_cells)
        merged.to_excel(writer, sheet_name=SHEET, startrow=FIRST - 1, header=False, index=False)
    ended = time.perf_counter()
    return {"seconds": ended - begun, "write_seconds": ended - read}


def calamine(files: list[Path], out: Path) -> dict[str, float]:
    """The floor of reading: calamine alone, no value converted, nothing checked."""
    from python_calamine import CalamineWorkbook

    begun = time.perf_counter()
    count = sum(len(list(CalamineWorkbook.from_path(str(file)).get_sheet_by_name(SHEET).iter_rows())) for file in files)
    return {"seconds": time.perf_counter() - begun, "rows": count}


def zlib1(files: list[Path], out: Path) -> dict[str, float]:
    """The floor: nothing but zlib level 1 over the sheet XML that Maru wrote."""
    with zipfile.ZipFile(out.with_name("ours.xlsx")) as package:
        xml = package.read("xl/worksheets/sheet1.xml")
    begun = time.perf_counter()
    packer = zlib.compressobj(1, zlib.DEFLATED, -15)
    size = sum(len(packer.compress(xml[start : start + 65_536])) for start in range(0, len(xml), 65_536))
    size += len(packer.flush())
    return {"seconds": time.perf_counter() - begun, "bytes": size}


def peak_mb() -> float:
    """The most memory this process ever held, in MB; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    line = next(line for line in status.read_text(encoding="utf-8").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def measure(name: str, folder: Path) -> dict[str, float]:
    """One measurement, in the process made for it."""
    candidates: dict[str, Callable[[list[Path], Path], dict[str, float]]] = {
        "ours": ours, "openpyxl_template": openpyxl_template, "pandas": pandas, "calamine": calamine,
        "zlib1": zlib1,
    }  # fmt: skip
    out = folder / "out" / f"{name}.xlsx"
    out.parent.mkdir(exist_ok=True)
    figures = candidates[name](sorted(folder.glob("unit*.xlsx")), out)
    return {"cpu_seconds": time.process_time(), **figures, "peak_mb": peak_mb()}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]))))
