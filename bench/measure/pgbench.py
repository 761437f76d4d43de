"""pgbench: the database itself, asked the same without anything in front of it."""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from measure.load import GRACE_SECONDS, Counted, run_client
from measure.program import Failure

# The one of the cluster's version; Debian's /usr/bin/pgbench would look for it first.
PROGRAM = "/usr/lib/postgresql/15/bin/pgbench"


@dataclass
class Pgbench:
    """`script` is SQL of pgbench's own kind, prepared once a connection."""

    conninfo: str
    script: str
    connections: int = 8

    @property
    def text(self) -> str:
        return f"pgbench -n -M prepared -j 2 -c {self.connections}"

    def warm_up(self) -> Counted:
        return self.run(1)

    def run(self, seconds: int) -> Counted:
        with tempfile.TemporaryDirectory() as place:
            script = Path(place, "script.sql")
            script.write_text(self.script)
            text, cpu, took = run_client(
                [PROGRAM, "-n", "-M", "prepared", "-j", "2", "-c", str(self.connections), "-T",
                 str(seconds), "-f", str(script), self.conninfo], seconds + GRACE_SECONDS)
        rate = _figure(r"^tps = ([\d.]+)", text)
        requests = int(_figure(r"^number of transactions actually processed: (\d+)", text))
        return Counted(requests=requests, seconds=requests / rate if rate else 0.0,
                       failed=int(_figure(r"^number of failed transactions: (\d+)", text)),
                       body_bytes=None, all_bytes=0, client_cpu=cpu, client_seconds=took,
                       mean_ms=_figure(r"^latency average = ([\d.]+) ms", text))


def _figure(pattern: str, text: str) -> float:
    found = re.search(pattern, text, re.MULTILINE)
    if not found:
        raise Failure(f"pgbench did not say '{pattern}':\n{text[-2000:]}")
    return float(found.group(1))
