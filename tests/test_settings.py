"""Settings: what wins over what, and one clear line for each wrong value."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from maru.errors import SettingsError
from maru.settings import load_settings


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("MARU_")]:
        monkeypatch.delenv(name)


def write_toml(text: str) -> None:
    """A maru.toml in the working folder."""
    Path("maru.toml").write_text(text, encoding="utf-8")


def test_the_program_wins_over_variables_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """maru.toml < MARU_… < what a command was given."""
    write_toml('site_name = "파일"\nport = 1111\nworkers = 2\n')
    monkeypatch.setenv("MARU_PORT", "2222")
    monkeypatch.setenv("MARU_WORKERS", "3")

    settings = load_settings(workers=4)

    assert (settings.site_name, settings.port, settings.workers) == ("파일", 2222, 4)


@pytest.mark.parametrize("text", ["portal.example,localhost", '["portal.example", "localhost"]'])
def test_a_variable_names_several(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    """Lists are written with commas or as JSON."""
    monkeypatch.setenv("MARU_ALLOWED_HOSTS", text)

    assert load_settings().allowed_hosts == ("portal.example", "localhost")


def test_folders_are_taken_from_the_working_folder(tmp_path: Path) -> None:
    """A relative folder does not move when the program changes its own."""
    assert load_settings(data_folder="자료 폴더").data_folder == tmp_path / "자료 폴더"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("port = 70000", "Setting port = 70000: "),
        ("workers = 0", "Setting workers = 0: "),
        ('https = "perhaps"', "Setting https = 'perhaps': "),
        ('database = "mysql://x/y"', "Setting database = 'mysql://x/y': "),
        ("session_seconds = 1", "Setting session_seconds = 1: "),
        ('colour = "red"', "Setting colour = 'red': Extra inputs"),
        ("allowed_hosts = 7", "Setting allowed_hosts = 7: "),
    ],
)
def test_a_wrong_value_is_one_line(line: str, said: str) -> None:
    """Name, value, what is wrong and where to correct it; nothing of a traceback."""
    write_toml(line)

    with pytest.raises(SettingsError) as wrong:
        load_settings()

    assert str(wrong.value).startswith(said)
    assert "Correct it in maru.toml or in its MARU_ variable." in str(wrong.value)
    assert "\n" not in str(wrong.value)


def test_two_wrong_values_are_two_lines() -> None:
    """All of them are told at once, so that nobody mends one after the other."""
    write_toml("port = -1\nthreads = 0\n")

    with pytest.raises(SettingsError) as wrong:
        load_settings()

    assert len(str(wrong.value).splitlines()) == 2


def test_a_file_that_is_no_toml_is_named() -> None:
    """A slip of the hand, or a file saved as cp949, names maru.toml and its line."""
    write_toml("port = = 1")

    with pytest.raises(SettingsError, match=r"maru\.toml cannot be read: .*line 1"):
        load_settings()

    Path("maru.toml").write_bytes("site_name = '마루'".encode("cp949"))
    with pytest.raises(SettingsError, match=r"maru\.toml cannot be read: .*Save it as UTF-8"):
        load_settings()


def test_cookies_are_bound_to_the_host_over_tls() -> None:
    """Browsers take the prefix over TLS only, so plain http has a plain name."""
    assert load_settings(https=True).session_cookie == "__Host-maru_session"
    assert load_settings().session_cookie == "maru_session"
