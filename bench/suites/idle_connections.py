"""Memory of a connection that has asked once and then stays idle, cleartext and TLS."""

import gc
import resource
import time

from measure import report
from measure.answer import fetch, require_equal
from measure.idle import Crowd
from measure.program import Failure
from measure.stage import AUTHORITY, Stage
from measure.turns import OURS, Spread
from peers import h2o, nghttpx, nginx, trunkline
from peers.server import Server

PATH, BODY = "/index", b'{"hello":"world"}'
PROTOCOLS = ("h2c", "tls")
CONNECTIONS = 10_000
QUICK_CONNECTIONS = 500
# So many come and go first: what a server makes once is not of the idle ones.
FIRST = 100
ROUNDS = 1
SETTLE_SECONDS = 3
GOALS_KIB = {"h2c": 8.0}
KIB = 1024


def minutes(options) -> float:
    return 2.0 * options.rounds_or(ROUNDS)


def run(stage: Stage, options) -> None:
    count = options.connections or (QUICK_CONNECTIONS if options.quick else CONNECTIONS)
    _require_descriptors(count)
    results = []
    for number in range(options.rounds_or(ROUNDS)):
        for protocol in PROTOCOLS:
            for name in ("trunkline", "nginx", "h2o", "nghttpx"):
                if options.only.search(f"{protocol} {name}"):
                    # Anew each time: memory that was given back to malloc would be used again.
                    with Stage(stage.var, stage.tell) as inner:
                        results.append(_measure(inner, _start(inner, name), protocol, number,
                                                count))
    report.save("idle_connections", ["nginx", "nghttpx", "h2o"], _table(results, count), results,
                options, stage.tell)


def _start(stage: Stage, name: str) -> Server:
    files = {PATH: BODY}
    if name == "nghttpx":
        # A proxy needs somebody to ask.
        return nghttpx.proxy(stage, nginx.static(stage, files).ports["h2c"])
    return {"trunkline": trunkline, "nginx": nginx, "h2o": h2o}[name].static(stage, files)


def _measure(stage: Stage, server: Server, protocol: str, number: int, count: int) -> dict:
    url = server.url(protocol, PATH)
    require_equal({server.name: fetch(url, protocol, AUTHORITY)}, BODY)
    first = Crowd(url, BODY, AUTHORITY)
    first.open(min(FIRST, count))
    first.close()
    time.sleep(1)
    before = server.program.resident_bytes()
    crowd = Crowd(url, BODY, AUTHORITY)
    try:
        began = time.monotonic()
        crowd.open(count)
        took = time.monotonic() - began
        crowd.stay(SETTLE_SECONDS)
        idle = server.program.resident_bytes()
        # They are all there still: each is answered once more.
        crowd.ask_again()
    finally:
        crowd.close()
        gc.collect()
    time.sleep(1)
    after = server.program.resident_bytes()
    each = (idle - before) / count / KIB
    stage.tell(f"{protocol} {server.name}: {each:.1f} KiB a connection, {count} opened in "
               f"{took:.1f} s")
    return {"protocol": protocol, "server": server.name, "round": number, "connections": count,
            "before": before, "idle": idle, "after": after, "kib_each": each,
            "opened_in_seconds": took}


def _table(results: list[dict], count: int) -> str:
    text = (f"{count} connections, each asked once, idle for {SETTLE_SECONDS} s, asked again. "
            "Resident memory of the server's processes; the kernel's own for sockets is not in "
            "it.\n\n"
            "| | | KiB a connection | goal | MiB before | MiB idle | MiB after they left |\n"
            "|---|---|---|---|---|---|---|\n")
    for protocol, server in dict.fromkeys((each["protocol"], each["server"]) for each in results):
        mine = [each for each in results
                if (each["protocol"], each["server"]) == (protocol, server)]
        spread = Spread.over([each["kib_each"] for each in mine])
        goal = GOALS_KIB.get(protocol) if server == OURS else None
        verdict = "" if goal is None else (f"at most {goal:.0f} "
                                           f"{'reached' if spread.median <= goal else 'missed'}")
        sizes = (f"{Spread.over([each[key] for each in mine]).median / KIB / KIB:.1f}"
                 for key in ("before", "idle", "after"))
        text += (f"| {protocol} | {server} | {report.spread(spread, '{:.1f}')} | {verdict} | "
                 f"{' | '.join(sizes)} |\n")
    return text


def _require_descriptors(count: int) -> None:

    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if count + 200 > most:
        raise Failure(f"{count} connections want {count + 200} file descriptors, and this process "
                      f"may have {most}: raise it with ulimit -n, or take fewer with "
                      "--connections.")
