"""grpc-gateway: the other one that makes REST of google.api.http, generated and built with Debian's
Go. One port takes HTTP/1.1 and HTTP/2 in cleartext."""

from measure.program import free_ports
from measure.stage import BENCH_BUILD, Stage
from peers.server import Server

NAME = "grpc-gateway"
# In per cent of what lives. At Go's own 100 it spends more on collecting, as next to nothing lives;
# beyond 400 it takes memory and is hardly faster.
GARBAGE = 400


def proxy(stage: Stage, backend: int) -> Server:
    directory = stage.directory(NAME)
    port = free_ports(1)[0]
    program = stage.start(NAME, [
        "env", f"GOGC={GARBAGE}", str(BENCH_BUILD / "grpc_gateway/grpc-gateway"), "--listen",
        f"127.0.0.1:{port}", "--backend", f"127.0.0.1:{backend}"], directory, [port])
    return Server(NAME, program, {"h1": port, "h2c": port})
