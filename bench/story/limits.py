"""How near to the limits, each beside its goal, and what PostgreSQL sees of a crowd."""

from story.blocks import Block, Cell, Heading, Paragraph, Plot, Plots, Table
from story.results import (OURS, UNCOLLAPSED, Result, Setting, all_micros, behind_each_second,
                           queries_a_request, queries_each_second, rate)
from story.svg import Bar, Line, bars, lines, number

KINDS = {"static": "Collapsed, live from PostgreSQL, beside the same bytes as a file",
         "uncollapsed": "A call and a query for each request",
         "points": "One agent by a random id"}


def tell(result: Result) -> list[Block]:
    blocks: list[Block] = [
        Heading("The limits"),
        Paragraph("What a machine of this kind can do at all: serve the same bytes from a file, or "
                  "ask PostgreSQL without anything in front of it. The dashed line is what ours "
                  "should at least reach, from the same rounds.")]
    for kind, title in KINDS.items():
        settings = result.having(kind=kind)
        if settings:
            blocks += [Heading(title, 3), Plots([_plot(each) for each in settings])]
    return blocks + _queries(result)


def _plot(setting: Setting) -> Plot:
    names = sorted(setting.names(), key=lambda name: -(setting.median(name, rate) or 0))
    wanted = [goal * (setting.median(peer, rate) or 0) for peer, goal in setting.goals.items()]
    rows = [Bar(name, setting.median(name, rate), "ours" if name == OURS else "plain",
                goal=max(wanted, default=None) if name == OURS else None) for name in names]
    facts = setting.facts
    title = facts["protocol"] + (f", {facts['m']} streams" if facts["protocol"] != "h1" else "")
    return Plot(f"limits-{facts['kind']}-{facts['protocol']}-{facts['m']}",
                f"{title}, requests a second", bars(setting.name, rows))


def _queries(result: Result) -> list[Block]:
    settings = sorted(result.having(kind="queries"), key=lambda each: each.facts["clients"])
    if not settings:
        return []
    names = [OURS, UNCOLLAPSED, *(each for each in settings[0].names()
                                  if each not in (OURS, UNCOLLAPSED))]

    def plot(slug: str, title: str, figure) -> Plot:
        series = [Line(name, [(each.facts["clients"], each.median(name, figure) or 0)
                              for each in settings]) for name in names]
        return Plot(f"limits-{slug}", title, lines(title, series, "clients", "", True))

    table = Table(["queries a request", *names])
    for each in settings:
        values = [each.median(name, queries_a_request) for name in names]
        table.rows.append((f"{each.facts['clients']} clients",
                           [Cell("–" if value is None else number(value)) for value in values]))
    return [Heading("What PostgreSQL sees of a crowd", 3),
            Paragraph("Counted by pg_stat_statements while so many clients ask for `/agents` as "
                      "fast as they can, each on a connection of its own."),
            Plots([plot("queries", "Queries a second", queries_each_second),
                   plot("behind", "CPU behind the gateway, cores", behind_each_second),
                   plot("clients", "Requests a second", rate),
                   plot("micros", "CPU µs a request, of all", all_micros)]), table]
