"""What other plugins say to the administration, in their `for_admin.py`. Version 1."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from maru import gives, hookspec

from .belonging import Belonging
from .conditions import Condition
from .earlier import EarlierState

if TYPE_CHECKING:
    from maru import Portal, User

VERSION = 1


@hookspec
@gives(Belonging, most=10_000, fails="refuse")
def belongings(plugin: str) -> list[Belonging]:  # type: ignore[empty-body]  # a specification has no body
    """What is kept in tables of one's own for another plugin: it goes and comes back with that plugin.

    Arguments:
        plugin: the id of the plugin that is uninstalled or restored. It may be one's own: of the tables that carry
            one's id only those are asked for that no migration makes.

    Called: for the pages that say what a function keeps, before it is switched or uninstalled; while the archive is
    written; while the rows are taken out, inside of that change; and once more while an archive is restored, after the
    rows and before the whole tables (`make`, which is then called inside of a change of tables). Asked of plugins that
    are installed, also while they are switched off. Only reads.

    Gives: a list of at most 10,000 `Belonging`, one for each condition. An administrator reads the `name` of each with
    the number of its rows, its `address` (where the pages of a ledger are) and which of it is `personal`.

    When it fails: what was asked for is not done: nothing is uninstalled, nothing is restored, and the administrator is
    told which plugin could not say what it keeps. Switching a function needs no answer.

    Example:
        from maru import hookimpl, t
        from maru_admin.api import Belonging

        from .models import Praise

        @hookimpl
        def belongings(plugin):
            return [Belonging(Praise, Praise.plugin == plugin, name=t("칭찬"))]
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


@hookspec
@gives(Condition, most=20)
def access_conditions(path: str, person: User, portal: Portal) -> list[Condition]:  # type: ignore[empty-body]  # a specification has no body
    """What decides, beside the permission of a page, whether a person may open one of one's own addresses.

    Arguments:
        path: the address that is asked about, without its query: one of a page of one's own, such as `/board/7`.
        person: whose access is asked about; not the administrator who asks.
        portal: the portal that runs; `switched_on(portal, "cars", person)` says whether a function is on for somebody.

    Called: when an administrator asks why somebody may see an address (왜 볼 수 있나), of the plugin alone that the
    address belongs to, as long as it is on anywhere. Only reads.

    Gives: a list of at most 20 `Condition`, each with whether it holds and what that rests on: that the thing is there,
    the right to read it with who gave it. The person may open the address when all of them hold. Empty where the
    permission of the page is all that counts, or where the plugin cannot tell.

    When it fails: its answer is left out; the page answers for the permission alone, and says so.

    Example:
        from maru import hookimpl, t
        from maru_admin.api import Condition

        from .models import Dish

        @hookimpl
        def access_conditions(path, person):
            number = path.removeprefix("/lunch/")
            if not number.isdecimal():
                return []
            is_seen = Dish.visible_to(person).where(Dish.id == int(number)).exists()
            return [Condition(is_seen, t("식단"), t("볼 수 있습니다.") if is_seen else t("없거나 볼 수 없습니다."))]
    """
