"""The process that is confined: `python child.py SCRIPT MEGABYTES CPU_SECONDS MAY_READ_FILES ARGUMENT…`."""

from __future__ import annotations

import os
import runpy
import sys
import time

CHANGING = frozenset("wax+")
FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
REFUSED = (
    "socket.", "subprocess.", "os.exec", "os.fork", "os.spawn", "os.system", "os.posix_spawn", "os.startfile",
    "os.kill", "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate", "os.chmod",
    "os.chown", "os.utime", "shutil.", "winreg.",
)  # fmt: skip
STANDARD_FILES = 3  # input, output, and the place for errors


def confine(megabytes: int, may_read_files: bool) -> None:
    """From here on: no socket, no other program, no change of a file, no more memory than allowed."""

    def refuse(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and (not may_read_files or _changes(arguments)):
            raise PermissionError("this process opens no such file")
        if event.startswith(REFUSED):
            raise PermissionError(f"{event} is not for this process")

    sys.addaudithook(refuse)
    if sys.platform != "win32":
        import resource

        limits = {resource.RLIMIT_AS: megabytes << 20, resource.RLIMIT_FSIZE: 0}
        if not may_read_files:
            limits[resource.RLIMIT_NOFILE] = STANDARD_FILES
        for what, most in limits.items():
            resource.setrlimit(what, (most, most))


def _changes(arguments: tuple[object, ...]) -> bool:
    """Whether the arguments of an `open` ask for more than reading."""
    _, mode, flags = arguments
    return bool(CHANGING & {*str(mode or "r")}) or bool(flags and isinstance(flags, int) and flags & FLAGS)


def allow(cpu_seconds: int) -> None:
    """From here on the processor may be used for so long; then the system ends this process."""
    if sys.platform != "win32":
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + 1 + cpu_seconds, most))


def main(script: str, megabytes: int, cpu_seconds: int, may_read_files: bool, arguments: list[str]) -> int:
    """Load what the job needs, be confined, do the job."""
    job = runpy.run_path(script)
    job["load"](*arguments)
    allow(cpu_seconds)  # imports `resource`, which cannot be found later
    confine(megabytes, may_read_files)
    code: int = job["work"](lambda: allow(cpu_seconds), *arguments)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] == "1", sys.argv[5:]))
