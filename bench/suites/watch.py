"""Event streams of a collection: memory of a watcher, and how soon a change is with all of them."""

import json
import time
import urllib.request

from measure import report
from measure.audience import Audience
from measure.program import free_ports
from measure.stage import RELEASE, Stage
from peers import trunkline
from peers.server import Server

WATCHERS = 10_000
QUICK_WATCHERS = 500
THINGS = 50
CHANGES = 40
ROUNDS = 3
PAUSE_SECONDS = 0.2
GOAL_KIB, GOAL_MS = 16.0, 250.0
KIB = 1024
PATH = "/v1/things:watch"


def minutes(options) -> float:
    return 0.5 * options.rounds_or(ROUNDS)


def run(stage: Stage, options) -> None:
    count = options.connections or (QUICK_WATCHERS if options.quick else WATCHERS)
    results = []
    for number in range(options.rounds_or(ROUNDS)):
        # Anew each time: memory that was given back would be used again.
        with Stage(stage.var, stage.tell) as inner:
            results.append(_measure(inner, number, count, 10 if options.quick else CHANGES))
    report.save("watch", [], _table(results, count), results, options, stage.tell)


def _start(stage: Stage) -> Server:
    directory = stage.directory("echo-backend")
    port = free_ports(1)[0]
    stage.start("echo-backend", [str(RELEASE / "tests/e2e/echo/trunkline-echo-backend"),
                                 f"127.0.0.1:{port}"], directory, [port])
    return trunkline.grpc(stage, port)


def _measure(stage: Stage, number: int, count: int, changes: int) -> dict:
    server = _start(stage)
    _await_ready(server)
    for i in range(THINGS):
        _put(server, i, "as it was")
    url = server.url("h2c", PATH)
    first = Audience(url, min(100, count))
    first.await_all(30)
    first.close()
    time.sleep(1)
    before = server.program.resident_bytes()
    audience = Audience(url, count)
    try:
        audience.await_all(60)
        audience.stay(1)
        watching = server.program.resident_bytes()
        cpu = server.program.cpu_seconds()
        delays = []
        for change in range(changes):
            audience.forget()
            began = time.monotonic()
            _put(server, change % THINGS, f"since {change}")
            audience.await_all(30)
            delays += [at - began for at in audience.arrived.values()]
            audience.stay(PAUSE_SECONDS)
        cpu = server.program.cpu_seconds() - cpu
        after = server.program.resident_bytes()
    finally:
        audience.close()
    delays.sort()
    each = (max(watching, after) - before) / count / KIB
    result = {"round": number, "watchers": count, "changes": changes, "kib_each": each,
              "before": before, "watching": watching, "after": after,
              "p50_ms": _share(delays, 0.5), "p99_ms": _share(delays, 0.99),
              "max_ms": delays[-1] * 1000,
              "cpu_us_each": cpu * 1e6 / (count * changes)}
    stage.tell(f"{count} watchers: {each:.1f} KiB each, a change is with half of them after "
               f"{result['p50_ms']:.0f} ms and with 99 % after {result['p99_ms']:.0f} ms")
    return result


def _share(sorted_seconds: list[float], share: float) -> float:
    return sorted_seconds[min(len(sorted_seconds) - 1, int(len(sorted_seconds) * share))] * 1000


def _put(server: Server, number: int, value: str) -> None:
    body = json.dumps({"name": f"things/{number}", "value": value}).encode()
    request = urllib.request.Request(server.url("h1", "/v1/things"), body,
                                     {"content-type": "application/json"})
    urllib.request.urlopen(request, timeout=30).read()


def _await_ready(server: Server) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(server.url("h1", "/readyz"), timeout=5).read()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _table(results: list[dict], count: int) -> str:
    text = (f"{count} event streams of one collection of {THINGS} items, 100 on each HTTP/2 "
            "connection; one item changed at a time, by a request through the same gateway. The "
            "delay is from before that request until the event was read, and the reader, one "
            "thread of Python on the same machine, is in it. Goals: at most "
            f"{GOAL_KIB:.0f} KiB each, p99 under {GOAL_MS:.0f} ms.\n\n"
            "| round | KiB a watcher | p50 ms | p99 ms | at most ms | gateway's CPU µs an event |"
            " |\n|---|---|---|---|---|---|---|\n")
    for each in results:
        reached = each["kib_each"] <= GOAL_KIB and each["p99_ms"] < GOAL_MS
        text += (f"| {each['round'] + 1} | {each['kib_each']:.1f} | {each['p50_ms']:.0f} | "
                 f"{each['p99_ms']:.0f} | {each['max_ms']:.0f} | {each['cpu_us_each']:.1f} | "
                 f"{'reached' if reached else 'missed'} |\n")
    return text
