"""A clerk at the builder: the steps of the page as a browser sends them."""

from __future__ import annotations

import re
from typing import Any

from starlette.testclient import TestClient

from maru import Grant
from maru_devkit.fixtures import Site

PANEL = ("unit", "help", "required", "in_list", "total", "percent", "expression", "choices", "minimum", "maximum")


class Builder:
    """One person at one draft. `add` gives the key of the new field; every step must be answered by a redirect."""

    def __init__(self, client: TestClient, label: str = "관용차량 운행일지") -> None:
        self.client = client
        begun = client.post("/forms/new", data={"label": label, "start": "blank"})
        assert begun.status_code == 303, begun.text
        self.href = begun.headers["location"]

    def post(self, then: str, field: str = "", **panel: Any) -> Any:
        """One step; what is named in `panel` was shown and filled in."""
        shown = [name for name in PANEL if name in panel]
        ticked = {name: value for name, value in panel.items() if value is not False}
        sent = {"then": then, "shown": shown, **ticked}
        return self.client.post(self.href, data={**sent, "field": field} if field else sent)

    def add(self, type_: str, label: str, **panel: Any) -> str:
        """A new field with its settings."""
        added = self.post(f"add:{type_}")
        key = re.search(r"field=(\w+)", added.headers["location"])
        assert key is not None, added.headers
        saved = self.post("save", key[1], label=label, **panel)
        assert saved.status_code == 303, saved.text
        return key[1]

    def page(self, part: str = "") -> str:
        """A page about the draft."""
        answer = self.client.get(self.href + part)
        assert answer.status_code == 200
        return answer.text

    def publish(self) -> str:
        """Publish, and give the address of the ledger."""
        done = self.client.post(f"{self.href}publish")
        assert done.status_code == 303, done.text
        return str(done.headers["location"])


def make_trip_log(builder: Builder) -> dict[str, str]:
    """The fields of 관용차량 운행일지 that the tests use; label → key."""
    keys = {"날짜": builder.add("date", "날짜", required="1")}
    keys["용무"] = builder.add("text", "용무", required="1")
    keys["출발 계기"] = builder.add("integer", "출발 계기", unit="km")
    keys["도착 계기"] = builder.add("integer", "도착 계기", unit="km")
    keys["거리"] = builder.add("computed", "거리", unit="km", expression="도착 계기 - 출발 계기", total="1")
    return keys


def give_only(site: Site, username: str, *permissions: str) -> None:
    """Take every right from everybody, then give `username` these, for their own units."""
    person = site.user(username)
    with site.write_as("admin"):
        for grant in Grant.select():
            grant.delete_instance()
        for permission in permissions:
            Grant.create(user=person, permission=permission, scope="own")
