"""The faulty plugin in a folder: its own files, an implementation of every hook there is, and faults in its files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from maru import Portal
from tests.rooms import MANIFEST, write

OWN = Path(__file__).parent / "faulty"
TEMPLATES = {
    "_card.html": "{# Context · views.page #}\n{{ act() }}\n",
    "_broken.html": "{# Context · views.page #}\n{% if %}\n",
    "broken.html": "{# Context · views.page #}\n{% if %}\n",
}
START = '''
    """A plugin that does what the switch beside it says."""
    from maru import Card, Job, hookimpl
    from .views import Context
    from .wrongs import do, wish

    do("import")

    def card():
        return do("card", "text") or "well"

    def work(run):
        answer = do("job", actor=run.actor)

    def own_slots(slot):
        wanted = wish()
        if slot != "home" or wanted["place"] != "card":
            return []
        name = "_broken.html" if wanted["fault"] == "broken template" else "_card.html"
        return [Card("faulty", f"maru_faulty/{name}", Context(card))]

    def own_jobs():
        return [Job("faulty.work", "faulty", work, limit_seconds=2)]
    '''
OWN_ANSWERS = {"slots": "own_slots(slot)", "jobs": "own_jobs()"}


@dataclass(frozen=True)
class Hook:
    """A hook of the portal: its name, arguments, what it gives as `module:name`, and the plugin that owns it."""

    name: str
    arguments: tuple[str, ...]
    kind: str
    owner: str


def hooks_of(portal: Portal) -> list[Hook]:
    """Every hook that a plugin may implement, the core's and those that plugins own."""
    found = []
    for name, returns in sorted(portal.dispatcher.specifications.items()):
        spec = getattr(portal.dispatcher.manager.hook, name).spec
        kind = f"{returns.kind.__module__}:{returns.kind.__name__}" if returns.kind else ""
        module = spec.namespace.__name__.partition(".")[0]
        owner = "" if module == "maru" else module.removeprefix("maru_")
        found.append(Hook(name, tuple(spec.argnames), kind, owner))
    return found


def make_faulty(root: Path, hooks: list[Hook]) -> Path:
    """The plugin `maru_faulty` below `root`, with each of `hooks`; nothing is wrong until the switch says so."""
    folder = root / "maru_faulty"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(OWN, folder, ignore=shutil.ignore_patterns("__pycache__"))
    owners = sorted({hook.owner for hook in hooks} - {""})
    manifest = MANIFEST.format(key="faulty", more="").replace("api = 1", f"api = 1\noptional = {json.dumps(owners)}")
    write(folder / "plugin.toml", manifest)
    write(folder / "__init__.py", START)
    for name, text in TEMPLATES.items():
        write(folder / "templates" / "maru_faulty" / name, text)
    for owner in ["", *owners]:
        file = folder / (f"for_{owner}.py" if owner else "__init__.py")
        start = (
            file.read_text(encoding="utf-8") if file.exists() else "from maru import hookimpl\nfrom .wrongs import do\n"
        )
        file.write_text(start + "".join(_implemented(hook) for hook in hooks if hook.owner == owner), encoding="utf-8")
    flip(root)
    return folder


def _implemented(hook: Hook) -> str:
    given = ", ".join(hook.arguments)
    passed = "".join(f", {name}={name}" for name in hook.arguments)
    calm = OWN_ANSWERS.get(hook.name, "None")
    return (
        f"\n\n@hookimpl\ndef {hook.name}({given}):\n"
        f"    answer = do({hook.name!r}, {hook.kind!r}{passed})\n"
        f"    return {calm} if answer is None else answer\n"
    )


def flip(root: Path, place: str = "", fault: str = "") -> None:
    """Set the switch: from now on `place` does `fault`; without them all is well."""
    (root / "called.txt").write_text("", encoding="utf-8")
    (root / "switch.new").write_text(json.dumps({"place": place, "fault": fault}), encoding="utf-8")
    (root / "switch.new").replace(root / "switch.json")


def was_called(root: Path, place: str) -> bool:
    """Whether `place` did its fault since the switch was set."""
    return place in (root / "called.txt").read_text(encoding="utf-8").splitlines()


def _manifest(old: str, new: str) -> Callable[[Path], None]:
    def spoil(folder: Path) -> None:
        path = folder / "plugin.toml"
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")

    return spoil


def _file(name: str, text: str) -> Callable[[Path], None]:
    return lambda folder: write(folder / name, text)


SPOILED: dict[str, Callable[[Path], None]] = {
    "import error": _file("routes.py", "import no_such_module\n"),
    "syntax error": _file("routes.py", "pages = [\n"),
    "broken manifest": _manifest('owner = "시험"', "owner = 7"),
    "unreadable manifest": _manifest("[[permissions]]", "[[permissions"),
    "missing dependency": _manifest("api = 1", 'api = 1\nrequires = ["nobody"]'),
    "incompatible api": _manifest("api = 1", "api = 99"),
    "pages of another type": _file("routes.py", "pages = 7\n"),
    "impossible address": _file(
        "routes.py",
        "from maru import Page\nfrom . import views\n"
        "pages = [Page('/{a:number}', views.page, permission='faulty.read')]\n",
    ),
    "view on the event loop": _file(
        "routes.py",
        "from maru import Page\nasync def page(request): ...\npages = [Page('/', page, permission='faulty.read')]\n",
    ),
    "broken catalogue": _file("locale/en.po", 'msgid "a\nmsgstr ]]\n'),
    "failing migration": _file(
        "migrations/0001_first.py", "def up(migrator, db):\n    raise ValueError('wrong on purpose')\n"
    ),
}
"""Faults in the files of a plugin: what is wrong as soon as it is read."""
