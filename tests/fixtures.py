"""Fixtures for every test folder, the plugins' own included; pyproject.toml loads this before collection."""

from __future__ import annotations

pytest_plugins = ["tests.browser", "tests.postgres", "maru_devkit.fixtures"]
