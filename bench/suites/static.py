"""Answers that are always the same, 17 and 6401 bytes, beside h2o and nginx with static files."""

import json

from measure import report
from measure.answer import fetch, require_equal
from measure.load import H2load, Wrk
from measure.stage import AUTHORITY, Stage
from measure.turns import Competitor, Setting, measure
from peers import h2o, nginx, trunkline
from peers.server import Server


def agents_2015() -> bytes:
    """What the 2015 benchmark answered: fifty agents, nobody logged in."""
    rows = [{"number": str(300 + each), "extension": None, "context": None,
             "state_interface": None, "status": "offline", "extension_status": "-1", "paused": "0"}
            for each in range(50)]
    return json.dumps(rows, separators=(",", ":")).encode()


FILES = {"/index": b'{"hello":"world"}', "/agents-2015": agents_2015()}
assert len(FILES["/agents-2015"]) == 6401
ROUNDS, SECONDS = 5, 5
CONNECTIONS = 32
STREAMS = {"h2c": (1, 10, 32), "tls": (1, 32)}
H1_CONNECTIONS = 100
GOALS = {"h2o": 1.0}


def minutes(options) -> float:
    return options.minutes_or(18, ROUNDS, SECONDS)


def run(stage: Stage, options) -> None:
    servers = [trunkline.static(stage, FILES), h2o.static(stage, FILES),
               nginx.static(stage, FILES)]
    for path, body in FILES.items():
        for protocol in ("h1", "h2c", "tls"):
            require_equal({each.name: fetch(each.url(protocol, path), protocol, AUTHORITY)
                           for each in servers}, body, {"content-length": str(len(body))})
    stage.tell("All three answer the same bytes by each protocol")
    settings: list[Setting] = []
    text = ""
    for title, protocol, streams, path in _settings():
        if not options.only.search(title):
            continue
        stage.tell(title)
        competitors = [Competitor(each.name, _load(each, protocol, streams, path),
                                  each.program.cpu_seconds) for each in servers]
        setting = measure(title, competitors, options.rounds_or(ROUNDS),
                          options.seconds_or(SECONDS), stage.tell)
        settings.append(setting)
        text += report.turns_table(setting, GOALS)
    report.save("static", ["nginx", "h2o", "h2load", "wrk"], text,
                [each.as_json() for each in settings], options, stage.tell)


def _settings():
    for path, body in FILES.items():
        for protocol, streams in STREAMS.items():
            for m in streams:
                yield f"{path}, {len(body)} bytes, {protocol}, m={m}", protocol, m, path
        yield f"{path}, {len(body)} bytes, h1", "h1", 1, path


def _load(server: Server, protocol: str, streams: int, path: str) -> H2load | Wrk:
    url, size = server.url(protocol, path), len(FILES[path])
    if protocol == "h1":
        return Wrk(url, H1_CONNECTIONS, size)
    return H2load(url, CONNECTIONS, streams, size)
