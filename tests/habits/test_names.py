"""One word all the way: URL, permission, view, template, table."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.habits.tree import ROOT, files, manifests, python_files, syntax

EMPTY_MODULES = {"utils", "util", "helpers", "helper", "misc", "common", "managers", "stuff"}
EMPTY_CLASSES = {"Item", "Data", "Info", "Obj", "Object", "Manager", "Handler", "Helper", "Util", "Utils", "Thing"}
RESERVED = {"login", "logout", "static", "files", "api", "health"}
PLUGINS = sorted(manifests())


@dataclass(frozen=True)
class Route:
    """One `Page(...)` of a plugin's routes.py, read without importing it."""

    path: str
    view: str
    permission: str | None
    is_public: bool
    methods: tuple[str, ...]


def routes(folder: str) -> list[Route]:
    """The pages of a plugin, in the order of its routes.py."""
    path = Path("plugins", folder, "routes.py")
    if not (ROOT / path).is_file():
        return []
    calls = [node for node in ast.walk(syntax(path)) if isinstance(node, ast.Call)]
    return [route_of(call) for call in calls if isinstance(call.func, ast.Name) and call.func.id == "Page"]


def route_of(call: ast.Call) -> Route:
    """What a `Page(path, module.view, permission=…)` says."""
    named = {word.arg: word.value for word in call.keywords if word.arg}
    path, view = call.args[0], call.args[1]
    permission = named.get("permission")
    methods = named.get("methods")
    return Route(
        path=str(ast.literal_eval(path)),
        view=view.attr if isinstance(view, ast.Attribute) else ast.unparse(view),
        permission=permission.value if isinstance(permission, ast.Constant) and permission.value else None,  # type: ignore[arg-type]  # a string by the type of Page
        is_public="public" in named and bool(ast.literal_eval(named["public"])),
        methods=tuple(ast.literal_eval(methods)) if methods else ("GET",),
    )


def view_functions(folder: str) -> dict[str, ast.FunctionDef]:
    """Functions of views.py, or of the modules in views/, by name."""
    top = Path("plugins", folder)
    paths = [path for path in python_files(str(top)) if path == top / "views.py" or path.is_relative_to(top / "views")]
    return {node.name: node for path in paths for node in syntax(path).body if isinstance(node, ast.FunctionDef)}


def templates_of(function: ast.FunctionDef) -> list[str]:
    """Templates that a view hands to `render` itself, fragments left out."""
    names = [
        str(word.value)
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "render"
        for word in call.args
        if isinstance(word, ast.Constant) and str(word.value).endswith(".html")
    ]
    return [name for name in names if not name.rpartition("/")[2].startswith("_")]


def table_names(folder: str) -> Iterator[tuple[Path, str]]:
    """Each `table_name = "…"` that a plugin's own models write out."""
    for path in python_files(f"plugins/{folder}"):
        if {"migrations", "tests"}.intersection(path.parts):
            continue
        for node in ast.walk(syntax(path)):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                names = {target.id for target in node.targets if isinstance(target, ast.Name)}
                if "table_name" in names:
                    yield path, str(node.value.value)


def test_no_module_is_named_after_nothing() -> None:
    """No utils.py, helpers.py, misc.py: a module is named after what it holds."""
    found = [str(path) for path in files() if path.suffix in {".py", ".js"} and path.stem in EMPTY_MODULES]

    assert found == []


def test_no_class_is_named_after_nothing() -> None:
    """No class Item, Data, Info or Manager: a class bears the office's word."""
    found = [
        f"{path}:{node.lineno} {node.name}"
        for path in python_files()
        for node in ast.walk(syntax(path))
        if isinstance(node, ast.ClassDef) and (node.name in EMPTY_CLASSES or node.name.endswith("Manager"))
    ]

    assert found == []


