"""Load: h2load and wrk, one thread each, and what they count."""

import json
import math
import re
import resource
import subprocess
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TextIO

from measure.program import Failure

# The suite that all servers have in common, so that none wins by a cheaper one.
CIPHER = "TLS_AES_128_GCM_SHA256"

# Until a generator that waits for answers is given up.
GRACE_SECONDS = 60

# wrk's own text rounds; this is its last line.
WRK_REPORT = """
function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '\\n{"requests":%d,"microseconds":%d,"bytes":%d,"mean":%d,"p99":%d,"errors":' ..
    '{"status":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d}}\\n',
    summary.requests, summary.duration, summary.bytes, latency.mean, latency:percentile(99),
    errors.status, errors.connect, errors.read, errors.write, errors.timeout))
end
"""


@dataclass
class Counted:
    """What one run of a load generator saw."""

    requests: int
    seconds: float
    failed: int
    body_bytes: int | None  # None: the generator does not tell bodies from heads
    all_bytes: int
    client_cpu: float
    client_seconds: float
    p99_ms: float | None = None  # until the end of an answer; None: nobody looked
    mean_ms: float | None = None
    errors: dict[str, int] = field(default_factory=dict)  # by kind, when the generator tells
    latency_us: dict[str, float] | None = None
    # Of the time in which CPU and queries were watched, the part in which requests were counted.
    share: float = 1.0
    complaints: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return self.requests / self.seconds if self.seconds else 0.0

    @property
    def error_rate(self) -> float:
        tried = self.requests + self.failed
        return self.failed / tried if tried else 1.0


class Load(Protocol):
    """A generator with its settings. Order of calls: warm_up(), then run()."""

    @property
    def text(self) -> str: ...

    def warm_up(self) -> Counted: ...

    def run(self, seconds: int) -> Counted: ...


@dataclass
class H2load:
    """HTTP/2 with `streams` requests at a time on each of `connections`."""

    url: str
    connections: int
    streams: int
    body_size: int
    body_file: Path | None = None
    headers: tuple[str, ...] = ()
    latencies: bool = False  # costs h2load a write each request
    warm_up_requests: int = 1000  # or four times what is under way

    @property
    def text(self) -> str:
        return f"h2load -t 1 -c {self.connections} -m {self.streams}"

    def warm_up(self) -> Counted:
        """A fixed number of requests, so that every byte can be accounted for."""
        number = max(self.warm_up_requests, 4 * self.connections * self.streams)
        counted = self._run(["-n", str(number)], 0)
        wanted = number * self.body_size
        if counted.requests != number or counted.body_bytes != wanted:
            counted.complaints.append(
                f"{counted.requests} of {number} requests were answered with "
                f"{counted.body_bytes} of {wanted} bytes")
            astray = math.ceil(abs(counted.body_bytes - wanted) / self.body_size)
            counted.failed = max(counted.failed, number - counted.requests, astray)
        return counted

    def run(self, seconds: int) -> Counted:
        counted = self._run(["-D", str(seconds)], seconds)
        # At either end answers are under way, of which h2load counts the bytes or the request
        # alone. Within that, bodies that are missing, as those of failed gRPC calls, show.
        under_way = self.connections * self.streams * self.body_size
        astray = abs(counted.body_bytes - counted.requests * self.body_size) - under_way
        if astray > 0:
            counted.complaints.append(
                f"{counted.requests} answers had {counted.body_bytes} bytes, not "
                f"{counted.requests * self.body_size}")
            counted.failed += math.ceil(astray / self.body_size)
        return counted

    def _run(self, amount: list[str], seconds: int) -> Counted:
        command = ["h2load", "-t", "1", "-c", str(self.connections), "-m", str(self.streams),
                   "--tls13-ciphers", CIPHER, *amount]
        if self.body_file:
            command += ["-d", str(self.body_file)]
        for header in self.headers:
            command += ["-H", header]
        with tempfile.NamedTemporaryFile("r") as log:
            if self.latencies:
                command += ["--log-file", log.name]
            text, cpu, took = run_client([*command, self.url], seconds + GRACE_SECONDS)
            p99 = _p99_ms(log) if self.latencies else None
        requests = dict((name, int(number)) for number, name in
                        re.findall(r"(\d+) (\w+)", _line(text, "requests:")))
        status = dict((name, int(number)) for number, name in
                      re.findall(r"(\d+) (\dxx)", _line(text, "status codes:")))
        traffic = dict((name, int(number)) for number, name in
                       re.findall(r"\((\d+)\) (\w+)", _line(text, "traffic:")))
        if "https:" in self.url and CIPHER not in _line(text, "Cipher:"):
            raise Failure(f"{self.url} was not read with {CIPHER}: {_line(text, 'Cipher:')}")
        failed = requests["failed"] + requests["errored"] + requests["timeout"]
        return Counted(requests=status["2xx"],
                       seconds=_seconds(_line(text, "finished in"), requests["done"]),
                       failed=failed + status["3xx"], body_bytes=traffic["data"],
                       all_bytes=traffic["total"], client_cpu=cpu, client_seconds=took,
                       p99_ms=p99)


