"""The core's own pages."""

from maru.pages import SIGNED_IN, Page
from maru.screens import home, password, sign_in

pages = [
    Page("/", home.home, permission=SIGNED_IN),
    Page("/cards/{plugin}", home.cards, permission=SIGNED_IN),
    Page("/login", sign_in.login, public=True),
    Page("/login", sign_in.enter, public=True, methods=("POST",)),
    Page("/login/language", sign_in.language, public=True, methods=("POST",)),
    Page("/logout", sign_in.leave, public=True, methods=("POST",)),
    Page("/password", password.password, permission=SIGNED_IN),
    Page("/password", password.change_password, permission=SIGNED_IN, methods=("POST",)),
    Page("/session/own", password.own, permission=SIGNED_IN, methods=("POST",)),
    Page("/session/stay", password.stay, permission=SIGNED_IN, methods=("POST",)),
]

nowhere = Page("/{path:path}", home.nowhere, permission=SIGNED_IN, methods=("GET", "POST", "PUT", "PATCH", "DELETE"))
