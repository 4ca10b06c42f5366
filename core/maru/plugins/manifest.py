"""`plugin.toml`: all that can be known of a plugin without importing it."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from pydantic_core import ErrorDetails

from maru.errors import PluginError
from maru.types import Place
from maru_boundary import did_you_mean

API = 1
ADDRESSES = {"cards", "login", "logout", "static", "files", "api", "password", "session", "maru", "theme"}
PACKAGES = {"boundary", "confined", "db", "devkit", "language", "server", "web"}
"""The core's own: Python would import them instead of the plugin."""
RESERVED = ADDRESSES | PACKAGES
RoleKey = Literal["staff", "department-admin", "city-admin"]
PluginId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,30}$")]
Requirement = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{1,30}(>=\d+(\.\d+)*)?$")]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Names(_Strict):
    """A label in both languages."""

    ko: str
    en: str


class Permission(_Strict):
    """A permission and who has it at first: role → `city` (everywhere) or `own` (their own units and those below)."""

    key: str
    label: Names
    default: dict[RoleKey, Literal["city", "own"]] = Field(default_factory=dict)


class Nav(_Strict):
    """A line of the menu, shown to those who hold `permission`.

    `place` says where it stands: in the menu, or in the top bar as the search box, the bell or the person.
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
    version: Annotated[str, StringConstraints(pattern=r"^\d{1,9}(\.\d{1,9}){1,2}$")]
    api: int
    name: Names
    summary: Names
    owner: str
    scope: Literal["site", "department"] = "department"
    switchable: bool = True
    settings: Annotated[str, StringConstraints(pattern=r"^(\w+:\w+)?$")] = ""
    """`settings:BoardSettings`: the pydantic model, each field with a default, that its settings page is made of."""
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
    key, _, version = requirement.partition(">=")
    return key, version_tuple(version or "0")


def version_tuple(version: str) -> tuple[int, ...]:
    """`1.10.2` → `(1, 10, 2)`."""
    return tuple(int(part) for part in version.split("."))


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the plugin in `folder`. Raises PluginError naming the file, and each wrong key on its own line.

    `maru plugins`, `maru doctor` and `maru dev` add the line numbers and the way out: maru_devkit.manifests.
    """
    path = folder / "plugin.toml"
    try:
        manifest = Manifest.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as wrong:
        raise PluginError("\n".join(_said(error) for error in wrong.errors()), str(path)) from wrong
    except (OSError, ValueError, RecursionError) as wrong:
        line = "".join(re.findall(r"\(at line (\d+)", str(wrong)))
        raise PluginError(f"cannot be read: {wrong}", f"{path}:{line}".rstrip(":")) from wrong
    if problems := "\n".join(text for _, text in problems_of(manifest)):
        raise PluginError(problems, str(path))
    return manifest


def _said(error: ErrorDetails) -> str:
    value = "" if error["type"] == "missing" else f" = {error['input']!r:.60}"
    return f"{'.'.join(map(str, error['loc']))}{value}: {error['msg']}"


def problems_of(manifest: Manifest) -> Iterator[tuple[str, str]]:
    """What is wrong between the keys of a manifest: (`nav.0.href`, a sentence)."""
    if manifest.api != API:
        yield "api", f"api = {manifest.api}: this portal speaks api {API}. Upgrade the plugin."
    if manifest.id in RESERVED or (manifest.id == "admin" and manifest.switchable):
        yield "id", f"id = {manifest.id!r} is reserved by the portal. Choose another."
    known = {permission.key for permission in manifest.permissions}
    for number, key in enumerate(permission.key for permission in manifest.permissions):
        if not key.startswith(f"{manifest.id}."):
            yield f"permissions.{number}.key", f'permission "{key}" must begin with "{manifest.id}."'
    for number, nav in enumerate(manifest.nav):
        if nav.permission not in known:
            yield (
                f"nav.{number}.permission",
                f'nav "{nav.href}" names the permission "{nav.permission}", which no [[permissions]] declares.'
                + did_you_mean(nav.permission, known),
            )
        if not nav.href.startswith(f"/{manifest.id}/"):
            yield f"nav.{number}.href", f'nav "{nav.href}" must begin with "/{manifest.id}/".'
