"""Makes `.venv` from a lock file, then hands over to Maru or to pytest.

Standard library only, and what a second start does not need is imported where it is needed: when nothing
has to be made, this script costs a few milliseconds. A copy of the lock file inside `.venv` tells what is
installed there, so a changed lock file is installed by itself.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
ON_WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if ON_WINDOWS else "bin/python")
LOCKS = {"maru": ROOT / "requirements.lock", "tests": ROOT / "tests" / "requirements.lock"}
VERSION = "{}.{}".format(*sys.version_info)

USAGE = """\
python3 core demo [--port N]     a demonstration city, in your browser
python3 core test [arguments]    every test; arguments go to pytest (-k board, plugins/maru_board, ...)
python3 core dev [--port N]      the same for writing plugins: begins anew whenever a file is saved
python3 core new NAME            a plugin of your own, made from the template
python3 core setup               only make .venv with what Maru needs
python3 core COMMAND [...]       any other command of Maru, for example: python3 core routes
(on Windows: py core demo)"""


def main(words: list[str]) -> int:
    """The exit code of what was asked for. On POSIX a hand-over replaces this process and does not return."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a cp949 console cannot show everything, and must not stop us
    command, *rest = words or ["help"]
    if command in {"help", "-h", "--help"}:
        print(USAGE)
        return 0
    if command == "test":
        ready("tests")
        tell_missing_programs()
        return hand_over("pytest", *(rest or ["-q", "-n", "logical", "--maxprocesses", "4", "--dist", "loadfile"]))
    ready("maru")
    if command == "setup":
        say(f"준비되었습니다: {PYTHON}", f"Ready: {PYTHON}")
        return 0
    return hand_over("maru", command, *rest)


def ready(wanted: str) -> None:
    """`.venv` holds exactly what the lock file of `wanted` ("maru" or "tests") names; made or renewed if not."""
    lock = LOCKS[wanted]
    if not lock.is_file():
        stop(f"{lock} 파일이 없습니다. 저장소를 다시 받으세요.", f"{lock} is missing. Get the repository anew.")
    right_python = PYTHON.exists() and python_of_venv() == VERSION
    if right_python and is_installed(wanted, lock.read_bytes()):
        return
    try:
        if not right_python:
            make_venv()
        install(wanted, lock)
    except KeyboardInterrupt:
        stop("중단했습니다. 다시 실행하면 이어서 설치합니다.", "Stopped. Run it again to go on.")
    except OSError as error:
        stop(
            f"{VENV}에 쓸 수 없습니다 ({error}). 쓰기 권한이 있는 폴더로 저장소를 옮기거나 디스크 공간을 확인하세요.",
            f"Cannot write to {VENV} ({error}). Move the repository to a folder of your own, or free some space.",
        )


def python_of_venv() -> str:
    """The Python that `.venv` was made for, such as "3.11"; "" when that is unknown."""
    try:
        lines = (VENV / "pyvenv.cfg").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    versions = [line.partition("=")[2].strip() for line in lines if line.startswith("version")]
    return ".".join(versions[0].split(".")[:2]) if versions else ""


def is_installed(wanted: str, lock: bytes) -> bool:
    """True when the copy that was left after the last installation equals the lock file."""
    try:
        return stamp(wanted).read_bytes() == lock
    except OSError:
        return False


def stamp(wanted: str) -> Path:
    """Where the copy of an installed lock file lies."""
    return VENV / f"installed-{wanted}.lock"


def make_venv() -> None:
    """An empty `.venv` for the Python that runs this, by uv or by the standard library."""
    import shutil

    python = getattr(sys, "_base_executable", sys.executable)
    if VENV.exists():
        shutil.rmtree(VENV)
    say(f"Python {VERSION} 환경을 만듭니다: {VENV}", f"Making a Python {VERSION} environment: {VENV}")
    uv = shutil.which("uv")
    if uv and run([uv, "venv", "--quiet", "--python", python, str(VENV)]) == "":
        return
    problem = run([python, "-m", "venv", "--clear", str(VENV)])
    if problem:
        give_up(problem)


def install(wanted: str, lock: Path) -> None:
    """Installs the packages of the lock file, each checked against its hash."""
    import shutil

    count = sum("==" in line for line in lock.read_text(encoding="utf-8").splitlines())
    started = time.monotonic()
    say(
        f"패키지 {count}개를 설치합니다. 처음에는 1분쯤 걸립니다.",
        f"Installing {count} packages, once: up to a minute.",
    )
    options = ["install", "--quiet", "--require-hashes", "--no-deps", "--requirement", str(lock)]
    uv = shutil.which("uv")
    problem = run([uv, "pip", *options, "--python", str(PYTHON)]) if uv else "no uv"
    if problem and not (PYTHON.parent / ("pip.exe" if ON_WINDOWS else "pip")).exists():
        run([str(PYTHON), "-m", "ensurepip"])
    if problem:
        problem = run([str(PYTHON), "-m", "pip", *options, "--disable-pip-version-check"])
    if problem:
        give_up(problem)
    find_packages()
    for name in ("maru", "tests") if wanted == "tests" else ("maru",):
        stamp(name).write_bytes(LOCKS[name].read_bytes())
    seconds = time.monotonic() - started
    say(f"설치했습니다 ({seconds:.0f}초).", f"Installed ({seconds:.0f} s).")


