"""What the 2015 benchmark's daemons have in common: where PostgreSQL is, and JSON.

TRUNKLINE_CONNINFO says where the database is, TRUNKLINE_POOL how many connections a worker keeps;
0 connects anew for each request."""

import os

import ujson

CONNINFO = dict(pair.split("=", 1) for pair in os.environ["TRUNKLINE_CONNINFO"].split())
POOL = int(os.environ["TRUNKLINE_POOL"])

NAMES = ("number", "extension", "context", "state_interface", "status", "extension_status",
         "paused")
INDEX = {"hello": "world"}


def encode(value) -> bytes:
    """The quickest encoder that Debian has, for all of them."""
    return ujson.dumps(value, escape_forward_slashes=False).encode()


def listed(rows) -> bytes:
    return encode([dict(zip(NAMES, row)) for row in rows])
