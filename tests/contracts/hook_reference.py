"""The hooks as `core/docs/hooks.md`, made of the code. To renew it: `python -m tests.contracts.hook_reference`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from types import ModuleType

from maru.hookspecs import returns
from maru.plugins.manifest import API
from maru_admin.hook_texts import text_of
from tests.canteen import Function, hooks_in
from tests.contracts.hook_contract import modules
from tests.habits.tree import ROOT

PATH = ROOT / "core" / "docs" / "hooks.md"
HEAD = """# The hooks

Made of the code by `python -m tests.contracts.hook_reference`; in a portal, 운영 › 개발 참고서 shows the same, with who
implements each. A plugin implements the hooks of the core in its `__init__.py`, those of another plugin in its
`for_<plugin>.py`, which is loaded where that plugin is there; the manifest names it in `optional` or `requires`. An
implementation is marked with `@hookimpl` and names only the arguments that it needs.

An implementation of a hook that is not there, or with an argument that is not there, makes its plugin ill, in words and
with file and line. The version of the hooks of a plugin grows when a hook or an argument is added, or a shape changed.

The examples are parts of one plugin, the canteen in `tests/canteen/`. The test suite runs them.
"""


def reference() -> str:
    """The whole file."""
    return "\n".join([HEAD, *(line for module in modules() for line in _chapter(module))])


def _chapter(module: ModuleType) -> Iterator[str]:
    package = module.__name__.partition(".")[0]
    where = f"`{module.__name__.replace('.', '/')}.py`"
    version = f"api {API}" if package == "maru" else f"version {module.VERSION}"
    yield f"## {'The core' if package == 'maru' else f'`{package}`'}: {version}, {where}\n"
    for function in hooks_in(module):
        yield from _section(module, function)


def _section(module: ModuleType, function: Function) -> Iterator[str]:
    text, kind = text_of(function), returns(module)[function.__name__].kind
    yield f"### {function.__name__}\n\n{text.purpose}\n"
    yield f"```python\n{function.__name__}{inspect.signature(function)}\n```\n".replace("'", "")
    yield from (f"- `{name}`: {meaning}" for name, meaning in text.arguments.items())
    yield from [""] if text.arguments else []
    yield f"**Called:** {text.called}\n\n**Gives:** {text.gives}\n"
    if is_dataclass(kind):
        shown = ", ".join(f"`{each.name}: {_written(each.type)}`" for each in fields(kind))
        yield f"`{kind.__name__}` has {shown}.\n"
    yield f"**When it fails:** {text.fails}\n\n```python\n{text.example}\n```\n"


def _written(annotation: object) -> str:
    name = annotation.__name__ if isinstance(annotation, type) else str(annotation)
    return re.sub(r"\b(typing|datetime|collections\.abc)\.(?=\w)", "", name)


if __name__ == "__main__":
    PATH.write_text(reference(), encoding="utf-8", newline="\n")
