"""A plugin that is switched on hears of it: that is how it learns to look at what it missed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from maru.models import PluginState
from maru.pages import Actor, write_as
from maru_db import connected
from maru_devkit.fixtures import Site

EAR = {
    "init": """
        from maru import hookimpl

        heard = []

        @hookimpl
        def on_event(event):
            heard.append(event.name)
        """
}


def test_who_is_switched_on_by_another_process_hears_of_it(
    portal: Callable[..., Site], rooms: Callable[..., Path], tmp_path: Path
) -> None:
    """The event is handed on before this process has looked what was switched: it must look first."""
    rooms("ear", **EAR)
    site = portal(plugins_path=[tmp_path / "rooms"], plugins_only=[])
    heard = site.portal.dispatcher.plugins["ear"].module
    site.switch("ear", is_on=False)
    site.settle()

    with connected():
        with write_as(Actor(None, "test")):
            state = PluginState.get(PluginState.key == "ear")
            state.is_enabled = True
            state.save()
        site._pulse.drain.round(site._pulse._lanes[0])

    assert heard is not None
    assert heard.heard[-1:] == ["maru_plugin_state.changed"]
