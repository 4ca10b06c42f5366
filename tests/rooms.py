"""Plugins made for one test: a folder with a manifest and whatever files the test gives."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent

MANIFEST = """
id = "{key}"
version = "1.0.0"
api = 1
name = {{ ko = "{key} 기능", en = "{key} function" }}
summary = {{ ko = "시험", en = "Test" }}
owner = "시험"
[[permissions]]
key = "{key}.read"
label = {{ ko = "읽기", en = "Read" }}
default = {{ staff = "city" }}
{more}
"""


def make_room(root: Path, key: str, more: str = "", **files: str) -> Path:
    """A plugin `maru_<key>` below `root`; `files` are module names or paths with `__` for `/`. Gives its folder."""
    folder = root / f"maru_{key}"
    folder.mkdir(parents=True)
    write(folder / "plugin.toml", MANIFEST.format(key=key, more=dedent(more)))
    write(folder / "__init__.py", files.pop("init", '"""A room for one test."""\n'))
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ("" if "." in name else ".py"))
        write(path, text)
    return folder


def write(path: Path, text: str) -> None:
    """Write dedented text, with the folders it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(dedent(text), encoding="utf-8")


def forget_rooms(root: Path) -> None:
    """Forget the modules imported from `root`, so that the next test can use the same names."""
    for name, module in list(sys.modules.items()):
        if str(root) in str(getattr(module, "__file__", "")):
            del sys.modules[name]
    sys.path[:] = [entry for entry in sys.path if not entry.startswith(str(root))]


def a_table_of_lines(plugin: str) -> dict[str, str]:
    """The files of a plugin with one model, `Line`, which has a text, and the migration that makes its table."""
    return {
        "models": """
            import peewee
            from maru import Model

            class Line(Model):
                text = peewee.CharField()
            """,
        "migrations__0001_first": f"""
            import peewee as pw

            def up(migrator, db):
                class Line(pw.Model):
                    text = pw.CharField()
                    class Meta:
                        database = db
                        table_name = "{plugin}_line"
                db.create_tables([Line])

            def down(migrator, db): ...
            """,
    }
