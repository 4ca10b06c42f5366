"""Outside programs that some tests drive. Standard library only: the set-up script reads this too."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Program:
    """A program by its names on PATH, its usual places, and the way to get it."""

    name: str
    variable: str
    commands: tuple[str, ...]
    places: tuple[str, ...]
    get_it: str


BROWSER = Program(
    name="Chromium",
    variable="MARU_CHROMIUM",
    commands=("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"),
    places=(
        r"%ProgramFiles%\Google\Chrome\Application\chrome.exe",
        r"%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe",
        r"%LOCALAPPDATA%\Naver\Naver Whale\Application\whale.exe",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ),
    get_it="sudo apt install chromium (Windows: Edge or Chrome), or set MARU_CHROMIUM to its path",
)
LIBREOFFICE = Program(
    name="LibreOffice",
    variable="MARU_SOFFICE",
    commands=("soffice", "libreoffice"),
    places=(r"%ProgramFiles%\LibreOffice\program\soffice.exe", "/Applications/LibreOffice.app/Contents/MacOS/soffice"),
    get_it="sudo apt install libreoffice-calc (Windows: libreoffice.org), or set MARU_SOFFICE to its path",
)
PDFTOPPM = Program(
    name="pdftoppm",
    variable="MARU_PDFTOPPM",
    commands=("pdftoppm",),
    places=(),
    get_it="sudo apt install poppler-utils, or set MARU_PDFTOPPM to its path",
)
PROGRAMS = (BROWSER, LIBREOFFICE, PDFTOPPM)


def find(program: Program) -> str | None:
    """Path of the program: from its environment variable, PATH, or a usual place; None when it is not here."""
    named = os.environ.get(program.variable)
    if named:
        return named if Path(named).is_file() else None
    on_path = (shutil.which(command) for command in program.commands)
    usual = (os.path.expandvars(place) for place in program.places)
    return next((path for path in (*on_path, *usual) if path and Path(path).is_file()), None)
