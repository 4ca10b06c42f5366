"""A page: an address, a view, and who may see it. Nothing is open by omission."""

import inspect
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.convertors import IntegerConvertor
from starlette.routing import compile_path

from maru.errors import PluginError
from maru_boundary import Checked

SIGNED_IN = "portal.use"
"""The permission of everybody who is signed in."""


IntegerConvertor.regex = "[0-9]{1,9}"  # `{post:int}`: no column of ids holds more, and Python refuses to read 5,000


def _caller() -> str:
    frame = sys._getframe(3)  # Page.__init__ ← dataclass __init__ ← routes.py
    path = Path(frame.f_code.co_filename)
    return f"{path.parent.name}/{path.name}:{frame.f_lineno}"


@dataclass(frozen=True)
class Page(Checked):
    """One line of `routes.py`. `path` is taken below `/<plugin id>/`; its `{name:int}` parts become arguments.

    `upload_bytes` limits what may be sent, `limit_seconds` how long the view may take (None: as the settings say).
    """

    path: str
    view: Callable[..., Any]
    permission: str | None = None
    public: bool = False
    methods: tuple[str, ...] = ("GET",)
    upload_bytes: int = 2_000_000
    limit_seconds: int | float | None = None
    where: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "where", self.where or _caller())
        try:
            super().__post_init__()
            compile_path(self.path)
            self.view_name, self.view_place  # noqa: B018 — an object that can be called has neither
        except (AssertionError, AttributeError, TypeError, ValueError) as wrong:
            known = " Known are int, float, path, str and uuid." if type(wrong) is AssertionError else ""
            raise PluginError(f'Page "{self.path}" cannot be used: {wrong}.{known}', self.where) from None
        if not self.path.startswith("/"):
            raise PluginError(f'Page "{self.path}" must begin with "/".', self.where)
        if self.public == (self.permission is not None):
            said = "names both a permission and public=True" if self.public else "declares no permission"
            raise PluginError(f'Page "{self.path}" {said}. Say permission="…" or public=True.', self.where)

    @property
    def view_name(self) -> str:
        """`board.views.show` without the package prefix, for routes, audit and logs."""
        return f"{self.view.__module__.removeprefix('maru_')}.{self.view.__qualname__}"

    @property
    def view_place(self) -> str:
        """`views.py:31`."""
        code = inspect.unwrap(self.view).__code__
        return f"{Path(code.co_filename).name}:{code.co_firstlineno}"
