"""A TCP relay in front of a server that stalls or cuts connections on request, as bad networks do."""

from __future__ import annotations

import select
import socket
import struct
import threading
from types import TracebackType

from servers.samba import free_port


class FaultyLink:
    """Relays connections to `port`; `reset_on` cuts a connection whose client sends these bytes, `stall_on` freezes it.

    `stall` holds everything back; `reset_all` cuts what is connected (RST); `tamper` changes one byte of the next
    large answer; `connections` counts.
    """

    host = "127.0.0.1"

    def __init__(self, port: int, *, reset_on: bytes = b"", stall_on: bytes = b"") -> None:
        self.target_port = port
        self.port = free_port()
        self.reset_on = reset_on
        self.stall_on = stall_on
        self.connections = 0
        self.cuts = 0
        self._stalled = threading.Event()
        self._ended = threading.Event()
        self._cut = threading.Event()
        self._listener = socket.create_server((self.host, self.port))
        self._listener.settimeout(0.2)
        self._tampering = threading.Event()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    def stall(self) -> None:
        """Nothing passes any more; connections stay open."""
        self._stalled.set()

    def flow(self) -> None:
        """What was held back passes again."""
        self._stalled.clear()

    def tamper(self) -> None:
        """One byte of the next large answer arrives changed, as a forger would have it."""
        self._tampering.set()

    def reset_all(self) -> None:
        """Cuts every connection; new ones are taken."""
        self._cut.set()

    def __enter__(self) -> FaultyLink:
        self._threads[0].start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._ended.set()
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                client, _ = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            self.connections += 1
            self._cut.clear()
            thread = threading.Thread(target=self._relay, args=(client,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _relay(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection((self.host, self.target_port))
        except OSError:
            client.close()
            return
        peers = {client: server, server: client}
        while not self._ended.is_set():
            if self._cut.is_set():
                self._reset(client, server)
                return
            if self._stalled.is_set():
                self._ended.wait(0.02)
                continue
            for source in select.select(list(peers), [], [], 0.05)[0]:
                try:
                    data = source.recv(1 << 20)
                    poisoned = source is client and bool(self.reset_on) and self.reset_on in data
                    if poisoned or not data:
                        self.cuts += poisoned
                        self._reset(client, server)
                        return
                    if source is client and self.stall_on and self.stall_on in data:
                        self._stalled.set()
                        continue
                    if source is server and len(data) > 20_000 and self._tampering.is_set():
                        self._tampering.clear()
                        data = data[:10_000] + bytes([data[10_000] ^ 1]) + data[10_001:]
                    peers[source].sendall(data)
                except OSError:
                    self._reset(client, server)
                    return
        self._reset(client, server)

    @staticmethod
    def _reset(*sockets: socket.socket) -> None:
        for one in sockets:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            one.close()
