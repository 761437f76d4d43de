"""Many HTTP/2 connections that each ask once and then stay, from one thread.

They speak the least that keeps a server content: the preface, SETTINGS and its acknowledgement,
answers to PING, and a request that leaves nothing in HPACK's dynamic table, so that it can be sent
again as it is."""

import errno
import selectors
import socket
import ssl
import struct
import time
from pathlib import Path

from measure.program import Failure

DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY = 0, 1, 3, 4, 6, 7
ACK, END_STREAM, END_HEADERS = 1, 1, 4
# Handshakes under way at a time, within every server's backlog.
AT_ONCE = 100
STALLED_SECONDS = 30


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def request(stream: int, scheme: str, authority: str, path: str) -> bytes:
    """GET; RFC 7541: 0x82 and 0x86, 0x87 are indexed fields, 0x01 and 0x04 names of literals."""
    block = b"\x82" + (b"\x87" if scheme == "https" else b"\x86")
    block += b"\x01" + bytes([len(authority)]) + authority.encode()
    block += b"\x04" + bytes([len(path)]) + path.encode()
    return frame(HEADERS, END_STREAM | END_HEADERS, stream, block)


PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0)


class _Connection:
    def __init__(self, crowd: "Crowd"):
        self.crowd = crowd
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.received = b""
        self.body = b""
        self.stream = -1
        self.ready = False
        failure = self.socket.connect_ex(("127.0.0.1", crowd.port))
        if failure not in (0, errno.EINPROGRESS):
            raise Failure(f"A connection to port {crowd.port} failed: {errno.errorcode[failure]}")
        crowd.selector.register(self.socket, selectors.EVENT_WRITE, self)

    def advance(self) -> bool:
        """What the socket allows; true when an answer is complete."""
        if not self.ready and not self._handshake():
            return False
        if self.stream < 0:
            self.crowd.selector.modify(self.socket, selectors.EVENT_READ, self)
            self.socket.send(PREFACE)
            self.ask()
        self._receive()
        return self._take_frames()

    def ask(self) -> None:
        self.stream += 2
        self.body = b""
        self.socket.send(self.crowd.request(self.stream))

    def close(self) -> None:
        self.crowd.selector.unregister(self.socket)
        # A reset leaves no port in TIME_WAIT; there are not enough of them.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def _handshake(self) -> bool:
        if failure := self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise Failure(f"A connection to port {self.crowd.port} failed: "
                          f"{errno.errorcode[failure]}")
        if self.crowd.tls is None:
            self.ready = True
            return True
        if not isinstance(self.socket, ssl.SSLSocket):
            self.crowd.selector.unregister(self.socket)
            self.socket = self.crowd.tls.wrap_socket(self.socket, server_hostname="localhost",
                                                     do_handshake_on_connect=False)
            self.crowd.selector.register(self.socket, selectors.EVENT_WRITE, self)
        try:
            self.socket.do_handshake()
        except ssl.SSLWantReadError:
            self.crowd.selector.modify(self.socket, selectors.EVENT_READ, self)
            return False
        except ssl.SSLWantWriteError:
            return False
        if self.socket.selected_alpn_protocol() != "h2":
            raise Failure(f"Port {self.crowd.port} does not offer h2 over TLS.")
        self.ready = True
        return True

    def _receive(self) -> None:
        while True:
            try:
                some = self.socket.recv(65536)
            except (BlockingIOError, ssl.SSLWantReadError):
                return
            if not some:
                raise Failure(f"The server on port {self.crowd.port} closed a connection.")
            self.received += some

    def _take_frames(self) -> bool:
        answered = False
        while len(self.received) >= 9:
            length = int.from_bytes(self.received[:3], "big")
            if len(self.received) < 9 + length:
                break
            kind, flags, stream = struct.unpack(">BBI", self.received[3:9])
            payload = self.received[9:9 + length]
            self.received = self.received[9 + length:]
            if kind == SETTINGS and not flags & ACK:
                self.socket.send(frame(SETTINGS, ACK, 0))
            elif kind == PING and not flags & ACK:
                self.socket.send(frame(PING, ACK, 0, payload))
            elif kind in (RST_STREAM, GOAWAY):
                raise Failure(f"The server on port {self.crowd.port} refused a request: "
                              f"frame {kind}, {payload!r}.")
            elif kind in (HEADERS, DATA):
                if kind == DATA:
                    self.body += payload
                answered |= bool(flags & END_STREAM)
        if answered and self.body != self.crowd.wanted:
            raise Failure(f"Port {self.crowd.port} answered {self.body[:100]!r}.")
        return answered


class Crowd:
    """Order of calls: open() once, stay() and ask_again() as often as wanted, close()."""

    def __init__(self, url: str, wanted: bytes, authority: Path):
        scheme, rest = url.split("://")
        self.authority, _slash, path = rest.partition("/")
        self.port = int(self.authority.split(":")[1])
        self.wanted = wanted
        self.tls = None
        if scheme == "https":
            self.tls = ssl.create_default_context(cafile=str(authority))
            self.tls.set_alpn_protocols(["h2"])
        self.selector = selectors.DefaultSelector()
        self.connections: list[_Connection] = []
        self._requests = {stream: request(stream, scheme, self.authority, "/" + path)
                          for stream in (1, 3)}

    def request(self, stream: int) -> bytes:
        return self._requests[stream]

    def open(self, count: int) -> None:
        def begin() -> None:
            self.connections.append(_Connection(self))

        self._until_answered(count, begin)

    def ask_again(self) -> None:
        waiting = iter(self.connections)
        self._until_answered(len(self.connections), lambda: next(waiting).ask())

    def stay(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            for key, _events in self.selector.select(left):
                key.data.advance()

    def close(self) -> None:
        for each in self.connections:
            each.close()
        self.connections.clear()
        self.selector.close()

    def _until_answered(self, count: int, begin) -> None:
        begun = answered = 0
        while answered < count:
            while begun < count and begun - answered < AT_ONCE:
                begin()
                begun += 1
            events = self.selector.select(STALLED_SECONDS)
            if not events:
                raise Failure(f"Port {self.port} has answered {answered} of {count} connections, "
                              f"and then none for {STALLED_SECONDS} s.")
            for key, _events in events:
                answered += key.data.advance()
