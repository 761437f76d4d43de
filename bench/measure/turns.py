"""Rounds in which all competitors are measured one after the other, so that what slows the machine
for a while slows them all, and each ratio is of two runs that were neighbours."""

import random
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path

from measure.load import Counted, Load
from measure.program import TICKS, Program
from measure.stage import Stage

OURS = "trunkline"

# CPU time so far, in seconds.
Clock = Callable[[], float]


@dataclass
class Competitor:
    name: str
    load: Load
    clock: Clock
    behind: Clock | None = None  # of what it stands on: a backend, a database
    program: Program | None = None  # whose memory is looked at
    queries: Callable[[], int] | None = None  # that the database has answered so far
    lines: Callable[[], int] | None = None  # that lead to what is behind it


@dataclass
class Entrant:
    """A competitor that is started anew for each of its turns."""

    name: str
    enter: Callable[[Stage], Competitor]


@dataclass
class Run:
    """One competitor's turn in one round."""

    competitor: str
    round: int
    counted: Counted
    cpu: float
    cpu_behind: float | None
    cpu_others: float  # of programs that have nothing to do with it, as a share of one core
    peak_bytes: int | None = None  # resident
    after_bytes: int | None = None
    queries: int | None = None
    lines: int | None = None  # in the middle of the turn

    def micros_each(self, seconds: float | None) -> float | None:
        """So much of it a request took."""
        if seconds is None or not self.counted.requests:
            return None
        return seconds * self.counted.share / self.counted.requests * 1e6

    def queries_each(self) -> float | None:
        if self.queries is None or not self.counted.requests:
            return None
        return self.queries * self.counted.share / self.counted.requests


@dataclass
class Setting:
    """What was measured in one way of asking, all rounds."""

    name: str
    load: str
    runs: list[Run] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)  # by which a program finds it
    goals: dict[str, float] = field(default_factory=dict)  # of our ratio to a peer

    def of(self, competitor: str) -> list[Run]:
        return [run for run in self.runs if run.competitor == competitor]

    def names(self) -> list[str]:
        return list(dict.fromkeys(run.competitor for run in self.runs))

    def ratios(self, peer: str) -> list[float]:
        """Ours by the peer's requests/s, round by round."""
        theirs = {run.round: run.counted.rate for run in self.of(peer)}
        return [run.counted.rate / theirs[run.round] for run in self.of(OURS)
                if peer != OURS and theirs.get(run.round)]

    def cpu_ratios(self, peer: str) -> list[float]:
        """The peer's by our CPU time a request, round by round, of what stands before a backend."""
        ours = {run.round: run.micros_each(run.cpu) for run in self.of(OURS)}
        return [theirs / ours[run.round] for run in self.of(peer)
                if peer != OURS and run.cpu_behind is not None and ours.get(run.round)
                and (theirs := run.micros_each(run.cpu)) is not None]

    def as_json(self) -> dict:
        return {"name": self.name, "load": self.load, "facts": self.facts, "goals": self.goals,
                "runs": [asdict(run) | {"rate": run.counted.rate} for run in self.runs]}


@dataclass
class Spread:
    """Median with its ends."""

    median: float
    least: float
    most: float

    @classmethod
    def over(cls, values: list[float]) -> "Spread | None":
        return cls(statistics.median(values), min(values), max(values)) if values else None


def measure(name: str, competitors: list[Competitor], rounds: int, seconds: int,
            tell: Callable[[str], None]) -> Setting:
    setting = Setting(name, competitors[0].load.text)
    for number in range(rounds):
        for competitor in shuffled(competitors, name, number):
            _take(setting, _run(competitor, number, seconds), rounds, tell)
    return setting


def measure_anew(name: str, entrants: list[Entrant], rounds: int, seconds: int,
                 stage: Stage) -> Setting:
    """Everybody is started for a turn and stopped after it, so that no turn leaves anything to the
    next. What is already on the stage stays."""
    setting = Setting(name, "")
    for number in range(rounds):
        for entrant in shuffled(entrants, name, number):
            with Stage(stage.var, lambda _text: None) as inner:
                competitor = entrant.enter(inner)
                setting.load = competitor.load.text
                _take(setting, _run(competitor, number, seconds), rounds, stage.tell)
    return setting


def shuffled(all_of_them: list, name: str, number: int) -> list:
    """Another order each round, and the same one when it is all done again."""
    return random.Random(f"{name} {number}").sample(all_of_them, len(all_of_them))


def _take(setting: Setting, run: Run, rounds: int, tell: Callable[[str], None]) -> None:
    setting.runs.append(run)
    tell(f"round {run.round + 1}/{rounds}  {run.competitor:24} {run.counted.rate:>10,.0f}/s  "
         f"{run.counted.failed} failed")
    for complaint in run.counted.complaints:
        tell(f"  {run.competitor}: {complaint}")


def _run(competitor: Competitor, number: int, seconds: int) -> Run:
    warm_up = competitor.load.warm_up()
    if competitor.program:
        competitor.program.forget_peak()
    machine = machine_seconds()
    cpu = competitor.clock()
    behind = competitor.behind() if competitor.behind else None
    queries = competitor.queries() if competitor.queries else None
    counted, lines = _run_and_look(competitor, seconds)
    if queries is not None:
        queries = competitor.queries() - queries
    cpu = competitor.clock() - cpu
    if behind is not None:
        behind = competitor.behind() - behind
    machine = machine_seconds() - machine
    others = machine - cpu - (behind or 0.0) - counted.client_cpu
    counted.failed += warm_up.failed
    counted.complaints = warm_up.complaints + counted.complaints
    run = Run(competitor.name, number, counted, cpu, behind,
              max(0.0, others / counted.client_seconds), queries=queries, lines=lines)
    if competitor.program:
        run.peak_bytes = competitor.program.peak_bytes()
        run.after_bytes = competitor.program.resident_bytes()
    return run


def _run_and_look(competitor: Competitor, seconds: int) -> tuple[Counted, int | None]:
    """The load, and how many lines there were half way through it."""
    if not competitor.lines:
        return competitor.load.run(seconds), None
    with ThreadPoolExecutor(1) as other:
        load = other.submit(competitor.load.run, seconds)
        time.sleep(seconds / 2)
        lines = competitor.lines()
        return load.result(), lines


def machine_seconds() -> float:
    """User, nice and system time of all programs, of all cores. Interrupts are the kernel's own."""
    fields = Path("/proc/stat").read_text().splitlines()[0].split()
    return sum(int(each) for each in fields[1:4]) / TICKS
