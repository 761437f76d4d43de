"""How cost grows with agents and clients."""

from story.blocks import Block, Heading, Paragraph, Plot, Plots
from story.results import OURS, UNCOLLAPSED, Figure, Result, all_micros, error_rate, p99_ms, rate
from story.svg import Line, lines

FIRST = (OURS, UNCOLLAPSED)


def tell(result: Result) -> list[Block]:
    blocks: list[Block] = [
        Heading("How cost grows"),
        Paragraph("`/agents` over HTTP/1.1 with keep-alive, as fast as possible.")]
    for grows, fixed, title in (("agents", {"clients": 100}, "With the agents in an answer"),
                                ("clients", {"agents": 50}, "With the clients")):
        settings = sorted(result.having(**fixed), key=lambda each: each.facts[grows])
        if not settings:
            continue
        blocks += [Heading(title, 3), Plots([
            _plot(settings, grows, "requests", "Requests a second", rate),
            _plot(settings, grows, "micros", "CPU µs a request, of all", all_micros),
            _plot(settings, grows, "p99", "p99 in ms", p99_ms)])]
        failing = [f"{name} at {each.facts[grows]} {grows}: "
                   f"{100 * (each.median(name, error_rate) or 0):.2g} %"
                   for each in settings for name in each.names() if each.median(name, error_rate)]
        blocks.append(Paragraph("Errors: " + "; ".join(failing) + "." if failing else
                                "There was no error."))
    return blocks


def _plot(settings, grows: str, slug: str, title: str, figure: Figure) -> Plot:
    names = [*FIRST, *(each for each in settings[0].names() if each not in FIRST)]
    series = [Line(name, [(each.facts[grows], each.median(name, figure) or 0)
                          for each in settings]) for name in names]
    return Plot(f"scale-{grows}-{slug}", title, lines(title, series, grows, "", True))
