"""The report: one HTML file that needs nothing else, and Markdown with its plots beside it."""

import html
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path

from story import (answer, blog, collapsing, freshness, goals, limits, multiplexing, results,
                   scale, shortfall)
from story.blocks import Block, Cell, Heading, Paragraph, Plots, Table
from story.results import Result
from story.svg import STYLE, alone

TITLE = "Does it pay to multiplex from the front to the back?"
SECTIONS = {"blog": blog.tell, "multiplexing": multiplexing.tell, "limits": limits.tell,
            "scale": scale.tell, "collapsing": collapsing.tell, "freshness": freshness.tell}
PAGE = Path(__file__).with_name("page.html")


def write(place: Path, tell: Callable[[str], None]) -> None:
    """Nothing, while there is no result to tell of."""
    found = results.newest(place)
    if not any(suite in SECTIONS for suite in found):
        return
    blocks = answer.tell(found)
    for suite, section in SECTIONS.items():
        if suite in found:
            blocks += section(found[suite])
    blocks += goals.tell(found) + shortfall.tell(found) + _how(found)
    (place / "report.html").write_text(_html(blocks))
    (place / "report.md").write_text(_markdown(blocks))
    plots = place / "plots"
    plots.mkdir(exist_ok=True)
    wanted = {f"{plot.slug}.svg": plot.svg for block in blocks if isinstance(block, Plots)
              for plot in block.plots}
    for old in plots.glob("*.svg"):
        if old.name not in wanted:
            old.unlink()
    for name, svg in wanted.items():
        (plots / name).write_text(alone(svg) + "\n")
    tell(f"Wrote report.html and report.md of {', '.join(found)} to {place}")


def _how(found: dict[str, Result]) -> list[Block]:
    blocks: list[Block] = [
        Heading("How it was measured"),
        Paragraph("Everybody on one machine, in turns of a few seconds and in shuffled order, so "
                  "that what slows the machine slows them all; ratios are of turns of one round, "
                  "and each figure here is the median of its rounds. Before a turn all must give "
                  "the same answer. The load comes from the same machine and takes its share of "
                  "the cores for everybody. See README.md in bench for the rest.")]
    quick = [suite for suite, result in found.items() if result.quick]
    if quick:
        blocks.append(Paragraph(f"**These are of quick runs, which only show that it works: "
                                f"{', '.join(quick)}.**"))
    keys = list(dict.fromkeys(key for result in found.values() for key in result.about))
    table = Table(["", *found])
    for key in keys:
        table.rows.append((key, [Cell(result.about.get(key, "").replace("`", ""))
                                 for result in found.values()]))
    table.rows.append(("file", [Cell(result.file) for result in found.values()]))
    return [*blocks, table]


def _html(blocks: list[Block]) -> str:
    contents = "".join(f'<a href="#{each.slug}">{html.escape(each.text)}</a>' for each in blocks
                       if isinstance(each, Heading) and each.level == 2)
    return (PAGE.read_text().replace("@TITLE@", html.escape(TITLE))
            .replace("@PLOTS@", STYLE).replace("@CONTENTS@", contents)
            .replace("@DATE@", f"{datetime.now(timezone.utc):%Y-%m-%d}")
            .replace("@BODY@", "\n".join(each.html() for each in blocks)))


def _markdown(blocks: list[Block]) -> str:
    return f"# {TITLE}\n\n" + "\n\n".join(each.markdown() for each in blocks) + "\n"
