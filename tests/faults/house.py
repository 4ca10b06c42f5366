"""The bundled plugins with the faulty one beside them: what every page says, before and while something is wrong."""

from __future__ import annotations

import html
import importlib
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from maru.app import create_app
from maru.models import OutboxEvent, PluginFailure, PluginState
from maru.settings import CHECKOUT, Settings
from maru_db import close_database, connected, transaction
from maru_db.sole import refuse_others
from maru_devkit.fixtures import forget_plugins
from maru_devkit.site import Site
from maru_server.demo import fill
from maru_server.lease import Lease
from tests.crawling import crawl, shape
from tests.faults.making import SPOILED, flip, hooks_of, make_faulty, was_called
from tests.faults.matrix import ENABLE, IMPORT, JOB, ONCE_AT_START, ROUTE, Pair

CLERK, ADMIN = "demo-yugu", "demo-admin"
LIKING = {"locale": "ko", "density": ""}
"""What the clerk saves at `/me/`, to see that something can be saved."""
TELLING = re.compile(r"^/(admin/|search/state)")
"""Pages that show plugins, their failures, or what was done: they differ, and rightly so."""
VOLATILE = re.compile(
    r'<div class="flashes".*?</div>|<p class="paused-note">.*?</p>|<time.*?</time>'
    r'|<section class="card"><header><h2>faulty</h2>.*?</section>'
    r"|<script.*?</script>|<[^>]*>|\d+(분|초|시간) 전|방금( 전)?",
    re.DOTALL,
)
HOME: Any = importlib.import_module("maru.screens.home")
Texts = dict[tuple[str, str], str]


def said(text: str) -> str:
    """What <main> says, without what differs each time: clocks, and the notes that a part is paused."""
    found = re.search(r"<main.*?</main>", text, re.DOTALL)
    return " ".join(html.unescape(VOLATILE.sub(" ", found[0] if found else text)).split())


@dataclass
class Outcome:
    """What became of one pair. `wrong` lists what should not have happened; it is empty when the portal stood."""

    pair: Pair
    wrong: list[str] = field(default_factory=list)
    blamed: str = ""

    def check(self, is_right: bool, text: str) -> None:
        """Note `text` unless all is right."""
        if not is_right:
            self.wrong.append(text)


