"""trunkline-load: open loop at a constant rate, where latency counts from the time a request was
meant to start, or as fast as possible."""

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from measure.load import GRACE_SECONDS, Counted, Load, Wrk, run_client
from measure.stage import RELEASE

PROGRAM = RELEASE / "bench/load/trunkline-load"
WARM_UP_SECONDS = 1
FLAGS = {"h1": "--h1", "h2c": "--h2c", "tls": "--h2"}


@dataclass
class TrunklineLoad:
    """`rate` in requests/s, or None; `close`: a connection for each request."""

    url: str
    protocol: str
    connections: int
    streams: int = 1
    body_size: int | None = None  # None: answers differ in size
    rate: int | None = None
    close: bool = False
    timeout: int = 30
    threads: int = 1

    @property
    def text(self) -> str:
        return " ".join(["trunkline-load", *self._flags()])

    def _flags(self) -> list[str]:
        flags = [FLAGS[self.protocol], "-t", str(self.threads), "-c", str(self.connections)]
        if self.protocol != "h1":
            flags += ["-m", str(self.streams)]
        if self.close:
            flags.append("--close")
        if self.rate:
            flags += ["--rate", str(self.rate)]
        return flags

    def warm_up(self) -> Counted:
        """At a constant rate the generator does it itself, as latency would count connecting."""
        return Counted(0, 0.0, 0, None, 0, 0.0, 0.0) if self.rate else self._run(1, 0)

    def run(self, seconds: int) -> Counted:
        return self._run(seconds, WARM_UP_SECONDS if self.rate else 0)

    def _run(self, seconds: int, warm_up: int) -> Counted:
        with tempfile.NamedTemporaryFile("r", suffix=".json") as report:
            command = [str(PROGRAM), *self._flags(), "-d", str(seconds), "--warm-up",
                       str(warm_up), "--timeout", str(self.timeout), "--json",
                       report.name]
            if self.body_size is not None:
                command += ["--expect-bytes", str(self.body_size)]
            # 1: nothing was answered, which is a result.
            _text, cpu, took = run_client([*command, self.url],
                                          seconds + self.timeout + GRACE_SECONDS, (0, 1))
            told = json.loads(Path(report.name).read_text())
        seen = counted(told, cpu, took)
        seen.share = seconds / (seconds + warm_up)
        return seen


def counted(told: dict, cpu: float, took: float) -> Counted:
    """From what trunkline-load tells. Wrong answers are no requests, and what was not even sent is
    an error to whoever waited."""
    errors = {kind: number for kind, number in told["errors"].items() if number}
    if told["not_sent"]:
        errors["not_sent"] = told["not_sent"]
    latency = told["latency_us"]
    wrong = sum(told["errors"].get(kind, 0) for kind in ("status", "body", "grpc"))
    return Counted(requests=told["requests"] - wrong, seconds=told["seconds"],
                   failed=sum(errors.values()), body_bytes=None, all_bytes=told["bytes"],
                   client_cpu=cpu, client_seconds=took, p99_ms=latency["p99"] / 1e3,
                   mean_ms=latency["mean"] / 1e3, errors=errors, latency_us=latency)


def h1_load(url: str, connections: int, size: int) -> Load:
    """HTTP/1.1 as fast as possible: by wrk, or where there is none by our own."""
    if shutil.which("wrk"):
        return Wrk(url, connections, size)
    return TrunklineLoad(url, "h1", connections, body_size=size)
