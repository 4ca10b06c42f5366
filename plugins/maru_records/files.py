"""Files of records: taken before the write, kept inside of it."""

from __future__ import annotations

from collections.abc import Mapping

from maru import Blob, StoredFile

__all__ = ["kept_files"]


def kept_files(blobs: Mapping[str, Blob]) -> dict[str, int]:
    """Rows for the uploaded bytes, as values of their fields. Inside a write."""
    return {key: StoredFile.keep(blob, plugin="records").id for key, blob in blobs.items()}
