"""The listening socket, as the parent hands it to its workers."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

from maru.settings import Settings
from maru_server.parent import bind


def test_a_page_does_not_wait_for_an_acknowledgement(tmp_path: Path) -> None:
    """Connections have Nagle's algorithm off: head and body of a page leave at once, not 40 ms apart."""
    listening = bind(Settings(data_folder=tmp_path, port=0))

    assert asyncio.run(_nodelay_of_a_connection(listening)) != 0


async def _nodelay_of_a_connection(listening: socket.socket) -> int:
    found: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def visited(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection: socket.socket = writer.get_extra_info("socket")
        found.set_result(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    async with await asyncio.start_server(visited, sock=listening):
        _, writer = await asyncio.open_connection(*listening.getsockname())
        nodelay = await asyncio.wait_for(found, 5)
        writer.close()
        await writer.wait_closed()
    return nodelay
