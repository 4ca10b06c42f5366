"""From an event to what people are told: once, in their language, only if they want it, not for ever."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from maru import holders_of, now, t
from maru.models import OutboxEvent, PluginFailure, User
from maru_db import connected, transaction
from maru_notify.api import Notice, Settled, notify
from maru_notify.models import KEPT, Muted, Notification
from maru_notify.services import settle

from .conftest import Canteen


def tell(canteen: Canteen, *people: str, **more: Any) -> int:
    """Tell people directly, as another plugin's view does."""
    ids = tuple(canteen.site.user(name).id for name in people)
    with canteen.site.write_as("planner", plugin="lunch"):
        return notify(Notice(**({"kind": "lunch.new", "people": ids, "text": "국수", "href": "/lunch/9"} | more)))


def hand_on_again(canteen: Canteen) -> None:
    """The elected worker was killed before it could note that it had handed the events on."""
    with connected(), transaction():
        OutboxEvent.update(done_at=None, waiting=None).execute()
    canteen.site.beat()


def test_the_example_of_the_specification_runs(canteen: Canteen) -> None:
    """A new dish is told to everybody who may read, with a link and the number at the bell."""
    dish = canteen.serve("비빔밥")

    page = canteen.get("clerk").text

    assert [plugin.problem for plugin in canteen.site.portal.plugins] == ["", ""]
    assert [told.text for told in canteen.told("stranger")] == ["비빔밥"]
    assert "비빔밥" in page
    assert "새 식단" in page
    assert 'aria-label="알림 1건"' in page
    assert canteen.told("clerk")[0].href == f"/lunch/{dish.id}"


def test_an_event_delivered_twice_is_told_once(canteen: Canteen) -> None:
    """A second delivery adds nothing, and what was read stays read."""
    canteen.serve("비빔밥")
    first = canteen.told("clerk")[0]
    canteen.get("clerk", f"/notify/{first.id}")

    hand_on_again(canteen)

    assert len(canteen.told("clerk")) == len(canteen.told("colleague")) == 1
    assert (canteen.unread("clerk"), canteen.unread("colleague")) == (0, 1)


def test_news_of_the_same_thing_takes_the_place_of_the_old(canteen: Canteen) -> None:
    """One line a thing: the newer one, unread again; an older one that comes late changes nothing."""
    tell(canteen, "clerk", note="처음", at=now() - timedelta(hours=2))
    canteen.get("clerk", f"/notify/{canteen.told('clerk')[0].id}")

    tell(canteen, "clerk", note="나중", at=now() - timedelta(hours=1))
    tell(canteen, "clerk", note="늦게 온 것", at=now() - timedelta(hours=3))

    assert [told.note for told in canteen.told("clerk")] == ["나중"]
    assert canteen.unread("clerk") == 1


def test_a_deleted_dish_is_settled_for_everybody(canteen: Canteen) -> None:
    """What needs no telling any more counts as read; the list does not show what is gone."""
    dish = canteen.serve("비빔밥")
    with canteen.site.write_as("planner", plugin="lunch"):
        dish.delete_instance()

    canteen.site.beat()

    assert canteen.unread("clerk") == 0
    assert "비빔밥" not in canteen.get("clerk").text


def test_settled_for_some_leaves_the_others(canteen: Canteen) -> None:
    """Naming people settles it for them alone."""
    tell(canteen, "clerk", "colleague")

    with canteen.site.write_as("clerk", plugin="lunch"):
        settle(Settled("lunch.new", "/lunch/9", (canteen.site.user("clerk").id,)))

    assert (canteen.unread("clerk"), canteen.unread("colleague")) == (0, 1)


def test_everybody_is_told_in_their_language(canteen: Canteen) -> None:
    """`t()` in the hook speaks the language of those who are told; a label has both."""
    with connected(), transaction():
        User.update(locale="en").where(User.username == "stranger").execute()
    import maru_lunch.for_notify as for_notify  # type: ignore[import-not-found]  # it exists while a test runs

    for_notify.Notice = lambda kind, people, text, href, subject, at: Notice(
        kind, people, text, href, subject, t("할 일"), at
    )

    tell(canteen, "clerk", "stranger", text={"ko": "국수", "en": "Noodles"})
    canteen.serve("비빔밥")

    assert {(told.text, told.note) for told in canteen.told("clerk")} == {("국수", ""), ("비빔밥", "할 일")}
    assert {(told.text, told.note) for told in canteen.told("stranger")} == {("Noodles", ""), ("비빔밥", "To do")}


