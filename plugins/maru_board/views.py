"""The pages of the boards. Each view reads in three moves: fetch, decide, answer."""

from __future__ import annotations

from dataclasses import replace

import peewee
from starlette.requests import Request
from starlette.responses import Response

from maru import (
    Conflict,
    Department,
    Forbidden,
    NotFound,
    current_user,
    file_response,
    is_partial,
    made_before,
    redirect,
    render,
    t,
    take_file,
    write,
)

from .contexts import (
    BoardFormContext,
    BoardLine,
    BoardsContext,
    PostFormContext,
    ReadersContext,
    ShowContext,
    Theirs,
)
from .events import NoticeRead
from .forms import BoardFields, PostFields, read_board, read_post, room_of
from .listing import listed
from .meanwhile import saved_meanwhile
from .models import Attachment, Audience, Board, Post, PostRead
from .services import change_settings, publish, reading_of, revise, set_up
from .text import compared, paragraphs


def index(request: Request, board: int | None = None) -> Response:
    """The posts of one board, or of all that this person may read. htmx gets the list alone."""
    found = _board(request, board) if board is not None else None
    context = listed(request, current_user(request), found)
    if is_partial(request):
        return render(request, "maru_board/_posts.html", context)
    return render(request, "maru_board/index.html", context)


def show(request: Request, post: int) -> Response:
    """One post with its attachments. 404 when it is hidden, gone or on a board of others."""
    found, viewer = _post(request, post), current_user(request)
    if not PostRead.is_marked(found, viewer):
        with write(request) as change:  # a write of its own: the mark stays, whatever happens to the page
            PostRead.mark(found, viewer)
            if found.is_notice:
                change.emit(NoticeRead(post=found.id, user=viewer.id), key=f"board_post:{found.id}")
    context = ShowContext(
        post=found,
        paragraphs=paragraphs(found.body),
        attachments=tuple(Attachment.of(found)),
        readings=tuple(reading_of(found)) if found.readers_are_known_to(viewer) else None,
        may_change=found.may_be_changed_by(viewer),
        may_restore=found.is_hidden and found.board.is_managed_by(viewer),
    )
    return render(request, "maru_board/show.html", context)


def readers(request: Request, post: int) -> Response:
    """Who has read a must-read post, by department: for its author and who manages the board."""
    found = _post(request, post)
    if not found.readers_are_known_to(current_user(request)):
        raise Forbidden(t("읽음 확인은 필독 글을 쓴 사람과 게시판 관리자만 볼 수 있습니다."))
    return render(request, "maru_board/readers.html", ReadersContext(found, tuple(reading_of(found))))


def download(request: Request, post: int, attachment: int) -> Response:
    """A file of a post. Who may not open the post gets the same 404 as for a file that is not there."""
    found = Attachment.of(_post(request, post)).where(Attachment.id == attachment).first()
    if found is None:
        raise NotFound(t("첨부가 없거나, 볼 수 있는 권한이 없습니다."))
    return file_response(found.file)


def new(request: Request, board: int) -> Response:
    """The form for a new post."""
    found = _writable_board(request, board)
    return render(request, "maru_board/new.html", _post_form(request, found, None, PostFields()))


def create(request: Request, board: int) -> Response:
    """Publish a post, or 422 with the form."""
    found, writer = _writable_board(request, board), current_user(request)
    entered = read_post(request, found, writer)
    if entered.entry is None:
        context = _post_form(request, found, None, PostFields.typed(request), entered.problems)
        return render(request, "maru_board/new.html", context, 422)
    blobs = [take_file(upload) for upload in entered.uploads]
    with write(request) as change:
        post = made_before(request, Post) or publish(change, found, writer, entered.entry, blobs)
    room_of(request).clear(entered.uploads)
    return redirect(request, f"/board/{post.id}", t("게시했습니다."))


def edit(request: Request, post: int) -> Response:
    """The form for changing a post."""
    found = _changeable_post(request, post)
    return render(request, "maru_board/edit.html", _post_form(request, found.board, found, PostFields.of(found)))


def save(request: Request, post: int) -> Response:
    """Change a post, or 422 with the form; 409 with both texts when somebody else changed it meanwhile."""
    found, editor = _changeable_post(request, post), current_user(request)
    entered = read_post(request, found.board, editor, found)
    if entered.entry is None:
        context = _post_form(request, found.board, found, PostFields.typed(request), entered.problems)
        return render(request, "maru_board/edit.html", context, 422)
    blobs = [take_file(upload) for upload in entered.uploads]
    try:
        with write(request):
            revise(found, editor, entered.entry, blobs)
    except Conflict:
        return _both_texts(request, _changeable_post(request, post), entered.entry.body)
    room_of(request).clear(entered.uploads)
    return redirect(request, f"/board/{post}", t("저장했습니다."))


def _both_texts(request: Request, post: Post, typed: str) -> Response:
    """The form with what was typed, beside what somebody else saved; saving again replaces theirs knowingly."""
    fields = replace(PostFields.typed(request), version=post.version)
    theirs = Theirs(post, compared(post.body, typed))
    context = _post_form(request, post.board, post, fields, theirs=theirs)
    return render(request, "maru_board/edit.html", context, 409)


