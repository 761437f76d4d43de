"""How collapsing is set best: calls in the air, time to gather, and what the backend shares."""

from measure import report
from measure.load import H2load, Load
from measure.stage import Stage
from measure.trunkline_load import TrunklineLoad, h1_load
from measure.turns import Competitor, Setting, measure
from peers import backend, postgres, trunkline
from peers.ours import Ours
from peers.postgres import Database
from peers.server import Server

AGENTS, RANDOM = "/agents", "/v1/agents/{random:1-50}"
ROUNDS, SECONDS = 5, 3
# The gateway's settings, beside its defaults; the first is the defaults.
GATEWAYS = {"in_air 1": {}, "in_air 2": {"in_air": 2}, "in_air 4": {"in_air": 4},
            "in_air 1, gather_ms 1": {"gather_ms": 1}, "off": {"enabled": False}}
# The backend's, and whether the gateway in front of it collapses.
BACKENDS = {"both share": ({}, True),
            "the gateway alone": ({"share_reads": False, "gather_reads": False}, True),
            "the backend alone": ({}, False),
            "the backend alone, and nothing gathered": ({"gather_reads": False}, False),
            "nobody": ({"share_reads": False, "gather_reads": False}, False)}
FRONTS = (("h1, 1 client", "h1", 1, 1), ("h1, 100 clients", "h1", 100, 1),
          ("h2c, 32 x 1", "h2c", 32, 1), ("h2c, 32 x 32", "h2c", 32, 32))
QUICK_FRONTS = ("h2c, 32 x 32",)
PROGRAMS = ["postgresql", "h2load", "wrk"]


def minutes(options) -> float:
    return options.minutes_or(13, ROUNDS, SECONDS)


def run(stage: Stage, options) -> None:
    database = postgres.start(stage)
    fronts = [each for each in FRONTS if not options.quick or each[0] in QUICK_FRONTS]
    database.track("top")
    settings = _of_gateways(stage, database, fronts, options)
    settings += _of_backends(stage, database, fronts, options)
    database.track("none")
    text = "".join(report.turns_table(each, {}) for each in settings)
    report.save("collapsing", PROGRAMS, text, [each.as_json() for each in settings], options,
                stage.tell)


def _of_gateways(stage: Stage, database: Database, fronts, options) -> list[Setting]:
    with Stage(stage.var, lambda _text: None) as inner:
        behind = backend.on(inner, database.conninfo)
        ways = {name: _ours(inner, database, behind, name, collapse)
                for name, collapse in GATEWAYS.items()}
        return _measure("the gateway's settings", "gateway", ways, AGENTS, fronts, options, stage)


def _of_backends(stage: Stage, database: Database, fronts, options) -> list[Setting]:
    with Stage(stage.var, lambda _text: None) as inner:
        ways = {}
        for name, (settings, collapsed) in BACKENDS.items():
            behind = backend.on(inner, database.conninfo, name=_slug(name), **settings)
            ways[name] = _ours(inner, database, behind, name, {"enabled": collapsed})
        found = _measure("who shares", "shares", ways, AGENTS, fronts, options, stage)
        return found + _measure("who shares, one agent by a random id", "points", ways, RANDOM,
                                fronts[-1:], options, stage)


def _ours(stage: Stage, database: Database, behind: Server, name: str, collapse: dict) -> Ours:
    gateway = trunkline.live(stage, behind.ports["h2c"], name=_slug(name), collapse=collapse)
    return Ours(gateway, behind, database)


def _slug(name: str) -> str:
    return name.replace(",", "").replace(" ", "-")


def _measure(title: str, kind: str, ways: dict[str, Ours], path: str, fronts, options,
             stage: Stage) -> list[Setting]:
    found = []
    for front, protocol, connections, streams in fronts:
        name = f"{title}: {front}"
        if not options.only.search(name):
            continue
        stage.tell(name)
        competitors = [_competitor(way, each, path, protocol, connections, streams)
                       for way, each in ways.items()]
        setting = measure(name, competitors, options.rounds_or(ROUNDS),
                          options.seconds_or(SECONDS), stage.tell)
        setting.facts = {"kind": kind, "front": front}
        found.append(setting)
    return found


def _competitor(name: str, of: Ours, path: str, protocol: str, connections: int,
                streams: int) -> Competitor:
    url = of.gateway.url(protocol, path)
    load: Load
    if path == RANDOM:
        load = TrunklineLoad(url, protocol, connections, streams)
    elif protocol == "h1":
        load = h1_load(url, connections, len(of.body(path)))
    else:
        load = H2load(url, connections, streams, len(of.body(path)))
    return of.competitor(load, name, of.database.calls)
