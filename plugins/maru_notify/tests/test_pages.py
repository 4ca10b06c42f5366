"""What people see behind the bell, and what they never do."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from maru.models import AuditEntry, PluginState, Post
from maru.settings import CHECKOUT
from maru_db import connected, transaction
from maru_devkit.fixtures import Site
from maru_notify.bell import unread_count
from maru_notify.models import Muted, Notification
from maru_notify.sight import Sight
from tests.rooms import forget_rooms, make_room

from .conftest import Canteen
from .test_telling import tell


def test_opening_one_marks_it_and_goes_on(canteen: Canteen) -> None:
    """The link of the list leads to the thing itself and takes one off the bell."""
    canteen.serve("비빔밥")
    told = canteen.told("clerk")[0]

    answer = canteen.get("clerk", f"/notify/{told.id}")

    assert (answer.status_code, answer.headers["location"]) == (303, told.href)
    assert canteen.unread("clerk") == 0
    assert 'aria-label="알림 0건"' in canteen.get("clerk").text


def test_somebody_elses_is_not_found(canteen: Canteen) -> None:
    """Another person's notification answers like one that is not there, and stays unread."""
    tell(canteen, "clerk")
    told = canteen.told("clerk")[0]

    answers = [
        canteen.get("colleague", f"/notify/{told.id}"),
        canteen.site.client("colleague").post(f"/notify/{told.id}/read"),
        canteen.get("colleague", "/notify/987654"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert canteen.unread("clerk") == 1


def test_what_a_person_lost_the_right_to_is_not_shown(canteen: Canteen) -> None:
    """Who left the unit does not read the title any more, cannot open it, and the bell falls silent."""
    canteen.serve("유구읍 특식", unit="유구읍")
    told = canteen.told("clerk")[0]
    before = canteen.get("clerk").text
    with canteen.site.write_as("admin"):
        duty = Post.get(Post.user == canteen.site.user("clerk").id)
        duty.department = canteen.site.unit("이인면")
        duty.save()

    opened = canteen.get("clerk", f"/notify/{told.id}")
    after = canteen.get("clerk").text

    assert "유구읍 특식" in before
    assert opened.status_code == 404
    assert "유구읍 특식" not in after
    assert 'aria-label="알림 0건"' in after
    assert "유구읍 특식" in canteen.get("colleague").text


def bell(canteen: Canteen, username: str) -> str:
    """The words at the bell on a page that is not the list."""
    found = re.search(r'aria-label="(알림 \d+건)"', canteen.get(username, "/notify/settings").text)
    return found[1] if found else ""


def test_the_bell_and_the_counts_tell_of_no_more_than_the_list(canteen: Canteen) -> None:
    """Who left the unit hears of nothing on any page, from the next one on, and before the list was opened."""
    canteen.serve("유구읍 특식", unit="유구읍")
    canteen.serve("유구읍 후식", unit="유구읍")
    canteen.serve("비빔밥")
    canteen.get("clerk", f"/notify/{canteen.told('clerk')[1].id}")  # one is read, and still counts among all
    before = bell(canteen, "clerk"), bell(canteen, "colleague")
    move(canteen, "clerk", "이인면")

    after = bell(canteen, "clerk"), bell(canteen, "colleague")
    text = canteen.get("clerk").text
    move(canteen, "clerk", "유구읍")

    assert before == ("알림 2건", "알림 3건")
    assert after == ("알림 1건", "알림 3건")
    assert re.findall(r"<b>(\d+)</b>", text) == ["1", "1"]
    assert text.count('class="notify-line') == 1
    assert re.findall(r"<b>(\d+)</b>", canteen.get("clerk").text) == ["3", "1"]


def move(canteen: Canteen, username: str, unit: str) -> None:
    """To another unit, as the personnel office does."""
    with canteen.site.write_as("admin"):
        duty = Post.get(Post.user == canteen.site.user(username).id)
        duty.department = canteen.site.unit(unit)
        duty.save()


def test_the_list_has_no_empty_pages_of_what_was_lost(canteen: Canteen) -> None:
    """Sixty of the unit, then two of all: after the move there is one page, with two lines."""
    for number in range(2):
        tell(canteen, "clerk", text=f"국수 {number}", href=f"/lunch/{number}")
    for number in range(60):
        tell(canteen, "clerk", text="특식", href=f"/lunch/9{number}", subject="dish:999")

    text = canteen.get("clerk").text

    assert text.count('class="notify-line') == 2
    assert "page=2" not in text


def test_nothing_is_shown_that_nobody_vouches_for(canteen: Canteen) -> None:
    """Told with a subject that the plugin does not know: hidden, for everybody."""
    tell(canteen, "clerk", text="떠도는 말", subject="ghost:1")

    assert "떠도는 말" not in canteen.get("clerk").text


def test_a_plugin_that_is_off_is_said_not_shown(canteen: Canteen) -> None:
    """Its texts wait, its notifications do not count, and they are back, unread, when it is on again."""
    canteen.serve("비빔밥")
    switch(canteen, False)
    off = canteen.get("clerk").text
    unread = canteen.unread("clerk")
    switch(canteen, True)

    on = canteen.get("clerk").text

    assert "비빔밥" not in off
    assert "기능의 알림 1건은 그 기능이 다시 켜지면 보입니다." in off
    assert unread == 0
    assert "비빔밥" in on
    assert canteen.unread("clerk") == 1


def switch(canteen: Canteen, is_enabled: bool) -> None:
    """Switch the canteen off or on, as the administrator does."""
    with connected():
        with transaction():
            PluginState.update(is_enabled=is_enabled).where(PluginState.key == "lunch").execute()
        canteen.site.portal.refresh_plugins()


def test_one_and_all_are_marked_as_read(canteen: Canteen) -> None:
    """One by its own button, which comes back to the same filter; then all, and those of others stay."""
    for number in range(3):
        tell(canteen, "clerk", "colleague", text=f"국수 {number}", href=f"/lunch/{number}")
    client = canteen.site.client("clerk")

    one = client.post(f"/notify/{canteen.told('clerk')[0].id}/read", data={"show": "unread", "page": "1"})
    left = canteen.unread("clerk")
    everything = client.post("/notify/read")

    assert (one.status_code, one.headers["location"]) == (303, "/notify/?show=unread&page=1")
    assert left == 2
    assert everything.status_code == 303
    assert (canteen.unread("clerk"), canteen.unread("colleague")) == (0, 3)
    assert "모두 읽었습니다" in canteen.get("clerk", "/notify/?show=unread").text


def test_the_list_has_pages_and_filters(canteen: Canteen) -> None:
    """Fifty a page; pages that are not there are the nearest that is; htmx gets the list alone."""
    for number in range(51):
        tell(canteen, "clerk", text=f"국수 {number}.", href=f"/lunch/{number}")
    client = canteen.site.client("clerk")

    first, last = client.get("/notify/").text, client.get("/notify/?page=99").text
    odd = [client.get(f"/notify/?page={page}").status_code for page in ("-1", "x", "", "٣", "9" * 30)]
    part = client.get("/notify/?show=unread", headers={"hx-request": "true", "hx-request-type": "partial"}).text

    assert (first.count('class="notify-line'), last.count('class="notify-line')) == (50, 1)
    assert odd == [200] * 5
    assert "<html" not in part
    assert 'id="notifications"' in part


def test_the_bell_costs_one_query_and_the_list_few(canteen: Canteen) -> None:
    """The count is one query; a list of fifty asks as often as a list of two."""
    for number in range(50):
        tell(canteen, "clerk", text=f"국수 {number}", href=f"/lunch/{number}")
    tell(canteen, "stranger")
    with connected():
        clerk = canteen.site.user("clerk")
        canteen.unread("stranger")
        first = canteen.site.queries(lambda: unread_count(clerk, canteen.site.portal))
        count = canteen.site.queries(lambda: unread_count(clerk, canteen.site.portal))
    many, few = (canteen.site.client(name) for name in ("clerk", "stranger"))

    assert count == 1
    assert first <= 8  # who they are and what they may, what is unread, and one question to its plugin
    assert canteen.site.queries(lambda: many.get("/notify/")) == canteen.site.queries(lambda: few.get("/notify/")) <= 16


def test_an_empty_list_says_what_would_be_here(canteen: Canteen) -> None:
    """And leads to the settings."""
    text = canteen.get("clerk").text

    assert "아직 알림이 없습니다" in text
    assert 'href="/notify/settings"' in text


def test_kinds_are_chosen_by_each_person(canteen: Canteen) -> None:
    """A kind that is not ticked is off, for this person alone; the choice stands in the audit."""
    client = canteen.site.client("clerk")
    shown = client.get("/notify/settings").text

    saved = client.post("/notify/settings", data={})
    after = client.get("/notify/settings").text

    assert re.search(r'value="lunch.new" checked', shown)
    assert saved.status_code == 303
    assert not re.search(r'value="lunch.new" checked', after)
    assert re.search(r'value="lunch.new" checked', canteen.get("colleague", "/notify/settings").text)
    with connected():
        assert "notify_muted" in {
            change["table"] for change in AuditEntry.select().order_by(AuditEntry.id.desc()).get().changes
        }
    client.post("/notify/settings", data={"wanted": ["lunch.new", "lunch.check"]})
    with connected():
        assert Muted.select().count() == 0


def test_an_unknown_kind_is_refused(canteen: Canteen) -> None:
    """422 with a sentence; nothing is changed."""
    answer = canteen.site.client("clerk").post("/notify/settings", data={"wanted": ["lunch.new", "lunch.gone"]})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    with connected():
        assert Muted.select().count() == 0


def test_without_plugins_that_notify_there_is_nothing_to_choose(portal: Callable[..., Site]) -> None:
    """Alone, the plugin says so; the list says what would be here."""
    client = portal("notify").client("clerk")

    assert "고를 알림이 없습니다" in client.get("/notify/settings").text
    assert "아직 알림이 없습니다" in client.get("/notify/").text


def test_script_in_a_text_is_text(canteen: Canteen) -> None:
    """`<script>` in text and note reaches the list escaped."""
    evil = "<script>alert(1)</script>"
    tell(canteen, "clerk", text=evil, note=evil)

    assert evil not in canteen.get("clerk").text


QUIET = """
    from maru import hookimpl
    from maru_notify.api import NoticeKind

    @hookimpl
    def notice_kinds():
        return [NoticeKind("quiet.said", "소식", "소식이 있으면 알립니다.")]

    @hookimpl
    def visible_subjects(viewer, subjects):
        if "none" in subjects:
            return None
        raise RuntimeError("not today")
    """


def test_no_answer_is_no_failure(portal: Callable[..., Site], tmp_path: Path) -> None:
    """A plugin that lets nobody see a thing says nothing: that is hidden for good, and waits for no other answer."""
    manifest = make_room(tmp_path, "quiet", for_notify=QUIET) / "plugin.toml"
    text = manifest.read_text(encoding="utf-8").replace("api = 1", 'api = 1\noptional = ["notify"]')
    manifest.write_text(text, encoding="utf-8")
    site = portal(plugins_path=[tmp_path, CHECKOUT / "plugins"], plugins_only=["quiet", "notify"])
    with connected():
        viewer = site.user("clerk")
        none, failed = (Notification(plugin="quiet", subject=subject, id=n) for n, subject in enumerate(("none", "?")))

        sights = [Sight.of(site.portal, viewer, [each]) for each in (none, failed)]

    assert [(sight.gone, sight.unknown) for sight in sights] == [((none,), ()), ((), (failed,))]
    forget_rooms(tmp_path)
