"""How much an author writes for a meeting-room book: our template against Datasette and starlette-admin.

All three books have the same fields and do the same: list, create, edit, detail, search, a workbook of the list, rights
(everybody signed in reads, the own unit changes), an audit of who changed what from what to what, and no room twice at
once. `tests/bench/peers/` has the peers' books, how to run them, and what each lacks. Lines are counted alike: without
blank lines, comments and docstrings.

    python -m tests.bench book --json

| key | means |
|---|---|
| ours, datasette, starlette_admin | lines an author writes, in all |
| ours_by_kind, … | the same by kind: python, manifest, definition, template |
| characters | characters in those lines, indentation left out |
| datasette_vs_ours, starlette_admin_vs_ours | how many times as many lines as ours |
| extras_of_ours | what our book has besides, without a line for it |
"""

import ast
import re
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PEERS = Path(__file__).resolve().parent / "peers"
TEMPLATE = ROOT / "plugin_template" / "maru_example"
FOLDERS = {"ours": TEMPLATE, "datasette": PEERS / "datasette", "starlette_admin": PEERS / "starlette_admin"}
KINDS = {
    ".py": "python", ".toml": "manifest", ".yaml": "manifest", ".json": "definition", ".sql": "definition",
    ".html": "template",
}  # fmt: skip
COMMENT = {".py": "#", ".toml": "#", ".yaml": "#", ".sql": "--"}
EXTRAS = ("pages and labels in Korean and English", "a conflict shown when two people edit", "a history of each record")


def run(arguments: list[str]) -> dict[str, Any]:
    """Count, and compare."""
    books = {name: lines_of_plugin(folder, with_docstrings=False) for name, folder in FOLDERS.items()}
    ours = books.pop("ours")
    total = sum(ours.values())
    return {
        "ours": total,
        "ours_by_kind": ours,
        "characters": {name: characters_of(folder) for name, folder in FOLDERS.items()},
        **{name: sum(lines.values()) for name, lines in books.items()},
        **{f"{name}_by_kind": lines for name, lines in books.items()},
        **{f"{name}_vs_ours": round(sum(lines.values()) / total, 2) for name, lines in books.items()},
        "extras_of_ours": list(EXTRAS),
    }


def lines_of_plugin(folder: Path, with_docstrings: bool = True) -> dict[str, int]:
    """Lines by kind of what an author writes in `folder`: blank lines, comments and tests are not counted."""
    found: Counter[str] = Counter()
    for path in files_of(folder):
        found[KINDS[path.suffix]] += len(lines_of(path, with_docstrings))
    return {kind: count for kind, count in sorted(found.items()) if count}


def characters_of(folder: Path) -> int:
    """Characters of the same lines, indentation left out: a long line is not hidden by counting lines."""
    return sum(len(line.strip()) for path in files_of(folder) for line in lines_of(path, with_docstrings=False))


def files_of(folder: Path) -> list[Path]:
    """The files that an author writes; tests and what Python leaves behind are not among them."""
    found = [path for path in sorted(folder.rglob("*")) if path.suffix in KINDS]
    return [path for path in found if not {"tests", "__pycache__"}.intersection(path.relative_to(folder).parts)]


def lines_of(path: Path, with_docstrings: bool) -> list[str]:
    """Lines of one file that are neither blank nor a comment."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        text = re.sub(r"{#.*?#}", "", text, flags=re.DOTALL)
    words = set() if with_docstrings or path.suffix != ".py" else docstring_lines(text)
    comment = COMMENT.get(path.suffix, "\0")
    lines = enumerate(text.splitlines(), 1)
    return [line for n, line in lines if line.strip() and not line.lstrip().startswith(comment) and n not in words]


def docstring_lines(text: str) -> set[int]:
    """The numbers of the lines that are docstrings."""
    said = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    ]
    return {number for node in said for number in range(node.lineno, (node.end_lineno or node.lineno) + 1)}
