"""Discord's REST interface, as much of it as the bot uses; what it doesn't know it answers with 404."""

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.loopback.faults import Fault, Faults
from tests.loopback.state import BOT_ID, Payload, State, texts_of

Answer = tuple[int, Any]
MODAL, DEFERRED = 9, (5, 6)
UNKNOWN_MESSAGE, THREAD_EXISTS, ANSWERED_ALREADY = 10008, 160004, 40060


class Rest:
    """Answers requests from a state, with faults thrown in.

    Parameters
    ----------
    state
        What there is.
    faults
        What goes wrong; nothing by default.
    gateway_url
        Where the gateway listens.
    """

    def __init__(self, state: State, faults: Faults, gateway_url: Callable[[], str]) -> None:
        self.state, self.faults, self._gateway_url = state, faults, gateway_url
        self.shard_count = 1
        self.refused: list[str] = []
        self._routes: list[tuple[str, re.Pattern[str], Callable[..., Answer]]] = [
            (method, re.compile(pattern), getattr(self, name))
            for method, pattern, name in (
                ("GET", r"/users/@me", "_me"),
                ("GET", r"/oauth2/applications/@me", "_application"),
                ("GET", r"/gateway/bot", "_gateway"),
                ("PUT", r"/applications/\d+/commands", "_commands"),
                ("GET", r"/applications/\d+/commands", "_known_commands"),
                ("POST", r"/users/@me/channels", "_private"),
                ("GET", r"/channels/(\d+)", "_channel"),
                ("POST", r"/channels/(\d+)/messages", "_post"),
                ("GET", r"/channels/(\d+)/messages", "_history"),
                ("PATCH", r"/channels/(\d+)/messages/(\d+)", "_edit"),
                ("DELETE", r"/channels/(\d+)/messages/(\d+)", "_delete"),
                ("POST", r"/channels/(\d+)/messages/(\d+)/threads", "_thread"),
                ("POST", r"/interactions/\d+/([^/]+)/callback", "_callback"),
                ("POST", r"/webhooks/\d+/([^/]+)", "_followup"),
                ("PATCH", r"/webhooks/\d+/([^/]+)/messages/@original", "_followup"),
            )
        ]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Take one request; a fault may come before its effect, after it, or instead of it."""
        path = request.path.removeprefix("/api")
        body = await _body_of(request)
        fault = self.faults.next(request.method, path)
        if fault is not None and not fault.after:
            return await self._faulty(request, fault)
        status, answer = self._answer(request.method, path, body)
        if fault is not None:
            return await self._faulty(request, fault)
        if answer is None:
            return web.Response(status=status)
        return _json(status, json.dumps(answer))

    def _answer(self, method: str, path: str, body: Payload) -> Answer:
        for known, pattern, route in self._routes:
            match = pattern.fullmatch(path)
            if known == method and match is not None:
                return route(body, *match.groups())
        self.refused.append(f"{method} {path}")
        return 404, {"message": "404: Not Found", "code": 0}

    async def _faulty(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        if fault.hang:
            await asyncio.sleep(fault.hang)
        if fault.status is None:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        if fault.body.startswith("<"):
            return web.Response(status=fault.status, text=fault.body, content_type="text/html")
        return _json(fault.status, fault.body, fault.headers)

    def _me(self, _: Payload) -> Answer:
        return 200, self.state.user(BOT_ID)

    def _application(self, _: Payload) -> Answer:
        return 200, {
            "id": str(BOT_ID), "name": "Crux", "description": "", "icon": None, "bot_public": True,
            "bot_require_code_grant": False, "verify_key": "", "flags": 0, "owner": self.state.user(2),
            "team": None, "rpc_origins": [],
        }  # fmt: skip

    def _gateway(self, _: Payload) -> Answer:
        limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 16}
        return 200, {"url": self._gateway_url(), "shards": self.shard_count, "session_start_limit": limit}

    def _commands(self, body: Any) -> Answer:
        extra = {"application_id": str(BOT_ID), "version": "1", "description": ""}
        self.state.commands = [
            {**extra, **command, "id": str(self.state.snowflake())} for command in body["list"]
        ]
        return 200, self.state.commands

    def _known_commands(self, _: Payload) -> Answer:
        return 200, self.state.commands

    def _private(self, body: Payload) -> Answer:
        return 200, self.state.private_channel(int(body["recipient_id"]))

    def _channel(self, _: Payload, channel_id: str) -> Answer:
        channel = self.state.channels.get(int(channel_id))
        return (200, channel) if channel is not None else (404, {"message": "Unknown Channel", "code": 10003})

    def _post(self, body: Payload, channel_id: str) -> Answer:
        if int(channel_id) not in self.state.channels:
            return 404, {"message": "Unknown Channel", "code": 10003}
        return 200, self.state.post(int(channel_id), body).payload

    def _history(self, query: Payload, channel_id: str) -> Answer:
        """Newest first, as Discord does; of those after a message the oldest."""
        limit, after = int(query.get("limit", 50)), int(query.get("after", 0))
        before = int(query.get("before", 2**63))
        found = [each.payload for each in self.state.standing(int(channel_id)) if after < each.id < before]
        return 200, found[-limit:] if after else found[:limit]

    def _edit(self, body: Payload, _: str, message_id: str) -> Answer:
        message = self.state.messages.get(int(message_id))
        if message is None or message.deleted:
            return 404, {"message": "Unknown Message", "code": UNKNOWN_MESSAGE}
        message.payload["components"] = body.get("components", message.payload["components"])
        message.edits += 1
        return 200, message.payload

    def _delete(self, _: Payload, __: str, message_id: str) -> Answer:
        message = self.state.messages.get(int(message_id))
        if message is None or message.deleted:
            return 404, {"message": "Unknown Message", "code": UNKNOWN_MESSAGE}
        message.deleted = True
        return 204, None

    def _thread(self, body: Payload, channel_id: str, message_id: str) -> Answer:
        made = self.state.thread(int(channel_id), int(message_id), str(body["name"]))
        if made is None:
            return 400, {"message": "A thread has already been created", "code": THREAD_EXISTS}
        return 201, made

    def _callback(self, body: Payload, token: str) -> Answer:
        interaction = self.state.by_token(token)
        if interaction is None:
            return 404, {"message": "Unknown interaction", "code": 10062}
        if interaction.answered:
            return 400, {"message": "Already acknowledged", "code": ANSWERED_ALREADY}
        interaction.answered = True
        data = body.get("data") or {}
        if body["type"] == MODAL:
            interaction.form = data
        elif body["type"] not in DEFERRED:
            interaction.texts.extend(texts_of(data))
        shown = self.state.as_message(
            self.state.snowflake(), self.state.channel_of(interaction.guild_id), data
        )
        made = {"id": str(interaction.id), "type": 2, "response_message_id": shown["id"]}
        return 200, {"interaction": made, "resource": {"type": body["type"], "message": shown}}

    def _followup(self, body: Payload, token: str) -> Answer:
        interaction = self.state.by_token(token)
        if interaction is None or not interaction.answered:
            return 404, {"message": "Unknown Webhook", "code": 10015}
        interaction.texts.extend(texts_of(body))
        channel_id = self.state.channel_of(interaction.guild_id)
        return 200, self.state.as_message(self.state.snowflake(), channel_id, body)


def _json(status: int, text: str, headers: dict[str, str] | None = None) -> web.Response:
    # discord.py takes a body for JSON only if its type names no charset.
    kind = {"Content-Type": "application/json"}
    return web.Response(status=status, body=text.encode(), headers=kind | (headers or {}))


async def _body_of(request: web.Request) -> Payload:
    if request.content_type.startswith("multipart/"):
        form = await request.post()
        return dict(json.loads(str(form["payload_json"])))
    if request.method == "GET":
        return dict(request.query)
    text = await request.text()
    body: Any = json.loads(text) if text else {}
    return {"list": body} if isinstance(body, list) else dict(body)
