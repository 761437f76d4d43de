"""PostgreSQL with the data of 2015, set up as the blog's: 1000 connections, no fsync, and
pg_stat_statements, which counts only while it is told to."""

import getpass
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from measure.program import Failure, free_ports, tree_cpu_seconds
from measure.stage import Stage

SETTINGS = {"max_connections": "1000", "fsync": "off", "synchronous_commit": "off",
            "shared_preload_libraries": "pg_stat_statements"}
# Some settings wait for a new start.
PENDING = "SELECT count(*) FROM pg_settings WHERE pending_restart"


RELOAD_SECONDS = 10


@dataclass
class Database:
    conninfo: str
    port: int
    pid: int

    @property
    def socket(self) -> str:
        return self._part("host")

    @property
    def name(self) -> str:
        return self._part("dbname")

    def cpu_seconds(self) -> float:
        return tree_cpu_seconds(self.pid)

    def sql(self, statement: str, database: str | None = None) -> str:
        """As the cluster's owner, who is the system's user."""
        owner = "postgres" if os.geteuid() == 0 else getpass.getuser()
        become = ["runuser", "-u", owner, "--"] if os.geteuid() == 0 else []
        done = subprocess.run(
            [*become, "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h", self.socket,
             "-p", str(self.port), "-U", owner, "-d", database or self.name, "-c", statement],
            cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True,
            start_new_session=True)
        if done.returncode != 0:
            raise Failure(f"PostgreSQL refused '{statement}': {done.stderr.strip()}")
        return done.stdout.strip()

    @contextmanager
    def counted_queries(self) -> Iterator["Queries"]:
        """Counts what all databases are asked for meanwhile, which costs each question a little."""
        self.track("top")
        found = Queries()
        try:
            before = self.calls()
            yield found
            found.number = self.calls() - before
        finally:
            self.track("none")

    def _part(self, key: str) -> str:
        return dict(pair.split("=", 1) for pair in self.conninfo.split())[key]

    def track(self, what: str) -> None:
        """`top` counts each question, and `none` costs none of them anything."""
        self.sql(f"ALTER SYSTEM SET pg_stat_statements.track = '{what}'", "postgres")
        self.sql("SELECT pg_reload_conf()", "postgres")
        deadline = time.monotonic() + RELOAD_SECONDS
        while self.sql("SHOW pg_stat_statements.track", "postgres") != what:
            if time.monotonic() > deadline:
                raise Failure("PostgreSQL does not read its settings again.")

    def calls(self) -> int:
        """Without our own, which go to the database `postgres`."""
        return int(self.sql("SELECT coalesce(sum(calls), 0)::bigint FROM pg_stat_statements s"
                            " JOIN pg_database d ON d.oid = s.dbid"
                            " WHERE d.datname <> 'postgres'", "postgres"))


@dataclass
class Queries:
    number: int = 0


def start(stage: Stage) -> Database:
    port = free_ports(1)[0]
    conninfo, pid = stage.postgres("2015", port)
    database = Database(conninfo, port, pid)
    for name, value in SETTINGS.items():
        database.sql(f"ALTER SYSTEM SET {name} = '{value}'", "postgres")
    database.sql("SELECT pg_reload_conf()", "postgres")
    if database.sql(PENDING, "postgres") != "0":
        database.pid = stage.restart_postgres()
    database.sql("CREATE EXTENSION IF NOT EXISTS pg_stat_statements", "postgres")
    database.track("none")
    return database


def grown(stage: Stage, database: Database, agents: int) -> Database:
    """A database of its own in the same cluster, with so many agents."""
    conninfo = stage.load_data("2015", f"trunkline_{agents}_agents")
    other = Database(conninfo, database.port, database.pid)
    other.sql(f"""INSERT INTO agentfeatures (id, numgroup, firstname, lastname, number, passwd,
              context, language, description)
              SELECT i, 1, 'First', 'Last ' || i, (299 + i)::text, '', 'default', 'fr_FR', ''
              FROM generate_series(1, {agents}) i ON CONFLICT DO NOTHING""")
    other.sql("VACUUM ANALYZE")
    return other
