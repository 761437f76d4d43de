"""No answer is older than its question: ten million reads while others write in SQL."""

import json
import subprocess
from pathlib import Path

from measure import report
from measure.program import Failure
from measure.stage import RELEASE, Stage
from peers import backend, postgres, trunkline
from peers.postgres import Database

PROGRAM = RELEASE / "bench/freshness/trunkline-freshness"
READS, FEWER_READS, QUICK_READS = 10_000_000, 1_000_000, 20_000
# Settings beside the defaults that could make a difference to the rule.
GATEWAYS = {"defaults": {}, "in_air 4": {"collapse": {"in_air": 4}},
            "gather_ms 1": {"collapse": {"gather_ms": 1}}, "tunnel": {"mode": "tunnel"}}
# Whoever finds a stale answer says so by it.
STALE = 3
PROGRAMS = ["postgresql"]


def minutes(options) -> float:
    return 12


def run(stage: Stage, options) -> None:
    database = postgres.start(stage)
    found = []
    for name, settings in GATEWAYS.items():
        if not options.only.search(name):
            continue
        reads = QUICK_READS if options.quick else READS if not settings else FEWER_READS
        stage.tell(f"{name}: {reads:,} reads")
        findings = _look(stage, database, name, settings, reads)
        stage.tell(f"  {findings['writes']:,} writes meanwhile, {findings['stale']} answers older "
                   f"than their question, {findings['backwards']} back in time, "
                   f"{findings['failed']} failed")
        found.append({"name": name, "load": "trunkline-freshness -c 8 -m 32", "facts": findings,
                      "goals": {}, "runs": []})
    report.save("freshness", PROGRAMS, _table(found), found, options, stage.tell)
    if any(each["facts"]["stale"] or each["facts"]["backwards"] for each in found):
        raise Failure("An answer was older than its question.")


def _look(stage: Stage, database: Database, name: str, settings: dict, reads: int) -> dict:
    with Stage(stage.var, lambda _text: None) as inner:
        behind = backend.on(inner, database.conninfo)
        gateway = trunkline.live(inner, behind.ports["h2c"], name=name.replace(" ", "-"),
                                 **settings)
        to = Path(inner.directory("freshness"), "findings.json")
        done = subprocess.run(
            [str(PROGRAM), "--port", str(gateway.ports["h2c"]), "--database", database.conninfo,
             "-n", str(reads), "--json", str(to)], stdin=subprocess.DEVNULL, capture_output=True,
            text=True)
        if done.returncode not in (0, STALE):
            raise Failure(f"{PROGRAM.name} ended with {done.returncode}: {done.stderr[-2000:]}")
        return json.loads(to.read_text())


def _table(found: list[dict]) -> str:
    text = "| | reads | numbers in them | commits meanwhile | older than the question " \
           "| back in time | failed | seconds |\n|---|---|---|---|---|---|---|---|\n"
    for each in found:
        facts = each["facts"]
        text += f"| {each['name']} | " + " | ".join(
            f"{facts[key]:,.0f}" for key in ("reads", "numbers", "writes", "stale", "backwards",
                                             "failed", "seconds")) + " |\n"
    return text
