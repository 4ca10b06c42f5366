"""A plugin that is off is not found; on again it is, with what changed meanwhile; uninstalled, nothing is left."""

from __future__ import annotations

from maru import PluginState
from maru_db import connected
from maru_search.models import Build
from maru_search.tests.finding import Finding

WORD = "구피마을"


def test_hits_are_back_with_the_plugin(finding: Finding) -> None:
    """Before any event was handed on: what is off stays in the index, where nobody finds it."""
    finding.post(finding.board(), f"{WORD} 글")
    finding.settle()
    finding.site.switch("board", is_on=False)
    finding.settle()
    off = finding.hrefs("stranger", WORD, kind="board_post")

    finding.site.switch("board")

    assert off == []
    assert finding.hrefs("stranger", WORD, kind="board_post") == ["/board/1"]


def test_the_search_catches_up_with_what_happened_while_it_was_off(finding: Finding) -> None:
    """Its events were handed on to others; switched on again, it goes through all documents."""
    board = finding.board()
    gone = finding.post(board, f"{WORD} 앞")
    finding.settle()
    finding.site.switch("search", is_on=False)
    finding.post(board, f"{WORD} 뒤")
    with finding.site.write_as("clerk", plugin="board"):
        gone.is_hidden = True
        gone.save()
    finding.settle()

    finding.site.switch("search")
    finding.settle()

    assert finding.hrefs("stranger", WORD, kind="board_post") == ["/board/2"]
    assert finding.differences() == [[], [], []]


def test_a_switch_goes_through_the_documents_of_that_plugin_alone(finding: Finding) -> None:
    """Switching a small plugin does not cost a build of everything."""
    finding.post(finding.board(), f"{WORD} 글")
    finding.settle()

    finding.site.switch("board", "유구읍")
    finding.settle()

    with connected():
        build = Build.latest()
    assert build is not None
    assert build.ended_at is not None
    assert build.total_count == 1


def test_documents_of_an_uninstalled_plugin_leave_the_index(finding: Finding) -> None:
    """Switched off they stay; uninstalled, nothing of them is kept."""
    finding.post(finding.board(), f"{WORD} 글")
    finding.settle()

    with finding.site.write_as("admin", plugin="admin"):
        state = PluginState.get(PluginState.key == "board")
        state.is_enabled, state.version = False, ""
        state.save()
    with connected():
        finding.site.portal.refresh_plugins()
    finding.settle()

    assert [plugin for plugin, _ in finding.indexer.shelf.owners().values() if plugin == "board"] == []
