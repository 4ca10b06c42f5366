"""What other plugins say to the administration, in their `for_admin.py`. Version 1."""

from __future__ import annotations

from datetime import datetime

from maru import gives, hookspec

from .belonging import Belonging
from .earlier import EarlierState

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
    (`make`, which is then called inside of a change of tables). Asked of plugins that are installed, also while they
    are switched off. Only reads.

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


@hookspec
@gives(EarlierState, most=1_000)
def earlier_states(at: datetime) -> list[EarlierState]:  # type: ignore[empty-body]  # a specification has no body
    """What was defined otherwise at an earlier time, and can be put back as it was then.

    Arguments:
        at: an aware instant in the past.

    Called: for the page that says what going back to that instant would change, and again when an administrator does
    it; then `put_back` of each is called, with a write that was not entered yet and that administrator. Only reads.

    Gives: a list of at most 1,000 `EarlierState`, one for each thing that differs now. Only what was made for people to
    define: no data that was entered since may be lost by putting it back.

    When it fails: its answer is left out; the rest can be put back without it.

    Example:
        from functools import partial

        from maru import hookimpl, local, t
        from maru_admin.api import EarlierState

        from .models import Dish

        def _rename(dish, name, within, by):
            dish.name = name
            with within:
                dish.save()

        @hookimpl
        def earlier_states(at):
            renamed = Dish.select().where(~Dish.is_checked, Dish.served_on <= local(at).date())
            return [
                EarlierState(f"dish:{d.id}", d.name, t("이름"), d.name, "국수", partial(_rename, d, "국수"))
                for d in renamed
            ]
    """
