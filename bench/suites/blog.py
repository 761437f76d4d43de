"""The 2015 benchmark again: three rounds, its daemons and ours, each started anew for its turn."""

import json
from dataclasses import dataclass, replace

from measure import report
from measure.answer import fetch
from measure.load import Load
from measure.program import Failure
from measure.stage import Stage
from measure.trunkline_load import TrunklineLoad, h1_load
from measure.turns import OURS, Competitor, Entrant, Setting, measure_anew
from peers import daemons, ours, postgres
from peers.daemons import Daemon
from peers.installed import lacks
from peers.ours import UNCOLLAPSED
from peers.postgres import Database
from peers.server import Server

INDEX, AGENTS = "/index", "/agents"
ON_INDEX = (daemons.AIOHTTP, daemons.FLASK, daemons.DJANGO)
PROGRAMS = ["postgresql", "gunicorn", "aiohttp", "uvloop", "asyncpg", "flask", "django", "psycopg2",
            "wrk"]
# wrk2's; who waits longer has an error.
TIMEOUT = 2
# Which every machine keeps up with.
QUICK_RATE = 400
# A tenth of aiohttp's p99, in the round where both keep up.
P99_GOAL = 10.0


@dataclass
class Round:
    """As the blog did it; `rate` is a constant one, else as fast as possible."""

    number: int
    title: str
    connections: int
    seconds: int
    rounds: int
    paths: tuple[str, ...]
    rate: int | None = None

    def load(self, server: Server, path: str, size: int) -> Load:
        url = server.url("h1", path)
        if self.rate is None:
            return h1_load(url, self.connections, size)
        return TrunklineLoad(url, "h1", self.connections, rate=self.rate, body_size=size,
                             timeout=TIMEOUT)


TURNS = (
    Round(1, "as fast as possible, 400 connections", 400, 30, 3, (INDEX, AGENTS)),
    Round(2, "4000/s, 400 connections", 400, 300, 1, (INDEX, AGENTS), 4000),
    Round(3, "10/s, 10 connections", 10, 30, 1, (AGENTS,), 10),
)


def minutes(options) -> float:
    """A turn takes five seconds beside what is timed: everybody is started anew."""
    entrants = {INDEX: 1 + len(ON_INDEX), AGENTS: 2 + len(daemons.ALL)}
    return sum(entrants[path] * options.rounds_or(each.rounds)
               * (options.seconds_or(each.seconds) + 5)
               for each in TURNS for path in each.paths) / 60


def run(stage: Stage, options) -> None:
    database = postgres.start(stage)
    bodies = _our_answers(stage, database)
    left_out = {each.name: why for each in daemons.ALL if (why := lacks(each))}
    here = [each for each in daemons.ALL if each.name not in left_out]
    settings: list[Setting] = []
    text = ""
    for each in TURNS:
        if options.quick and each.rate:
            each = replace(each, rate=min(each.rate, QUICK_RATE))
        for path in each.paths:
            title = f"round {each.number}, {path}: {each.title}"
            if not options.only.search(title):
                continue
            stage.tell(title)
            entrants = [_ours(database, each, path, bodies, True)]
            if path == AGENTS:
                entrants.append(_ours(database, each, path, bodies, False))
            entrants += [_theirs(daemon, database, each, path, bodies, options.workers)
                         for daemon in _chosen(here, each, path, options.quick)]
            setting = measure_anew(title, entrants, options.rounds_or(each.rounds),
                                   options.seconds_or(each.seconds), stage)
            setting.facts = {"round": each.number, "path": path, "rate": each.rate}
            settings.append(setting)
            text += report.turns_table(setting, {})
            if each.number == 2 and path == AGENTS:
                text += _verdict(setting)
    report.save("blog", PROGRAMS, text, [each.as_json() for each in settings], options, stage.tell,
                left_out)


def _chosen(here: list[Daemon], each: Round, path: str, quick: bool) -> list[Daemon]:
    if path == INDEX:
        here = [daemon for daemon in here if daemon in ON_INDEX]
    if quick and (each.number > 1 or path == INDEX):
        here = [daemon for daemon in here if daemon is daemons.AIOHTTP]
    return here


def _our_answers(stage: Stage, database: Database) -> dict[str, bytes]:
    with Stage(stage.var, lambda _text: None) as inner:
        all_of_us = ours.start(inner, database)
        return {path: all_of_us.body(path) for path in (INDEX, AGENTS)}


def _ours(database: Database, each: Round, path: str, bodies: dict[str, bytes],
          collapsed: bool) -> Entrant:
    name = OURS if collapsed else UNCOLLAPSED

    def enter(stage: Stage) -> Competitor:
        all_of_us = ours.start(stage, database, collapsed)
        size = _require_same(all_of_us.gateway, path, bodies)
        return all_of_us.competitor(each.load(all_of_us.gateway, path, size), name)

    return Entrant(name, enter)


def _theirs(daemon: Daemon, database: Database, each: Round, path: str, bodies: dict[str, bytes],
            workers: int | None) -> Entrant:
    def enter(stage: Stage) -> Competitor:
        server = daemon.start(stage, database, workers)
        size = _require_same(server, path, bodies)
        return Competitor(daemon.name, each.load(server, path, size), server.program.cpu_seconds,
                          database.cpu_seconds, server.program)

    return Entrant(daemon.name, enter)


def _require_same(server: Server, path: str, bodies: dict[str, bytes]) -> int:
    """The same as JSON; its size."""
    answer = fetch(server.url("h1", path), "h1")
    if (not answer.status.endswith(" 200")
            or json.loads(answer.body) != json.loads(bodies[path])):
        raise Failure(f"{server.name} answered {answer.status} with other JSON than ours: "
                      f"{answer.body[:200]!r}")
    return len(answer.body)


def _verdict(setting: Setting) -> str:
    """The goal of the constant rate: no error, and a tenth of aiohttp's p99."""
    failed = sum(run.counted.failed for run in setting.of(OURS))
    said = f"Ours had {failed} errors"
    theirs = {run.round: run.counted.p99_ms for run in setting.of(daemons.AIOHTTP.name)}
    times = [theirs[run.round] / run.counted.p99_ms for run in setting.of(OURS)
             if theirs.get(run.round) and run.counted.p99_ms]
    if not times:
        return f"{said}.\n\n"
    middle = sorted(times)[len(times) // 2]
    reached = "reached" if middle >= P99_GOAL and not failed else "missed"
    return (f"{said}, and aiohttp's p99 is {middle:.1f} times ours; the goal, no error and "
            f"{P99_GOAL:.0f} times, is {reached}.\n\n")
