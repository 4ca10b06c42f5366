"""The one loader: from folders and entry points to loaded plugins, each ill by itself when it must be."""

import importlib
import importlib.metadata
import importlib.util
import logging
import sys
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from maru.errors import PluginError
from maru.models import User
from maru.plugins.manifest import Manifest, read_manifest, version_tuple
from maru.settings import Settings
from maru_boundary import describe, did_you_mean, place_of, text_of
from maru_db import nothing_left_open
from maru_language import label_text

logger = logging.getLogger("maru.plugins")

MOST_PROBLEM = 10_000
CUT = "Take one of them out of requires or optional."


@dataclass
class Plugin:
    """A plugin that was found. `problem` says why it is ill; then nothing of it is used."""

    key: str
    package: str
    folder: Path
    manifest: Manifest | None = None
    problem: str = ""
    where: str = ""
    module: ModuleType | None = None
    is_enabled: bool = True
    units: frozenset[int] | None = None
    """The departments it is on for; None: all of them."""
    settings: BaseModel | None = None
    """What the administrator has set, as the model that the manifest names; None without one."""
    modules: dict[str, ModuleType] = field(default_factory=dict)

    def is_on(self, viewer: User | None = None) -> bool:
        """Whether it is well and switched on: for one of the departments of `viewer`, or anywhere without one."""
        is_meant = viewer is None or self.units is None or not self.units.isdisjoint(viewer.unit_ids)
        return self.is_well and self.is_enabled and is_meant

    @property
    def is_well(self) -> bool:
        """Loaded and free of problems."""
        return not self.problem and self.manifest is not None

    @property
    def label(self) -> str:
        """Its name in the current locale; its id where no manifest can be read."""
        return label_text(self.manifest.name.model_dump()) if self.manifest else self.key

    @property
    def facts(self) -> Manifest:
        """The manifest of a well plugin."""
        if self.manifest is None:
            raise PluginError(f'Plugin "{self.key}" has no readable manifest.')
        return self.manifest

    def take_settings(self, stored: dict[str, Any]) -> None:
        """Read what is stored as the settings model; what does not fit it any more takes its default."""
        if self.settings is not None:
            known = {name: value for name, value in stored.items() if name in type(self.settings).model_fields}
            with suppress(ValidationError):
                self.settings = type(self.settings).model_validate(known)

    def fall_ill(self, problem: BaseException, begins_at: str = "") -> None:
        """Note why this plugin cannot be used, with file and line; `begins_at` where none of its lines raised it."""
        is_ours = type(problem) is PluginError
        said = (text_of(problem, MOST_PROBLEM) if is_ours else "") or describe(problem)
        self.where = place_of(problem, self.folder) or begins_at
        self.problem = said.removeprefix(f"{self.where}: ")
        logger.error("Plugin %s is ill: %s (%s)", self.key, self.problem, self.where or "no place")


def discover(settings: Settings) -> list[Plugin]:
    """All plugins there are, ill ones too, in the order of their dependencies. Imports nothing of them."""
    found: dict[str, Plugin] = {}
    for package, folder in () if settings.safe else _places(settings):
        plugin = Plugin(key=package.removeprefix("maru_"), package=package, folder=folder)
        try:
            plugin.manifest = read_manifest(folder)
            if package != f"maru_{plugin.manifest.id}":
                raise PluginError(f'id = "{plugin.manifest.id}" does not fit the folder "{package}"', "plugin.toml")
        except Exception as wrong:  # noqa: BLE001 — a file of a plugin may hold anything, brackets without end too
            plugin.fall_ill(wrong, "plugin.toml")
        if not settings.plugins_only or plugin.key in settings.plugins_only:
            found.setdefault(plugin.key, plugin)
    return _in_order(found)