class House:
    """One portal in this process. `most` limits how many pages are compared for each of the two people.

    With `is_guarded`, nobody but the portal can connect to its database from this process, as in a served worker.
    """

    def __init__(self, folder: Path, most: int = 400, *, is_guarded: bool = True) -> None:
        self.folder = folder
        self.root = folder / "rooms"
        self.root.mkdir(parents=True)
        self.settings = Settings(
            data_folder=folder / "data", plugins_path=[CHECKOUT / "plugins", self.root], plugins_only=[],
            allowed_hosts=["testserver"],
        )  # fmt: skip
        first = create_app(self.settings)
        fill(first.state.portal)
        self.hooks = hooks_of(first.state.portal)
        Site(first).settle()
        first.state.portal.close()
        if is_guarded:
            refuse_others(self.settings.data_folder / "maru.sqlite3")
        self._patience = HOME.CARD_SECONDS, HOME.CARDS_SECONDS
        self.most = most
        self.cookies: dict[str, dict[str, str]] = {}
        self.site = self._open()
        self.pages = self._find_pages()
        self._texts()  # what is read for the first time is marked as read
        self.before = self._texts()

    def _open(self) -> Site:
        make_faulty(self.root, self.hooks)
        return self._start()

    def _start(self) -> Site:
        HOME.CARD_SECONDS = HOME.CARDS_SECONDS = 60.0  # every card at once, however slow the machine is
        self.site = Site(create_app(self.settings))
        with connected(), transaction():
            Lease.delete().execute()  # of the site before, which is gone: this one is elected at once
        fresh = {name: self.site.client(None if self.cookies else name) for name in (CLERK, ADMIN)}
        self.cookies = self.cookies or {name: dict(client.cookies) for name, client in fresh.items()}
        for name, client in fresh.items():
            client.cookies.update(self.cookies[name])
        self.clients = fresh
        return self.site

    def close(self) -> None:
        """End it, and forget the faulty plugin."""
        HOME.CARD_SECONDS, HOME.CARDS_SECONDS = self._patience
        self.site.close()
        close_database()
        forget_plugins(self.root)

    def _find_pages(self) -> list[tuple[str, str]]:
        """One address of each page there is: as the clerk sees it, or else as the administrator does; home as both.

        Those of the faulty plugin are left out, and those of 운영 about it or a right to it, which go with it.
        """
        found: list[tuple[str, str]] = []
        for name, client in self.clients.items():
            seen = {shape(address) for _, address in found} - {"/"}
            addresses = [address for address, _ in crawl(client, most=4 * self.most, per_shape=1)]
            kept = [a for a in addresses if shape(a) not in seen and "faulty" not in a]
            found += [(name, a) for a in kept if client.get(a).status_code == 200][: self.most]
        return found

    def _texts(self) -> Texts:
        found = {}
        for name, address in self.pages:
            answer = self.clients[name].get(address)
            is_page = "html" in answer.headers.get("content-type", "")
            text = said(answer.text) if is_page and not TELLING.match(address) else ""
            found[name, address] = f"{answer.status_code} {text}"
        return found

    def compare(self, outcome: Outcome) -> None:
        """Every page of the core and of the other plugins answers as before."""
        for key, text in self._texts().items():
            outcome.check(text == self.before[key], f"{key[1]} as {key[0]}: {difference(self.before[key], text)}")

    def forgive(self) -> None:
        """All is well again, as if nothing had been."""
        flip(self.root)
        with connected(), transaction():
            PluginFailure.delete().execute()
            OutboxEvent.delete().where(OutboxEvent.done_at.is_null()).execute()
        quarantine = self.site.portal.dispatcher.quarantine
        quarantine.take_failures()
        for place in [*quarantine._troubles]:  # what a minute of waiting would do
            quarantine.forget(place)
        self.site.portal.forget()

    def try_out(self, pair: Pair) -> Outcome:
        """Do the fault at the place, and look at all the rest."""
        outcome = Outcome(pair)
        if pair.fault in SPOILED or pair.place in (IMPORT, ENABLE, *ONCE_AT_START):
            self._try_start(pair, outcome)
        else:
            self._try_running(pair, outcome)
        return outcome

    def _try_running(self, pair: Pair, outcome: Outcome) -> None:
        self.forgive()
        flip(self.root, pair.place, pair.fault)
        self._provoke(pair)
        self.compare(outcome)
        self._check_writing(outcome)
        self._check_blame(outcome, pair)
        self.forgive()

    def _provoke(self, pair: Pair) -> None:
        client = self.clients[CLERK]
        client.get({ROUTE: "/faulty/"}.get(pair.place, "/"))
        client.post("/me/", data=LIKING)
        client.post("/faulty/enqueue")
        self.site.beat()
        if pair.place not in (ROUTE, JOB) and not was_called(self.root, pair.place):
            self._provoke_by_pages(pair)

    def _provoke_by_pages(self, pair: Pair) -> None:
        for name, address in self.pages:
            self.clients[name].get(address)
            if was_called(self.root, pair.place):
                return
        self.clients[CLERK].get(f"/faulty/ask/{pair.place}")

    def _check_writing(self, outcome: Outcome) -> None:
        status = self.clients[CLERK].post("/me/", data=LIKING).status_code
        outcome.check(status == 303, f"nothing can be saved: {status}")

    def _check_blame(self, outcome: Outcome, pair: Pair) -> None:
        self.site.beat()
        with connected():
            found = [(row.plugin, row.place, row.where, row.problem) for row in PluginFailure.select()]
        outcome.blamed = "; ".join(f"{place} {where} {problem[:60]}" for _, place, where, problem in found)
        outcome.check({plugin for plugin, *_ in found} <= {"faulty"}, f"others are blamed: {found}")
        is_called = was_called(self.root, pair.place) or pair.fault == "broken template"
        outcome.check(is_called, "it was never called")
        if not pair.calm:
            outcome.check(any(where for _, _, where, _ in found), f"nobody is blamed with a line: {found}")
            outcome.check(
                any(is_place(pair.place, place) for _, place, *_ in found), f"another place is blamed: {found}"
            )

    def _try_start(self, pair: Pair, outcome: Outcome) -> None:
        """Start anew with the fault in the files, or with the switch set; and leave the house as it was."""
        self.close()
        folder = make_faulty(self.root, self.hooks)
        if pair.fault in SPOILED:
            SPOILED[pair.fault](folder)
        else:
            flip(self.root, pair.place, pair.fault)
        with self._off_at_first(pair):
            site = self._start()
        if pair.place == ENABLE:
            self._switch_on(outcome)
        plugin = site.portal.dispatcher.plugins["faulty"]
        outcome.blamed = f"{plugin.where} {plugin.problem[:80]}"
        if not pair.calm:
            outcome.check(not plugin.is_well, "it is not ill")
            outcome.check(bool(plugin.where), f"no place is named: {plugin.problem}")
        ill = {p.key: p.problem for p in site.portal.plugins if not p.is_well and p.key != "faulty"}
        outcome.check(not ill, f"others are ill too: {ill}")
        self.compare(outcome)
        self._check_writing(outcome)
        with connected(), transaction():
            PluginState.update(is_enabled=True, version="0").where(PluginState.key == "faulty").execute()
        self.close()
        shutil.rmtree(self.root / "maru_faulty")
        self._open()
        self.forgive()

    @contextmanager
    def _off_at_first(self, pair: Pair) -> Iterator[None]:
        if pair.place == ENABLE:
            with connected(), transaction():
                PluginState.update(is_enabled=False, version="").where(PluginState.key == "faulty").execute()
        yield

    def _switch_on(self, outcome: Outcome) -> None:
        """As an administrator does. What cannot be switched on says why, and stays off."""
        data = {"reach": "city", "reason": "시험"}
        answer = self.clients[ADMIN].post("/admin/plugins/faulty/switch", data=data)
        outcome.check(answer.status_code < 500, f"switching it on answers {answer.status_code}")
        if outcome.pair.fault == "failing migration":
            outcome.check("0001_first" in answer.text, "the page does not say that the migration failed")
            outcome.check(not self.site.portal.is_on("faulty"), "it is on all the same")


def is_place(wanted: str, noted: str) -> bool:
    """Whether a failure was `noted` where it was `wanted`."""
    names = {ROUTE: "faulty.views.page", JOB: "job faulty.work"}
    return noted == names.get(wanted, wanted) or (wanted == "card" and noted.startswith("card "))


def difference(before: str, after: str) -> str:
    """Where two texts begin to differ, with what stands around it."""
    start = next(
        (n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
    begin = max(0, start - 30)
    return f"…{before[begin : start + 60]}… became …{after[begin : start + 60]}…"


def wrong(outcomes: Iterable[Outcome]) -> dict[str, list[str]]:
    """What should not have happened, by pair."""
    return {f"{each.pair.place} × {each.pair.fault}": each.wrong for each in outcomes if each.wrong}
