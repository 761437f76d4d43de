"""A server that is measured: its program, and where it takes which protocol."""

from dataclasses import dataclass

from measure.program import Program

# By which names URLs call the server: its certificate knows both.
HOSTS = {"h1": "http://127.0.0.1", "h2c": "http://127.0.0.1", "tls": "https://localhost"}


@dataclass
class Server:
    name: str
    program: Program
    ports: dict[str, int]  # by protocol: h1, h2c, tls

    def url(self, protocol: str, path: str) -> str:
        return f"{HOSTS[protocol]}:{self.ports[protocol]}{path}"
