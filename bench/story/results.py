"""The newest result of each suite, as the report asks for it."""

import json
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

OURS, UNCOLLAPSED = "trunkline", "trunkline, uncollapsed"
# A figure of one turn; None where it was not taken.
Figure = Callable[[dict], float | None]


def rate(run: dict) -> float:
    return run["rate"]


def error_rate(run: dict) -> float:
    counted = run["counted"]
    tried = counted["requests"] + counted["failed"]
    return counted["failed"] / tried if tried else 1.0


def mean_ms(run: dict) -> float | None:
    return run["counted"]["mean_ms"]


def p99_ms(run: dict) -> float | None:
    return run["counted"]["p99_ms"]


def lines(run: dict) -> float | None:
    return run["lines"]


def _micros(seconds: float | None, run: dict) -> float | None:
    counted = run["counted"]
    if seconds is None or not counted["requests"]:
        return None
    return seconds * counted["share"] / counted["requests"] * 1e6


def own_micros(run: dict) -> float | None:
    """Of CPU a request, in the daemon or gateway."""
    return _micros(run["cpu"], run)


def all_micros(run: dict) -> float | None:
    """The same, with what is behind it."""
    return _micros(run["cpu"] + (run["cpu_behind"] or 0.0), run)


def behind_micros(run: dict) -> float | None:
    """Of what is behind it."""
    return _micros(run["cpu_behind"], run)


def client_micros(run: dict) -> float | None:
    """Of the load generator."""
    return _micros(run["counted"]["client_cpu"], run)


def behind_each_second(run: dict) -> float | None:
    """CPU seconds a second, of what is behind it."""
    if run["cpu_behind"] is None:
        return None
    return run["cpu_behind"] / run["counted"]["client_seconds"]


def queries_each_second(run: dict) -> float | None:
    counted = run["counted"]
    if run["queries"] is None:
        return None
    return run["queries"] * counted["share"] / counted["seconds"]


def queries_a_request(run: dict) -> float | None:
    counted = run["counted"]
    if run["queries"] is None or not counted["requests"]:
        return None
    return run["queries"] * counted["share"] / counted["requests"]


@dataclass
class Setting:
    name: str
    load: str
    facts: dict
    goals: dict[str, float]
    runs: list[dict]

    def names(self) -> list[str]:
        return sorted({run["competitor"] for run in self.runs})

    def values(self, name: str, figure: Figure) -> list[float]:
        return [value for run in self.runs if run["competitor"] == name
                and (value := figure(run)) is not None]

    def median(self, name: str, figure: Figure) -> float | None:
        values = self.values(name, figure)
        return statistics.median(values) if values else None

    def ratios(self, of: str, to: str, figure: Figure = rate) -> list[float]:
        """Round by round, so that both were neighbours."""
        theirs = {run["round"]: figure(run) for run in self.runs if run["competitor"] == to}
        return [value / theirs[run["round"]] for run in self.runs if run["competitor"] == of
                and theirs.get(run["round"]) and (value := figure(run)) is not None]

    def ratio(self, of: str, to: str, figure: Figure = rate) -> float | None:
        ratios = self.ratios(of, to, figure)
        return statistics.median(ratios) if ratios else None


@dataclass
class Result:
    suite: str
    file: str
    quick: bool
    about: dict[str, str]
    left_out: dict[str, str]
    settings: list[Setting]

    def having(self, **facts: object) -> list[Setting]:
        return [each for each in self.settings
                if all(each.facts.get(key) == value for key, value in facts.items())]


def newest(place: Path) -> dict[str, Result]:
    """By suite; a quick one only where there is no real one, and a part only where there is no
    whole one. Names end with date and time."""
    found: dict[str, Result] = {}
    worth: dict[str, tuple[bool, bool]] = {}
    for path in sorted(place.glob("*-*.json")):
        told = json.loads(path.read_text())
        suite = told.get("suite")
        # Those of before there was a report have nothing that says what a setting is.
        if "quick" not in told or not all("facts" in each for each in told["results"]):
            continue
        value = (not told["quick"], not told["part"])
        if value < worth.get(suite, (False, False)):
            continue
        worth[suite] = value
        settings = [Setting(each["name"], each["load"], each["facts"], each["goals"], each["runs"])
                    for each in told["results"]]
        found[suite] = Result(suite, path.name, told["quick"], told["about"], told["left_out"],
                              settings)
    return found
