"""A bounded load on one server: some connections that stay open, each asking for the next page as soon as it has one.

    echo '{"port": 8110, "paths": ["/board/?page=7"], "cookie": "…", "seconds": 3}' | python -m tests.bench._load

prints how many answers came in how many seconds, and how long each took. It runs in a process of its own, so that what
it costs is not counted as the server's. Nothing is asked in compressed form: compressing is the front server's work.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from typing import Any

LONGEST_WAIT_SECONDS = 20.0


@dataclass
class Load:
    """What is asked and what came back. Times in milliseconds."""

    port: int
    paths: list[str]
    cookie: str = ""
    seconds: float = 3.0
    connections: int = 6
    most: int = 20_000
    taken_ms: list[float] = field(default_factory=list)
    asked_count: int = 0

    async def run(self) -> dict[str, Any]:
        """Ask until the time is over or enough was asked."""
        began = time.perf_counter()
        await asyncio.gather(*(self._visit(began + self.seconds) for _ in range(self.connections)))
        return {"seconds": time.perf_counter() - began, "taken_ms": [round(one, 3) for one in self.taken_ms]}

    async def _visit(self, until: float) -> None:
        reader = writer = None
        while (began := time.perf_counter()) < until and self.asked_count < self.most:
            if writer is None or reader is None:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1_000_000)
            writer.write(self._next_request())
            status, keeps, _ = await asyncio.wait_for(answer(reader), LONGEST_WAIT_SECONDS)
            if status != 200:
                raise SystemExit(f"Port {self.port} answered {status}.")
            self.taken_ms.append((time.perf_counter() - began) * 1000)
            if not keeps:
                writer.close()
                writer = None
        if writer is not None:
            writer.close()

    def _next_request(self) -> bytes:
        path = self.paths[self.asked_count % len(self.paths)]
        self.asked_count += 1
        return request(path, self.port, self.cookie)


def request(path: str, port: int, cookie: str) -> bytes:
    """What a browser says, the part about compression left out."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n"
        "Accept: text/html,application/xhtml+xml\r\nAccept-Language: ko\r\nUser-Agent: Mozilla/5.0\r\n\r\n"
    ).encode("ascii")


async def answer(reader: asyncio.StreamReader) -> tuple[int, bool, bytes]:
    """Status, whether the connection stays, and body of the answer that comes next."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head[9:12])
    keeps = b"\r\nconnection: close" not in head and not head.startswith(b"http/1.0")
    if b"\r\ntransfer-encoding: chunked" in head:
        parts = []
        while size := int((await reader.readuntil(b"\r\n")).strip(), 16):
            parts.append((await reader.readexactly(size + 2))[:-2])
        await reader.readexactly(2)
        return status, keeps, b"".join(parts)
    length = int(head.partition(b"\r\ncontent-length:")[2].partition(b"\r\n")[0])
    return status, keeps, await reader.readexactly(length)


if __name__ == "__main__":
    print(json.dumps(asyncio.run(Load(**json.load(sys.stdin)).run())))
