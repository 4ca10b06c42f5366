"""Every hook is documented, documented with its own arguments, tested, and used by a shipped plugin.

A hook counts as tested when its example runs in a real portal and gives what it says, and when what its description
says of a failure is what follows. Hooks are found, the core's and every plugin's; none is named. That each check can
fail is shown in `test_hook_checks.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from maru.hookspecs import returns
from maru.models import User
from maru_db import connected
from maru_devkit.clock import Clock
from maru_devkit.fixtures import Site
from maru_language import SEOUL, local, now, today
from tests.canteen import Function, hooks_in, make_canteen
from tests.contracts.hook_contract import (
    CANTEEN,
    SHIPPED,
    asked,
    calls,
    failures,
    hooks_of,
    misdocumented,
    modules,
    unchecked,
    undocumented,
    untested,
    unused,
)
from tests.contracts.hook_reference import PATH, reference
from tests.rooms import make_room

Portal = Callable[..., Site]
BROKEN, SICK = "broken", "sick"
RETRIED = [name for module in modules() for name, rule in returns(module).items() if rule.fails == "retry"]
RELUCTANT = """
from inspect import signature as _signature
from pathlib import Path as _Path

_examples = {{"{hook}": {hook}}}


@hookimpl
def {hook}({names}):
    given = dict(locals())
    if _Path({flag!r}).exists():
        raise RuntimeError("on purpose")
    answer = _examples["{hook}"](**{{name: given[name] for name in _signature(_examples["{hook}"]).parameters}})
    with _Path({log!r}).open("a", encoding="utf-8") as file:
        file.write(f"{{bool(answer)}} {{getattr(given.get('event'), 'name', '')}}\\n")
    return answer
"""
NEWER = """
from maru import hookimpl


@hookimpl
def {name}({arguments}):
    return []
