"""`plugin.toml`: all that can be known of a plugin without importing it."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from maru.errors import PluginError
from maru.types import Place

API = 1
RESERVED = frozenset({"login", "logout", "static", "files", "api", "me", "maru", "theme"})
PluginId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,30}$")]
_REQUIREMENT = r"^(?P<id>[a-z][a-z0-9_]{1,30})(?:>=(?P<version>\d+(?:\.\d+)*))?$"
Requirement = Annotated[str, StringConstraints(pattern=_REQUIREMENT)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Names(_Strict):
    """A label in both languages."""

    ko: str
    en: str


class Permission(_Strict):
    """A permission and who has it at first: role → `city` (everywhere) or `own` (their own units)."""

    key: str
    label: Names
    default: dict[str, Literal["city", "own"]] = Field(default_factory=dict)


class Nav(_Strict):
    """A line of the menu, shown to those who hold `permission`.

    `place` says where it stands: in the menu, or in the top bar as the search box or the bell.
    """

    label: Names
    href: str
    icon: str
    permission: str
    place: Place = "menu"


class Needs(_Strict):
    """What the plugin reaches for; the impact preview shows it."""

    events: list[str] = Field(default_factory=list)
    network: bool = False
    files: bool = False
    personal_data: str = ""


class Manifest(_Strict):
    """The whole of `plugin.toml`."""

    id: PluginId
    version: Annotated[str, StringConstraints(pattern=r"^\d+(\.\d+){1,2}$")]
    api: int
    name: Names
    summary: Names
    owner: str
    scope: Literal["site", "department"] = "department"
    switchable: bool = True
    requires: list[Requirement] = Field(default_factory=list)
    optional: list[Requirement] = Field(default_factory=list)
    order: int = 100
    icon: str = "puzzle"
    permissions: list[Permission] = Field(default_factory=list)
    nav: list[Nav] = Field(default_factory=list)
    needs: Needs = Field(default_factory=Needs)

    def needed(self) -> list[tuple[str, tuple[int, ...]]]:
        """The plugins required, as (id, least version)."""
        return [parsed(requirement) for requirement in self.requires]

    def known_plugins(self) -> list[str]:
        """The ids of all plugins named in `requires` and `optional`."""
        return [parsed(requirement)[0] for requirement in [*self.requires, *self.optional]]


def parsed(requirement: str) -> tuple[str, tuple[int, ...]]:
    """`records>=0.1` → `("records", (0, 1))`; without a version `(0,)`."""
    found = re.match(_REQUIREMENT, requirement)
    if found is None:
        raise ValueError(f"{requirement!r} is not of the form 'records' or 'records>=0.1'")
    return found["id"], version_tuple(found["version"] or "0")


def version_tuple(version: str) -> tuple[int, ...]:
    """`1.10.2` → `(1, 10, 2)`."""
    return tuple(int(part) for part in version.split("."))


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the plugin in `folder`. Raises PluginError naming file, key, value and way out."""
    path = folder / "plugin.toml"
    try:
        manifest = Manifest.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise PluginError(f"cannot be read: {wrong}", str(path)) from wrong
    except ValidationError as wrong:
        first = wrong.errors()[0]
        key = ".".join(map(str, first["loc"])) or "the manifest"
        raise PluginError(f"{key} = {first.get('input')!r}: {first['msg']}", str(path)) from wrong
    for problem in _problems(manifest):
        raise PluginError(problem, str(path))
    return manifest


def _problems(manifest: Manifest) -> Iterator[str]:
    if manifest.api != API:
        yield f"api = {manifest.api}: this portal speaks api {API}. Upgrade the plugin."
    if manifest.id in RESERVED or (manifest.id == "admin" and manifest.switchable):
        yield f"id = {manifest.id!r} is reserved by the portal. Choose another."
    known = {permission.key for permission in manifest.permissions}
    for key in sorted(known):
        if not key.startswith(f"{manifest.id}."):
            yield f'permission "{key}" must begin with "{manifest.id}."'
    for nav in manifest.nav:
        if nav.permission not in known:
            yield f'nav "{nav.href}" names the undeclared permission "{nav.permission}"'
        if not nav.href.startswith(f"/{manifest.id}/"):
            yield f'nav "{nav.href}" must begin with "/{manifest.id}/"'
