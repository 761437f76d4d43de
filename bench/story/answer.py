"""The answer in words. Every number in it is of the results, and so is every verdict: whether
something pays is decided here, by what was measured."""

import statistics
from dataclasses import dataclass

from story.blocks import Block, Cell, Heading, List, Paragraph, Table
from story.goals import REACHED, goals_table
from story.results import (OURS, UNCOLLAPSED, Figure, Result, Setting, all_micros, error_rate,
                           lines, mean_ms, own_micros, p99_ms, queries_a_request, rate)
from story.svg import number

QUESTION = ("“Have multiplex protocols from frontend to backend … this pattern should increase "
            "performance, but it must be validated by a benchmark.”")
# Nearer to the same than that is called the same.
MARGIN = 0.1
SOONER = 10
# Combinations that are told by name, of each kind.
MOST_NAMED = 6
AIOHTTP = "aiohttp"
PAIRS = (
    ("Few connections, beside one for each call", "streams", "per_request"),
    ("Few connections, beside a call at a time on each", "streams", "exclusive"),
    ("Frames of one call, beside streams", "tunnel", "streams"),
    ("Collapsing identical reads", "streams, collapsed", "streams"),
    ("Few connections, beside one for each call, collapsed", "streams, collapsed",
     "per_request, collapsed"),
    ("Few connections, beside a call at a time on each, collapsed", "streams, collapsed",
     "exclusive, collapsed"),
)


@dataclass
class Comparison:
    """One way by another, over the whole matrix."""

    title: str
    of: str
    to: str
    found: list[tuple[float, Setting]]

    @classmethod
    def over(cls, result: Result, title: str, of: str, to: str) -> "Comparison":
        return cls(title, of, to, [(ratio, each) for each in result.settings
                                   if (ratio := each.ratio(of, to)) is not None])

    @property
    def median(self) -> float:
        return statistics.median(ratio for ratio, _setting in self.found)

    def better(self) -> list[str]:
        return [each.name for ratio, each in self.found if ratio > 1 + MARGIN]

    def worse(self) -> list[str]:
        return [each.name for ratio, each in self.found if ratio < 1 - MARGIN]

    def same(self) -> list[str]:
        gone = {*self.better(), *self.worse()}
        return [each.name for _ratio, each in self.found if each.name not in gone]

    def by(self, fact: str) -> dict[object, float]:
        """Its median at each distance, or for each front."""
        values = dict.fromkeys(each.facts[fact] for _ratio, each in self.found)
        return {value: statistics.median(ratio for ratio, each in self.found
                                         if each.facts[fact] == value) for value in values}

    def verdict(self) -> str:
        if not self.same() and not self.worse():
            return "pays everywhere"
        if self.median > 1 + MARGIN:
            return "mostly pays"
        if self.median < 1 - MARGIN:
            return "mostly costs"
        if not self.better() and not self.worse():
            return "makes no difference"
        return "depends"

    def where_not(self) -> str:
        """In words, short ones."""
        told = []
        for names, words in ((self.same(), "makes less than a tenth of difference"),
                             (self.worse(), "loses")):
            if names:
                where = "; ".join(names[:MOST_NAMED]) + ("; …" if len(names) > MOST_NAMED else "")
                told.append(f"{words} in {len(names)} of {len(self.found)} ({where})")
        return f"`{self.of}` by `{self.to}` {' and '.join(told)}." if told else ""

    def row(self) -> tuple[str, list[Cell]]:
        low, high = (sorted(self.found, key=lambda each: each[0])[at] for at in (0, -1))
        counts = " · ".join(str(len(names)) for names in (self.better(), self.same(),
                                                          self.worse()))
        return f"{self.title}: {self.of} by {self.to}", [
            Cell(self.verdict(), strong=True), Cell(times(self.median)),
            Cell(f"{times(low[0])}, {low[1].name}"), Cell(f"{times(high[0])}, {high[1].name}"),
            Cell(counts)]


