"""Each goal that was set, beside what was measured, of all suites."""

from story.blocks import Block, Cell, Heading, Paragraph, Table
from story.results import OURS, Result

REACHED, MISSED = "reached", "missed"


def tell(found: dict[str, Result]) -> list[Block]:
    table = goals_table(found)
    if not table.rows:
        return []
    return [Heading("Every goal"),
            Paragraph("Our requests a second by the peer’s: the median of the rounds, and its "
                      "ends."),
            table]


def goals_table(found: dict[str, Result]) -> Table:
    table = Table(["", "beside", "ours to it", "goal", ""])
    for suite, result in found.items():
        for setting in result.settings:
            for peer, goal in setting.goals.items():
                ratio = setting.ratio(OURS, peer)
                if ratio is None:
                    continue
                spread = setting.ratios(OURS, peer)
                ends = f" ({min(spread):.2f} to {max(spread):.2f})" if len(spread) > 1 else ""
                table.rows.append((f"{suite}: {setting.name}", [
                    Cell(peer), Cell(f"{ratio:.2f}{ends}"), Cell(f"{goal:.2f}"),
                    Cell(REACHED if ratio >= goal else MISSED, strong=ratio < goal)]))
    return table
