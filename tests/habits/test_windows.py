"""What would break on a clerk's or a developer's Windows PC is found here."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator

from tests.habits.tree import files, python_files, syntax

POSIX_MODULES = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty", "syslog", "posix", "readline"}
POSIX_CALLS = {
    "fork", "forkpty", "wait", "geteuid", "getuid", "getgid", "chown", "setsid", "killpg", "mkfifo", "uname",
    "getloadavg", "sched_getaffinity", "register_at_fork",
}  # fmt: skip
ILLEGAL = re.compile(r'[<>:"\\|?*\x00-\x1f]|[ .]$')
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
PLATFORM_WORDS = ("sys.platform", "os.name", "ON_WINDOWS", "platform.system", "hasattr(os", "hasattr(signal")


def test_file_names_are_legal_on_windows() -> None:
    """No reserved name or character, no trailing dot, and no path so long that a clone fails."""
    parts = {part for path in files() for part in path.parts}

    wrong = sorted(part for part in parts if ILLEGAL.search(part) or DEVICES.fullmatch(part))

    assert wrong == []
    assert [str(path) for path in files() if len(path.as_posix()) > 150] == []


def test_file_names_differ_by_more_than_case() -> None:
    """`Show.html` and `show.html` would be one file on Windows."""
    lowered = Counter(path.as_posix().lower() for path in files())

    assert [name for name, count in lowered.items() if count > 1] == []


def test_posix_is_called_behind_a_branch() -> None:
    """Modules and functions that Windows lacks are used only where the system is asked first."""
    found = [
        f"{path}:{node.lineno} {what}"
        for path in python_files()
        for node, what in unguarded(syntax(path))
        if is_posix(what)
    ]

    assert found == []


def test_text_files_are_opened_with_an_encoding() -> None:
    """open(), read_text(), write_text() and text pipes name their encoding: Windows would take cp949."""
    found = [
        f"{path}:{call.lineno} {ast.unparse(call)[:60]}"
        for path in python_files()
        for call in ast.walk(syntax(path))
        if isinstance(call, ast.Call) and lacks_encoding(call)
    ]

    assert found == []


def unguarded(node: ast.AST) -> Iterator[tuple[ast.stmt | ast.expr, str]]:
    """Imports and `module.function` names, outside of branches that ask for the system or expect an ImportError."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.If, ast.IfExp)) and any(word in ast.unparse(child.test) for word in PLATFORM_WORDS):
            continue
        if isinstance(child, ast.Try) and any(
            "ImportError" in ast.unparse(one.type) for one in child.handlers if one.type
        ):
            continue
        if isinstance(child, ast.Import):
            yield from ((child, name.name) for name in child.names)
        if isinstance(child, ast.ImportFrom):
            yield from ((child, f"{child.module}.{name.name}") for name in child.names)
        if isinstance(child, ast.Attribute):
            yield child, ast.unparse(child)
        yield from unguarded(child)


def is_posix(name: str) -> bool:
    """True for `fcntl`, `fcntl.flock`, `os.fork`."""
    module, _, function = name.partition(".")
    return module in POSIX_MODULES or (module == "os" and function in POSIX_CALLS)


def lacks_encoding(call: ast.Call) -> bool:
    """True for a call that opens text and leaves its encoding to the system."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    named = {word.arg: word.value for word in call.keywords}
    if "encoding" in named or None in named:
        return False
    if name == "read_text":
        return not call.args
    if name == "write_text":
        return len(call.args) < 2
    if name == "open" and isinstance(call.func, ast.Name):
        return not is_binary(call.args[1:2], named.get("mode"))
    if name == "open" and isinstance(call.func, ast.Attribute) and is_path_like(call.func.value):
        return not is_binary(call.args[0:1], named.get("mode"))
    return name in {"run", "Popen", "check_output"} and bool({"text", "universal_newlines"} & set(named))


def is_binary(positional: list[ast.expr], named: ast.expr | None) -> bool:
    """True where a mode with "b" is written, or a mode that only the running program knows."""
    mode = positional[0] if positional else named
    if mode is None:
        return False
    return not isinstance(mode, ast.Constant) or "b" in str(mode.value)


def is_path_like(owner: ast.expr) -> bool:
    """True where `.open()` is the one of a path: its owner is an expression with `/`, Path(…), or a name of a path."""
    text = ast.unparse(owner).lower()
    return isinstance(owner, ast.BinOp) or (text.endswith(("path", "file", ")")) and "zip" not in text)