def tell(results: dict[str, Result]) -> list[Block]:
    blocks: list[Block] = [Heading("The answer"), Paragraph(QUESTION, "question")]
    if "multiplexing" in results:
        blocks += _matrix(results["multiplexing"])
    items = _goals(results)
    if "blog" in results:
        items += _blog(results["blog"])
    if "limits" in results:
        items += _limits(results["limits"])
    if items:
        blocks += [Heading("And the rest in short", 3), List(items)]
    return blocks


def _matrix(result: Result) -> list[Block]:
    told = (Comparison.over(result, *pair) for pair in PAIRS)
    comparisons = [each for each in told if each.found]
    if not comparisons:
        return []
    by = {(each.of, each.to): each for each in comparisons}
    blocks: list[Block] = [Paragraph(_in_short(by))]
    table = Table(["", "", "in the middle", "least", "most", "wins · same · loses"],
                  [each.row() for each in comparisons])
    blocks += [Heading("When it pays, and by how much", 3),
               Paragraph("Requests a second of the one by those of the other, each round by "
                         "itself, over all fronts and distances. The same is what is nearer than a "
                         "tenth."), table]
    for fact, unit in (("delay_ms", " ms"), ("front", "")):
        values = list(comparisons[0].by(fact))
        more = Table(["in the middle", *(f"{value}{unit}" for value in values)])
        for each in comparisons:
            found = each.by(fact)
            more.rows.append((f"{each.of} by {each.to}",
                              [Cell(times(found[value]) if value in found else "–")
                               for value in values]))
        blocks.append(more)
    not_ = [words for each in comparisons if (words := each.where_not())]
    return [*blocks, Heading("When not", 3),
            List(not_) if not_ else Paragraph("There was no such combination."),
            Heading("Why", 3), List(_why(result))]


def _in_short(by: dict[tuple[str, str], Comparison]) -> str:
    """The blog's question, in a sentence or three."""
    fresh, kept = by.get(("streams", "per_request")), by.get(("streams", "exclusive"))
    if not fresh or not kept:
        return ""
    pays = [each.median > 1 + MARGIN for each in (fresh, kept)]
    word = "Yes" if all(pays) else "In part" if any(pays) else "No"
    said = (f"**{word}.** Many calls on few connections brought {times(fresh.median)} the requests "
            f"of a connection for each call, and {times(kept.median)} those of kept connections "
            "with a call at a time, in the middle of all fronts and distances.")
    if tunnel := by.get(("tunnel", "streams")):
        said += (f" Carrying the calls as frames of one long call instead of streams "
                 f"{tunnel.verdict()}: {times(tunnel.median)}.")
    shared = by.get(("streams, collapsed", "streams"))
    still = by.get(("streams, collapsed", "per_request, collapsed"))
    if shared and still:
        less = "matters less" if still.median < fresh.median else "matters as much or more"
        said += (f" Not making the call at all is another matter: collapsing identical reads "
                 f"brought {times(shared.median)}, and with it the way upstream {less}: "
                 f"{times(still.median)} of streams by a connection for each call.")
    return said


