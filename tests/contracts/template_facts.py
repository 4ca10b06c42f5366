"""What a template says of its context in its first line, and what it really uses.

    {# ShowContext · views.show #}                  a page, or a part that is answered alone
    {# part of ShowContext #}                       a part that a page includes
    {# part of ListContext · with `row` #}          … and what the page gives it besides, in backticks
    {# with `moments`: tuple[Moment, …] #}          a part that needs nothing else
    {# Shell: the frame of every page #}            a part of the frame: it uses `shell` alone
    {# Macros for page authors: icon, tag #}        a library of macros: it has no context

Words may stand anywhere between. A class is looked for beside the view, in the owner's `contexts.py`, and then in its
other modules; a view is named from the owner's package on.
"""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import jinja2
from jinja2 import meta, nodes

CLASS = re.compile(r"\b[A-Z]\w*Context\b(?! as `)|\bShell\b")
LOCAL = re.compile(r"`([a-z_]\w*)`")
VIEW = re.compile(r"(?<![\w.])[a-z_]\w*(?:\.[a-z_]\w*)+(?!\w)")
GIVEN = frozenset({"shell", "self", "super", "caller", "varargs", "kwargs", "loop"})
NOT_LOADED = ("tests", "migrations", "__main__")


@dataclass(frozen=True)
class TemplateFacts:
    """The template `name` of `environment`; its owner is the package that its path begins with."""

    environment: jinja2.Environment
    name: str

    @cached_property
    def source(self) -> str:
        """Its text."""
        assert self.environment.loader is not None
        return self.environment.loader.get_source(self.environment, self.name)[0]

    @cached_property
    def tree(self) -> nodes.Template:
        """Its syntax tree."""
        return self.environment.parse(self.source)

    @property
    def owner(self) -> str:
        """`maru_board` for `maru_board/show.html`."""
        return self.name.partition("/")[0]

    @property
    def is_part(self) -> bool:
        """A fragment, by the underscore of its name."""
        return self.name.rpartition("/")[2].startswith("_")

    @cached_property
    def said(self) -> str:
        """The comment that it begins with; empty where there is none."""
        found = re.match(r"\{#-?(.*?)#\}", self.source, re.DOTALL)
        return found[1].strip() if found else ""

    @property
    def class_names(self) -> list[str]:
        """The classes named as its context."""
        return CLASS.findall(self.said)

    @property
    def locals(self) -> set[str]:
        """The names that whoever includes it must give, as it says."""
        return set(LOCAL.findall(self.said))

    @property
    def sees_its_context(self) -> list[str]:
        """The templates that take names from its context: what it extends, and what it includes or imports with it."""
        found = [node.template for node in self.tree.find_all(nodes.Extends)]
        found += [node.template for node in self.tree.find_all(nodes.Include) if node.with_context]
        found += [node.template for node in self.tree.find_all(nodes.Import) if node.with_context]
        found += [node.template for node in self.tree.find_all(nodes.FromImport) if node.with_context]
        return [name for node in found for name in _constants(node)]

    @property
    def views(self) -> list[str]:
        """The views named, `views.show`; file names are none."""
        return [found for found in VIEW.findall(self.said) if not found.endswith((".html", ".js", ".css"))]

    @property
    def has_no_context(self) -> bool:
        """A library of macros."""
        return self.said.startswith("Macros")

    @cached_property
    def own_names(self) -> set[str]:
        """What it defines itself: macros, imports, assignments. Jinja takes those below an `if` for undeclared."""
        found = {node.name for node in self.tree.find_all(nodes.Macro)}
        found |= {node.target for node in self.tree.find_all(nodes.Import)}
        for each in self.tree.find_all(nodes.FromImport):
            found |= {name if isinstance(name, str) else name[1] for name in each.names}
        targets = [node.target for node in self.tree.find_all(nodes.Assign)]
        targets += [node.target for node in self.tree.find_all(nodes.AssignBlock)]
        for target in targets:
            found |= set(_stored(target))
        return found

    @cached_property
    def uses(self) -> set[str]:
        """The names it takes from its context, with those of the templates that it includes, extends and imports.

        What is included by a name that only a request knows is left to the pages that are really drawn.
        """
        found = meta.find_undeclared_variables(self.tree) - self.own_names
        assigned = set(_stored(self.tree)) | self.own_names
        for other in self.sees_its_context:
            found |= _known(self.environment, other).uses - assigned
        return found - set(self.environment.globals)

    def class_of(self, name: str) -> type | None:
        """The class `name` as the owner has it; None when there is none."""
        beside = [self.view(view) for view in self.views]
        modules = [view.__module__ for view in beside if view is not None and hasattr(view, "__module__")]
        for module in [*modules, f"{self.owner}.contexts", *modules_of(self.owner)]:
            found = getattr(_imported(module), name, None)
            if isinstance(found, type):
                return found
        return None

    def view(self, dotted: str) -> Any:
        """The function behind `views.show` or `maru_board.slots`; None when there is none."""
        for whole in (f"{self.owner}.{dotted}", dotted):
            module, _, name = whole.rpartition(".")
            if module.partition(".")[0] == self.owner and callable(found := getattr(_imported(module), name, None)):
                return found
        return None


