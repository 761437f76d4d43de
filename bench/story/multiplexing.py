"""The matrix: fronts, ways upstream, collapsing and distance."""

import math

from story.blocks import Block, Cell, Heading, Paragraph, Plot, Plots, Table
from story.results import Figure, Result, all_micros, lines as line_count, mean_ms, rate
from story.svg import Line, lines, number

MODES = {"per_request": "a connection each", "exclusive": "a call at a time",
         "streams": "streams", "tunnel": "tunnel"}
COLLAPSED = ", collapsed"


def tell(result: Result) -> list[Block]:
    delays = sorted({each.facts["delay_ms"] for each in result.settings})
    fronts = list(dict.fromkeys(each.facts["front"] for each in result.settings))
    blocks: list[Block] = [
        Heading("The matrix"),
        Paragraph(
            "How clients come (rows) by how their calls travel to the backend (columns), at "
            "distances of " + ", ".join(f"{each}" for each in delays) + " ms of added round trip "
            "between gateway and backend. `per_request` connects for each call, `exclusive` keeps "
            "connections with one call at a time, as many as there are clients, `streams` puts "
            "many calls on each of few connections, `tunnel` carries them as frames of one long "
            "call. The same crowd asks in each cell: "
            f"`{result.settings[0].load}` and its like.")]
    for collapsed, title in ((False, "Requests a second, a call and a query for each request"),
                             (True, "Requests a second, collapsed: identical reads share calls")):
        blocks += [Heading(title, 3), _heat(result, fronts, delays, collapsed, rate)]
    blocks.append(Heading("Over the distance", 3))
    blocks.append(Paragraph("Requests a second by added round trip, uncollapsed and collapsed."))
    for collapsed in (False, True):
        blocks.append(Plots([_over_distance(result, front, collapsed) for front in fronts]))
    blocks += [Heading("What a request costs", 3),
               Paragraph("CPU microseconds a request, of gateway, backend and PostgreSQL together, "
                         "uncollapsed."),
               _heat(result, fronts, delays, False, all_micros, less=True),
               Heading("How many connections it takes", 3),
               Paragraph("From the gateway to its backend, in the middle of a turn, uncollapsed."),
               _heat(result, fronts, delays, False, line_count, less=True),
               Heading("How long people wait", 3),
               Paragraph("Mean milliseconds, uncollapsed."),
               _heat(result, fronts, delays, False, mean_ms, less=True)]
    return blocks


def _heat(result: Result, fronts: list[str], delays: list[float], collapsed: bool, figure: Figure,
          less: bool = False) -> Table:
    """The best of a row is strong; colour is the logarithm between the table's ends."""
    suffix = COLLAPSED if collapsed else ""
    rows = []
    for delay in delays:
        for front in fronts:
            for setting in result.having(front=front, delay_ms=delay):
                rows.append((f"{front}, {delay} ms",
                             [setting.median(mode + suffix, figure) for mode in MODES]))
    every = [value for _name, values in rows for value in values if value]
    low, high = (math.log(min(every)), math.log(max(every))) if every else (0.0, 1.0)
    table = Table(["", *MODES])
    for name, values in rows:
        some = [value for value in values if value is not None]
        best = (min if less else max)(some) if some else None
        cells = []
        for value in values:
            heat = None
            if value:
                heat = (math.log(value) - low) / (high - low) if high > low else 0.5
                heat = 1 - heat if less else heat
            cells.append(Cell("–" if value is None else number(value), heat,
                              value is not None and value == best))
        table.rows.append((name, cells))
    return table


def _over_distance(result: Result, front: str, collapsed: bool) -> Plot:
    suffix = COLLAPSED if collapsed else ""
    settings = result.having(front=front)
    series = [Line(mode, [(each.facts["delay_ms"], each.median(mode + suffix, rate) or 0)
                          for each in settings]) for mode in MODES]
    title = f"{front}, {'collapsed' if collapsed else 'uncollapsed'}"
    slug = title.replace(", ", "-").replace(" ", "-").replace("/", "")
    return Plot(f"multiplexing-{slug}", title,
                lines(title, series, "added round trip, ms", "requests/s"))
