"""Results for people (a Markdown table a setting) and for programs (JSON, every run)."""

import json
from collections.abc import Callable
from datetime import datetime, timezone

from measure import machine
from measure.load import Counted
from measure.machine import SOURCE
from measure.turns import Run, Setting, Spread

RESULTS = SOURCE / "bench/results"
# More of a core than that, taken by programs that have no part in it, makes a figure doubtful.
NOISE = 0.1

MIB = 1024 * 1024


def turns_table(setting: Setting, goals: dict[str, float]) -> str:
    """A row each competitor. Columns that have nothing to say are left out."""
    setting.goals = goals

    def over(form: str, figure: Callable[[Run], float | None], unit: str = ""):
        return lambda name: spread(Spread.over([each for run in setting.of(name)
                                                if (each := figure(run)) is not None]), form, unit)

    columns: dict[str, Callable[[str], str]] = {
        "requests/s": over("{:,.0f}", lambda run: run.counted.rate),
        "ours to it": lambda name: spread(Spread.over(setting.ratios(name)), "{:.2f}"),
        "goal": lambda name: _goal(Spread.over(setting.ratios(name)), goals.get(name)),
        "CPU µs a request": over("{:.1f}", lambda run: run.micros_each(run.cpu)),
        "its CPU to ours": lambda name: spread(Spread.over(setting.cpu_ratios(name)), "{:.2f}"),
        "behind it": over("{:.1f}", lambda run: run.micros_each(run.cpu_behind)),
        "queries a request": over("{:.4f}", Run.queries_each),
        "mean ms": over("{:.2f}", lambda run: run.counted.mean_ms),
        "p99 ms": over("{:.2f}", lambda run: run.counted.p99_ms),
        "MiB at most": over("{:.1f}", lambda run: run.peak_bytes and run.peak_bytes / MIB),
        "MiB after": over("{:.1f}", lambda run: run.after_bytes and run.after_bytes / MIB),
        "failed": lambda name: _failed([run.counted for run in setting.of(name)]),
        "client busy": over("{:.0f}", lambda run: 100 * run.counted.client_cpu
                            / run.counted.client_seconds, " %"),
    }
    cells = {title: [show(name) for name in setting.names()] for title, show in columns.items()}
    cells = {title: column for title, column in cells.items() if any(column)}
    text = f"### {setting.name}\n\n`{setting.load}`\n\n"
    text += f"| | {' | '.join(cells)} |\n|{'---|' * (1 + len(cells))}\n"
    for row in zip(setting.names(), *cells.values()):
        text += f"| {' | '.join(row)} |\n"
    noise = max(run.cpu_others for run in setting.runs)
    if noise > NOISE:
        text += f"\nDisturbed: other programs took up to {noise:.2f} of a core during a run.\n"
    for complaint in sorted({f"{run.competitor}: {each}" for run in setting.runs
                             for each in run.counted.complaints}):
        text += f"\n{complaint}\n"
    return text + "\n"


def save(suite: str, programs: list[str], text: str, data: list | dict, options,
         tell: Callable[[str], None], left_out: dict[str, str] | None = None) -> None:
    """`programs`: whose versions matter. `left_out`: who could not take part, and why."""
    if not data:
        tell(f"--only leaves nothing of {suite}, so nothing is written.")
        return
    about = machine.describe(programs) | options.about()
    if left_out:
        about["left out"] = "; ".join(f"{name}: {why}" for name, why in left_out.items())
    options.results.mkdir(parents=True, exist_ok=True)
    stem = options.results / f"{suite}-{datetime.now(timezone.utc):%Y%m%d-%H%M%S}"
    lines = "".join(f"| {key} | {escaped(value)} |\n" for key, value in about.items())
    whole = f"# {suite}\n\n| | |\n|---|---|\n{lines}\n{text.rstrip()}\n"
    stem.with_suffix(".md").write_text(whole)
    stem.with_suffix(".json").write_text(
        json.dumps({"suite": suite, "quick": options.quick, "part": bool(options.only.pattern),
                    "about": about, "left_out": left_out or {}, "results": data}, indent=1) + "\n")
    print("\n" + whole)
    shown = stem.relative_to(SOURCE) if stem.is_relative_to(SOURCE) else stem
    tell(f"Written to {shown}.md and .json")


def spread(spread: Spread | None, form: str, unit: str = "") -> str:
    if spread is None:
        return ""
    middle, least, most = (form.format(each) for each in (spread.median, spread.least, spread.most))
    return f"{middle}{unit}" if least == most else f"{middle}{unit} ({least} to {most})"


def escaped(text: str) -> str:
    """For a cell of a table."""
    return text.replace("|", "\\|")


def _failed(counted: list[Counted]) -> str:
    """How many, and which part of all."""
    failed = sum(each.failed for each in counted)
    tried = failed + sum(each.requests for each in counted)
    return f"{failed} ({100 * failed / tried:.2f} %)" if failed and tried else str(failed)


def _goal(ratio: Spread | None, goal: float | None) -> str:
    if ratio is None or goal is None:
        return ""
    return f"{goal:.2f} {'reached' if ratio.median >= goal else 'missed'}"
