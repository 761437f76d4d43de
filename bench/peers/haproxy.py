"""HAProxy: HTTP/2 on both sides; calls of all clients share its lines to the backend."""

from measure.program import free_ports
from measure.stage import Stage, cores, fill
from peers.server import Server


def proxy(stage: Stage, backend: int) -> Server:
    directory = stage.directory("haproxy")
    port = free_ports(1)[0]
    config = fill("haproxy.conf", directory / "haproxy.conf", cores=cores(),
                  h2c=port, backend=backend)
    program = stage.start("haproxy", ["/usr/sbin/haproxy", "-db", "-f", str(config)],
                          directory, [port])
    return Server("haproxy", program, {"h2c": port})
