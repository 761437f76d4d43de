"""h2o: static files. One cleartext port takes HTTP/1.1 and HTTP/2."""

from pathlib import Path

from measure.program import free_ports
from measure.stage import Stage, certificate, cores, fill, stays_root, write
from peers.server import Server


def static(stage: Stage, files: dict[str, bytes]) -> Server:
    directory = stage.directory("h2o")
    cleartext, tls = free_ports(2)
    for path, body in files.items():
        write(Path(f"{directory}/www{path}"), body)
    config = fill("h2o.conf", directory / "h2o.conf", directory=directory, cores=cores(),
                  user="user: root" if stays_root() else "", files=directory / "www",
                  h2c=cleartext, tls=tls, **certificate(directory))
    program = stage.start("h2o", ["/usr/bin/h2o", "-m", "worker", "-c", str(config)], directory,
                          [cleartext, tls])
    return Server("h2o", program, {"h1": cleartext, "h2c": cleartext, "tls": tls})