@dataclass
class Wrk:
    """HTTP/1.1 with keep-alive, one request at a time on each of `connections`."""

    url: str
    connections: int
    body_size: int

    @property
    def text(self) -> str:
        return f"wrk -t 1 -c {self.connections}"

    def warm_up(self) -> Counted:
        return self.run(1)

    def run(self, seconds: int) -> Counted:
        with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
            script.write(WRK_REPORT)
            script.flush()
            text, cpu, took = run_client(["wrk", "-t", "1", "-c", str(self.connections), "-d",
                                          f"{seconds}s", "-s", script.name, self.url],
                                         seconds + GRACE_SECONDS)
        report = json.loads(text.rstrip().splitlines()[-1])
        errors = {kind: number for kind, number in report["errors"].items() if number}
        counted = Counted(requests=report["requests"], seconds=report["microseconds"] / 1e6,
                          failed=sum(errors.values()), body_bytes=None, all_bytes=report["bytes"],
                          client_cpu=cpu, client_seconds=took, p99_ms=report["p99"] / 1e3,
                          mean_ms=report["mean"] / 1e3, errors=errors)
        if counted.all_bytes < counted.requests * self.body_size:
            counted.complaints.append(f"{counted.requests} answers had {counted.all_bytes} bytes "
                                      "with their heads, which is less than their bodies have")
            counted.failed += 1
        return counted


def run_client(command: list[str], timeout: int,
               fine: tuple[int, ...] = (0,)) -> tuple[str, float, float]:
    """Its output, the CPU time it took, and how long it ran. `fine`: how it may end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.monotonic()
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              start_new_session=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        raise Failure(f"{' '.join(command)} did not end within {timeout} s: requests were never "
                      "answered.") from None
    took = time.monotonic() - began
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in fine:
        raise Failure(f"{' '.join(command)} ended with {done.returncode}:\n"
                      f"{done.stdout[-2000:]}{done.stderr[-2000:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.stdout, cpu, took


def _line(text: str, start: str) -> str:
    for line in text.splitlines():
        if line.startswith(start):
            return line
    raise Failure(f"The load generator did not say '{start}':\n{text[-2000:]}")


def _p99_ms(log: TextIO) -> float | None:
    """Of h2load's log, a line each request: when it began, its status, and microseconds."""
    took = sorted(int(line.split("\t")[2]) for line in log)
    return took[math.ceil(0.99 * len(took)) - 1] / 1e3 if took else None


def _seconds(text: str, done: int) -> float:
    """From the rate, because h2load rounds the time itself to hundredths."""
    rate = float(re.search(r"([\d.]+) req/s", text).group(1))
    return done / rate if rate else 0.0