def find_packages() -> None:
    """Lets `.venv` find `core` and `plugins`, by relative paths: they outlive a move, and hold no 한글."""
    import sysconfig

    scheme = "nt_venv" if ON_WINDOWS else "posix_venv"
    folder = Path(sysconfig.get_path("purelib", scheme, {"base": str(VENV), "platbase": str(VENV)}))
    lines = [os.path.relpath(ROOT / name, folder) for name in ("core", "plugins")]
    (folder / "maru-checkout.pth").write_text("\n".join(lines) + "\n", encoding="ascii")


def run(command: list[str]) -> str:
    """Runs a step in silence: "" when it went well, otherwise all that it printed."""
    import subprocess

    environment = {**os.environ, "PYTHONUTF8": "1"}
    environment.pop("VIRTUAL_ENV", None)
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout.strip() or f"{command[0]} ended with {done.returncode}"


# What a failed step prints, and what to do about it, in Korean and in English.
WAYS_OUT = (
    (
        ("ensurepip is not available", "No module named venv", "No module named ensurepip"),
        f"이 Python에는 venv가 없습니다. sudo apt install python{VERSION}-venv 를 실행하거나 uv를 설치하세요.",
        f"This Python has no venv. Run: sudo apt install python{VERSION}-venv, or install uv.",
    ),
    (
        ("DO NOT MATCH", "Hash mismatch", "hash mismatch"),
        "받은 패키지가 잠금 파일의 해시와 다릅니다. 설치하지 않았습니다. 내부 미러가 파일을 바꾸는지 확인하세요.",
        "A package differs from the hash in the lock file and was not installed. Does your mirror alter files?",
    ),
    (
        ("resolution", "dns error", "NewConnectionError", "timed out", "error sending request", "from versions: none"),
        "패키지 저장소에 닿지 않습니다. 업무망이라면 내부 미러를 지정하세요: PIP_INDEX_URL=…, UV_INDEX_URL=… "
        "또는 휠 폴더: PIP_NO_INDEX=1 PIP_FIND_LINKS=폴더 (uv는 UV_NO_INDEX=1 UV_FIND_LINKS=폴더).",
        "The package index cannot be reached. Inside a closed network name your mirror: PIP_INDEX_URL=..., "
        "UV_INDEX_URL=...; or a folder of wheels: PIP_NO_INDEX=1 PIP_FIND_LINKS=folder (UV_NO_INDEX, UV_FIND_LINKS).",
    ),
    (
        ("CERTIFICATE_VERIFY_FAILED", "UnknownIssuer", "invalid peer certificate"),
        "인증서를 믿을 수 없습니다. 보안 장비의 루트 인증서를 지정하세요: PIP_CERT=파일, SSL_CERT_FILE=파일.",
        "The certificate is not trusted. Name the root certificate of your network: PIP_CERT=file, SSL_CERT_FILE=file.",
    ),
    (
        ("No matching distribution", "no wheels with a matching", "No solution found"),
        f"이 컴퓨터(Python {VERSION})에 맞는 패키지가 없습니다. Python 3.11–3.14, 64비트를 쓰세요.",
        f"A package has no build for this machine (Python {VERSION}). Use a 64-bit Python 3.11 to 3.14.",
    ),
    (
        ("Permission denied", "PermissionError", "Read-only file system", "No space left"),
        f"{VENV}에 쓸 수 없습니다. 쓰기 권한과 디스크 공간을 확인하세요.",
        f"Cannot write to {VENV}. Check its permissions and the free space.",
    ),
)


def give_up(problem: str) -> NoReturn:
    """Shows the end of what a step printed and the way out, then stops."""
    print("\n".join(problem.splitlines()[-12:]), file=sys.stderr)
    for needles, korean, english in WAYS_OUT:
        if any(needle in problem for needle in needles):
            stop(korean, english)
    stop(
        f"위의 오류를 고친 뒤 다시 실행하세요. 처음부터 하려면 {VENV} 폴더를 지우세요.",
        f"Mend what is named above and run this again. To start from nothing, delete {VENV}.",
    )


def stop(korean: str, english: str) -> NoReturn:
    """Ends with exit code 1 and one sentence in the person's language."""
    sys.exit(korean if in_korean() else english)


def say(korean: str, english: str) -> None:
    """One line in the person's language, at once."""
    print(korean if in_korean() else english, flush=True)


def in_korean() -> bool:
    """True where the person's system speaks Korean."""
    named = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    if sys.platform == "win32" and not named:
        import ctypes

        return (ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF) == 0x12
    return named.startswith("ko")


def tell_missing_programs() -> None:
    """One line for each outside program that some tests need and this machine lacks."""
    sys.path.insert(0, str(ROOT))
    from tests.programs import PROGRAMS, find

    for program in PROGRAMS:
        if find(program) is None:
            say(
                f"{program.name} 없음: 관련 시험은 건너뜁니다. 설치: {program.get_it}",
                f"{program.name} is missing, its tests are skipped. To get it: {program.get_it}",
            )


def hand_over(module: str, *arguments: str) -> int:
    """Becomes `python -m module` in `.venv`; on Windows, which cannot, waits for it."""
    command = [str(PYTHON), "-m", module, *arguments]
    sys.stdout.flush()
    if module == "pytest":
        os.chdir(ROOT)
    if not ON_WINDOWS:
        os.execv(command[0], command)
    import subprocess

    child = subprocess.Popen(command)
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue  # Ctrl+C reached the child as well; it ends by itself and gives the exit code
