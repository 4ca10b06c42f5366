"""What other plugins say to the administration, in their `for_admin.py`. Version 1."""

from __future__ import annotations

from maru import gives, hookspec

from .belonging import Belonging

VERSION = 1


@hookspec
@gives(Belonging, most=10_000, fails="refuse")
def belongings(plugin: str) -> list[Belonging]:  # type: ignore[empty-body]  # a specification has no body
    """What is kept in tables of one's own for another plugin: it goes and comes back with that plugin.

    Arguments:
        plugin: the id of the plugin that is uninstalled or restored. It may be one's own: of the tables that carry
            one's id only those are asked for that no migration makes.

    Called: for the page that says what uninstalling touches; while the archive is written; while the rows are taken
    out, inside of that change; and once more while an archive is restored, after the rows and before the whole tables
    (`make`, which is then called inside of a change of tables). Asked of plugins that are installed, also while they are
    switched off. Only reads.

    Gives: a list of at most 10,000 `Belonging`, one for each condition.

    When it fails: what was asked for is not done: nothing is uninstalled, nothing is restored, and the administrator is
    told which plugin could not say what it keeps.

    Example:
        from maru import hookimpl
        from maru_admin.api import Belonging

        from .models import Praise

        @hookimpl
        def belongings(plugin):
            return [Belonging(Praise, Praise.plugin == plugin)]
    """
