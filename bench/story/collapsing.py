"""How collapsing is set best, and who had better share."""

from story.blocks import Block, Cell, Heading, Paragraph, Table
from story.results import Result, Setting, all_micros, p99_ms, queries_a_request, rate
from story.svg import number

KINDS = {"gateway": "The gateway's own settings, `/agents`; `in_air 1` is the default",
         "shares": "Who shares reads: the gateway calls, the backend queries",
         "points": "The same, one agent by a random id, where the backend gathers many into a query"}
FIGURES = (("requests a second", rate), ("p99 in ms", p99_ms), ("CPU µs, of all", all_micros),
           ("queries a request", queries_a_request))


def tell(result: Result) -> list[Block]:
    blocks: list[Block] = [
        Heading("How to collapse"),
        Paragraph("Requests that meet in the gateway share a call, and calls that meet in the "
                  "backend share a query; each can be switched off by itself.")]
    for kind, title in KINDS.items():
        settings = result.having(kind=kind)
        if settings:
            blocks += [Heading(title, 3), *(_table(each) for each in settings)]
    return blocks


def _table(setting: Setting) -> Table:
    ways = list(dict.fromkeys(run["competitor"] for run in setting.runs))
    figures = [(title, figure) for title, figure in FIGURES
               if any(setting.median(way, figure) is not None for way in ways)]
    table = Table([setting.facts["front"], *(title for title, _figure in figures)])
    for way in sorted(ways, key=lambda way: -(setting.median(way, rate) or 0)):
        values = [setting.median(way, figure) for _title, figure in figures]
        table.rows.append((way, [Cell("–" if value is None else number(value))
                                 for value in values]))
    return table