def _why(result: Result) -> list[str]:
    delays = sorted({each.facts["delay_ms"] for each in result.settings})
    near, far = result.having(delay_ms=delays[0]), result.having(delay_ms=delays[-1])

    def middle(settings: list[Setting], name: str, figure: Figure) -> float | None:
        values = [value for each in settings if (value := each.median(name, figure)) is not None]
        return statistics.median(values) if values else None

    said = []
    modes = [mode for mode in ("per_request", "exclusive", "streams", "tunnel")
             if any(mode in each.names() for each in result.settings)]
    own = {mode: middle(near, mode, own_micros) for mode in modes}
    whole = {mode: middle(near, mode, all_micros) for mode in modes}
    if "streams" in modes and all(own.values()) and all(whole.values()):
        costs = ", ".join(f"`{mode}` {number(own[mode])} of {number(whole[mode])}"
                          for mode in modes)
        behind = 100 * (1 - own["streams"] / whole["streams"])
        said.append(
            f"CPU. At {delays[0]} ms the gateway takes so many µs of CPU a request, of so many in "
            f"all: {costs}. With `streams` {behind:.0f} % is spent in backend and PostgreSQL; "
            "what carries the calls can only save on the rest, and on what a connection costs at "
            "its other end.")
    counts = {mode: middle(near, mode, lines) for mode in modes}
    if all(value is not None for value in counts.values()):
        said.append("Connections. For the same work the gateway had, in the middle of a turn, " +
                    ", ".join(f"{counts[mode]:.0f} with `{mode}`" for mode in modes) +
                    ". Each is a socket, buffers and a state at both ends.")
    if len(delays) > 1:
        kept = []
        for mode in modes:
            first, last = middle(near, mode, rate), middle(far, mode, rate)
            waits = middle(near, mode, mean_ms), middle(far, mode, mean_ms)
            if first and last and None not in waits:
                kept.append(f"`{mode}` keeps {100 * last / first:.0f} % of its requests, and its "
                            f"mean waiting goes from {number(waits[0])} to {number(waits[1])} ms")
        said.append(f"Distance. From {delays[0]} to {delays[-1]} ms of added round trip, "
                    + "; ".join(kept) + ". A new connection waits for a round trip before it may "
                    "ask; one with a call at a time asks once a round trip; a stream waits for "
                    "nobody.")
    shared, apart = (middle(near, name, all_micros) for name in ("streams, collapsed", "streams"))
    if shared and apart:
        said.append(f"Collapsing. At {delays[0]} ms a request costs {number(shared)} µs of CPU in "
                    f"all with it, and {number(apart)} without: the call, the query and the "
                    "transcoding are made once for all who wait.")
    return said


def _blog(result: Result) -> list[str]:
    said = []
    for round_ in (1, 2, 3):
        for setting in result.having(round=round_, path="/agents"):
            wanted = setting.facts["rate"]
            words = f"at {wanted} requests a second" if wanted else "as fast as possible"
            told = [f"{name} {number(setting.median(name, rate))}/s, mean "
                    f"{number(setting.median(name, mean_ms))} ms, p99 "
                    f"{number(setting.median(name, p99_ms))} ms, "
                    f"{100 * setting.median(name, error_rate):.2g} % errors"
                    for name in (OURS, UNCOLLAPSED, AIOHTTP) if name in setting.names()]
            said.append(f"The blog’s `/agents`, {words}: {'; '.join(told)}.")
            if round_ == 2:
                said += _constant_rate(setting)
    return said


def _goals(results: dict[str, Result]) -> list[str]:
    rows = goals_table(results).rows
    if not rows:
        return []
    reached = sum(cells[-1].text == REACHED for _name, cells in rows)
    return [f"Goals that are a ratio to a peer: {reached} of {len(rows)} are reached."]


def _constant_rate(setting: Setting) -> list[str]:
    """Its goal: no error, and a tenth of aiohttp's p99."""
    sooner = setting.ratio(AIOHTTP, OURS, p99_ms)
    if sooner is None:
        return []
    failed = sum(setting.values(OURS, lambda run: run["counted"]["failed"]))
    reached = "reached" if not failed and sooner >= SOONER else "missed"
    return [f"There aiohttp’s p99 is {sooner:.1f} times ours, and ours has {failed:.0f} errors; "
            f"the goal, {SOONER} times and none, is {reached}."]


def _limits(result: Result) -> list[str]:
    said = []
    crowds = sorted(result.having(kind="queries"), key=lambda each: each.facts["clients"])
    if crowds:
        least, most = crowds[0], crowds[-1]
        shares = [(each.facts["clients"], each.median(OURS, queries_a_request))
                  for each in (least, most)]
        apart = most.median(UNCOLLAPSED, queries_a_request)
        if all(share is not None for _clients, share in shares) and apart is not None:
            said.append(
                f"Collapsed, PostgreSQL answers {number(shares[0][1])} queries a request with "
                f"{shares[0][0]} clients and {number(shares[1][1])} with {shares[1][0]}; "
                f"uncollapsed it is {number(apart)} with {shares[1][0]}.")
    return said


def times(ratio: float) -> str:
    return f"{ratio:.2f}×"
