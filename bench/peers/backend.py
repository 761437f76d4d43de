"""The backends behind the gateways: one out of memory, and the real one on PostgreSQL."""

from measure.program import free_ports, tree_cpu_seconds
from measure.stage import BENCH_BUILD, RELEASE, Stage, write
from measure.turns import Clock
from peers.server import Server


def memory(stage: Stage, agents: int = 50) -> tuple[Server, Clock]:
    directory = stage.directory("memory-backend")
    port = free_ports(1)[0]
    program = stage.start("memory-backend", [str(BENCH_BUILD / "memory_backend/memory-backend"),
                                             "--listen", f"127.0.0.1:{port}", "--agents",
                                             str(agents)], directory, [port])
    return Server("direct", program, {"h2c": port}), program.cpu_seconds


def postgres(stage: Stage) -> tuple[Server, Clock]:
    """The 2015 data. Its clock counts PostgreSQL too."""
    conninfo, postmaster = stage.postgres("2015", free_ports(1)[0])
    server = on(stage, conninfo)
    return server, lambda: server.program.cpu_seconds() + tree_cpu_seconds(postmaster)


def on(stage: Stage, conninfo: str, share_reads: bool = True, gather_reads: bool | None = None,
       name: str = "") -> Server:
    """In front of a database that runs already. With neither each call is a query."""
    name = "trunkline-backend" + (f"-{name}" if name else "")
    directory = stage.directory(name)
    port = free_ports(1)[0]
    config = write(directory / "backend.json", {"database": {
        "conninfo": conninfo, "share_reads": share_reads,
        "gather_reads": share_reads if gather_reads is None else gather_reads}})
    program = stage.start(name, [
        str(RELEASE / "backends/trunkline-backend"), "--listen", f"127.0.0.1:{port}", "--config",
        str(config)], directory, [port])
    return Server("direct", program, {"h2c": port})
