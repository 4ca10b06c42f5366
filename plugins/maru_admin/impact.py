"""What switching a function touches, said before it is done. Nothing of it is deleted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import peewee

from maru import Plugin, Portal, StoredFile, label_text

from .holders import holders_of
from .plugin_facts import DependantLine, TableLine, required_by, requirements, table_lines
from .switching import Reach


@dataclass(frozen=True)
class PermissionUse:
    """A permission of the function and how many people hold it."""

    label: str
    count: int


@dataclass(frozen=True)
class Impact:
    """What a function keeps and touches, and for how many people it appears or disappears."""

    before_count: int
    after_count: int
    appears_count: int
    disappears_count: int
    page_count: int
    nav: tuple[str, ...]
    tables: tuple[TableLine, ...]
    file_count: int
    file_bytes: int
    permissions: tuple[PermissionUse, ...]
    jobs: tuple[str, ...]
    dependants: tuple[DependantLine, ...]
    requires: tuple[DependantLine, ...]
    personal_data: str


def impact_of(portal: Portal, plugin: Plugin, now: Reach, wanted: Reach) -> Impact:
    """What it means to move `plugin` from where it is `now` to where it is `wanted`."""
    before, after = now.people(), wanted.people()
    count, size = _files(plugin.key)
    facts = plugin.facts
    return Impact(
        before_count=len(before),
        after_count=len(after),
        appears_count=len(after - before),
        disappears_count=len(before - after),
        page_count=sum(owner is plugin for _, _, owner in portal.pages),
        nav=tuple(label_text(line.label.model_dump()) for line in facts.nav),
        tables=tuple(table_lines(portal, plugin.key)),
        file_count=count,
        file_bytes=size,
        permissions=tuple(
            PermissionUse(label_text(each.label.model_dump()), len(holders_of(each.key))) for each in facts.permissions
        ),
        jobs=job_labels(portal, plugin.key),
        dependants=tuple(required_by(portal, plugin)),
        requires=tuple(requirements(portal, plugin)),
        personal_data=facts.needs.personal_data,
    )


def job_labels(portal: Portal, key: str) -> tuple[str, ...]:
    """The jobs and schedules of a function, as it calls them."""
    jobs = portal.dispatcher.jobs.values()
    return tuple(label_text(job.label) for job in jobs if job.name.partition(".")[0] == key)


def _files(key: str) -> tuple[int, int]:
    row = StoredFile.select(peewee.fn.COUNT(StoredFile.id), peewee.fn.SUM(StoredFile.size_bytes))
    count, size = cast("tuple[int, int | None]", row.where(StoredFile.plugin == key).tuples().get())
    return count, int(size or 0)
