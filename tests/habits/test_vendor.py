"""Files of other people are exactly what their publisher released, with their licence beside them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.habits.tree import ROOT, files

VENDORED = sorted({Path(*path.parts[: path.parts.index("vendor") + 1]) for path in files() if "vendor" in path.parts})
LICENCE_WORDS = ("LICENSE", "LICENCE", "OFL", "COPYING")


def kept_files(folder: Path) -> list[Path]:
    """Files of a vendor folder without its VERSION.md."""
    return [path for path in files() if path.is_relative_to(folder) and path.name != "VERSION.md"]


def test_each_vendored_file_is_the_released_one() -> None:
    """VERSION.md names each file with its SHA-256 on one line, and the file has that hash."""
    wrong = []

    for folder in VENDORED:
        listed = (ROOT / folder / "VERSION.md").read_text(encoding="utf-8").splitlines()
        for path in kept_files(folder):
            found = hashlib.sha256((ROOT / path).read_bytes()).hexdigest()
            wrong += [] if any(path.name in line and found in line for line in listed) else [f"{path} {found}"]

    assert wrong == []


def test_each_vendor_folder_has_its_licences() -> None:
    """A licence text lies beside the files."""
    names = {folder: " ".join(path.name.upper() for path in kept_files(folder)) for folder in VENDORED}

    bare = [str(folder) for folder, text in names.items() if not any(word in text for word in LICENCE_WORDS)]

    assert bare == []
