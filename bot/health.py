"""``/healthz`` and ``/readyz`` on loopback: for `crux healthcheck` and a supervisor's probe."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from forecasts.models import Heartbeat

if TYPE_CHECKING:
    from bot.client import CruxBot

log = structlog.get_logger()

LOOPBACK = "127.0.0.1"
FRESH = timedelta(seconds=60)


async def what_is_missing(bot: "CruxBot") -> list[str]:
    """Return what keeps a bot from serving: the database, the gateway, the sweep; empty when it serves."""
    missing = [] if bot.is_ready() else ["gateway"]
    try:
        async with bot.database.reading() as session:
            heartbeat = await session.get(Heartbeat, 1)
    except (SQLAlchemyError, OSError):
        return [*missing, "database"]
    if heartbeat is None or bot.now() - heartbeat.at >= FRESH:
        missing.append("sweep")
    return missing


def health_app(bot: "CruxBot") -> web.Application:
    """Return the two pages; neither says anything that isn't the host's to know."""

    async def alive(_request: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def ready(_request: web.Request) -> web.Response:
        missing = await what_is_missing(bot)
        if missing:
            return web.json_response({"status": "not ready", "missing": missing}, status=503)
        return web.json_response({"status": "ready"})

    app = web.Application()
    app.router.add_get("/healthz", alive)
    app.router.add_get("/readyz", ready)
    return app


@asynccontextmanager
async def health_pages(bot: "CruxBot", port: int) -> AsyncIterator[None]:
    """Serve the pages while the block runs; port 0 serves none, and a port in use is only a warning."""
    if not port:
        yield
        return
    runner = web.AppRunner(health_app(bot), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, LOOPBACK, port).start()
    except OSError as error:
        log.warning("no_health_pages", port=port, reason=error.strerror, help="set HEALTH_PORT")
    try:
        yield
    finally:
        await runner.cleanup()
