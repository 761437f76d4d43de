"""How cost grows: with the agents in an answer, 50 to 5,000, and with the clients, 1 to 10,000."""

import json
from dataclasses import dataclass

from measure import report
from measure.answer import fetch
from measure.program import Failure
from measure.stage import Stage
from measure.trunkline_load import TrunklineLoad
from measure.turns import OURS, Competitor, Setting, measure
from peers import daemons, nginx, ours, postgres
from peers.installed import lacks
from peers.ours import UNCOLLAPSED, Ours
from peers.server import Server

PATH = "/agents"
ROUNDS, SECONDS = 3, 5
AGENTS, QUICK_AGENTS = (50, 500, 5000), (50, 500)
CLIENTS, QUICK_CLIENTS = (1, 10, 100, 1000, 10_000), (1, 100)
# While the agents grow, and while the clients do.
FIXED_CLIENTS, FIXED_AGENTS = 100, 50
AIOHTTP = daemons.AIOHTTP
PROGRAMS = ["nginx", "postgresql", "gunicorn", "aiohttp", "uvloop", "asyncpg"]


@dataclass
class Place:
    """All that answers with so many agents."""

    collapsed: Ours
    apart: Ours
    aiohttp: Server | None
    file: Server | None  # nginx with the same bytes
    size: int

    def competitors(self, clients: int) -> list[Competitor]:
        def load(server: Server) -> TrunklineLoad:
            return TrunklineLoad(server.url("h1", PATH), "h1", clients, body_size=self.size)

        database = self.collapsed.database
        found = [self.collapsed.competitor(load(self.collapsed.gateway), OURS),
                 self.apart.competitor(load(self.apart.gateway), UNCOLLAPSED)]
        if self.aiohttp:
            program = self.aiohttp.program
            found.append(Competitor(AIOHTTP.name, load(self.aiohttp), program.cpu_seconds,
                                    database.cpu_seconds, program))
        if self.file:
            program = self.file.program
            found.append(Competitor("nginx, a file", load(self.file), program.cpu_seconds,
                                    program=program))
        return found


def minutes(options) -> float:
    return options.minutes_or(11, ROUNDS, SECONDS)


def run(stage: Stage, options) -> None:
    left_out = {name: why for name, peer in ((AIOHTTP.name, AIOHTTP), ("nginx", "nginx"))
                if (why := lacks(peer))}
    most = options.connections or max(CLIENTS)
    wanted = [(agents, FIXED_CLIENTS) for agents in (QUICK_AGENTS if options.quick else AGENTS)]
    wanted += [(FIXED_AGENTS, clients)
               for clients in (QUICK_CLIENTS if options.quick else CLIENTS) if clients <= most]
    titles = {each: f"{each[0]} agents, {each[1]} clients" for each in sorted(wanted)}
    titles = {each: title for each, title in titles.items() if options.only.search(title)}
    database = postgres.start(stage)
    settings: list[Setting] = []
    text = ""
    for agents in dict.fromkeys(each[0] for each in titles):
        with Stage(stage.var, lambda _text: None) as inner:
            place = _place(inner, database, agents, left_out, options.workers)
            for (_agents, clients), title in titles.items():
                if _agents != agents:
                    continue
                stage.tell(title)
                setting = measure(title, place.competitors(clients), options.rounds_or(ROUNDS),
                                  options.seconds_or(SECONDS), stage.tell)
                setting.facts = {"agents": agents, "clients": clients, "bytes": place.size}
                settings.append(setting)
                text += report.turns_table(setting, {})
    report.save("scale", PROGRAMS, text, [each.as_json() for each in settings], options,
                stage.tell, left_out)


def _place(stage: Stage, database: postgres.Database, agents: int, left_out: dict[str, str],
           workers: int | None) -> Place:
    data = database if agents == FIXED_AGENTS else postgres.grown(stage, database, agents)
    collapsed, apart = ours.start(stage, data, True), ours.start(stage, data, False)
    body = collapsed.body(PATH)
    aiohttp = None if AIOHTTP.name in left_out else AIOHTTP.start(stage, data, workers)
    file = None if "nginx" in left_out else nginx.static(stage, {PATH: body})
    others = {"uncollapsed": apart.body(PATH)}
    others |= {each.name: fetch(each.url("h1", PATH), "h1").body for each in (aiohttp, file)
               if each}
    for name, theirs in others.items():
        # Compact JSON of the same rows has the same size, whoever wrote it.
        if len(theirs) != len(body) or json.loads(theirs) != json.loads(body):
            raise Failure(f"{name} answers {agents} agents otherwise than ours: {theirs[:200]!r}")
    return Place(collapsed, apart, aiohttp, file, len(body))
