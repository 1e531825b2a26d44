"""Ports a machine publishes: accepts on sockets it was handed, of another network, and passes on what comes.

`relay.py FD=ADDRESS:PORT…` runs inside the machine's network; a service sees the machine's own address, as with Docker.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import sys


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    with contextlib.suppress(OSError, RuntimeError):
        writer.write_eof()


async def _connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str, port: int) -> None:
    try:
        there, back = await asyncio.wait_for(asyncio.open_connection(address, port), 5)
    except (OSError, TimeoutError):
        writer.close()
        return
    await asyncio.gather(_pass_on(reader, back), _pass_on(there, writer))
    for one in (writer, back):
        one.close()


async def _serve(descriptor: int, address: str, port: int) -> None:
    kept: set[asyncio.Task[None]] = set()  # the loop itself holds no task

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        passing = asyncio.create_task(_connect(reader, writer, address, port))
        kept.add(passing)
        passing.add_done_callback(kept.discard)

    server = await asyncio.start_server(connected, sock=socket.socket(fileno=descriptor))
    await server.serve_forever()


async def main(told: list[str]) -> None:
    """Serves all that is told, for ever."""
    passed = [re.split("[=:]", one) for one in told]
    await asyncio.gather(*(_serve(int(descriptor), address, int(port)) for descriptor, address, port in passed))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
