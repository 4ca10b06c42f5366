"""The core's own pages."""

from maru.pages import SIGNED_IN, Page
from maru.screens import home, me, sign_in

pages = [
    Page("/", home.home, permission=SIGNED_IN),
    Page("/login", sign_in.login, public=True),
    Page("/login", sign_in.enter, public=True, methods=("POST",)),
    Page("/login/language", sign_in.language, public=True, methods=("POST",)),
    Page("/logout", sign_in.leave, public=True, methods=("POST",)),
    Page("/me/", me.me, permission=SIGNED_IN),
    Page("/me/", me.change, permission=SIGNED_IN, methods=("POST",)),
    Page("/me/password", me.password, permission=SIGNED_IN),
    Page("/me/password", me.change_password, permission=SIGNED_IN, methods=("POST",)),
    Page("/me/sessions/{session:int}/end", me.end_one, permission=SIGNED_IN, methods=("POST",)),
    Page("/me/stay", me.stay, permission=SIGNED_IN, methods=("POST",)),
]

nowhere = Page("/{path:path}", home.nowhere, public=True, methods=("GET", "POST", "PUT", "PATCH", "DELETE"))
