"""What switching a function touches, said before it is done. Nothing of it is deleted."""

from __future__ import annotations

from dataclasses import dataclass

from maru import Plugin, Portal, label_text

from .plugin_facts import DependantLine, required_by, requirements
from .removing.facts import Going, going_of
from .switching import Reach


@dataclass(frozen=True)
class Impact:
    """What a function keeps and touches, and for how many people it appears or disappears.

    Where that cannot be said, there is no `keeps`, and `unknown` says why.
    """

    before_count: int
    after_count: int
    appears_count: int
    disappears_count: int
    page_count: int
    nav: tuple[str, ...]
    keeps: Going | None
    unknown: str
    jobs: tuple[str, ...]
    dependants: tuple[DependantLine, ...]
    requires: tuple[DependantLine, ...]


def impact_of(portal: Portal, plugin: Plugin, now: Reach, wanted: Reach) -> Impact:
    """What it means to move `plugin` from where it is `now` to where it is `wanted`."""
    before, after = now.people(), wanted.people()
    facts, (keeps, unknown) = plugin.facts, going_of(portal, plugin)
    return Impact(
        before_count=len(before),
        after_count=len(after),
        appears_count=len(after - before),
        disappears_count=len(before - after),
        page_count=sum(owner is plugin for _, _, owner in portal.pages),
        nav=tuple(label_text(line.label.model_dump()) for line in facts.nav),
        keeps=keeps,
        unknown=unknown,
        jobs=job_labels(portal, plugin.key),
        dependants=tuple(required_by(portal, plugin)),
        requires=tuple(requirements(portal, plugin)),
    )


def job_labels(portal: Portal, key: str) -> tuple[str, ...]:
    """The jobs and schedules of a function, as it calls them."""
    jobs = portal.dispatcher.jobs.values()
    return tuple(label_text(job.label) for job in jobs if job.name.partition(".")[0] == key)
