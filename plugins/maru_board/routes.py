"""The map: each address of `/board/`, its view, and the permission it asks for."""

from maru import Page

from . import views
from .forms import REQUEST_BYTES

pages = [
    Page("/", views.index, permission="board.read"),
    Page("/{post:int}", views.show, permission="board.read"),
    Page("/{post:int}/readers", views.readers, permission="board.read"),
    Page("/{post:int}/files/{attachment:int}", views.download, permission="board.read"),
    Page("/{post:int}/edit", views.edit, permission="board.write"),
    Page("/{post:int}/edit", views.save, permission="board.write", methods=("POST",), upload_bytes=REQUEST_BYTES),
    Page("/{post:int}/hide", views.hide, permission="board.write", methods=("POST",)),
    Page("/{post:int}/restore", views.restore, permission="board.manage", methods=("POST",)),
    Page("/boards/", views.boards, permission="board.read"),
    Page("/boards/{board:int}/", views.index, permission="board.read"),
    Page("/boards/{board:int}/new", views.new, permission="board.write"),
    Page(
        "/boards/{board:int}/new", views.create, permission="board.write", methods=("POST",), upload_bytes=REQUEST_BYTES
    ),
    Page("/boards/new", views.new_board, permission="board.manage"),
    Page("/boards/new", views.create_board, permission="board.manage", methods=("POST",)),
    Page("/boards/{board:int}/edit", views.edit_board, permission="board.manage"),
    Page("/boards/{board:int}/edit", views.save_board, permission="board.manage", methods=("POST",)),
]
