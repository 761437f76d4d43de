"""The blog's daemons, written anew on what Debian 12 has, behind gunicorn: with keep-alive and
without the mistakes that the blog's author found in his."""

import importlib.util
import runpy
from dataclasses import dataclass, field

from measure.program import free_ports
from measure.stage import PEERS, Stage
from peers.postgres import Database
from peers.server import Server

# The blog had 16, whatever the daemon. On two cores fewer are faster: suites/workers.py.
BLOGS_WORKERS = 16
NEVER = 3600

_QUESTIONS = runpy.run_path(str(PEERS / "daemons/questions.py"))
LIST: str = _QUESTIONS["LIST"]
ONE: str = _QUESTIONS["ONE"]


@dataclass
class Daemon:
    """One way to write it, in its best configuration."""

    name: str
    application: str
    modules: tuple[str, ...]  # of Debian's packages
    workers: int
    worker_class: str
    threads: int = 1
    pool: int = 0
    environment: dict[str, str] = field(default_factory=dict)

    def missing(self) -> list[str]:
        """What is not installed."""
        return [each for each in ("gunicorn", "ujson", *self.modules)
                if importlib.util.find_spec(each) is None]

    def start(self, stage: Stage, database: Database, workers: int | None = None) -> Server:
        slug = self.name.replace(" ", "-").replace(",", "")
        directory = stage.directory(slug)
        port = free_ports(1)[0]
        environment = {"PYTHONDONTWRITEBYTECODE": "1", "TRUNKLINE_CONNINFO": database.conninfo,
                       "TRUNKLINE_POOL": str(self.pool)} | self.environment
        command = ["env", *(f"{key}={value}" for key, value in environment.items()),
                   "/usr/bin/python3", "-m", "gunicorn", "--bind", f"127.0.0.1:{port}",
                   "--workers", str(workers or self.workers), "--worker-class", self.worker_class,
                   "--threads", str(self.threads), "--keep-alive", str(NEVER), "--timeout",
                   str(NEVER), "--graceful-timeout", "2", "--worker-connections", "16384",
                   "--backlog", "4096", "--reuse-port", "--worker-tmp-dir", "/dev/shm",
                   "--log-level", "warning", "--pythonpath", str(PEERS / "daemons"),
                   self.application]
        program = stage.start(slug, command, directory, [port])
        return Server(self.name, program, {"h1": port})


AIOHTTP = Daemon("aiohttp", "aiohttp_app:application", ("aiohttp", "uvloop", "asyncpg"),
                 workers=4, worker_class="aiohttp.worker.GunicornUVLoopWebWorker", pool=10)
FLASK = Daemon("flask", "flask_app:application", ("flask", "psycopg2"),
               workers=4, worker_class="gthread", threads=4)
FLASK_POOL = Daemon("flask, pool", "flask_app:application", ("flask", "psycopg2"),
                    workers=4, worker_class="gthread", threads=4, pool=4)
DJANGO = Daemon("django", "django_app:application", ("django", "psycopg2"),
                workers=4, worker_class="gthread", threads=4)
DJANGO_ORM = Daemon("django, orm", "django_app:application", ("django", "psycopg2"),
                    workers=4, worker_class="gthread", threads=4,
                    environment={"TRUNKLINE_ORM": "yes"})
ALL = (AIOHTTP, FLASK, FLASK_POOL, DJANGO, DJANGO_ORM)
