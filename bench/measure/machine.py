"""What was measured, where and when: a figure without it says little."""

import os
import platform
import re
import subprocess
from datetime import datetime, timezone
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2]


def _module(name: str) -> list[str]:
    return ["/usr/bin/python3", "-c", f"import {name}; print({name}.__version__)"]


VERSIONS = {
    "nginx": ["nginx", "-v"],
    "nghttpx": ["nghttpx", "--version"],
    "nghttpd": ["nghttpd", "--version"],
    "haproxy": ["haproxy", "-v"],
    "h2o": ["h2o", "--version"],
    "postgresql": ["/usr/lib/postgresql/15/bin/postgres", "--version"],
    "gunicorn": _module("gunicorn"),
    "aiohttp": _module("aiohttp"),
    "uvloop": _module("uvloop"),
    "asyncpg": _module("asyncpg"),
    "flask": _module("flask"),
    "django": _module("django"),
    "psycopg2": _module("psycopg2"),
    "h2load": ["h2load", "--version"],
    "wrk": ["wrk", "--version"],
    # Which does not tell its own.
    "grpc-gateway": ["dpkg-query", "-W", "-f", "${Version}", "golang-grpc-gateway"],
    "go": ["go", "version"],
}


def describe(competitors: list[str]) -> dict[str, str]:
    return {
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "commit": commit(),
        "machine": f"{cpu_model()}, {os.cpu_count()} cores",
        "kernel": platform.release(),
    } | {name: version(command) for name, command in VERSIONS.items() if name in competitors}


def commit() -> str:
    git = ["git", "-c", "safe.directory=*", "-C", str(SOURCE)]
    known = _output([*git, "rev-parse", "--short=12", "HEAD"])
    changed = _output([*git, "status", "--porcelain", "--", "gateway", "backends", "proto",
                       "bench", ".cmake", ":!bench/results"])
    if not re.fullmatch("[0-9a-f]+", known):
        return "unknown"
    return known + (" with changes" if changed else "")


def cpu_model() -> str:
    found = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found.group(1) if found else platform.machine()


def version(command: list[str]) -> str:
    """The first number with a dot in what the program says of itself."""
    found = re.search(r"\d+\.\d[\w.+-]*", _output(command))
    return found.group(0) if found else "unknown"


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        # nginx and wrk tell their version as if it were an error.
        return (done.stdout + done.stderr).strip()
    except OSError:
        return ""
