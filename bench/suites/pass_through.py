"""gRPC calls through us, nghttpx, HAProxy and nginx grpc_pass, and to the backend directly."""

from measure import report
from measure.answer import fetch, require_equal
from measure.load import H2load
from measure.stage import Stage, write
from measure.turns import Clock, Competitor, Setting, measure
from peers import backend, haproxy, nghttpx, nginx, trunkline
from peers.server import Server

PATH = "/trunkline.agents.v1.AgentService/ListAgents"
# ListAgentsRequest{page_size: 50}, behind gRPC's five bytes: not compressed, two bytes long.
REQUEST = b"\0\0\0\0\2\x08\x32"
HEADERS = ("te: trailers", "content-type: application/grpc")
ROUNDS, SECONDS = 5, 5
CONNECTIONS = 8
STREAMS = (1, 32, 100)
GOALS = {"direct": 0.95, "nghttpx": 1.0}
# At m=1 a gateway's own turn is part of every call, and the goal is to be ahead of the peer.
GOALS_ALONE = {"nghttpx": 1.0}
BACKENDS = {"memory": backend.memory, "postgres": backend.postgres}


def minutes(options) -> float:
    return options.minutes_or(15, ROUNDS, SECONDS)


def run(stage: Stage, options) -> None:
    settings: list[Setting] = []
    text = ""
    for name, start in BACKENDS.items():
        wanted = {m: f"{name} backend, m={m}" for m in STREAMS}
        wanted = {m: title for m, title in wanted.items() if options.only.search(title)}
        if not wanted:
            continue
        with Stage(stage.var, stage.tell) as inner:
            direct, clock = start(inner)
            servers = [direct, trunkline.grpc(inner, direct.ports["h2c"]),
                       nghttpx.proxy(inner, direct.ports["h2c"]),
                       haproxy.proxy(inner, direct.ports["h2c"]),
                       nginx.grpc(inner, direct.ports["h2c"])]
            body = write(stage.var / "request", REQUEST)
            size = _require_same_answers(servers, body)
            stage.tell(f"All five answer the same {size} bytes with grpc-status 0")
            for streams, title in wanted.items():
                stage.tell(title)
                competitors = [_competitor(each, clock, streams, size, body) for each in servers]
                setting = measure(title, competitors, options.rounds_or(ROUNDS),
                                  options.seconds_or(SECONDS), stage.tell)
                settings.append(setting)
                text += report.turns_table(setting, GOALS if streams > 1 else GOALS_ALONE)
    report.save("pass_through", ["nginx", "nghttpx", "haproxy", "h2load"], text,
                [each.as_json() for each in settings], options, stage.tell)


def _require_same_answers(servers: list[Server], body) -> int:
    answers = {each.name: fetch(each.url("h2c", PATH), "h2c", body_file=body, headers=HEADERS)
               for each in servers}
    require_equal(answers, fields={"grpc-status": "0", "content-type": "application/grpc"})
    return len(answers["direct"].body)


def _competitor(server: Server, clock: Clock, streams: int, size: int, body) -> Competitor:
    load = H2load(server.url("h2c", PATH), CONNECTIONS, streams, size, body, HEADERS)
    if server.name == "direct":
        return Competitor(server.name, load, clock)
    return Competitor(server.name, load, server.program.cpu_seconds, clock)
