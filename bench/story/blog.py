"""The blog's three rounds, as it drew them: requests/s, errors, and how long people wait."""

from story.blocks import Block, Cell, Heading, Paragraph, Plot, Plots, Table
from story.results import OURS, UNCOLLAPSED, Result, Setting, error_rate, mean_ms, p99_ms, rate
from story.svg import Bar, bars, number, ranges

ROUNDS = {1: "First round: as fast as possible", 2: "Second round: a constant rate",
          3: "Third round: hardly anybody"}
KINDS = {OURS: "ours", UNCOLLAPSED: "light"}
# requests/s, errors, mean seconds.
IN_2015 = {
    "First round, /agents": {"aiohttp.web + API-Hour": (4179, 0, 0.098),
                             "Flask, pool": (2535, 79704, 12.09), "Flask": (634, 2985, 13.16),
                             "Django": (583, 2518, 0.324), "Django ORM": (572, 2798, 0.572)},
    "Second round, /agents": {"aiohttp.web + API-Hour": (3698, 0, 7.84),
                              "Flask": (304, 40951, 136.8), "Django": (278, 37480, 141.6)},
    "Third round, /agents": {"aiohttp.web + API-Hour": (10, 0, 0.00642),
                             "Flask": (10, 0, 0.01874), "Django": (10, 0, 0.01936)},
}


def tell(result: Result) -> list[Block]:
    blocks: list[Block] = [
        Heading("The blog’s rounds, again"),
        Paragraph(
            "The daemons of 2015 are written anew on Debian 12’s packages, with keep-alive and "
            "without the mistakes their author found in his. All ask the same PostgreSQL for the "
            "same 50 agents; each is started anew for its turn. Waiting is measured from the time "
            "a request was due at a constant rate, and is drawn from the mean to the time within "
            "which 99 of 100 were answered. `trunkline` shares identical reads that have not been "
            "sent yet; `trunkline, uncollapsed` makes a call and a query for each request, as "
            "everybody else does.")]
    for round_, title in ROUNDS.items():
        settings = result.having(round=round_)
        if settings:
            blocks.append(Heading(title, 3))
        for setting in settings:
            blocks += _one(setting)
    return blocks + _in_2015()


def _one(setting: Setting) -> list[Block]:
    path = setting.facts["path"]
    names = sorted(setting.names(), key=lambda name: -(setting.median(name, rate) or 0))
    if setting.facts["rate"]:
        names.sort(key=lambda name: setting.median(name, p99_ms) or 0)
    slug = f"blog-{setting.facts['round']}{path.replace('/', '-')}"
    kind = {name: KINDS.get(name, "plain") for name in names}
    requests = bars(f"Requests a second, {path}",
                    [Bar(name, setting.median(name, rate), kind[name]) for name in names])
    errors = bars(f"Errors of 100 requests, {path}",
                  [Bar(name, 100 * setting.median(name, error_rate), "bad") for name in names],
                  " %")
    waiting = ranges(f"Waiting, mean to p99, {path}",
                     [Bar(name, setting.median(name, mean_ms), kind[name],
                          to=setting.median(name, p99_ms)) for name in names], " ms")
    return [Paragraph(f"`{path}`: `{setting.load}`", "load"),
            Plots([Plot(f"{slug}-requests", "Requests a second (more is better)", requests),
                   Plot(f"{slug}-errors", "Errors of 100 requests (less is better)", errors),
                   Plot(f"{slug}-waiting", "Waiting in ms, mean to p99 (less is better)",
                        waiting)])]


def _in_2015() -> list[Block]:
    table = Table(["", "requests/s", "errors", "mean waiting"])
    for title, rows in IN_2015.items():
        for name, (requests, errors, seconds) in rows.items():
            table.rows.append((f"{title}: {name}", [
                Cell(number(requests)), Cell(number(errors) if errors else "0"),
                Cell(f"{seconds * 1000:,.0f} ms".replace(",", "\u202f"))]))
    return [Heading("What the blog found in 2015", 3),
            Paragraph("On its author’s laptop (i7 of 2.9 GHz, 16 workers each, PostgreSQL 9.4), "
                      "the second and third round over a network of 1 Gb/s. For `/index` the first "
                      "round’s column “Requests/s” holds the requests of all 30 seconds: his logs "
                      "say 396 161 requests, 13 205 a second, for API-Hour."),
            table]
