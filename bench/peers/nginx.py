"""nginx: static files, and grpc_pass."""

from pathlib import Path

from measure.program import free_ports
from measure.stage import Stage, certificate, cores, fill, stays_root, write
from peers.server import Server


def static(stage: Stage, files: dict[str, bytes]) -> Server:
    directory = stage.directory("nginx-static")
    ports = dict(zip(("h1", "h2c", "tls"), free_ports(3)))
    for path, body in files.items():
        write(Path(f"{directory}/www{path}"), body)
    servers = fill("nginx_static.conf", directory / "servers.conf", files=directory / "www",
                   **ports, **certificate(directory))
    return _start(stage, directory, servers, ports)


def grpc(stage: Stage, backend: int) -> Server:
    directory = stage.directory("nginx-grpc")
    ports = dict(zip(("h2c",), free_ports(1)))
    servers = fill("nginx_grpc.conf", directory / "servers.conf", backend=backend, **ports)
    return _start(stage, directory, servers, ports)


def _start(stage: Stage, directory: Path, servers: Path, ports: dict[str, int]) -> Server:
    config = fill("nginx.conf", directory / "nginx.conf", directory=directory, cores=cores(),
                  user="user root;" if stays_root() else "",
                  servers=f"  include {servers};")
    program = stage.start("nginx", ["/usr/sbin/nginx", "-p", str(directory), "-e", "stderr", "-c",
                                    str(config)], directory, list(ports.values()))
    return Server("nginx", program, ports)
