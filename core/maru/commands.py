"""The `maru` command: each of its words is one function here."""

from __future__ import annotations

import argparse
import getpass
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from maru.errors import MaruError
from maru.settings import Settings, load_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command. Gives the exit code; errors the portal knows are one line, not a traceback."""
    _survive_narrow_consoles()
    given = _parser().parse_args(arguments)
    try:
        code: int = given.run(given)
        return code
    except MaruError as wrong:
        print(f"maru: {wrong}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _survive_narrow_consoles() -> None:
    """A Korean Windows console speaks cp949: what it cannot show becomes `?` and never an error."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="maru", description="The staff portal.")
    words = parser.add_subparsers(required=True, metavar="command")
    serve = words.add_parser("serve", help="start the portal: a parent that watches its workers")
    demo = words.add_parser("demo", help="start a demonstration with demo accounts and content")
    for word in (serve, demo):
        word.add_argument("--host", default=None)
        word.add_argument("--port", type=int, default=None)
        word.add_argument("--workers", type=int, default=None)
    demo.add_argument("--fresh", action="store_true", help="throw the old demonstration away first")
    serve.set_defaults(run=run_serve)
    demo.set_defaults(run=run_demo)
    for name, run, text in (
        ("routes", run_routes, "every address with its permission, view and template"),
        ("plugins", run_plugins, "every plugin with its state"),
    ):
        word = words.add_parser(name, help=text)
        word.add_argument("--json", action="store_true")
        word.set_defaults(run=run)
    words.add_parser("migrate", help="bring all tables up to date").set_defaults(run=run_migrate)
    words.add_parser("doctor", help="check this installation and say what to mend").set_defaults(run=run_doctor)
    _add_user_command(words)
    return parser


def _add_user_command(words: Any) -> None:
    user = words.add_parser("user", help="add a person, or give them a new password or role")
    user.add_argument("username")
    user.add_argument("--name", default="")
    user.add_argument("--unit", default="", help="name of the department of their post")
    user.add_argument("--role", default="", help="a role such as city-admin")
    user.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    user.set_defaults(run=run_user)


def _settings(given: argparse.Namespace, **more: Any) -> Settings:
    chosen = {name: getattr(given, name, None) for name in ("host", "port", "workers")}
    return load_settings(**{name: value for name, value in chosen.items() if value is not None}, **more)


def run_serve(given: argparse.Namespace) -> int:
    """Serve until told to end."""
    return _serve(_settings(given))


def _serve(settings: Settings) -> int:
    from maru.serve import Parent, bind

    listening = bind(settings)
    port = listening.getsockname()[1]
    print(f"{settings.site_name} → http://{settings.host}:{port}   (Ctrl+C ends it)", flush=True)
    return Parent(settings, listening).run()


def run_demo(given: argparse.Namespace) -> int:
    """Fill a demonstration if there is none, and serve it."""
    folder = load_settings().data_folder / "demo"
    settings = _settings(given, is_demo=True, data_folder=folder)
    if given.fresh:
        _throw_away(folder)
    marker = folder / "filled"
    if not marker.is_file() or settings.database:
        fill_demo(settings)
        marker.write_text("The demonstration in this folder is complete.\n", encoding="utf-8")
    return _serve(settings)


def fill_demo(settings: Settings) -> None:
    """Make the demonstration's content, unless there is some."""
    from maru import demo
    from maru.app import create_app
    from maru.db import close_database

    app = create_app(settings)
    if not demo.is_filled():
        print("Preparing the demonstration …", flush=True)
        demo.fill(app.state.portal)
    app.state.portal.close()
    close_database()


def _throw_away(folder: Path) -> None:
    import shutil

    if (folder / "maru.sqlite3").is_file():
        shutil.rmtree(folder)


def run_routes(given: argparse.Namespace) -> int:
    """Print every route."""
    from maru.app import create_app

    portal = create_app(load_settings()).state.portal
    rows = list(route_rows(portal))
    portal.close()
    if given.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        names = ("path", "methods", "permission", "view", "place", "template")
        _print_table(names, [[",".join(r[n]) if n == "methods" else r[n] or "-" for n in names] for r in rows])
    return 0


