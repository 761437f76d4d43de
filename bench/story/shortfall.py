"""What stays short of its goal, and why: what the goal leaves for a request, and what it costs."""

import re

from story.blocks import Block, Cell, Heading, List, Paragraph, Table
from story.results import OURS, Result, Setting, behind_micros, client_micros, own_micros, rate
from story.svg import number

REASONS = (
    "Live answers beside files. A file costs its server the request and nothing else. Ours costs "
    "the same request (of it about a third the kernel's, a third libnghttp2's, and the rest "
    "routing, keys, joining and the allocator), and its share of a flight: a gRPC call, a query "
    "and a transcoding, which together take some 400 µs of CPU on this machine, much of it spent "
    "on waking threads and processes one after the other. 32 connections with a request each "
    "are at most 16 in a flight of each of two workers, and those whose answers are still being "
    "sent when the next flight departs are not in it; with many streams a flight has hundreds, and "
    "what is left is the request. Next: flights that workers share, which would halve their number "
    "and cost a hop between threads; fewer wake-ups in the backend.",
    "A call and a query for each request. PostgreSQL and the load generator alone take most of "
    "what four times aiohttp would leave, and grpc++'s callback server with the query's client in "
    "it, which takes half as much again as PostgreSQL itself, does not fit in the rest. The tunnel "
    "(`upstream.mode`), which takes nearly a third of that away, is the nearest we come: see the "
    "matrix. "
    "Next: queries in a pipeline, so that a connection's round trips overlap, and a backend "
    "without a thread's hop on either side of the query.",
)


def tell(found: dict[str, Result]) -> list[Block]:
    table = Table(["CPU µs a request", "the goal leaves", "it takes", "gateway", "behind it",
                   "generator"])
    for result in found.values():
        cores = _cores(result)
        for setting in result.settings:
            table.rows += [row for peer, goal in setting.goals.items()
                           if (row := _row(setting, peer, goal, cores))]
    if not table.rows:
        return []
    return [Heading("What stays short, and why"),
            Paragraph("All cores, shared out among as many requests as the goal wants, leave so "
                      "much CPU time for each; what a request of ours takes, in gateway, backend "
                      "and PostgreSQL, and load generator, should be no more. Where it is less "
                      "the cores were idle part of the time: everybody waited for a wake-up."),
            table, List(list(REASONS))]


def _cores(result: Result) -> int:
    told = re.search(r"(\d+) cores?", result.about.get("machine", ""))
    return int(told.group(1)) if told else 1


def _row(setting: Setting, peer: str, goal: float, cores: int) -> tuple[str, list[Cell]] | None:
    """Nothing if the goal is reached, or was not measured."""
    theirs, ratio = setting.median(peer, rate), setting.ratio(OURS, peer)
    if not theirs or ratio is None or ratio >= goal:
        return None
    parts = [setting.median(OURS, figure) or 0.0
             for figure in (own_micros, behind_micros, client_micros)]
    leaves = cores * 1e6 / (goal * theirs)
    times = "as fast as" if goal == 1 else f"{goal:g} ×"
    return (f"{setting.name}: {times} {peer}",
            [Cell(number(each)) for each in (leaves, sum(parts), *parts)])
