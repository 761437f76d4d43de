"""nghttpx: the other gateway on libnghttp2; many calls on one line to the backend, like ours."""

from measure.program import free_ports
from measure.stage import Stage, certificate, cores, fill
from peers.server import Server


def proxy(stage: Stage, backend: int) -> Server:
    directory = stage.directory("nghttpx")
    cleartext, tls = free_ports(2)
    config = fill("nghttpx.conf", directory / "nghttpx.conf", directory=directory, cores=cores(),
                  h2c=cleartext, tls=tls, backend=backend, **certificate(directory))
    program = stage.start("nghttpx", ["/usr/sbin/nghttpx", f"--conf={config}"], directory,
                          [cleartext, tls])
    return Server("nghttpx", program, {"h1": cleartext, "h2c": cleartext, "tls": tls})
