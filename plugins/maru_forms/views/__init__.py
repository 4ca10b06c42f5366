"""The views of the builder, one module a task."""

from .arranging import columns, save_columns, save_settings, settings
from .building import build, step
from .publishing import close, discard, publish, reopen, review
from .starting import create, index, new
from .trying import try_out

__all__ = [
    "build",
    "close",
    "columns",
    "create",
    "discard",
    "index",
    "new",
    "publish",
    "reopen",
    "review",
    "save_columns",
    "save_settings",
    "settings",
    "step",
    "try_out",
]
