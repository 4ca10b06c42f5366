"""What some tests need from the machine: named skips, or failures with MARU_REQUIRE_ALL=1 as in CI."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest

from tests.programs import BROWSER, LIBREOFFICE, PDFTOPPM, Program, find


def need_browser() -> str:
    """Path of Chromium or another browser of its kind."""
    return need_program(BROWSER)


def need_libreoffice() -> str:
    """Path of LibreOffice's `soffice`."""
    return need_program(LIBREOFFICE)


def need_pdftoppm() -> str:
    """Path of poppler's `pdftoppm`."""
    return need_program(PDFTOPPM)


def need_program(program: Program) -> str:
    """Path of an outside program; skips or fails the test where it is missing."""
    return find(program) or lacking(program.name, program.get_it)


def need_postgres() -> str:
    """Folder of PostgreSQL's programs, from the wheel that is in the development packages."""
    from tests.postgres import programs_of_wheel

    folder = programs_of_wheel()
    if folder is None:
        lacking("PostgreSQL", "python3 core test installs it with the other packages; or set MARU_POSTGRES_URL")
    return str(folder)


def lacking(name: str, get_it: str) -> NoReturn:
    """Ends the test as skipped, naming what is missing and the way to get it; as failed where all is required."""
    sentence = f"{name} is missing. To get it: {get_it}"
    if os.environ.get("MARU_REQUIRE_ALL") == "1":
        pytest.fail(f"{sentence} (MARU_REQUIRE_ALL=1 forbids a skip)", pytrace=False)
    pytest.skip(sentence)
