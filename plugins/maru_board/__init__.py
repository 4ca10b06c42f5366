"""게시판: staff read notices, share forms, and talk within their department.

Who keeps a board says who reads it (everyone, or chosen departments with the units below them) and who writes on it.
A post is written in the name of a department. A must-read post (필독) waits in the to-do list of everybody who may
read it until they open it, and its author sees who has not.
"""

from maru import Card, DemoSite, MenuEntry, Portal, Todo, User, hookimpl, t

from .contexts import CardContext
from .models import Board
from .selection import Reader, Show, latest
from .settings import BoardSettings

MENU_BOARDS = 8
TODO_POSTS = 10


@hookimpl
def menu(viewer: User) -> list[MenuEntry]:
    """The boards this person reads most, with how many recent posts they have not opened."""
    return [
        MenuEntry(board.name, f"/board/boards/{board.id}/", "message-square", board.unread_count or None)
        for board in Board.by_use(viewer).limit(MENU_BOARDS)
    ]


@hookimpl
def slots(slot: str, viewer: User, portal: Portal) -> list[Card]:
    """The latest posts on the home page."""
    if slot != "home" or not viewer.may("board.read"):
        return []
    posts = tuple(latest(Reader.of(viewer), Show.ALL, portal.settings_of(BoardSettings).card_posts))
    return [Card(t("공지"), "maru_board/_card.html", CardContext(posts), "/board/", order=20)]


@hookimpl
def todo(viewer: User) -> list[Todo]:
    """Must-read posts that this person has not opened."""
    return [
        Todo(
            title=post.title,
            href=f"/board/{post.id}",
            kind="info",
            state=t("필독"),
            note=f"{post.board} · {post.department}",
            action=t("읽기"),
        )
        for post in latest(Reader.of(viewer), Show.WAITING, TODO_POSTS)
    ]


@hookimpl
def demo(site: DemoSite) -> None:
    """Three boards with posts of the last three weeks."""
    from .demonstration import fill  # with xlsxwriter, which nobody needs who does not make a demonstration

    fill(site)
