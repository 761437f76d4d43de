"""A distance between two programs: every byte comes so much later. The kernels that we find cannot
delay by themselves (no netem)."""

from measure.program import free_ports
from measure.stage import RELEASE, Stage

PROGRAM = RELEASE / "bench/delay_line/delay-line"


def lay(stage: Stage, target: int, round_trip_ms: float, name: str = "") -> int:
    """The port of its near end."""
    name = "delay-line" + (f"-{name}" if name else "")
    port = free_ports(1)[0]
    stage.start(name, [str(PROGRAM), "--listen", str(port), "--target", str(target),
                       "--round-trip-us", str(round(round_trip_ms * 1000))],
                stage.directory(name), [port])
    return port
