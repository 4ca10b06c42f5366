"""What an installation may set: `maru.toml` in the working folder, then `MARU_*` variables, which win."""

import json
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, TomlConfigSettingsSource

from maru.errors import SettingsError

CHECKOUT = Path(__file__).resolve().parents[2]
INSTALLED_THEMES = Path(__file__).resolve().with_name("themes")
"""Where they lie in a wheel. A checkout has them in `themes/`."""


class Settings(BaseSettings):
    """The settings of one portal. Sizes in bytes, times in seconds; paths are taken from the working folder."""

    model_config = SettingsConfigDict(
        env_prefix="MARU_", toml_file="maru.toml", extra="forbid", frozen=True, validate_default=True
    )

    site_name: str = "마루"
    organisation: str = "공주시"
    data_folder: Path = Path(".maru")
    database: str = Field(default="", pattern=r"^(postgres(ql)?://.+)?$")
    """Empty for the SQLite file in `data_folder`, or `postgresql://user:password@host:port/name`."""

    plugins_path: Annotated[tuple[Path, ...], NoDecode] = (CHECKOUT / "plugins",)
    plugins_only: Annotated[tuple[str, ...], NoDecode] = ()
    """When not empty, only these plugin ids are loaded."""

    themes_path: Path = INSTALLED_THEMES if INSTALLED_THEMES.is_dir() else CHECKOUT / "themes"
    theme: str = "krds"
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = ("127.0.0.1", "localhost")
    """Host names people use in the address bar; `*` for any."""

    https: bool = False
    """The portal is reached over TLS: cookies get `Secure` and the `__Host-` prefix."""

    workers: int = Field(default=1, ge=1, le=64)
    threads: int = Field(default=2, ge=1, le=32)
    view_limit_seconds: float = Field(default=30.0, gt=0)
    session_seconds: int = Field(default=9 * 3600, ge=300)
    is_demo: bool = False
    safe: bool = False
    """Start the core alone, without any plugin."""

    strict: bool = False
    """Refuse to start when a plugin is ill."""

    pulse_seconds: float = Field(default=0.5, gt=0)
    """How often the elected worker looks for what other workers hand on; of its own it hears at once."""

    @field_validator("data_folder", "themes_path")
    @classmethod
    def _whole_path(cls, value: Path) -> Path:
        return value.expanduser().resolve()

    @field_validator("plugins_path", "plugins_only", "allowed_hosts", mode="before")
    @classmethod
    def _several(cls, value: Any) -> Any:
        """`MARU_ALLOWED_HOSTS=portal.example,localhost`, or the same as JSON."""
        if not isinstance(value, str):
            return value
        return json.loads(value) if value.startswith("[") else [part.strip() for part in value.split(",") if part]

    @classmethod
    def settings_customise_sources(cls, settings_cls: type[BaseSettings], *_: Any, **sources: Any) -> tuple[Any, ...]:
        """What the program passes, then `MARU_*` (lists with commas or as JSON), then `maru.toml`."""
        return sources["init_settings"], sources["env_settings"], TomlConfigSettingsSource(settings_cls)

    @property
    def session_cookie(self) -> str:
        """`__Host-` binds the cookie to this host, but browsers accept that name over TLS only."""
        return "__Host-maru_session" if self.https else "maru_session"

    @property
    def files_folder(self) -> Path:
        """Where uploaded bytes lie, named by their SHA-256."""
        return self.data_folder / "files"


def load_settings(**given: Any) -> Settings:
    """The settings of this installation, `given` before all. Raises SettingsError: one line for each wrong value."""
    try:
        return Settings(**given)
    except ValidationError as wrong:
        lines = [
            f"Setting {'.'.join(map(str, problem['loc']))} = {problem['input']!r}: {problem['msg']}. "
            "Correct it in maru.toml or in its MARU_ variable."
            for problem in wrong.errors()
        ]
        raise SettingsError("\n".join(lines)) from wrong
    except (ValueError, OSError) as wrong:
        raise SettingsError(f"maru.toml cannot be read: {wrong}. Save it as UTF-8, one setting a line.") from wrong
