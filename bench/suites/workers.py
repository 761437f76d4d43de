"""How many workers suit the blog's daemons on this machine: its own 16, or one or two a core."""

from dataclasses import replace

from measure import report
from measure.answer import fetch
from measure.stage import Stage
from measure.trunkline_load import h1_load
from measure.turns import Competitor, Entrant, Setting, measure_anew
from peers import daemons, postgres
from peers.daemons import BLOGS_WORKERS, Daemon
from peers.installed import lacks
from peers.postgres import Database

PATH = "/agents"
ROUNDS, SECONDS = 3, 5
CONNECTIONS = 400
# Threads a worker, where a worker has threads; a pool has as many connections.
CHOICES = {"gthread": ((2, 4), (2, 8), (4, 2), (4, 4), (BLOGS_WORKERS, 1), (BLOGS_WORKERS, 2)),
           daemons.AIOHTTP.worker_class: ((2, 1), (4, 1), (8, 1), (BLOGS_WORKERS, 1))}
QUICK = 1
PROGRAMS = ["postgresql", "gunicorn", "aiohttp", "uvloop", "asyncpg", "flask", "django", "psycopg2",
            "wrk"]


def minutes(options) -> float:
    """A turn takes six seconds beside what is timed: everybody is started anew."""
    turns = sum(len(CHOICES[each.worker_class]) for each in daemons.ALL)
    return (turns * options.rounds_or(ROUNDS) * (options.seconds_or(SECONDS) + 6)) / 60


def run(stage: Stage, options) -> None:
    left_out = {each.name: why for each in daemons.ALL if (why := lacks(each))}
    database = postgres.start(stage)
    settings: list[Setting] = []
    text = ""
    for daemon in daemons.ALL:
        if daemon.name in left_out or not options.only.search(daemon.name):
            continue
        stage.tell(daemon.name)
        choices = CHOICES[daemon.worker_class][:QUICK if options.quick else None]
        setting = measure_anew(daemon.name,
                               [_entrant(daemon, database, *choice) for choice in choices],
                               options.rounds_or(ROUNDS), options.seconds_or(SECONDS), stage)
        setting.facts = {"daemon": daemon.name}
        settings.append(setting)
        text += report.turns_table(setting, {})
    report.save("workers", PROGRAMS, text, [each.as_json() for each in settings], options,
                stage.tell, left_out)


def _entrant(daemon: Daemon, database: Database, workers: int, threads: int) -> Entrant:
    threaded = daemon.worker_class == "gthread"
    name = f"{workers} workers" + (f" of {threads} threads" if threaded else "")

    def enter(stage: Stage) -> Competitor:
        chosen = replace(daemon, threads=threads,
                         pool=threads if threaded and daemon.pool else daemon.pool)
        server = chosen.start(stage, database, workers)
        url = server.url("h1", PATH)
        return Competitor(name, h1_load(url, CONNECTIONS, len(fetch(url, "h1").body)),
                          server.program.cpu_seconds, database.cpu_seconds, server.program)

    return Entrant(name, enter)