def _places(settings: Settings) -> Iterable[tuple[str, Path]]:
    for root in map(Path.resolve, settings.plugins_path):  # tracebacks name whole paths
        if not root.is_dir():
            continue
        if str(root) not in sys.path:
            sys.path.append(str(root))
        for folder in sorted(root.iterdir()):
            if folder.name.startswith("maru_") and (folder / "plugin.toml").is_file():
                yield folder.name, folder
    for entry in importlib.metadata.entry_points(group="maru.plugins"):
        spec = importlib.util.find_spec(entry.module.partition(".")[0])  # of what is inside of it would import it
        yield entry.module, Path(spec.origin).parent if spec and spec.origin else Path(entry.module)  # gone: it is ill


def _in_order(found: dict[str, Plugin]) -> list[Plugin]:
    done: dict[str, Plugin] = {}

    def visit(plugin: Plugin, path: tuple[str, ...]) -> None:
        if plugin.key in done:
            return
        if plugin.key in path:
            plugin.fall_ill(PluginError(f"needs itself: {' → '.join([*path, plugin.key])}. {CUT}", "plugin.toml"))
        elif plugin.manifest is not None:
            for key in plugin.manifest.known_plugins():
                if key in found:
                    visit(found[key], (*path, plugin.key))
        done.setdefault(plugin.key, plugin)

    for plugin in sorted(found.values(), key=lambda p: (p.manifest.order if p.manifest else 999, p.key)):
        visit(plugin, ())
    return list(done.values())


Step = Literal["import", "tables", "jobs"]
Guard = Callable[[Plugin, Step], AbstractContextManager[object]]
"""What stands around each step of a plugin's start: a served portal watches over it."""


def unguarded(plugin: Plugin, step: Step) -> AbstractContextManager[object]:
    """Nobody watches: a command, or a test."""
    return nullcontext()


def load_all(plugins: list[Plugin], guard: Guard = unguarded) -> None:
    """Import every well plugin with its `routes`, `hooks` and `for_*` modules; who fails falls ill alone."""
    known = {plugin.key: plugin for plugin in plugins}
    for plugin in plugins:
        if plugin.is_well:
            try:
                _check_needs(plugin, known)
                with guard(plugin, "import"), nothing_left_open():
                    _load(plugin, known)
            except BaseException as wrong:  # noqa: BLE001 — a plugin's import may raise anything, KeyboardInterrupt too
                plugin.fall_ill(wrong, "plugin.toml")


def _check_needs(plugin: Plugin, known: dict[str, Plugin]) -> None:
    """Raises PluginError for a requirement that is missing, ill or too old; requirements come earlier in the order."""
    for key, least in plugin.facts.needed():
        other = known.get(key)
        way_out = f'Install it, or remove "{plugin.key}".'
        if other is None:
            meant = did_you_mean(key, known, way_out)
            raise PluginError(f'Plugin "{plugin.key}" needs "{key}", which is not installed.{meant}')
        if not other.is_well:
            raise PluginError(f'Plugin "{plugin.key}" needs "{key}", which cannot be loaded. Mend that one first.')
        if version_tuple(other.facts.version) < least:
            wanted = ".".join(map(str, least))
            old = f'Plugin "{plugin.key}" needs "{key}" {wanted} or newer; {other.facts.version} is installed.'
            raise PluginError(f'{old} Upgrade it, or remove "{plugin.key}".')


def _load(plugin: Plugin, known: dict[str, Plugin]) -> None:
    plugin.module = importlib.import_module(plugin.package)
    others = [f"for_{key}" for key in plugin.facts.known_plugins() if key in known and known[key].is_well]
    for name in ["routes", "hooks", *others]:
        if (plugin.folder / f"{name}.py").is_file():
            plugin.modules[name] = importlib.import_module(f"{plugin.package}.{name}")
    if plugin.facts.settings:
        module, _, name = plugin.facts.settings.partition(":")
        plugin.settings = getattr(importlib.import_module(f"{plugin.package}.{module}"), name)()
        if not isinstance(plugin.settings, BaseModel):
            raise PluginError(f'settings = "{plugin.facts.settings}" is no pydantic model', "plugin.toml")
