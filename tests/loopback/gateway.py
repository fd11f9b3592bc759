"""Discord's gateway: sessions that are identified, resumed, cut, doubled and put out of order."""

import asyncio
import json
import random
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from tests.loopback.state import BOT_ID, Payload, State

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11


@dataclass
class Session:
    """A shard's session, which outlives its connection until it is invalidated.

    ``confirmed`` is the last event that the client has named. A ``zombie`` hears nothing and says nothing; a
    session that is to be ``refused`` can't be resumed, and one with ``cut_after`` is cut in the next replay.
    """

    id: str
    shard: int
    count: int
    socket: web.WebSocketResponse | None = None
    said: list[Payload] = field(default_factory=list)
    confirmed: int = 0
    zombie: bool = False
    refused: bool = False
    cut_after: int | None = None
    held: list[Payload] | None = None

    @property
    def number(self) -> int:
        """The how many-th it is."""
        return int(self.id.removeprefix("session-"))

    @property
    def is_open(self) -> bool:
        """Whether somebody listens."""
        return self.socket is not None and not self.socket.closed


class Gateway:
    """Speaks to every process's shards.

    Parameters
    ----------
    state
        What there is.
    heartbeat_seconds
        How often a client must say that it lives.
    """

    def __init__(self, state: State, *, heartbeat_seconds: float = 40) -> None:
        self.state, self._heartbeat_seconds = state, heartbeat_seconds
        self.sessions: dict[str, Session] = {}
        self.identified = self.resumed = self.silent = self.full = 0
        self._gone: list[Session] = []
        self.url = ""
        self.changed = asyncio.Event()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection to its end."""
        if self.full:  # it turns so many clients away at the door
            self.full -= 1
            return web.Response(status=503)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if self.silent:  # it hangs up on so many clients before a word
            self.silent -= 1
            return socket
        await self._send(socket, {"op": HELLO, "d": {"heartbeat_interval": self._heartbeat_seconds * 1000}})
        session: Session | None = None
        async for frame in socket:
            if frame.type is not WSMsgType.TEXT:
                continue
            said = json.loads(frame.data)
            if said["op"] == HEARTBEAT:
                await self._beat(socket, session, said["d"])
            elif said["op"] == IDENTIFY:
                session = await self._identify(socket, said["d"])
            elif said["op"] == RESUME:
                session = await self._resume(socket, said["d"])
        if session is not None and session.socket is socket:
            session.socket = None
        return socket

    async def _beat(self, socket: web.WebSocketResponse, session: Session | None, seen: int | None) -> None:
        if session is not None and session.zombie and session.socket is socket:
            return
        if session is not None:
            session.confirmed = max(session.confirmed, seen or 0)
            self.changed.set()
        await self._send(socket, {"op": ACK})

    async def _identify(self, socket: web.WebSocketResponse, said: Payload) -> Session:
        shard, count = said.get("shard", (0, 1))
        self.identified += 1
        session = Session(f"session-{self.identified}", shard, count, socket)
        for other in [each for each in self.sessions.values() if each.shard == shard and not each.is_open]:
            self._forget(other)
        self.sessions[session.id] = session
        guilds = [guild_id for guild_id in self.state.guild_ids if (guild_id >> 22) % count == shard]
        ready = {
            "v": 10, "user": self.state.user(BOT_ID), "session_id": session.id, "shard": [shard, count],
            "resume_gateway_url": self.url, "application": {"id": str(BOT_ID), "flags": 0},
            "guilds": [{"id": str(guild_id), "unavailable": True} for guild_id in guilds],
        }  # fmt: skip
        await self._dispatch(session, "READY", ready)
        for guild_id in guilds:
            await self._dispatch(session, "GUILD_CREATE", self.state.guild(guild_id))
        self.changed.set()
        return session

    async def _resume(self, socket: web.WebSocketResponse, said: Payload) -> Session | None:
        session = self.sessions.get(said["session_id"])
        if session is not None:
            session.confirmed = max(session.confirmed, said["seq"] or 0)
        if session is None or session.refused:
            if session is not None:
                self._forget(session)
            await self._send(socket, {"op": INVALID, "d": False})
            return None
        self.resumed += 1
        session.socket, session.zombie = socket, False
        missed, cut_after = session.said[said["seq"] or 0 :], session.cut_after
        session.cut_after = None
        for event in missed[:cut_after]:
            await self._send(socket, event)
        if cut_after is not None:
            await self.cut(session)
            return session
        await self._dispatch(session, "RESUMED", {})
        self.changed.set()
        return session

    def _forget(self, session: Session) -> None:
        if self.sessions.pop(session.id, None) is not None:
            self._gone.append(session)

    def heard(self) -> list[int]:
        """Return the ids of the interactions that clients have confirmed to have got."""
        return [
            int(event["d"]["id"])
            for session in [*self._gone, *self.sessions.values()]
            for event in session.said[: session.confirmed]
            if event["t"] == "INTERACTION_CREATE"
        ]

    async def until_heard(self) -> None:
        """Wait until those who listen have confirmed everything that they were told."""
        while any(each.is_open and each.confirmed < len(each.said) for each in self.sessions.values()):
            self.changed.clear()
            await self.changed.wait()

    def session_of(self, guild_id: int) -> Session | None:
        """Return the session that is told of a server; the youngest that listens."""
        found = [
            each for each in self.sessions.values()
            if each.is_open and (guild_id >> 22) % each.count == each.shard
        ]  # fmt: skip
        return found[-1] if found else None

    async def until_listening(self, *guild_ids: int) -> None:
        """Wait until somebody listens for these servers, or for all of them."""
        while not all(self.session_of(guild_id) for guild_id in guild_ids or self.state.guild_ids):
            self.changed.clear()
            await self.changed.wait()

    async def tell(self, event: str, payload: Payload, *, guild_id: int, times: int = 1) -> bool:
        """Dispatch an event to the shard of a server; return whether anybody listened."""
        session = self.session_of(guild_id)
        if session is None:
            return False
        for _ in range(times):
            await self._dispatch(session, event, payload)
        return session.is_open

    async def _dispatch(self, session: Session, event: str, payload: Payload) -> None:
        said = {"op": DISPATCH, "t": event, "s": len(session.said) + 1, "d": payload}
        session.said.append(said)
        if session.held is not None and event == "INTERACTION_CREATE":
            session.held.append(said)
        elif session.socket is not None and not session.zombie:
            await self._send(session.socket, said)

    async def _send(self, socket: web.WebSocketResponse, said: Payload) -> None:
        if not socket.closed:
            try:
                await socket.send_str(json.dumps(said))
            except (ConnectionError, RuntimeError):
                return  # the other side was killed

    # What a gateway does on a bad day.

    async def ask_to_reconnect(self, session: Session) -> None:
        """Say "reconnect"; the client resumes."""
        if session.socket is not None:
            await self._send(session.socket, {"op": RECONNECT, "d": None})

    async def invalidate(self, session: Session, *, resumable: bool) -> None:
        """Say "invalid session"; one that isn't resumable is forgotten."""
        if not resumable:
            self._forget(session)
        if session.socket is not None:
            await self._send(session.socket, {"op": INVALID, "d": resumable})

    async def cut(self, session: Session, code: int = 1006) -> None:
        """Drop the connection, without a word or with a close code."""
        socket, session.socket = session.socket, None
        if socket is None:
            return
        if code == 1006:
            transport = socket._req.transport if socket._req is not None else None
            if transport is not None:
                transport.abort()
        else:
            # The client must get to read the code: its answer ends the connection.
            await socket._writer.close(code, b"")

    def hold(self, session: Session) -> None:
        """Keep interactions back from now on, to put them out of order."""
        session.held = []

    async def release(self, session: Session, shuffled: random.Random) -> None:
        """Send what was kept back, in another order, some of it twice."""
        held, session.held = session.held or [], None
        again = [said for said in held if shuffled.random() < 0.3]
        shuffled.shuffle(held)
        for said in held + again:
            if session.socket is not None:
                await self._send(session.socket, said)
