"""Text is UTF-8 with LF, and names no machine and no registry."""

from __future__ import annotations

import re

from tests.habits.tree import ROOT, files, is_vendored

BINARY = {".woff2", ".png", ".jpg", ".ico", ".xlsx", ".xls", ".hwp", ".hwpx", ".pdf", ".zip", ".mo", ".db"}
LINE_CHARACTERS = 120

# Put together from halves, so that this file does not contain what it looks for.
REGISTRIES = [
    "py" + "pi.org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "unp" + "kg.com",
    "jsdel" + "ivr.net",
    "cdnjs." + "cloudflare.com",
    "anaconda" + ".org",
    "crates" + ".io",
    "gh" + "cr.io",
    "docker" + ".io",
]
MACHINE_PATHS = re.compile("|".join([r"/ro" + r"ot/", r"/wo" + r"rk/", r"/ho" + r"me/\w", r"[A-Z]:\\+Us" + r"ers\\"]))
TEXT = [path for path in files() if path.suffix not in BINARY]
OURS = [path for path in TEXT if not is_vendored(path)]
IGNORE_WITH_REASON = re.compile(r"  # (noqa|type: ignore|fmt: ).*$")


def test_text_is_utf_8() -> None:
    """Every text file is UTF-8, and starts without a byte order mark."""
    contents = {path: (ROOT / path).read_bytes() for path in TEXT}

    marked = [str(path) for path, content in contents.items() if content.startswith(b"\xef\xbb\xbf")]
    broken = [str(path) for path, content in contents.items() if "\ufffd" in content.decode("utf-8", "replace")]

    assert marked == []
    assert broken == []


def test_lines_end_with_lf() -> None:
    """Our own files have no CR, and the last line has its end."""
    contents = {path: (ROOT / path).read_bytes() for path in OURS}

    with_cr = [str(path) for path, content in contents.items() if b"\r" in content]
    open_ended = [str(path) for path, content in contents.items() if content and not content.endswith(b"\n")]

    assert with_cr == []
    assert open_ended == []


def test_no_machine_and_no_registry_is_named() -> None:
    """No absolute path of somebody's machine, no host of a package registry: mirrors differ from house to house."""
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path in OURS}

    registries = [f"{path}: {host}" for path, text in texts.items() for host in REGISTRIES if host in text]
    machines = [f"{path}: {found}" for path, text in texts.items() for found in MACHINE_PATHS.findall(text)]

    assert registries == []
    assert machines == []


def test_lines_of_python_are_short() -> None:
    """No line has more than 120 characters, a Korean one counts once; the reason of an ignore may stand beyond."""
    long = []

    for path in OURS:
        lines = (ROOT / path).read_text(encoding="utf-8").splitlines() if path.suffix == ".py" else []
        long += [
            f"{path}:{number}"
            for number, line in enumerate(lines, 1)
            if len(IGNORE_WITH_REASON.sub("", line)) > LINE_CHARACTERS
        ]

    assert long == []
