"""실패: what is shown of failures, whether they are over, and putting them away."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from maru.models import PluginFailure
from maru_devkit.fixtures import Clock, Site

Portal = Callable[..., Site]
PAGE = "/admin/plugins/board"


def failed(site: Site, at: datetime | None = None, times: int = 1) -> None:
    """The board failed in its to-do list, now or at an instant."""
    for _ in range(times):
        site.portal.dispatcher.note_failure("board", "todo", ValueError("no such thing"), pauses=True)
    site.beat()
    if at is not None:
        with site.write_as("admin"):
            PluginFailure.update(last_at=at).execute()


def pages(site: Site) -> tuple[str, str]:
    """The list of functions, and the page of the board."""
    client = site.client("admin")
    return client.get("/admin/plugins").text, client.get(PAGE).text


def put_away(site: Site) -> tuple[str, list[str]]:
    """What the page says after the button, and the notes in the audit."""
    client = site.client("admin")
    answer = client.post(f"{PAGE}/retry")
    return client.get(answer.headers["location"]).text, [each.note for each in site.audit("admin.views.plugins.retry")]


def test_a_failure_of_today_is_listed(portal: Portal) -> None:
    """It counts in the list, and its page offers to put it away: there is nothing to try again."""
    site = portal("admin", "board")
    failed(site)

    listed, shown = pages(site)

    assert "no such thing" in listed
    assert "목록에서 치우기" in shown
    assert "지금 다시 시도" not in shown
    assert "지난 실패" not in shown


def test_a_failure_from_before_the_function_was_changed_is_over(portal: Portal) -> None:
    """A file of the board is newer than its last failure: the list counts none, and its page says why."""
    site = portal("admin", "board")
    failed(site, at=datetime(2001, 1, 1, tzinfo=UTC))

    listed, shown = pages(site)

    assert "no such thing" not in listed
    assert "지난 실패 1가지" in shown
    assert "기능을 고친 뒤로 되풀이되지 않았습니다." in shown


def test_what_goes_well_for_more_than_a_day_is_over(portal: Portal, clock: Clock) -> None:
    """What fails now and then, or for one person, goes well in between: an hour without a failure says nothing."""
    site = portal("admin", "board")
    failed(site)
    place = ("board", "todo")

    clock.move(hours=1)
    site.portal.dispatcher.quarantine.went_well(place)
    after_an_hour = pages(site)[1]
    clock.move(days=2)
    site.portal.dispatcher.quarantine.went_well(place)
    after_days = pages(site)[1]

    assert "지난 실패" not in after_an_hour
    assert "하루 넘게 되풀이되지 않았고, 그 뒤에 잘 실행되었습니다." in after_days


def test_putting_failures_away_says_just_that(portal: Portal) -> None:
    """Nothing was paused, so nothing is said of a pause; a second press finds nothing and leaves no entry."""
    site = portal("admin", "board")
    failed(site)

    first, _ = put_away(site)
    second, notes = put_away(site)

    assert "실패 1가지를 목록에서 치웠습니다." in first
    assert "치울 실패가 없습니다." in second
    assert notes == ["실패를 목록에서 치움"]


def test_lifting_a_pause_says_that_it_was_lifted(portal: Portal) -> None:
    """Five failures in a row paused the place: the button and the answer speak of trying again."""
    site = portal("admin", "board")
    failed(site, times=5)
    shown = pages(site)[1]

    said, notes = put_away(site)

    assert "지금 다시 시도" in shown
    assert "까지 멈춤" in shown
    assert "멈춤을 풀었습니다. 지금부터 다시 시도합니다." in said
    assert notes == ["멈춤을 풀고 다시 시도함"]


def test_the_list_says_when_a_pause_ends(portal: Portal) -> None:
    """A pause doubles with each failure that follows: the hour is named, not ‘in a minute’."""
    site = portal("admin", "board")
    failed(site, times=5)
    with site.write_as("admin"):
        PluginFailure.update(paused_until=datetime.now(UTC) + timedelta(hours=1)).execute()

    listed = pages(site)[0]

    assert "에 저절로 다시 시도합니다" in listed
    assert "1분 뒤" not in listed
