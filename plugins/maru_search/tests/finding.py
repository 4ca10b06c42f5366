"""Putting things into a site, and looking for them as somebody: what the tests of the search have in common."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import xlsxwriter
from starlette.datastructures import UploadFile

from maru import Blob, take_file
from maru_board.forms import BoardEntry, PostEntry
from maru_board.models import Board, Post
from maru_board.services import publish, set_up
from maru_db import connected
from maru_devkit.fixtures import Site
from maru_records.api import Allowed, Definition, Field, RecordSet, add_record, define
from maru_search.indexing import Indexer, indexer_of

TRIPS = Definition(
    key="trips",
    label="출장 대장",
    title="purpose",
    fields=(
        Field(key="purpose", label="용무", type="text"),
        Field(key="traveller", label="출장자", type="person"),
        Field(key="report", label="복명서", type="file"),
    ),
)


@dataclass
class Finding:
    """A site whose index is brought up to date by `settle`."""

    site: Site

    @property
    def indexer(self) -> Indexer:
        """The one that the pulse of this site uses."""
        return indexer_of(self.site.portal)

    def board(self, name: str = "공지", audience: str = "everyone", **more: Any) -> Board:
        """A board kept by 유구읍."""
        with self.site.write_as("clerk", plugin="board"):
            unit = self.site.unit("유구읍").id
            return set_up(Board(), BoardEntry(**({"name": name, "department": unit, "audience": audience} | more)))

    def post(self, board: Board, title: str, body: str = "본문입니다.", author: str = "clerk", *files: Blob) -> Post:
        """A post in the name of its author's main unit."""
        with connected():
            user = self.site.user(author)
            assert user.unit is not None
            entry = PostEntry(title=title, body=body, department=user.unit.id)
        with self.site.write_as(author, plugin="board") as change:
            return publish(change, board, user, entry, files)

    def trips(self, *rights: Allowed) -> RecordSet:
        """A ledger, by default with records that each unit reads alone."""
        given = rights or (Allowed("read", rows="unit"), Allowed("write", rows="unit"))
        with connected():
            return define(TRIPS, self.site.write_as("admin"), department=self.site.unit("스마트정보과"), rights=given)

    def trip(self, ledger: RecordSet, purpose: str, username: str = "clerk") -> int:
        """A record of the person's unit."""
        with connected():
            user = self.site.user(username)
            unit = user.unit
        with self.site.write_as(username, plugin="records") as change:
            return add_record(change, ledger, user, {"purpose": purpose}, unit).id

    def settle(self) -> None:
        """Hand all events on, and see that no plugin failed."""
        self.site.settle()
        failures = self.site.failures()
        assert not failures, failures

    def page(self, username: str, words: str = "", **asked: Any) -> str:
        """The page of hits as `username` sees it."""
        answer = self.site.client(username).get("/search/", params={"q": words, **asked})
        assert answer.status_code == 200, answer.text
        text: str = answer.text
        return text

    def hrefs(self, username: str, words: str = "", **asked: Any) -> list[str]:
        """The addresses of the hits, those of people included."""
        return re.findall(r'class="(?:strong )?search-link" href="([^"]+)"', self.page(username, words, **asked))

    def said(self, username: str, words: str = "", **asked: Any) -> str:
        """What stands on the page of hits, below the box, as plain text."""
        found = self.page(username, words, **asked).partition('<div id="found">')[2].partition("</main>")[0]
        return html.unescape(re.sub(r"\s+", " ", re.sub(r"</?mark>", "", found)))

    def differences(self) -> list[list[str]]:
        """What the index has not, has too much, and has otherwise than the database."""
        with connected():
            return [sorted(keys) for keys in self.indexer.differences()]


def workbook(*cells: str, name: str = "명단.xlsx") -> Blob:
    """An Excel file in the store, with one text in each row."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet("자료")
        for row, text in enumerate(cells):
            sheet.write(row, 0, text)
    content.seek(0)
    return stored(content.getvalue(), name)


def stored(content: bytes, name: str) -> Blob:
    """Bytes in the store."""
    with connected():
        return take_file(UploadFile(BytesIO(content), filename=name))
