"""One answer, looked at closely: before anything is measured, all competitors must say the same."""

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from measure.program import Failure

PROTOCOLS = {"h1": "--http1.1", "h2c": "--http2-prior-knowledge", "tls": "--http2"}


@dataclass
class Answer:
    status: str
    fields: dict[str, str]  # the head's and the trailers'
    body: bytes


def fetch(url: str, protocol: str, authority: Path | None = None, body_file: Path | None = None,
          headers: tuple[str, ...] = ()) -> Answer:
    with tempfile.TemporaryDirectory() as place:
        head, body = Path(place, "head"), Path(place, "body")
        command = ["curl", "-sS", "--noproxy", "*", "--max-time", "10", PROTOCOLS[protocol],
                   "-D", str(head), "-o", str(body)]
        if authority:
            command += ["--cacert", str(authority)]
        if body_file:
            command += ["--data-binary", f"@{body_file}"]
        for header in headers:
            command += ["-H", header]
        done = subprocess.run([*command, url], stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, start_new_session=True)
        if done.returncode != 0:
            raise Failure(f"{url} could not be fetched by {protocol}: {done.stderr.strip()}")
        first, *rest = head.read_text(errors="replace").splitlines()
        fields = dict(line.lower().split(": ", 1) for line in rest if ": " in line)
        return Answer(" ".join(first.split()[:2]), fields,
                      body.read_bytes() if body.exists() else b"")


def require_equal(answers: dict[str, Answer], wanted: bytes | None = None,
                  fields: dict[str, str] | None = None) -> None:
    """Same status, same bytes, and these fields in each; `wanted` or else the first one's body."""
    for name, answer in answers.items():
        if wanted is None:
            wanted = answer.body
        if not answer.status.endswith(" 200"):
            raise Failure(f"{name} answered {answer.status}: {answer.body[:200]!r}")
        if answer.body != wanted:
            raise Failure(f"{name} answered {len(answer.body)} bytes that differ from the "
                          f"{len(wanted)} wanted: {answer.body[:200]!r}")
        for key, value in (fields or {}).items():
            if answer.fields.get(key) != value:
                raise Failure(f"{name} answered {key}: {answer.fields.get(key)}, not {value}.")
