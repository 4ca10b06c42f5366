"""A demonstration of every plugin there is, those of strangers included, made once for the contracts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from maru.app import create_app
from maru.settings import Settings
from maru_devkit.fixtures import Site
from maru_server.demo import fill
from tests.contracts.houses import plugin_roots


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The whole demonstration, filled, with every plugin under contract."""
    settings = Settings(
        data_folder=tmp_path_factory.mktemp("demo"),
        plugins_path=list(plugin_roots()),
        is_demo=True,
        allowed_hosts=["testserver"],
        threads=2,
    )
    site = Site(create_app(settings))
    fill(site.portal)
    yield site
    site.close()
