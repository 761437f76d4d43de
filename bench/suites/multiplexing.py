"""Does it pay to multiplex from front to back? Fronts by ways upstream, collapsing and distance."""

from collections.abc import Callable
from dataclasses import dataclass

from measure import report
from measure.program import Failure
from measure.stage import Stage
from measure.trunkline_load import TrunklineLoad
from measure.turns import Competitor, Run, Setting, Spread, measure
from peers import backend, delay_line, postgres, trunkline
from peers.ours import Ours
from peers.postgres import Database
from peers.server import Server

PATH = "/agents"
ROUNDS, SECONDS = 3, 2
# Requests under way, of whatever front: the waiting times are of the same crowd.
CLIENTS, QUICK_CLIENTS = 800, 100
MODES = ("per_request", "exclusive", "streams", "tunnel")
# Added to a round trip between gateway and backend.
DELAYS_MS, QUICK_DELAYS_MS = (0, 1, 5, 20), (0, 5)
PROGRAMS = ["postgresql"]


@dataclass
class Front:
    """How clients come: each has a stream, and `streams` of them a connection."""

    name: str
    protocol: str
    streams: int = 1
    close: bool = False
    quick: bool = False

    def load(self, gateway: Server, clients: int, size: int) -> TrunklineLoad:
        return TrunklineLoad(gateway.url(self.protocol, PATH), self.protocol,
                             clients // self.streams, self.streams, size, close=self.close)


@dataclass
class Way:
    """How calls travel upstream."""

    name: str
    ours: Ours
    port: int  # where its lines lead

    def competitor(self, load: TrunklineLoad) -> Competitor:
        found = self.ours.competitor(load, self.name)
        found.lines = lambda: self.ours.gateway.program.connections_to(self.port)
        return found


FRONTS = (Front("h1, close", "h1", close=True), Front("h1, keep-alive", "h1"),
          Front("h2, 1 stream", "h2c"), Front("h2, 10 streams", "h2c", 10, quick=True),
          Front("h2, 100 streams", "h2c", 100))


def minutes(options) -> float:
    return options.minutes_or(30, ROUNDS, SECONDS)


def run(stage: Stage, options) -> None:
    fronts = [front for front in FRONTS if front.quick or not options.quick]
    delays = QUICK_DELAYS_MS if options.quick else DELAYS_MS
    clients = QUICK_CLIENTS if options.quick else CLIENTS
    database = postgres.start(stage)
    behind = {collapsed: backend.on(stage, database.conninfo, share_reads=collapsed,
                                    name="collapsed" if collapsed else "")
              for collapsed in (False, True)}
    settings: list[Setting] = []
    for delay in delays:
        titles = {f"{front.name}, {delay} ms": front for front in fronts}
        titles = {title: front for title, front in titles.items() if options.only.search(title)}
        if not titles:
            continue
        with Stage(stage.var, lambda _text: None) as inner:
            ways = _ways(inner, database, behind, MODES, delay)
            size = _size(ways)
            for title, front in titles.items():
                stage.tell(title)
                setting = measure(
                    title, [way.competitor(front.load(way.ours.gateway, clients, size))
                            for way in ways],
                    options.rounds_or(ROUNDS), options.seconds_or(SECONDS), stage.tell)
                setting.facts = {"front": front.name, "delay_ms": delay}
                settings.append(setting)
    report.save("multiplexing", PROGRAMS, _text(settings, clients),
                [each.as_json() for each in settings], options, stage.tell)


def _ways(stage: Stage, database: Database, behind: dict[bool, Server], modes: list[str],
          delay: int) -> list[Way]:
    """At no distance nothing lies between a gateway and its backend."""
    ends = {collapsed: server.ports["h2c"] for collapsed, server in behind.items()}
    if delay:
        ends = {collapsed: delay_line.lay(stage, port, delay, "collapsed" if collapsed else "")
                for collapsed, port in ends.items()}
    found = []
    for mode in modes:
        for collapsed in (False, True):
            name = _name(mode, collapsed)
            # Lines that carry one call at a time: as many as clients, so that none waits for one.
            gateway = trunkline.live(stage, ends[collapsed], collapsed, name, mode=mode,
                                     pool=CLIENTS)
            found.append(Way(name, Ours(gateway, behind[collapsed], database), ends[collapsed]))
    return found


def _name(mode: str, collapsed: bool) -> str:
    return f"{mode}, collapsed" if collapsed else mode


def _size(ways: list[Way]) -> int:
    bodies = {way.ours.body(PATH) for way in ways}
    if len(bodies) != 1:
        raise Failure(f"{PATH} differs by the way it comes.")
    return len(bodies.pop())


def _text(settings: list[Setting], clients: int) -> str:
    """A table each figure: a row each front and distance, a column each way upstream."""
    figures: dict[str, tuple[str, Callable[[Run], float | None]]] = {
        "requests/s": ("{:,.0f}", lambda run: run.counted.rate),
        "mean ms": ("{:.1f}", lambda run: run.counted.mean_ms),
        "p99 ms": ("{:.1f}", lambda run: run.counted.p99_ms),
        "CPU µs a request, gateway": ("{:.1f}", lambda run: run.micros_each(run.cpu)),
        "CPU µs a request, backend and PostgreSQL":
            ("{:.1f}", lambda run: run.micros_each(run.cpu_behind)),
        "cores that others took, the delay line above all":
            ("{:.2f}", lambda run: run.cpu_others),
        "connections to the backend": ("{:.0f}", lambda run: run.lines),
        "failed": ("{:.0f}", lambda run: run.counted.failed),
    }
    if not settings:
        return ""
    names = [_name(mode, collapsed) for collapsed in (False, True) for mode in MODES]
    text = f"`{settings[0].load}` and the like, always {clients} requests under way.\n\n"
    for title, (form, figure) in figures.items():
        text += f"### {title}\n\n| front, added round trip | {' | '.join(names)} |\n"
        text += f"|---|{'---|' * len(names)}\n"
        for setting in settings:
            cells = (report.spread(Spread.over([value for run in setting.of(name)
                                                if (value := figure(run)) is not None]), form)
                     for name in names)
            text += f"| {setting.name} | {' | '.join(cells)} |\n"
        text += "\n"
    return text
