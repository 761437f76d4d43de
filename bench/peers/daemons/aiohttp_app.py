"""The 2015 benchmark's winner, aiohttp.web, on what it has become: uvloop and asyncpg."""

import asyncpg
from aiohttp import web

from agents import CONNINFO, INDEX, POOL, encode, listed
from questions import LIST, ONE

SHOWN = ("number", "firstname", "lastname", "context", "language", "group", "description")


class Connection(asyncpg.Connection):
    """Nothing is set in a session, so nothing has to be reset, which would be a second question
    for each request."""

    def _get_reset_query(self) -> str:
        return ""


def answer(body: bytes) -> web.Response:
    return web.Response(body=body, content_type="application/json")


async def index(_request: web.Request) -> web.Response:
    return answer(encode(INDEX))


async def agents(request: web.Request) -> web.Response:
    return answer(listed(await request.app["pool"].fetch(LIST)))


async def agent(request: web.Request) -> web.Response:
    row = await request.app["pool"].fetchrow(ONE, int(request.match_info["id"]))
    if row is None:
        raise web.HTTPNotFound()
    assert not row["logged_in"], "nobody is logged in in the data of 2015"
    found = {"name": f"agents/{row['id']}"}
    found |= {name: row[name] for name in SHOWN if row[name]}
    return answer(encode(found | {"state": "LOGGED_OUT"}))


async def pool(app: web.Application):
    app["pool"] = await asyncpg.create_pool(
        host=CONNINFO["host"], port=int(CONNINFO["port"]), user=CONNINFO["user"],
        database=CONNINFO["dbname"], min_size=POOL, max_size=POOL,
        max_inactive_connection_lifetime=0, connection_class=Connection)
    yield
    await app["pool"].close()


async def application() -> web.Application:
    app = web.Application()
    app.cleanup_ctx.append(pool)
    app.router.add_get("/index", index)
    app.router.add_get("/agents", agents)
    app.router.add_get("/v1/agents/{id}", agent)
    return app
