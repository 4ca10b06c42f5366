"""What other plugins may use: telling people directly, and the types of the hooks in `hooks.py`.

    with write(request):
        notify(Notice("lunch.changed", (user.id,), text=menu.name, href="/lunch/3", subject="menu:3"))

A plugin that names `notify` in its manifest's `optional` does this in `for_notify.py`, which is loaded only where this
plugin is installed.
"""

from .notice import Notice, NoticeKind, Settled
from .services import notify

__all__ = ["Notice", "NoticeKind", "Settled", "notify"]
