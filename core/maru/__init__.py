"""Maru: the hall of a staff portal. It knows who you are, draws the page, and knows which rooms there are.

These names are what plugins build on; everything else may change. They are imported when first used, so that
importing `maru` costs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from maru.db import Change, JSONField, Model, UtcDateTimeField, schema_change
    from maru.demo import DemoSite
    from maru.errors import BadRequest, Conflict, Forbidden, Invalid, NotFound, PluginError, TooLarge, Unavailable
    from maru.files import Blob, clean_name, take_file
    from maru.hookspecs import gives, hookimpl, hookspec
    from maru.language import Label, ago, day, due, label_text, local, moment, now, t, today
    from maru.models import (
        AuditEntry,
        Department,
        Grant,
        PluginFailure,
        PluginState,
        Post,
        Role,
        RoleMember,
        Session,
        StoredFile,
        Units,
        User,
        verify_chain,
    )
    from maru.pages import (
        SIGNED_IN,
        Actor,
        Page,
        Portal,
        current_user,
        file_response,
        form,
        json_body,
        portal_of,
        read_form,
        redirect,
        render,
        render_part,
        write,
        write_as,
    )
    from maru.plugins import Plugin
    from maru.types import Card, Event, Kind, MenuEntry, SignIn, Todo

_HOMES = {
    "maru.db": "Change JSONField Model UtcDateTimeField schema_change",
    "maru.demo": "DemoSite",
    "maru.errors": "BadRequest Conflict Forbidden Invalid NotFound PluginError TooLarge Unavailable",
    "maru.files": "Blob clean_name take_file",
    "maru.hookspecs": "gives hookimpl hookspec",
    "maru.language": "Label ago day due label_text local moment now t today",
    "maru.models": "AuditEntry Department Grant PluginFailure PluginState Post Role RoleMember Session StoredFile Units "
    "User verify_chain",
    "maru.pages": "SIGNED_IN Actor Page Portal current_user file_response form json_body portal_of read_form redirect "
    "render render_part write write_as",
    "maru.plugins": "Plugin",
    "maru.types": "Card Event Kind MenuEntry SignIn Todo",
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names.split()}

__all__ = [
    "SIGNED_IN",
    "Actor",
    "AuditEntry",
    "BadRequest",
    "Blob",
    "Card",
    "Change",
    "Conflict",
    "DemoSite",
    "Department",
    "Event",
    "Forbidden",
    "Grant",
    "Invalid",
    "JSONField",
    "Kind",
    "Label",
    "MenuEntry",
    "Model",
    "NotFound",
    "Page",
    "Plugin",
    "PluginError",
    "PluginFailure",
    "PluginState",
    "Portal",
    "Post",
    "Role",
    "RoleMember",
    "Session",
    "SignIn",
    "StoredFile",
    "Todo",
    "TooLarge",
    "Unavailable",
    "Units",
    "User",
    "UtcDateTimeField",
    "ago",
    "clean_name",
    "current_user",
    "day",
    "due",
    "file_response",
    "form",
    "gives",
    "hookimpl",
    "hookspec",
    "json_body",
    "label_text",
    "local",
    "moment",
    "now",
    "portal_of",
    "read_form",
    "redirect",
    "render",
    "render_part",
    "schema_change",
    "t",
    "take_file",
    "today",
    "verify_chain",
    "write",
    "write_as",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'maru' has no attribute {name!r}")
    found = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = found
    return found