"""


@pytest.fixture
def house(portal: Portal, tmp_path: Path) -> Site:
    """Every shipped plugin, the canteen with all examples, one plugin that fails at every hook, and one that is ill."""
    root = tmp_path / "rooms"
    make_canteen(root, *modules())
    _make_failing(root, BROKEN, lambda fails: fails != "ill")
    _make_failing(root, SICK, lambda fails: fails == "ill")
    site = portal(plugins_path=[root, *SHIPPED], plugins_only=[])
    _serve(site)
    return site


def _make_failing(root: Path, key: str, is_meant: Callable[[str], bool]) -> None:
    files: dict[str, str] = {}
    for module in modules():
        hooks = [name for name, rule in returns(module).items() if is_meant(rule.fails)]
        owner = module.__name__.partition(".")[0].removeprefix("maru_")
        code = "".join(f"\n@hookimpl\ndef {name}():\n    raise RuntimeError('on purpose')\n" for name in hooks)
        files["init" if owner == "maru" else f"for_{owner}"] = f"from maru import hookimpl\n{code}"
    optional = sorted(name.removeprefix("for_") for name in files if name != "init")
    manifest = make_room(root, key, **files) / "plugin.toml"
    text = manifest.read_text(encoding="utf-8").replace("api = 1", f"api = 1\noptional = {optional}")
    manifest.write_text(text, encoding="utf-8")


def _serve(site: Site) -> None:
    """What the examples speak of: a dish, one that is gone again, praise, and the demo account that they write as."""
    from maru_lunch.models import Dish, Praise  # type: ignore[import-not-found]  # made a moment ago

    with site.write_as("admin"):
        User.create(username="demo-collector", name="시연", password_hash="none")
    with site.write_as("clerk", plugin="test"):
        Dish.create(name="국수")
        gone = Dish.create(name="비빔밥")
        Dish.create(name="갈비탕", served_on=today() - timedelta(days=400))
        Praise.create(plugin="board", text="읽기 좋습니다")
    with site.write_as("clerk", plugin="test"):
        gone.delete_instance()


def test_every_hook_is_documented_with_its_arguments(house: Site) -> None:
    """In the fixed form, in the words that `@gives` implies, and with exactly the arguments that it has."""
    wrong = [
        f"{hook.name} {objection}"
        for hook in hooks_of(house.portal)
        for objection in (*undocumented(hook), *misdocumented(hook))
    ]

    assert wrong == []


def test_every_example_runs(house: Site) -> None:
    """As it stands in the docstring, in a plugin of its own; it gives what the hook is said to give."""
    hooks = hooks_of(house.portal)

    wrong = [f"{hook.name} {objection}" for hook in hooks for objection in untested(hook, house)]

    assert house.portal.dispatcher.plugins[CANTEEN].problem == ""
    assert {hook.name for hook in hooks} == {function.__name__ for one in modules() for function in hooks_in(one)}
    assert wrong == []


def test_what_the_examples_give_to_be_run_runs(house: Site) -> None:
    """Every job that an example declares, once: the old dish is gone, the new ones stay."""
    from maru_lunch.models import Dish

    jobs = [name for name in house.portal.dispatcher.jobs if name.startswith(f"{CANTEEN}.")]

    for name in jobs:
        house.run_job(name)

    with connected():
        assert jobs
        assert "갈비탕" not in [dish.name for dish in Dish.select()]
        assert Dish.select().count() == 1


def test_who_fails_is_named_and_the_others_are_heard(house: Site) -> None:
    """At every hook: what is skipped costs nobody else an answer; at the others whoever asks gets to know."""
    wrong = []
    for hook in hooks_of(house.portal):
        if hook.rule is None or hook.rule.fails == "ill":
            continue
        with connected():
            answered = (each for each in calls(hook, house) if hook.rule.kind is None or asked(hook, house, each))
            given = next(answered)
            heard = {key for key, answer in house.portal.dispatcher.call(hook.name, **given) if answer}
            told = house.portal.dispatcher.ask(BROKEN, hook.name, **given)
        if CANTEEN not in heard and hook.rule.kind is not None:
            wrong.append(f"{hook.name}: the canteen is not heard")
        if BROKEN in heard or told is not None or not failures(house, BROKEN, hook):
            wrong.append(f"{hook.name}: the failure is not told")

    assert wrong == []


def test_whose_declaration_fails_is_ill(house: Site) -> None:
    """With a reason and a line; the portal starts, and its pages answer."""
    sick = house.portal.dispatcher.plugins[SICK]

    assert (sick.problem, sick.where) == ("RuntimeError: on purpose", "__init__.py:5")
    assert house.client("clerk").get("/").status_code == 200


def test_example_reads_the_ledger_that_it_ships(house: Site) -> None:
    """What is written into the ledger of the canteen waits for the clerk, from the very first page on."""
    meal = {"meal": "초복 삼계탕", "people": ""}

    before = house.client("clerk").get("/").text
    house.client("clerk").post("/records/lunch_diners/new", data=meal)
    after = house.client("clerk").get("/").text

    assert meal["meal"] not in before
    assert meal["meal"] in after
    assert "인원 미정" in after
    assert failures(house, CANTEEN, next(hook for hook in hooks_of(house.portal) if hook.name == "todo")) == []


@pytest.mark.slow
@pytest.mark.parametrize("hook", RETRIED)
def test_what_failed_is_asked_again(portal: Portal, tmp_path: Path, clock: Clock, hook: str) -> None:
    """Without anything new having happened: as soon as it is well again, nothing has been lost."""
    root, flag, log = tmp_path / "rooms", tmp_path / "flag", tmp_path / "log"

    def reluctant(function: Function, example: str) -> str:
        if function.__name__ != hook:
            return example
        names = ", ".join(argument_names_of(function))
        return example + RELUCTANT.format(hook=hook, names=names, flag=str(flag), log=str(log))

    make_canteen(root, *modules(), change=reluctant)
    _move_to_monday_at_eight(clock)
    site = portal(plugins_path=[root, *SHIPPED], plugins_only=[])
    flag.touch()
    _serve(site)
    site.settle()
    clock.move(minutes=45)  # what is done in the morning of a working day is due now, and not again today
    site.settle()
    failed = [line for line in site.failures() if f"× {CANTEEN} {hook} " in line]
    assert failed
    assert not log.exists()

    flag.unlink()
    for _ in range(6):
        clock.move(hours=1)
        with site.write_as("clerk") as change:
            change.emit("test.elsewhere", {})
        site.settle()

    seen = log.read_text(encoding="utf-8").splitlines()
    assert any(line.startswith("True ") or line.endswith(" lunch_dish.created") for line in seen), seen


def argument_names_of(function: Function) -> list[str]:
    """The arguments of a specification."""
    return list(function.__code__.co_varnames[: function.__code__.co_argcount])


def _move_to_monday_at_eight(clock: Clock) -> None:
    here = local(now())
    monday = here.date() + timedelta(days=7 - here.weekday())
    clock.move(seconds=int((datetime.combine(monday, time(8), SEOUL) - here).total_seconds()))


def test_what_hooks_give_is_frozen_and_checked(house: Site) -> None:
    """Nobody changes an answer after it was given, and no field takes anything else than it states."""
    kinds: list[Any] = [hook.rule.kind for hook in hooks_of(house.portal) if hook.rule]

    assert list(unchecked(kinds)) == []


def test_every_hook_is_used_by_a_shipped_plugin(house: Site) -> None:
    """By one that runs everywhere or one that authors begin with; each of its arguments is asked for by one of them."""
    wrong = [f"{hook.name} {objection}" for hook in hooks_of(house.portal) for objection in unused(hook, house.portal)]

    assert wrong == []


def test_every_module_of_hooks_has_a_version(house: Site) -> None:
    """An integer; it grows when a hook or an argument is added, or a shape changed."""
    versions = {
        module.__name__: getattr(module, "VERSION", None) for module in modules() if module.__name__ != "maru.hookspecs"
    }

    assert [name for name, version in versions.items() if not isinstance(version, int) or version < 1] == []


def test_the_written_reference_is_that_of_the_code() -> None:
    """core/docs/hooks.md is renewed by `python -m tests.contracts.hook_reference`."""
    assert PATH.read_text(encoding="utf-8") == reference()


@pytest.mark.parametrize(
    ("name", "arguments", "told"),
    [
        ("menu", "viewer, colour", "hook menu(viewer, colour) here, only menu(viewer, portal). If another plugin owns"),
        ("menu", "viewr", 'hook menu(viewr) here, only menu(viewer, portal). Did you mean "viewer"?'),
        ("menus", "viewer", 'There is no hook menus(viewer) here. Did you mean "menu"?'),
        (
            "cooked",
            "viewer",
            "There is no hook cooked(viewer) here. If another plugin owns it, name that one in requires",
        ),
    ],
)
def test_who_implements_a_hook_that_is_not_here_is_ill(
    portal: Portal, tmp_path: Path, name: str, arguments: str, told: str
) -> None:
    """In words, with file and line, and the word that was meant or the way out; nothing else is touched by it."""
    make_room(tmp_path / "rooms", "late", init=NEWER.format(name=name, arguments=arguments))

    site = portal(plugins_path=[tmp_path / "rooms", *SHIPPED], plugins_only=["late", "board"])

    late = site.portal.dispatcher.plugins["late"]
    assert told in late.problem
    assert late.where == "__init__.py:5"
    assert "/board/" in site.client("clerk").get("/").text
