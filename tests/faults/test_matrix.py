"""Whatever a plugin does wrong, every other page says what it said before; the whole is tests/prove/fault_matrix.py."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from tests.faults.house import House, wrong
from tests.faults.matrix import ALL_FAULTS, PLACES, pairs, slice_of

FEW_PAGES = 8


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A portal with the bundled plugins, the demonstration's content and the faulty plugin."""
    logging.disable(logging.ERROR)
    found = House(tmp_path_factory.mktemp("house"), FEW_PAGES)
    yield found
    found.close()
    logging.disable(logging.NOTSET)


@pytest.mark.slow
def test_every_pair_is_tried_or_says_why_not(house: House) -> None:
    """Every hook there is, those of plugins too, meets every fault; no place and no fault is left out altogether."""
    table = pairs(house.hooks)
    tried = [pair for pair in table if not pair.reason]

    assert {pair.place for pair in table} == {hook.name for hook in house.hooks} | set(PLACES)
    assert {pair.place for pair in tried} == {pair.place for pair in table}
    assert {pair.fault for pair in tried} == set(ALL_FAULTS)
    assert len(table) == len({pair.place for pair in table}) * len(ALL_FAULTS)


@pytest.mark.slow
def test_each_fault_and_each_place_once(house: House) -> None:
    """Pages of others are as before, something can be saved, and the plugin is blamed with place and line."""
    tried = [pair for pair in pairs(house.hooks) if not pair.reason and not pair.is_served]

    assert wrong(house.try_out(pair) for pair in slice_of(tried)) == {}
