"""Many event streams on few HTTP/2 connections, from one thread: who watches, and when a change
has come to all of them."""

import selectors
import socket
import struct
import time
from urllib.parse import urlsplit

from measure.idle import ACK, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, PING, RST_STREAM
from measure.idle import SETTINGS, frame
from measure.program import Failure

WINDOW_UPDATE = 8
STREAMS = 100
PREFACE = (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
           # 4: INITIAL_WINDOW_SIZE, so that nothing has to be said about windows later.
           + frame(SETTINGS, 0, 0, struct.pack(">HI", 4, 1 << 30))
           + frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", (1 << 30))))


def _request(stream: int, authority: str, path: str) -> bytes:
    """GET with accept: text/event-stream, nothing of it in HPACK's dynamic table (RFC 7541)."""
    accept = b"text/event-stream"
    block = b"\x82\x86\x01" + bytes([len(authority)]) + authority.encode()
    block += b"\x04" + bytes([len(path)]) + path.encode()
    block += b"\x0f\x04" + bytes([len(accept)]) + accept
    return frame(HEADERS, END_STREAM | END_HEADERS, stream, block)


class Audience:
    def __init__(self, url: str, count: int):
        place = urlsplit(url)
        path = place.path + ("?" + place.query if place.query else "")
        self.count = count
        self.arrived: dict[tuple[int, int], float] = {}
        self._selector = selectors.DefaultSelector()
        self._sockets = []
        self._left = {}
        for first in range(0, count, STREAMS):
            peer = socket.create_connection(("127.0.0.1", place.port))
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            streams = min(STREAMS, count - first)
            peer.sendall(PREFACE + b"".join(_request(2 * i + 1, place.netloc, path)
                                            for i in range(streams)))
            peer.setblocking(False)
            self._selector.register(peer, selectors.EVENT_READ, len(self._sockets))
            self._sockets.append(peer)
            self._left[peer] = b""

    def await_all(self, seconds: float) -> None:
        """Until an event has come to each."""
        deadline = time.monotonic() + seconds
        while len(self.arrived) < self.count:
            if time.monotonic() > deadline:
                raise Failure(f"After {seconds} s {len(self.arrived)} of {self.count} watchers "
                              "had an event.")
            for key, _ in self._selector.select(0.1):
                self._read(key.fileobj, key.data)

    def forget(self) -> None:
        """What has come so far counts no more."""
        self.arrived = {}

    def stay(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            for key, _ in self._selector.select(left):
                self._read(key.fileobj, key.data)

    def close(self) -> None:
        for peer in self._sockets:
            peer.close()
        self._selector.close()

    def _read(self, peer: socket.socket, number: int) -> None:
        some = peer.recv(1 << 20)
        now = time.monotonic()
        if not some:
            raise Failure("The gateway has closed a connection with watchers.")
        buffer = self._left[peer] + some
        at = 0
        while len(buffer) - at >= 9:
            size = int.from_bytes(buffer[at:at + 3], "big")
            if len(buffer) - at - 9 < size:
                break
            kind, flags = buffer[at + 3], buffer[at + 4]
            stream = int.from_bytes(buffer[at + 5:at + 9], "big")
            payload = buffer[at + 9:at + 9 + size]
            at += 9 + size
            if kind == DATA:
                if b"data: " in payload:
                    self.arrived.setdefault((number, stream), now)
                if flags & END_STREAM:
                    raise Failure(f"A watch ended: {payload[-300:]!r}")
            elif kind in (RST_STREAM, GOAWAY):
                raise Failure(f"The gateway has given up a watch: frame {kind} {payload!r}")
            elif kind in (SETTINGS, PING) and not flags & ACK:
                peer.send(frame(kind, ACK, 0, payload if kind == PING else b""))
        self._left[peer] = buffer[at:]
