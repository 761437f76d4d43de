"""That nobody got an answer older than the question."""

from story.blocks import Block, Cell, Heading, Paragraph, Table
from story.results import Result

COLUMNS = {"reads": "reads", "writes": "commits meanwhile", "stale": "older than the question",
           "backwards": "back in time for a client", "failed": "failed"}


def tell(result: Result) -> list[Block]:
    table = Table(["the gateway's settings", *COLUMNS.values()])
    for each in result.settings:
        table.rows.append((each.name, [Cell(f"{each.facts[key]:,.0f}") for key in COLUMNS]))
    return [Heading("What sharing costs: not a stale answer"),
            Paragraph("Numbers are written into agents by SQL, one COMMIT after the other, while 256 "
                      "clients on 8 connections read the same agents through the gateway, "
                      "collapsed. An answer is too old if it lacks what was committed before its "
                      "question was sent. A gateway that lets requests join a call that has been "
                      "sent, as caches do, is caught by the same check in the tests."),
            table]