def hide(request: Request, post: int) -> Response:
    """Delete a post: it is hidden, and who manages the board can bring it back."""
    found = _changeable_post(request, post)
    with write(request):
        found.is_hidden = True
        found.save(only=[Post.is_hidden])
    return redirect(request, f"/board/boards/{found.board.id}/", t("삭제했습니다. 게시판 관리자가 되살릴 수 있습니다."))


def restore(request: Request, post: int) -> Response:
    """Bring a deleted post back."""
    found = _post(request, post)
    if not found.board.is_managed_by(current_user(request)):
        raise Forbidden(t("글은 게시판 관리자만 되살릴 수 있습니다."))
    with write(request):
        found.is_hidden = False
        found.save(only=[Post.is_hidden])
    return redirect(request, f"/board/{post}", t("글을 되살렸습니다."))


def boards(request: Request) -> Response:
    """The boards this person may read, with what they may do there."""
    viewer = current_user(request)
    found: list[Board] = peewee.prefetch(Board.visible_to(viewer), Audience.select())
    lines = tuple(BoardLine(b, bool(b.writing_departments(viewer)), b.is_managed_by(viewer)) for b in found)
    return render(request, "maru_board/boards.html", BoardsContext(lines, viewer.may("board.manage")))


def new_board(request: Request) -> Response:
    """The form for a new board."""
    return render(request, "maru_board/new_board.html", _board_form(request, None, BoardFields()))


def create_board(request: Request) -> Response:
    """Make a board, or 422 with the form."""
    blank = _board_form(request, None, BoardFields.typed(request))
    entry, problems = read_board(request, blank.keepers, blank.departments)
    if entry is None:
        return render(request, "maru_board/new_board.html", replace(blank, problems=problems), 422)
    with write(request):
        board = made_before(request, Board) or set_up(Board(), entry)
    return redirect(request, f"/board/boards/{board.id}/", t("게시판을 만들었습니다."))


def edit_board(request: Request, board: int) -> Response:
    """The form for changing a board."""
    found = _managed_board(request, board)
    return render(request, "maru_board/edit_board.html", _board_form(request, found, BoardFields.of(found)))


def save_board(request: Request, board: int) -> Response:
    """Change a board, or 422 with the form; 409 with what is stored when somebody else changed it meanwhile."""
    found = _managed_board(request, board)
    filled = _board_form(request, found, BoardFields.typed(request))
    entry, problems = read_board(request, filled.keepers, filled.departments)
    if entry is None:
        return render(request, "maru_board/edit_board.html", replace(filled, problems=problems), 422)
    try:
        with write(request):
            change_settings(found, entry, filled.fields)
    except Conflict:
        return _settings_of_both(request, _managed_board(request, board), filled.fields)
    return redirect(request, f"/board/boards/{board}/", t("저장했습니다."))


def _settings_of_both(request: Request, board: Board, typed: BoardFields) -> Response:
    """The form with what was typed, and what somebody else saved; saving again replaces theirs knowingly."""
    stored = BoardFields.of(board)
    context = _board_form(request, board, replace(typed, seen=stored.seen))
    context = replace(context, theirs=saved_meanwhile(typed, stored, context.departments))
    return render(request, "maru_board/edit_board.html", context, 409)


def _board(request: Request, board: int) -> Board:
    found: Board | None = Board.visible_to(current_user(request)).where(Board.id == board).first()
    if found is None:
        raise NotFound(t("게시판이 없거나, 볼 수 있는 권한이 없습니다."))
    return found


def _writable_board(request: Request, board: int) -> Board:
    found = _board(request, board)
    if not found.writing_departments(current_user(request)):
        raise Forbidden(t("이 게시판에 글을 쓸 수 있는 부서가 아닙니다. 담당 부서에 문의해 주세요."))
    return found


def _managed_board(request: Request, board: int) -> Board:
    found = _board(request, board)
    if not found.is_managed_by(current_user(request)):
        raise Forbidden(t("이 게시판은 담당 부서의 관리자만 고칠 수 있습니다."))
    return found


def _post(request: Request, post: int) -> Post:
    found: Post | None = Post.visible_to(current_user(request)).where(Post.id == post).first()
    if found is None:
        raise NotFound(t("글이 없거나, 볼 수 있는 권한이 없습니다."))
    return found


def _changeable_post(request: Request, post: int) -> Post:
    found = _post(request, post)
    if not found.may_be_changed_by(current_user(request)):
        raise Forbidden(t("글은 쓴 사람과 게시판 관리자만 고치거나 삭제할 수 있습니다."))
    return found


def _post_form(
    request: Request,
    board: Board,
    post: Post | None,
    fields: PostFields,
    problems: dict[str, str] | None = None,
    theirs: Theirs | None = None,
) -> PostFormContext:
    writer = current_user(request)
    return PostFormContext(
        board=board,
        post=post,
        fields=fields,
        problems=problems or {},
        departments=(post.department,) if post else tuple(board.writing_departments(writer)),
        attachments=tuple(Attachment.of(post)) if post else (),
        may_mark=board.may_be_marked_by(writer),
        theirs=theirs,
    )


def _board_form(request: Request, board: Board | None, fields: BoardFields) -> BoardFormContext:
    named = Department.nameable()
    keepers = [unit for unit in named if current_user(request).may("board.manage", unit)]
    return BoardFormContext(board, fields, {}, tuple(keepers), tuple(named))