@pytest.mark.parametrize("folder", PLUGINS)
def test_id_is_the_name_of_the_folder(folder: str) -> None:
    """plugins/maru_board holds the plugin "board", and its id is no reserved address."""
    plugin_id = manifests()[folder]["id"]

    assert folder == f"maru_{plugin_id}"
    assert plugin_id not in RESERVED


@pytest.mark.parametrize("folder", PLUGINS)
def test_manifest_stays_below_its_id(folder: str) -> None:
    """Permissions are `board.…`, addresses of the menu are `/board/…`."""
    manifest = manifests()[folder]
    plugin_id = manifest["id"]

    permissions = [entry["key"] for entry in manifest.get("permissions", [])]
    addresses = [entry["href"] for entry in manifest.get("nav", [])]

    assert [key for key in permissions if not key.startswith(f"{plugin_id}.")] == []
    assert [href for href in addresses if not href.startswith(f"/{plugin_id}/")] == []


@pytest.mark.parametrize("folder", PLUGINS)
def test_every_page_declares_who_may_see_it(folder: str) -> None:
    """A page names a permission of its manifest (or of a plugin it requires), or says that it is public."""
    known = {entry["key"] for manifest in manifests().values() for entry in manifest.get("permissions", [])}

    open_pages = [page for page in routes(folder) if page.permission not in known and not page.is_public]

    assert open_pages == []


@pytest.mark.parametrize("folder", PLUGINS)
def test_paths_lie_below_the_plugin(folder: str) -> None:
    """Paths in routes.py start with a slash and leave the prefix `/<id>` to the core."""
    plugin_id = manifests()[folder]["id"]

    wrong = [page for page in routes(folder) if not page.path.startswith("/") or page.path.startswith(f"/{plugin_id}/")]

    assert wrong == []


@pytest.mark.parametrize("folder", PLUGINS)
def test_page_view_and_template_share_a_name(folder: str) -> None:
    """A page that is read is drawn by the template of its view's name: views.show, show.html."""
    functions = view_functions(folder)
    wrong = []

    for page in routes(folder):
        drawn = templates_of(functions[page.view]) if page.view in functions else []
        if "GET" in page.methods and drawn and f"{folder}/{page.view}.html" not in drawn:
            wrong.append(f"{page.path}: views.{page.view} draws {drawn}")

    assert wrong == []


@pytest.mark.parametrize("folder", PLUGINS)
def test_every_page_finds_its_view(folder: str) -> None:
    """The view of each line in routes.py stands in views.py, or in a module of views/."""
    lost = [page for page in routes(folder) if page.view not in view_functions(folder)]

    assert lost == []


@pytest.mark.parametrize("folder", PLUGINS)
def test_tables_carry_the_plugins_id(folder: str) -> None:
    """A table name that is written out starts with `<id>_`."""
    plugin_id = manifests()[folder]["id"]

    strangers = [f"{path}: {name}" for path, name in table_names(folder) if not name.startswith(f"{plugin_id}_")]

    assert strangers == []


@pytest.mark.parametrize("folder", PLUGINS)
@pytest.mark.parametrize("kind", ["templates", "static"])
def test_templates_and_static_files_carry_the_plugins_name(folder: str, kind: str) -> None:
    """Below templates/ and static/ there is one folder, named like the plugin."""
    top = ROOT / "plugins" / folder / kind

    names = {path.name for path in top.iterdir()} if top.is_dir() else set()

    assert names <= {folder}


@pytest.mark.parametrize("folder", PLUGINS)
def test_no_module_hides_a_hook(folder: str) -> None:
    """`demo.py` beside `def demo` in `__init__.py` would take the hook's place once it is imported."""
    init = Path("plugins", folder, "__init__.py")
    hooks = {node.name for node in ast.walk(syntax(init)) if isinstance(node, ast.FunctionDef)}

    modules = {path.stem for path in (ROOT / "plugins" / folder).glob("*.py")}

    assert hooks & modules == set()