def route_rows(portal: Any) -> list[dict[str, Any]]:
    """One row a route: path, methods, permission (or `public`), view, its place, template (or None), plugin."""
    rows = [
        {
            "path": "/static/{path:path}",
            "methods": ["GET"],
            "permission": "public",
            "view": "app._static",
            "place": "app.py",
            "template": None,
            "plugin": None,
        }
    ]
    for path, page, plugin in portal.pages:
        folder = plugin.package if plugin else "maru"
        template = f"{folder}/{page.view.__name__}.html"
        loader = portal.templates.loader
        rows.append(
            {
                "path": path,
                "methods": list(page.methods),
                "permission": "public" if page.public else page.permission,
                "view": page.view_name,
                "place": page.view_place,
                "template": template if template in loader.list_templates() else None,
                "plugin": plugin.key if plugin else None,
            }
        )
    return rows


def _print_table(heads: Sequence[str], rows: list[list[str]]) -> None:
    widths = [max(len(row[i]) for row in [list(heads), *rows]) for i in range(len(heads))]
    for row in [list(heads), *rows]:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def run_plugins(given: argparse.Namespace) -> int:
    """Print every plugin with its state; 1 when one is ill."""
    from maru.app import create_app

    portal = create_app(load_settings()).state.portal
    rows = [
        {
            "id": plugin.key,
            "version": plugin.manifest.version if plugin.manifest else "",
            "state": ("on" if plugin.is_enabled else "off") if plugin.is_well else "ill",
            "problem": plugin.problem,
            "where": plugin.where,
        }
        for plugin in portal.plugins
    ]
    portal.close()
    if given.json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        _print_table(("id", "version", "state", "problem"), [
            [r["id"], r["version"], r["state"], f"{r['where']} {r['problem']}".strip()] for r in rows
        ])
    return int(any(row["state"] == "ill" for row in rows))


def run_migrate(given: argparse.Namespace) -> int:
    """Bring all tables up to date, and say what was done."""
    from maru.db import open_database
    from maru.plugins import discover
    from maru.plugins.installing import install

    settings = load_settings()
    open_database(settings)
    plugins = discover(settings)
    install(plugins)
    for plugin in plugins:
        print(f"{plugin.key}: {plugin.problem or 'up to date'}")
    return int(any(plugin.problem for plugin in plugins))


def run_user(given: argparse.Namespace) -> int:
    """Add a person or change password, post and role of one."""
    from maru.app import create_app
    from maru.auth import password_problem

    password = sys.stdin.readline().rstrip("\n") if given.password_stdin else getpass.getpass("Password: ")
    if problem := password_problem(password, given.username):
        raise MaruError(problem)
    portal = create_app(load_settings()).state.portal
    set_user(portal, given, portal.passwords.hash(password))
    portal.close()
    print(f"{given.username}: saved")
    return 0


def set_user(portal: Any, given: argparse.Namespace, password_hash: str) -> None:
    """Save the person that `given` speaks of. Raises MaruError for an unknown department or role."""
    from maru.db import connected
    from maru.models import Department, Post, Role, RoleMember, User
    from maru.pages import Actor, write_as

    with connected(), write_as(Actor(None, "user", request="maru user")):
        user = User.get_or_none(User.username == given.username) or User(username=given.username, name=given.username)
        user.name, user.password_hash = given.name or user.name, password_hash
        user.save()
        if given.unit:
            unit = Department.get_or_none(Department.name == given.unit)
            if unit is None:
                raise MaruError(f'There is no department "{given.unit}".')
            Post.get_or_create(user=user, department=unit)
        if given.role:
            if not Role.select().where(Role.key == given.role).exists():
                raise MaruError(f'There is no role "{given.role}".')
            RoleMember.get_or_create(user=user, role=given.role)


def run_doctor(given: argparse.Namespace) -> int:
    """Check this installation; 1 when something needs mending."""
    from maru.app import create_app
    from maru.db import connected
    from maru.models import verify_chain

    settings = load_settings()
    portal = create_app(settings).state.portal
    with connected():
        broken = verify_chain()
    checks = [
        ("data folder can be written", _is_writable(settings.data_folder), str(settings.data_folder)),
        ("audit chain is whole", broken is None, f"entry {broken.id} was altered" if broken else ""),
        *((f"plugin {p.key}", p.is_well, f"{p.where} {p.problem}".strip()) for p in portal.plugins),
    ]
    portal.close()
    for text, is_well, detail in checks:
        print(f"{'ok  ' if is_well else 'MEND'}  {text}  {'' if is_well else detail}".rstrip())
    return int(not all(is_well for _, is_well, _ in checks))


def _is_writable(folder: Path) -> bool:
    try:
        probe = folder / ".probe"
        probe.write_text("", encoding="utf-8")
        probe.unlink()
    except OSError:
        return False
    return True
