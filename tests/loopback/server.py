"""A Discord on loopback for real bot processes: REST, gateway, and the people who click."""

from types import TracebackType
from typing import Self

from aiohttp import web

from tests.loopback.faults import Faults
from tests.loopback.gateway import Gateway
from tests.loopback.rest import Rest
from tests.loopback.state import CLICK, COMMAND, FORM, MEMBER, MODERATOR, Interaction, Payload, State

BUTTON, INPUT, LABEL = 2, 4, 18
WORDS, WHOLE = 3, 4  # kinds of a command's options
SUBCOMMAND = 1


class Loopback:
    """A Discord that listens on a port of its own.

    Parameters
    ----------
    shard_count, guilds, nonce_seconds
        As for :class:`State`.
    faults
        What goes wrong with requests.
    heartbeat_seconds
        How often a client must say that it lives.

    Examples
    --------
    ``async with Loopback() as discord:`` then start a process with ``discord.url``.
    """

    def __init__(
        self,
        *,
        shard_count: int = 1,
        guilds: int = 1,
        nonce_seconds: float = 180,
        faults: Faults | None = None,
        heartbeat_seconds: float = 40,
    ) -> None:
        self.state = State(shard_count=shard_count, guilds=guilds, nonce_seconds=nonce_seconds)
        self.gateway = Gateway(self.state, heartbeat_seconds=heartbeat_seconds)
        self.rest = Rest(self.state, faults or Faults(), lambda: self.gateway.url)
        self.rest.shard_count = shard_count
        self.url = ""
        self._runner: web.AppRunner | None = None

    @property
    def faults(self) -> Faults:
        """What goes wrong with requests; may be changed at any time."""
        return self.rest.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self.rest.faults = faults

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=30_000_000)
        app.router.add_get("/gateway/", self.gateway.handle)
        app.router.add_route("*", "/api/{path:.*}", self.rest.handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        port = self._runner.addresses[0][1]
        self.url, self.gateway.url = f"http://127.0.0.1:{port}/api", f"ws://127.0.0.1:{port}/gateway/"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def click(self, custom_id: str, *, guild_id: int, user_id: int, times: int = 1) -> Interaction:
        """Press a button; ``times`` is how often the gateway delivers it."""
        data = {"custom_id": custom_id, "component_type": BUTTON}
        return await self._tell(CLICK, data, guild_id=guild_id, user_id=user_id, rights=MEMBER, times=times)

    async def command(
        self, name: str, options: Payload | None = None, *, guild_id: int, user_id: int, times: int = 1
    ) -> Interaction:
        """Give a command as a moderator; ``name`` may be ``group name``."""
        given = [
            {"name": key, "type": WHOLE if isinstance(value, int) else WORDS, "value": value}
            for key, value in (options or {}).items()
        ]
        first, _, second = name.partition(" ")
        known = next((each for each in self.state.commands if each["name"] == first), {"id": "1"})
        inner = [{"name": second, "type": SUBCOMMAND, "options": given}] if second else given
        data = {"id": known["id"], "name": first, "type": 1, "options": inner}
        return await self._tell(
            COMMAND, data, guild_id=guild_id, user_id=user_id, rights=MODERATOR, times=times
        )

    async def submit(
        self, custom_id: str, values: dict[str, str], *, guild_id: int, user_id: int, rights: str = MEMBER
    ) -> Interaction:
        """Send a form whose fields are text inputs."""
        fields = [
            {"type": LABEL, "component": {"type": INPUT, "custom_id": key, "value": value}}
            for key, value in values.items()
        ]
        data = {"custom_id": custom_id, "components": fields}
        return await self._tell(FORM, data, guild_id=guild_id, user_id=user_id, rights=rights, times=1)

    async def _tell(
        self, kind: int, data: Payload, *, guild_id: int, user_id: int, rights: str, times: int
    ) -> Interaction:
        payload = self.state.interaction(kind, data, guild_id=guild_id, user_id=user_id, rights=rights)
        made = self.state.interactions[int(payload["id"])]
        if await self.gateway.tell("INTERACTION_CREATE", payload, guild_id=guild_id, times=times):
            made.delivered += times
        return made
