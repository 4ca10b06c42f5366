"""Files people uploaded: the row says whose and what; the bytes lie in the content-addressed store."""

from pathlib import Path
from typing import ClassVar, Self

import peewee

from maru_db import Model, UtcDateTimeField
from maru_language import now


class StoredFile(Model):
    """An uploaded file. It has no address of its own: the owner's view checks, then answers `file_response`."""

    folder: ClassVar[Path] = Path()

    sha256 = peewee.CharField(max_length=64, index=True)
    name = peewee.CharField(max_length=255)
    size_bytes = peewee.BigIntegerField()
    content_type = peewee.CharField(max_length=120)
    plugin = peewee.CharField(max_length=40)
    created_at = UtcDateTimeField(default=now)

    @classmethod
    def place_of(cls, sha256: str) -> Path:
        """Where the bytes with this digest lie, if there are any."""
        return cls.folder / sha256[:2] / sha256

    @property
    def path(self) -> Path:
        """Where the bytes lie."""
        return self.place_of(self.sha256)

    @classmethod
    def keep(cls, blob: object, plugin: str) -> Self:
        """A row for the bytes that `take_file` stored. Inside a write."""
        names = ("sha256", "name", "size_bytes", "content_type")
        return cls.create(plugin=plugin, **{name: getattr(blob, name) for name in names})
