"""Ours as a whole, a gateway and a backend before a database: collapsed, where identical reads
share calls and queries, or with a call and a query for each request."""

from collections.abc import Callable
from dataclasses import dataclass

from measure.answer import fetch
from measure.load import Load
from measure.program import Failure
from measure.stage import Stage
from measure.turns import OURS, Competitor
from peers import backend, trunkline
from peers.postgres import Database
from peers.server import Server

UNCOLLAPSED = "trunkline, uncollapsed"


@dataclass
class Ours:
    gateway: Server
    backend: Server
    database: Database

    def competitor(self, load: Load, name: str = OURS,
                   queries: Callable[[], int] | None = None) -> Competitor:
        return Competitor(name, load, self.gateway.program.cpu_seconds, self.behind,
                          self.gateway.program, queries)

    def behind(self) -> float:
        return self.backend.program.cpu_seconds() + self.database.cpu_seconds()

    def body(self, path: str) -> bytes:
        """What it answers: what all others must answer too."""
        answer = fetch(self.gateway.url("h1", path), "h1")
        if not answer.status.endswith(" 200"):
            raise Failure(f"Our own {path} is {answer.status}: {answer.body[:200]!r}")
        return answer.body


def start(stage: Stage, database: Database, collapsed: bool = True) -> Ours:
    name = OURS if collapsed else UNCOLLAPSED
    behind = backend.on(stage, database.conninfo, share_reads=collapsed,
                        name="" if collapsed else "uncollapsed")
    gateway = trunkline.live(stage, behind.ports["h2c"], collapsed=collapsed, name=name)
    return Ours(gateway, behind, database)