@lru_cache(maxsize=512)
def _known(environment: jinja2.Environment, name: str) -> TemplateFacts:
    """The same facts for every page that includes this template."""
    return TemplateFacts(environment, name)


def objections(facts: TemplateFacts) -> Iterator[str]:
    """What is wrong with a template and its context, one sentence each."""
    if not facts.said:
        yield "does not name its context in its first line"
    elif facts.has_no_context:
        yield from (f"is a library of macros, but uses {name}" for name in sorted(facts.uses - GIVEN))
    else:
        yield from _objections_to_names(facts)


def _objections_to_names(facts: TemplateFacts) -> Iterator[str]:
    classes = {name: facts.class_of(name) for name in facts.class_names}
    yield from (f"names {name}, which {facts.owner} does not have" for name, found in classes.items() if found is None)
    yield from (f"names the view {view}, which there is not" for view in facts.views if facts.view(view) is None)
    known = [found for found in classes.values() if found is not None]
    for each in known:
        yield from objections_to(each)
    if not facts.is_part and len(classes) != 1:
        yield f"is a page, and names {len(classes)} classes as its context"
    if not facts.is_part and not facts.views and facts.class_names != ["Shell"]:
        yield "is a page, and names no view"
    if len(known) == len(classes) and all(map(dataclasses.is_dataclass, known)):
        has = set.intersection(*map(fields_of, known)) if known else set()
        wanted = facts.uses - GIVEN
        yield from (f"uses {name}, which its context does not have" for name in sorted(wanted - has - facts.locals))
        yield from (f"says that it is given {name}, and does not use it" for name in sorted(facts.locals - wanted))


def objections_to(context: type) -> Iterator[str]:
    """What is wrong with a context class."""
    if not dataclasses.is_dataclass(context):
        yield f"names {context.__name__}, which is no dataclass"
        return
    if not context.__dataclass_params__.frozen:  # type: ignore[attr-defined]  # every dataclass has it; mypy does not know
        yield f"names {context.__name__}, which is not frozen"
    if not context.__doc__ or context.__doc__.startswith(f"{context.__name__}("):
        yield f"names {context.__name__}, which has no docstring"


def fields_of(context: type) -> set[str]:
    """The names a template may use; the frame's own class is used as `shell` alone."""
    return set() if context.__name__ == "Shell" else {field.name for field in dataclasses.fields(context)}


def unused_fields(all_facts: Iterable[TemplateFacts]) -> list[str]:
    """`BoardsContext.may_manage` for each field of a context that none of its templates uses."""
    used: dict[type, set[str]] = {}
    for facts in all_facts:
        for name in facts.class_names:
            if (found := facts.class_of(name)) is not None and dataclasses.is_dataclass(found):
                used.setdefault(found, set()).update(facts.uses)
    return sorted(
        f"{context.__module__}.{context.__name__}.{name}"
        for context, names in used.items()
        for name in fields_of(context) - names
    )


def modules_of(package: str) -> list[str]:
    """The modules of a package, tests and migrations apart."""
    top = _imported(package)
    walked = pkgutil.walk_packages(getattr(top, "__path__", []), f"{package}.") if top else []
    return [package, *(each.name for each in walked if not set(NOT_LOADED).intersection(each.name.split(".")))]


def _imported(module: str) -> Any:
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError:
        return None


def _stored(tree: nodes.Node) -> Iterator[str]:
    names = [tree] if isinstance(tree, nodes.Name) else tree.find_all(nodes.Name)
    yield from (node.name for node in names if node.ctx in ("store", "param"))


def _constants(node: nodes.Expr) -> list[str]:
    values = node.as_const() if isinstance(node, (nodes.Const, nodes.List, nodes.Tuple)) else []
    return [values] if isinstance(values, str) else list(values)
