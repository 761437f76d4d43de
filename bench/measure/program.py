"""Programs under measurement: started on loopback, watched through /proc, and always stopped."""

import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
READY_SECONDS = 30
STOP_SECONDS = 10


class Failure(Exception):
    """Something did not work; the sentence says what."""


class Program:
    """One server with all its processes and threads.

    Order of calls: start(), await_listening(), then anything, stop() last. Logs go to
    DIRECTORY/log. setpriv lets the kernel end it with us, should we be killed.
    """

    def __init__(self, name: str, command: list[str], directory: Path, ports: list[int]):
        self.name = name
        self.command = command
        self.directory = directory
        self.ports = ports
        self.log = directory / "log"
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        drop = ["--pdeathsig", "TERM"]
        if owner() is not None:
            drop += ["--reuid", owner().pw_name, "--regid", str(owner().pw_gid), "--clear-groups"]
        with open(self.log, "wb") as log:
            # A session of its own, so that Ctrl-C comes to us alone.
            self._process = subprocess.Popen(
                ["setpriv", *drop, "--", *self.command], cwd=self.directory,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def await_listening(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        for port in self.ports:
            while not _accepts(port):
                if self._process.poll() is not None:
                    raise Failure(f"{self.name} ended while starting.\n{self.log_tail()}")
                if time.monotonic() > deadline:
                    raise Failure(f"{self.name} did not listen on port {port} within "
                                  f"{READY_SECONDS} s.\n{self.log_tail()}")
                time.sleep(0.05)

    def log_tail(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-15:]
        return f"The end of {self.log}:\n" + "\n".join("  | " + line for line in lines)

    def require_alive(self) -> None:
        if self._process.poll() is not None:
            raise Failure(f"{self.name} ended with {self._process.returncode}.\n{self.log_tail()}")

    def cpu_seconds(self) -> float:
        self.require_alive()
        return tree_cpu_seconds(self.pid)

    def resident_bytes(self) -> int:
        """Of all its processes. Shared pages count in each, so only differences mean something."""
        return sum(_resident(pid) for pid in tree(self.pid))

    def forget_peak(self) -> None:
        """proc(5): 5 sets the most that was resident to what is resident now."""
        for pid in tree(self.pid):
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def peak_bytes(self) -> int:
        """The most that was resident since forget_peak(), or ever."""
        return sum(_peak(pid) for pid in tree(self.pid))

    def connections_to(self, port: int) -> int:
        """How many it has to this port of loopback: of proc(5)'s net/tcp, remote address, state 1,
        established, and inode."""
        sockets = {link for pid in tree(self.pid) for link in _descriptors(pid)}
        with open("/proc/net/tcp", encoding="ascii") as table:
            rows = (line.split() for line in table)
            return sum(row[2].endswith(f":{port:04X}") and row[3] == "01"
                       and f"socket:[{row[9]}]" in sockets for row in rows)

    def stop(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            # Its session is its own, so this ends its workers too and nothing else.
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


def tree(root: int) -> list[int]:
    """A process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (fields := _stat(int(entry))):
            children.setdefault(int(fields[1]), []).append(int(entry))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def tree_cpu_seconds(root: int) -> float:
    """Of a process and its descendants, user and system, ended children included."""
    total = 0
    for pid in tree(root):
        if fields := _stat(pid):
            total += sum(int(each) for each in fields[11:15])
    return total / TICKS


def _stat(pid: int) -> list[str]:
    """The fields from the third on: the name before them may hold anything."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return []


def _descriptors(pid: int) -> list[str]:
    """What they lead to."""
    found = []
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.append(os.readlink(entry))
        except OSError:
            # Closed meanwhile.
            continue
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except OSError:
        return 0


def _peak(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"^VmHWM:\s*(\d+) kB$", text, re.MULTILINE)
    return int(found.group(1)) * 1024 if found else 0


def _accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


def free_ports(count: int) -> list[int]:
    """Below those that the kernel gives to clients, of which these benchmarks use many."""
    found = []
    port = 20000 + os.getpid() % 8000
    while len(found) < count:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                found.append(port)
            except OSError:
                pass
        port += 1
    return found


def fresh_directory(path: Path) -> Path:
    """Emptied, and given to the user whom servers run as."""
    if path.exists():
        shutil.rmtree(path)
    path.mkdir(parents=True)
    give(path)
    return path


def give(path: Path) -> None:
    if owner() is not None:
        os.chown(path, owner().pw_uid, owner().pw_gid)


def owner() -> pwd.struct_passwd | None:
    """Whom servers run as, when not as the caller: nobody instead of root, where nobody can reach
    this checkout."""
    if os.geteuid() != 0:
        return None
    place = Path(__file__).resolve()
    if not all(each.stat().st_mode & 0o001 for each in place.parents):
        return None
    return pwd.getpwnam("nobody")
