"""Which peers this machine has: those that are missing are left out, and said to be."""

import shutil

from peers.daemons import Daemon

# nginx and others lie where only root looks.
PATH = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin:/usr/lib/postgresql/15/bin"


def lacks(peer: Daemon | str) -> str | None:
    """Why it cannot take part; a Daemon, or the name of a program."""
    if isinstance(peer, Daemon):
        missing = peer.missing()
        return f"Python has no {', '.join(missing)}" if missing else None
    return None if shutil.which(peer, path=PATH) else f"there is no program {peer}"
