"""REST and JSON in front of a gRPC backend, by us and by grpc-gateway."""

from collections.abc import Callable
from dataclasses import dataclass

from measure import report
from measure.answer import fetch, require_equal
from measure.load import H2load, Wrk
from measure.stage import Stage
from measure.turns import Clock, Competitor, Setting, measure
from peers import backend, grpc_gateway, trunkline
from peers.server import Server

LIST, ONE = "/v1/agents", "/v1/agents/7"
ROUNDS, SECONDS = 5, 5
CONNECTIONS = 8
H1_CONNECTIONS = 100
# Of lists. One agent has next to nothing to transcode, and shows what else a request costs.
GOALS = {LIST: {grpc_gateway.NAME: 10.0}, ONE: {}}


@dataclass
class Way:
    path: str
    protocol: str
    streams: int = 1
    # An answer of many agents takes grpc-gateway a fiftieth of a second.
    warm_up_requests: int = 1000

    def load(self, server: Server, size: int) -> H2load | Wrk:
        url = server.url(self.protocol, self.path)
        if self.protocol == "h1":
            return Wrk(url, H1_CONNECTIONS, size)
        return H2load(url, CONNECTIONS, self.streams, size, latencies=True,
                      warm_up_requests=self.warm_up_requests)

    def __str__(self) -> str:
        return f"{self.path}, {self.protocol}" + (f", m={self.streams}"
                                                  if self.protocol == "h2c" else "")


@dataclass
class Place:
    """Behind both, and what they are asked there."""

    name: str
    start: Callable[[Stage], tuple[Server, Clock]]
    ways: list[Way]


PLACES = [
    Place("memory backend, 50 agents", lambda stage: backend.memory(stage, 50), [
        Way(LIST, "h2c", 1), Way(LIST, "h2c", 10), Way(LIST, "h2c", 32), Way(LIST, "h1"),
        Way(ONE, "h2c", 10)]),
    # As many as a page may have: that transcoding costs is all that shows.
    Place("memory backend, 1000 agents", lambda stage: backend.memory(stage, 1000), [
        Way(LIST, "h2c", 1, warm_up_requests=50)]),
    Place("postgres backend", backend.postgres, [Way(LIST, "h2c", 10)]),
]


def minutes(options) -> float:
    return options.minutes_or(8, ROUNDS, SECONDS)


def run(stage: Stage, options) -> None:
    settings: list[tuple[Setting, dict[str, float]]] = []
    for place in PLACES:
        wanted = {f"{place.name}, {way}": way for way in place.ways}
        wanted = {title: way for title, way in wanted.items() if options.only.search(title)}
        if wanted:
            with Stage(stage.var, stage.tell) as inner:
                settings += _measure(inner, place, wanted, options)
    text = "".join(report.turns_table(setting, goals) for setting, goals in settings)
    report.save("transcoding", [grpc_gateway.NAME, "go", "h2load", "wrk"], text,
                [setting.as_json() for setting, _goals in settings], options, stage.tell)


def _measure(stage: Stage, place: Place, wanted: dict[str, Way],
             options) -> list[tuple[Setting, dict[str, float]]]:
    behind, clock = place.start(stage)
    servers = [trunkline.rest(stage, behind.ports["h2c"]),
               grpc_gateway.proxy(stage, behind.ports["h2c"])]
    sizes = {path: _require_same_answers(servers, path) for path in (LIST, ONE)}
    stage.tell(f"Both answer the same {sizes[LIST]} and {sizes[ONE]} bytes by each protocol")
    measured = []
    for title, way in wanted.items():
        stage.tell(title)
        competitors = [Competitor(each.name, way.load(each, sizes[way.path]),
                                  each.program.cpu_seconds, clock, each.program)
                       for each in servers]
        measured.append((measure(title, competitors, options.rounds_or(ROUNDS),
                                 options.seconds_or(SECONDS), stage.tell), GOALS[way.path]))
    return measured


def _require_same_answers(servers: list[Server], path: str) -> int:
    for protocol in ("h1", "h2c"):
        answers = {each.name: fetch(each.url(protocol, path), protocol) for each in servers}
        require_equal(answers, fields={"content-type": "application/json"})
    return len(answers[grpc_gateway.NAME].body)
