"""A demonstration of every plugin there is, made once for the contracts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from maru.app import create_app
from maru.settings import Settings
from maru_devkit.fixtures import Site
from maru_server.demo import fill


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The whole demonstration, filled, with all plugins of the checkout."""
    settings = Settings(
        data_folder=tmp_path_factory.mktemp("demo"), is_demo=True, allowed_hosts=["testserver"], threads=2
    )
    site = Site(create_app(settings))
    fill(site.portal)
    yield site
    site.close()
