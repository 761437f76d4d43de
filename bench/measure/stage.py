"""What a suite has started: everything is said, lies in var/bench, and is stopped in the end."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from string import Template

from measure.machine import SOURCE
from measure.program import Failure, Program, fresh_directory, give, owner

CERTIFICATES = SOURCE / "certs"
AUTHORITY = CERTIFICATES / "ca.crt"
RELEASE = SOURCE / "build/release"
BENCH_BUILD = SOURCE / "build/bench"
PEERS = SOURCE / "bench/peers"


class _Template(Template):
    # nginx has a meaning of its own for the dollar.
    delimiter = "@"


class Stage(ExitStack):
    """Use it in a `with`: whatever happens in there, all is stopped, newest first."""

    def __init__(self, var: Path, tell: Callable[[str], None]):
        super().__init__()
        self.var = var
        self.tell = tell

    def directory(self, name: str) -> Path:
        return fresh_directory(self.var / name)

    def start(self, name: str, command: list[str], directory: Path, ports: list[int]) -> Program:
        program = Program(name, command, directory, ports)
        self.callback(program.stop)
        program.start()
        program.await_listening()
        where = ", ".join(f"127.0.0.1:{port}" for port in ports)
        self.tell(f"Started {name} (process {program.pid}) on {where}; its files are in "
                  f"{directory.relative_to(SOURCE)}")
        return program

    def postgres(self, data_set: str, port: int) -> tuple[str, int]:
        """A private cluster, kept for the next time: its connection string and process id."""
        directory = str(self.var / "postgres")
        # One of a run that was killed.
        self._cluster("stop", directory, "immediate")
        self.callback(self._cluster, "stop", directory)
        self._cluster("start", directory, str(port))
        conninfo = self.load_data(data_set, f"trunkline_{data_set}")
        pid = int(self._cluster("status", directory))
        self.tell(f"Started PostgreSQL (process {pid}) on 127.0.0.1:{port} with the data set "
                  f"{data_set}; its files are in {self.var.relative_to(SOURCE)}/postgres")
        return conninfo, pid

    def load_data(self, data_set: str, database: str) -> str:
        """Into a database of the cluster that runs, unless it is there already."""
        return self._cluster("load", str(self.var / "postgres"), data_set, database)

    def restart_postgres(self) -> int:
        """For settings that want it: its new process id."""
        directory = str(self.var / "postgres")
        self._cluster("restart", directory)
        return int(self._cluster("status", directory))

    @staticmethod
    def _cluster(*arguments: str) -> str:
        with open(SOURCE / "var/bench/cluster.log", "w+b") as log:
            # A file, because PostgreSQL keeps what it inherits, and a pipe would never end.
            done = subprocess.run([SOURCE / ".dev/cluster", *arguments], stdin=subprocess.DEVNULL,
                                  stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
            log.seek(0)
            text = log.read().decode(errors="replace")
        if done.returncode != 0:
            raise Failure(f".dev/cluster {' '.join(arguments)} failed:\n{text}")
        return text.strip().splitlines()[-1] if text.strip() else ""


def fill(template: str, target: Path, **values: object) -> Path:
    """Writes bench/peers/TEMPLATE with its @{name}s replaced."""
    text = _Template((PEERS / template).read_text()).substitute(values)
    return write(target, text.encode())


def write(target: Path, content: bytes | dict) -> Path:
    """For servers to read, and for no other user: it may be a key."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, dict):
        content = json.dumps(content, indent=2).encode()
    target.write_bytes(content)
    target.chmod(0o600)
    give(target)
    give(target.parent)
    return target


def certificate(directory: Path) -> dict[str, str]:
    """Copies of the development certificate that the server's user may read."""
    pair = {}
    for name in ("server.crt", "server.key"):
        shutil.copyfile(CERTIFICATES / name, directory / name)
        (directory / name).chmod(0o600)
        give(directory / name)
        pair[name.split(".")[1]] = str(directory / name)
    return {"certificate": pair["crt"], "key": pair["key"]}


def stays_root() -> bool:
    """Programs that would leave root by themselves must be told not to, then."""
    return os.geteuid() == 0 and owner() is None


def cores() -> int:
    return os.cpu_count() or 1
