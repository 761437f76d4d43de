"""How near to the limits: static files, the database alone, the backend alone; and aiohttp."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from measure import report
from measure.answer import fetch, require_equal
from measure.load import H2load, Load
from measure.pgbench import Pgbench
from measure.program import Failure
from measure.stage import AUTHORITY, Stage, write
from measure.trunkline_load import TrunklineLoad, h1_load
from measure.turns import OURS, Competitor, Setting, measure
from peers import daemons, h2o, nghttpd, nginx, ours, postgres
from peers.installed import lacks
from peers.ours import UNCOLLAPSED, Ours
from peers.postgres import Database
from peers.server import Server

AGENTS, ONE, RANDOM = "/agents", "/v1/agents/7", "/v1/agents/{random:1-50}"
CALL = "/trunkline.agents.v1.AgentService/ListAgentStatuses"
# An empty message behind gRPC's five bytes.
REQUEST = b"\0\0\0\0\0"
CALL_HEADERS = ("te: trailers", "content-type: application/grpc")
ROUNDS, SECONDS = 5, 5
H1_CONNECTIONS = 100
CONNECTIONS = 32
# Of calls that nobody shares: as many as keep the database busy.
FEW_CONNECTIONS = 8
PGBENCH, AIOHTTP, DIRECT = "pgbench", daemons.AIOHTTP.name, "backend, gRPC"
CROWDS = (1, 10, 100, 1000)
PROGRAMS = ["nginx", "h2o", "nghttpd", "postgresql", "gunicorn", "aiohttp", "uvloop", "asyncpg",
            "h2load", "wrk"]


@dataclass
class Place:
    """All that runs meanwhile. Who has nothing to do takes no time from the others."""

    database: Database
    collapsed: Ours
    apart: Ours
    body: bytes
    aiohttp: Server | None
    static: list[Server]  # the same bytes as files
    call: tuple[Server, int, object]  # the backend alone, the size of its answer, the request


@dataclass
class Question:
    title: str
    who: Callable[[Place], list[Competitor]]
    goals: dict[str, float] = field(default_factory=dict)
    facts: dict[str, object] = field(default_factory=dict)
    counted: bool = False  # whether PostgreSQL counts its queries
    quick: bool = False


def minutes(options) -> float:
    return options.minutes_or(22, ROUNDS, SECONDS)


def run(stage: Stage, options) -> None:
    wanted = [each for each in _questions() if options.only.search(each.title)
              and (each.quick or not options.quick)]
    left_out = {name: why for name, peer in (
        ("h2o", "h2o"), ("nginx", "nginx"), ("nghttpd", "nghttpd"),
        (AIOHTTP, daemons.AIOHTTP)) if (why := lacks(peer))}
    place = _place(stage, options, left_out)
    settings: list[Setting] = []
    text = ""
    for question in wanted:
        stage.tell(question.title)
        if question.counted:
            place.database.track("top")
        setting = measure(question.title, question.who(place), options.rounds_or(ROUNDS),
                          options.seconds_or(SECONDS), stage.tell)
        place.database.track("none")
        setting.facts = question.facts
        settings.append(setting)
        text += report.turns_table(setting, question.goals)
    report.save("limits", PROGRAMS, text, [each.as_json() for each in settings], options,
                stage.tell, left_out)


def _place(stage: Stage, options, left_out: dict[str, str]) -> Place:
    database = postgres.start(stage)
    collapsed = ours.start(stage, database, True)
    apart = ours.start(stage, database, False)
    body = collapsed.body(AGENTS)
    files = {AGENTS: body}
    static = [start(stage, files) for name, start in (("h2o", h2o.static), ("nginx", nginx.static))
              if name not in left_out]
    if "nghttpd" not in left_out:
        static += [nghttpd.static(stage, files, protocol) for protocol in ("h2c", "tls")]
    aiohttp = (None if AIOHTTP in left_out else
               daemons.AIOHTTP.start(stage, database, options.workers))
    call = write(stage.var / "request", REQUEST)
    size = len(_require_same(database, collapsed, apart, static, aiohttp, call))
    return Place(database, collapsed, apart, body, aiohttp, static, (apart.backend, size, call))


def _require_same(database: Database, collapsed: Ours, apart: Ours, static: list[Server],
                  aiohttp: Server | None, call) -> bytes:
    """Bytes of those who have bytes, JSON of the others; the backend's answer to a call."""
    body = collapsed.body(AGENTS)
    for protocol in ("h1", "h2c", "tls"):
        require_equal({each.name: fetch(each.url(protocol, AGENTS), protocol, AUTHORITY)
                       for each in [collapsed.gateway, apart.gateway, *static]
                       if protocol in each.ports}, body)
    said = {"pgbench": (database.sql(f"SELECT json_agg(q) FROM ({daemons.LIST}) q"), body)}
    if aiohttp:
        for path in (AGENTS, ONE):
            said[f"aiohttp's {path}"] = (fetch(aiohttp.url("h1", path), "h1").body,
                                         collapsed.body(path))
    for name, (theirs, wanted) in said.items():
        if json.loads(theirs) != json.loads(wanted):
            raise Failure(f"{name} is other JSON than ours: {theirs[:200]!r}")
    answer = fetch(apart.backend.url("h2c", CALL), "h2c", body_file=call, headers=CALL_HEADERS)
    require_equal({DIRECT: answer}, fields={"grpc-status": "0"})
    return answer.body


