"""Who has a permission at first: granted once, corrected as long as nobody has decided otherwise."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from maru import Grant, User
from maru.models import PluginState
from maru.plugins import Plugin, read_manifest
from maru.plugins.installing import install
from maru_db import connected, transaction
from maru_devkit.fixtures import Site

Rooms = Callable[..., Path]
SiteWith = Callable[..., Site]
Roles = list[tuple[str, str]]


@pytest.fixture
def shop(rooms: Rooms, site_with: SiteWith) -> Callable[..., Roles]:
    """`shop('staff = "own"')` starts the portal with that default; gives who has the permission then."""
    folder = rooms("shop")
    manifest = (folder / "plugin.toml").read_text(encoding="utf-8")
    site_with()

    def start(default: str, more: str = "") -> Roles:
        text = manifest.replace('staff = "city"', default) + more
        (folder / "plugin.toml").write_text(text, encoding="utf-8")
        install([Plugin("shop", "maru_shop", folder, read_manifest(folder))])
        return granted()

    return start


def granted() -> Roles:
    """The roles that hold `shop.read`, each with its scope."""
    with connected():
        rows = list(Grant.select().where(Grant.permission == "shop.read", Grant.role.is_null(False)))
    return sorted((str(row.role), str(row.scope)) for row in rows)


def change(scope: str) -> None:
    """What an administrator does: another scope for all employees."""
    with connected(), transaction():
        Grant.update(scope=scope).where(Grant.permission == "shop.read").execute()


def test_corrected_default_is_applied(shop: Callable[..., Roles]) -> None:
    """Whoever mends a default finds it granted at the next start, in the place of the former one, once."""
    first = shop('staff = "city"')
    corrected = shop('staff = "own", city-admin = "city"')
    again = shop('staff = "own", city-admin = "city"')
    taken_back = shop("")

    assert first == [("staff", "city")]
    assert corrected == again == [("city-admin", "city"), ("staff", "own")]
    assert taken_back == []


def test_grants_to_people_stay(shop: Callable[..., Roles], clerk_id: int) -> None:
    """A corrected default concerns roles; what somebody was given by name is kept."""
    with connected(), transaction():
        Grant.create(user=clerk_id, permission="shop.read")

    corrected = shop('department-admin = "own"')

    with connected():
        by_name = Grant.select().where(Grant.permission == "shop.read", Grant.user == clerk_id).count()
    assert corrected == [("department-admin", "own")]
    assert by_name == 1


@pytest.fixture
def clerk_id(shop: Callable[..., Roles]) -> int:
    """Somebody of the small city."""
    with connected():
        found: int = User.get(User.username == "clerk").id
    return found


def test_administrator_decides(shop: Callable[..., Roles]) -> None:
    """What was changed by hand is never overridden, not even when a later default happens to agree and then widens."""
    change("own")

    kept = shop('staff = "own"')
    widened = shop('staff = "city"')

    assert kept == widened == [("staff", "own")]


def test_taken_back_stays_taken_back(shop: Callable[..., Roles]) -> None:
    """A default that an administrator took from everybody does not come back with a corrected one."""
    with connected(), transaction():
        Grant.delete().where(Grant.permission == "shop.read").execute()

    assert shop('staff = "own"') == []


def test_list_of_an_older_installation_is_read(shop: Callable[..., Roles]) -> None:
    """Known permissions were a list once: nothing is granted twice, and the next correction counts."""
    with connected(), transaction():
        PluginState.update(known_permissions=["shop.read"]).where(PluginState.key == "shop").execute()

    same = shop('staff = "city"')
    corrected = shop('staff = "own"')

    assert same == [("staff", "city")]
    assert corrected == [("staff", "own")]


def test_new_permission_is_granted(shop: Callable[..., Roles]) -> None:
    """A permission that a later version brings is given to its roles, and the others stay as they are."""
    change("own")
    label = 'label = { ko = "팔기", en = "Sell" }'
    more = f'\n[[permissions]]\nkey = "shop.sell"\n{label}\ndefault = {{ city-admin = "city" }}\n'

    kept = shop('staff = "city"', more)

    with connected():
        sells = list(Grant.select(Grant.role, Grant.scope).where(Grant.permission == "shop.sell").tuples())
    assert kept == [("staff", "own")]
    assert sells == [("city-admin", "city")]
