"""nghttpd, of libnghttp2's authors: static files, by HTTP/2 alone. A port is cleartext or TLS, and
a program has one."""

from pathlib import Path

from measure.program import free_ports
from measure.stage import Stage, certificate, cores, write
from peers.server import Server


def static(stage: Stage, files: dict[str, bytes], protocol: str) -> Server:
    """`protocol` is h2c or tls."""
    directory = stage.directory(f"nghttpd-{protocol}")
    port = free_ports(1)[0]
    for path, body in files.items():
        write(Path(f"{directory}/www{path}"), body)
    pair = certificate(directory)
    tls = [pair["key"], pair["certificate"]] if protocol == "tls" else []
    program = stage.start("nghttpd", [
        "/usr/sbin/nghttpd", "--address=127.0.0.1", f"--htdocs={directory}/www",
        f"--workers={cores()}", "--max-concurrent-streams=128", *(["--no-tls"] if not tls else []),
        str(port), *tls], directory, [port])
    return Server("nghttpd", program, {protocol: port})
