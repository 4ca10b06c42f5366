"""왜 볼 수 있나 asks the function that an address belongs to, and no other."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from maru_devkit.fixtures import Site
from tests.rooms import MANIFEST

SAYS_NO_TO_ALL = """
from maru import hookimpl
from maru_admin.api import Condition

@hookimpl
def access_conditions(path, person, portal):
    return [Condition(False, "점심만", "점심을 먹은 사람만 볼 수 있습니다.")]
"""


def test_only_the_function_of_the_address_is_asked(
    portal: Callable[..., Site], rooms: Callable[..., Path], tmp_path: Path
) -> None:
    """What another function would say of any address changes nothing."""
    manifest = 'requires = ["admin"]' + MANIFEST.format(key="lunch", more="")
    rooms("lunch", init=SAYS_NO_TO_ALL, **{"plugin.toml": manifest})
    site = portal(plugins_path=["plugins", tmp_path / "rooms"], plugins_only=["admin", "board", "lunch"])
    assert site.portal.dispatcher.plugins["lunch"].is_well

    page = site.client("admin").get("/admin/why", params={"person": "clerk", "address": "/board/"}).text

    assert "볼 수 있음</span>" in page
    assert "점심만" not in page