def test_who_does_not_want_a_kind_is_not_told(canteen: Canteen) -> None:
    """The choice of one person is theirs alone; people who may not sign in are told nothing."""
    with canteen.site.write_as("clerk", plugin="notify"):
        Muted.create(user=canteen.site.user("clerk"), kind="lunch.new")
    with connected(), transaction():
        User.update(is_active=False).where(User.username == "double").execute()

    canteen.serve("비빔밥")

    assert canteen.told("clerk") == canteen.told("double") == []
    assert len(canteen.told("colleague")) == 1


def test_after_ninety_days_it_is_gone(canteen: Canteen) -> None:
    """Older than that it is neither told nor shown, and the next night deletes it."""
    told = tell(canteen, "clerk", at=now() - KEPT - timedelta(days=1))
    tell(canteen, "clerk", href="/lunch/10")
    with connected(), transaction():
        Notification.update(at=now() - KEPT - timedelta(hours=1)).execute()
    shown = canteen.get("clerk").text

    tell(canteen, "colleague")
    canteen.site.run_job("notify.forget")

    assert told == 0
    assert "아직 알림이 없습니다" in shown
    with connected():
        assert [each.user_id for each in Notification.select()] == [canteen.site.user("colleague").id]


def test_a_failing_plugin_is_asked_again(canteen: Canteen) -> None:
    """The failure is that plugin's; when it works again the event is told after all."""
    import maru_lunch.for_notify as for_notify

    right, for_notify.holders_of = for_notify.holders_of, None
    canteen.serve("비빔밥")
    assert canteen.told("clerk") == []

    for_notify.holders_of = right
    with connected(), transaction():
        OutboxEvent.update(next_at=now()).execute()
    canteen.site.beat()

    assert [told.text for told in canteen.told("clerk")] == ["비빔밥"]
    with connected():
        assert PluginFailure.get(PluginFailure.place == "notices").plugin == "lunch"


def test_a_kind_of_another_plugin_is_refused(canteen: Canteen) -> None:
    """A plugin speaks for itself only; the failure is noted."""
    import maru_lunch.for_notify as for_notify

    right = for_notify.Notice
    for_notify.Notice = lambda kind, *more, **named: right("board.must_read", *more, **named)
    canteen.serve("비빔밥")

    assert canteen.told("clerk") == []
    canteen.site.beat()
    with connected():
        assert "board.must_read" in PluginFailure.get(PluginFailure.plugin == "lunch").problem


@pytest.mark.parametrize(
    "href", ["https://example.invalid/", "//example.invalid/", "/\\example.invalid", "lunch/1", ""]
)
def test_a_notice_leads_into_this_portal(href: str) -> None:
    """No notification is a way out."""
    with pytest.raises(ValueError, match="href = "):
        Notice("lunch.new", (1,), "국수", href)


@pytest.mark.parametrize("kind", ["lunch", "Lunch.new", "lunch.new.more", ""])
def test_a_kind_carries_the_id_of_its_plugin(kind: str) -> None:
    """`<plugin>.<word>` and nothing else."""
    with pytest.raises(ValueError, match="kind = "):
        Notice(kind, (1,), "국수", "/lunch/1")


def test_a_long_text_is_cut(canteen: Canteen) -> None:
    """A column holds 300 characters; the rest is an ellipsis, on every database."""
    tell(canteen, "clerk", text="가" * 400)

    text = canteen.told("clerk")[0].text
    assert (len(text), text[-1]) == (300, "…")


def test_holders_are_those_who_hold_a_permission_somewhere(canteen: Canteen) -> None:
    """By the role of all staff, by another role, or by a grant of one's own."""
    with connected():
        everybody = holders_of("lunch.read")
        nobody = holders_of("lunch.cook")
        some = holders_of("lunch.read", among=(canteen.site.user("clerk").id, 99_999))

    assert len(everybody) == 7
    assert nobody == set()
    assert some == {canteen.site.user("clerk").id}