def _questions() -> list[Question]:
    files = "collapsed, beside static files"
    found = [Question(f"{files}, {protocol}, m={m}",
                      lambda place, protocol=protocol, m=m: _beside_files(place, protocol, m),
                      {peer: 1.0 for peer in goals},
                      {"kind": "static", "protocol": protocol, "m": m}, quick=m == 32)
             for protocol, m, goals in (("h2c", 1, ["nginx"]), ("h2c", 10, []),
                                        ("h2c", 32, ["h2o"]), ("tls", 1, []),
                                        ("tls", 32, ["h2o"]))]
    found.append(Question(f"{files}, h1", lambda place: _beside_files(place, "h1", 1),
                          {"nginx": 1.0}, {"kind": "static", "protocol": "h1", "m": 1}))
    for protocol, m in (("h1", 1), ("h2c", 10), ("h2c", 32)):
        way = protocol if protocol == "h1" else f"{protocol}, m={m}"
        facts = {"protocol": protocol, "m": m}
        found.append(Question(
            f"a call and a query for each request, {way}",
            lambda place, protocol=protocol, m=m: _uncollapsed(place, protocol, m),
            {PGBENCH: 0.5, AIOHTTP: 4.0}, {"kind": "uncollapsed"} | facts, quick=m == 1))
    for protocol, m in (("h1", 1), ("h2c", 32)):
        way = protocol if protocol == "h1" else f"{protocol}, m={m}"
        found.append(Question(
            f"one agent by a random id, {way}",
            lambda place, protocol=protocol, m=m: _points(place, protocol, m),
            {AIOHTTP: 4.0}, {"kind": "points", "protocol": protocol, "m": m}, quick=m == 1))
    found += [Question(f"queries counted, {crowd} clients",
                       lambda place, crowd=crowd: _crowd(place, crowd),
                       facts={"kind": "queries", "clients": crowd}, counted=True,
                       quick=crowd in (1, 100)) for crowd in CROWDS]
    return found


def _beside_files(place: Place, protocol: str, m: int) -> list[Competitor]:
    size = len(place.body)

    def load(server: Server) -> Load:
        url = server.url(protocol, AGENTS)
        if protocol == "h1":
            return h1_load(url, H1_CONNECTIONS, size)
        return H2load(url, CONNECTIONS, m, size)

    return [place.collapsed.competitor(load(place.collapsed.gateway))] + [
        Competitor(each.name, load(each), each.program.cpu_seconds, program=each.program)
        for each in place.static if protocol in each.ports]


def _uncollapsed(place: Place, protocol: str, m: int) -> list[Competitor]:
    size = len(place.body)
    gateway = place.apart.gateway
    found = [place.apart.competitor(
        h1_load(gateway.url("h1", AGENTS), H1_CONNECTIONS, size) if protocol == "h1" else
        H2load(gateway.url("h2c", AGENTS), FEW_CONNECTIONS, m, size))]
    if protocol != "h1":
        backend, call_size, call = place.call
        found.append(Competitor(DIRECT, H2load(backend.url("h2c", CALL), FEW_CONNECTIONS, m,
                                               call_size, call, CALL_HEADERS),
                                backend.program.cpu_seconds, place.database.cpu_seconds))
    found.append(_pgbench(place, f"{daemons.LIST};"))
    return found + _aiohttp(place, h1_load(_of(place.aiohttp, AGENTS), H1_CONNECTIONS, size))


def _points(place: Place, protocol: str, m: int) -> list[Competitor]:
    gateway = place.collapsed.gateway
    connections = H1_CONNECTIONS if protocol == "h1" else FEW_CONNECTIONS
    by_id = daemons.ONE.replace("$1", ":id")
    return [place.collapsed.competitor(TrunklineLoad(gateway.url(protocol, RANDOM), protocol,
                                                     connections, m)),
            _pgbench(place, f"\\set id random(1, 50)\n{by_id};"),
            *_aiohttp(place, TrunklineLoad(_of(place.aiohttp, RANDOM), "h1", H1_CONNECTIONS))]


def _crowd(place: Place, crowd: int) -> list[Competitor]:
    def load(server: Server) -> Load:
        return TrunklineLoad(server.url("h1", AGENTS), "h1", crowd, body_size=len(place.body))

    queries = place.database.calls
    return [place.collapsed.competitor(load(place.collapsed.gateway), OURS, queries),
            place.apart.competitor(load(place.apart.gateway), UNCOLLAPSED, queries),
            *_aiohttp(place, TrunklineLoad(_of(place.aiohttp, AGENTS), "h1", crowd,
                                           body_size=len(place.body)), queries)]


def _pgbench(place: Place, script: str) -> Competitor:
    return Competitor(PGBENCH, Pgbench(place.database.conninfo, script),
                      place.database.cpu_seconds)


def _of(server: Server | None, path: str) -> str:
    return server.url("h1", path) if server else ""


def _aiohttp(place: Place, load: Load, queries=None) -> list[Competitor]:
    if place.aiohttp is None:
        return []
    return [Competitor(AIOHTTP, load, place.aiohttp.program.cpu_seconds,
                       place.database.cpu_seconds, place.aiohttp.program, queries)]
