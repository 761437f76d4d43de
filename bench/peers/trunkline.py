"""Ours: the gateway as it is built for release, with its defaults but for what is said here."""

from measure.program import free_ports
from measure.stage import RELEASE, Stage, certificate, write
from measure.turns import OURS
from peers.server import Server

DESCRIPTORS = RELEASE / "proto/trunkline.descriptors.pb"
PROGRAM = RELEASE / "gateway/trunkline-gateway"
AN_HOUR = 3_600_000


def static(stage: Stage, files: dict[str, bytes]) -> Server:
    """Without a backend: it looks for one once an hour."""
    pages = [{"path": path, "content_type": "application/json", "body": body.decode()}
             for path, body in files.items()]
    nobody = free_ports(1)[0]
    return _start(stage, {
        "upstream": {"endpoints": [f"127.0.0.1:{nobody}"], "descriptors": str(DESCRIPTORS),
                     "least_backoff_ms": AN_HOUR, "most_backoff_ms": AN_HOUR},
        "pages": pages})


def grpc(stage: Stage, backend: int) -> Server:
    return _start(stage, {"upstream": {"endpoints": [f"127.0.0.1:{backend}"]}})


def rest(stage: Stage, backend: int) -> Server:
    """Each request is a call to the backend: nothing is collapsed."""
    return _start(stage, {"upstream": {"endpoints": [f"127.0.0.1:{backend}"],
                                       "descriptors": str(DESCRIPTORS)},
                          "collapse": {"enabled": False}})


def live(stage: Stage, backend: int, collapsed: bool = True, name: str = OURS,
         collapse: dict | None = None, **upstream: object) -> Server:
    """In front of a database. `collapse`: its settings, and `upstream`: those of the lines to the
    backend, both beside the defaults."""
    return _start(stage, {
        "upstream": {"endpoints": [f"127.0.0.1:{backend}"], "descriptors": str(DESCRIPTORS)}
        | upstream,
        "collapse": {"enabled": collapsed} | (collapse or {})}, name)


def _start(stage: Stage, more: dict, name: str = OURS) -> Server:
    directory = stage.directory(name.replace(",", "").replace(" ", "-"))
    cleartext, tls, admin = free_ports(3)
    config = write(directory / "gateway.json", {
        "listen": {"http": f"127.0.0.1:{cleartext}", "https": f"127.0.0.1:{tls}",
                   "admin": f"127.0.0.1:{admin}"},
        "tls": certificate(directory),
        "timeouts": {"idle_ms": AN_HOUR},
        "access_log": "",
        "log": {"level": "warn"},
    } | more)
    program = stage.start(name, [str(PROGRAM), "--config", str(config)], directory,
                          [cleartext, tls])
    return Server(name, program, {"h1": cleartext, "h2c": cleartext, "tls": tls})
