"""A plugin that opens the portal's database by itself is refused, before it can lock the city out."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

from tests.habits.tree import ROOT

TRYING = """
import sqlite3, sys
from pathlib import Path
from maru_db import connected, database, open_database
from maru_db.sole import refuse_others

file = Path(sys.argv[1])
open_database(file)
refuse_others(file)
ways = [str(file), bytes(file), file, f"file:{file}?mode=ro", f"file://{file}", str(file.parent / "." / file.name)]
for way in ways:
    try:
        sqlite3.connect(way, uri=True)
        print("opened", way)
    except Exception as wrong:
        print("refused" if "could stop the whole portal" in str(wrong) else repr(wrong))
with connected():
    print(database.execute_sql("SELECT 1").fetchone())
print(sqlite3.connect(file.with_name("own.sqlite3")), sqlite3.connect(":memory:"))
"""


def test_only_the_database_library_connects(tmp_path: Path) -> None:
    """However the file is named; a file of the plugin's own is nobody's business."""
    file = tmp_path / "maru.sqlite3"
    sqlite3.connect(file).close()

    done = subprocess.run(
        [sys.executable, "-c", TRYING, str(file)],
        env={"PYTHONPATH": str(ROOT / "core")},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )

    lines = done.stdout.splitlines()
    assert lines[:6] == ["refused"] * 6
    assert lines[6] == "(1,)"
    assert lines[7].count("sqlite3.Connection object") == 2
