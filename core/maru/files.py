"""The file store: bytes named by their SHA-256, written whole or not at all."""

import hashlib
import os
import uuid
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import UploadFile

from maru.errors import Invalid
from maru.models import StoredFile
from maru_language import t
from maru_web.file_names import clean_name, content_type


@dataclass(frozen=True)
class Blob:
    """Bytes in the store that no row speaks of yet."""

    sha256: str
    size_bytes: int
    name: str
    content_type: str

    @property
    def path(self) -> Path:
        """Where the bytes lie."""
        return StoredFile.place_of(self.sha256)


def take_file(upload: object) -> Blob:
    """Stream an uploaded file into the store, outside of `write`. Raises Invalid when nothing was chosen."""
    if not isinstance(upload, UploadFile) or not upload.filename:
        raise Invalid(t("파일이 선택되지 않았습니다. 올릴 파일을 고른 다음 다시 눌러 주세요."))
    folder = StoredFile.folder
    folder.mkdir(parents=True, exist_ok=True)
    waiting = folder / f"{uuid.uuid4().hex}.part"
    digest, size_bytes = hashlib.sha256(), 0
    upload.file.seek(0)
    try:
        with waiting.open("wb") as out:
            while chunk := upload.file.read(1 << 20):
                digest.update(chunk)
                size_bytes += len(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        name = clean_name(upload.filename)
        blob = Blob(digest.hexdigest(), size_bytes, name, content_type(name))
        blob.path.parent.mkdir(exist_ok=True)
        waiting.replace(blob.path)
    finally:
        waiting.unlink(missing_ok=True)
    return blob
