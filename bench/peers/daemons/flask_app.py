"""Flask on psycopg2: a connection for each request as in 2015, or a pool that keeps what it hands
out, which that of 2015 closed."""

from contextlib import contextmanager

import psycopg2
import psycopg2.pool
from flask import Flask

from agents import CONNINFO, INDEX, POOL, encode, listed
from questions import LIST

application = Flask(__name__)
JSON = {"content-type": "application/json"}


def connect(*_arguments, **_more):
    connection = psycopg2.connect(**CONNINFO)
    # Else each question is a transaction of three.
    connection.autocommit = True
    return connection


class Pool(psycopg2.pool.ThreadedConnectionPool):
    def _connect(self, key=None):
        connection = super()._connect(key)
        connection.autocommit = True
        return connection


# As many connections as threads, so that nobody finds it empty.
pool = Pool(POOL, POOL, **CONNINFO) if POOL else None


@contextmanager
def connected():
    if pool is None:
        connection = connect()
        try:
            yield connection
        finally:
            connection.close()
    else:
        connection = pool.getconn()
        try:
            yield connection
        finally:
            pool.putconn(connection)


@application.get("/index")
def index():
    return encode(INDEX), JSON


@application.get("/agents")
def agents():
    with connected() as connection, connection.cursor() as cursor:
        cursor.execute(LIST)
        return listed(cursor.fetchall()), JSON
