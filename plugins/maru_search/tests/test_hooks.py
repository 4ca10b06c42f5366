"""The example in hooks.py is a whole `for_search.py`, and it works as it stands there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import maru_search.hooks
from maru.settings import CHECKOUT
from maru_devkit.fixtures import Site
from tests.rooms import make_room

from .finding import Finding

EXAMPLE = dedent((maru_search.hooks.__doc__ or "").partition("department shares:\n")[2])
MODELS = """
    import peewee
    from maru import Department, Model, User, UtcDateTimeField, now

    class Note(Model):
        title = peewee.CharField()
        body = peewee.TextField(default="")
        department = peewee.ForeignKeyField(Department, backref="+")
        author = peewee.ForeignKeyField(User, backref="+")
        created_at = UtcDateTimeField(default=now)
    """
MIGRATION = """
    import peewee as pw
    from maru import UtcDateTimeField

    def up(migrator, db):
        class Note(pw.Model):
            title = pw.CharField()
            body = pw.TextField()
            department_id = pw.IntegerField()
            author_id = pw.IntegerField()
            created_at = UtcDateTimeField()
            class Meta:
                database = db
                table_name = "memo_note"
        db.create_tables([Note])

    def down(migrator, db): ...
    """


def test_the_example_of_the_hooks_finds_notes(portal: Callable[..., Site], tmp_path: Path) -> None:
    """A note of 유구읍 is found there by its words, kept up to date and taken out; elsewhere nobody finds it."""
    folder = make_room(
        tmp_path / "rooms", "memo", models=MODELS, migrations__0001_first=MIGRATION,
        for_search="from .models import Note\n" + EXAMPLE,
    )  # fmt: skip
    manifest = folder / "plugin.toml"
    text = manifest.read_text(encoding="utf-8").replace('owner = "시험"', 'owner = "시험"\noptional = ["search"]')
    manifest.write_text(text.replace('{ staff = "city" }', '{ staff = "own" }'), encoding="utf-8")
    site = portal("search", "memo", plugins_path=[CHECKOUT / "plugins", tmp_path / "rooms"])
    finding = Finding(site)
    assert [plugin.problem for plugin in site.portal.plugins] == ["", ""]

    from maru_memo.models import Note  # type: ignore[import-not-found]  # made a moment ago

    with site.write_as("clerk"):
        note = Note.create(title="복도 전등 교체", department=site.unit("유구읍"), author=site.user("clerk"))
    finding.settle()

    assert finding.hrefs("colleague", "복도 전등")[-1:] == [f"/memo/{note.id}"]
    assert finding.hrefs("stranger", "복도 전등") == []

    with site.write_as("clerk"):
        note.delete_instance()
    finding.settle()

    assert finding.hrefs("colleague", "복도 전등") == []
    assert finding.differences() == [[], [], []]
