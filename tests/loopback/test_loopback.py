"""What the Discord on loopback does as the real one does: tests of crashes and faults rest on it."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from tests.loopback.faults import PASSING, Fault, Faults
from tests.loopback.gateway import DISPATCH, HELLO, IDENTIFY, INVALID, RESUME
from tests.loopback.server import Loopback
from tests.loopback.state import State

CHANNEL = 5_000 << 22 | 1
TEXT = {"components": [{"type": 10, "content": "hello"}]}


async def ask(discord: Loopback, method: str, path: str, body: Any = None) -> tuple[int, str]:
    """Make a request and return status and text; status 0 is a cut connection."""
    async with aiohttp.ClientSession() as session:
        try:
            async with session.request(method, discord.url + path, json=body) as response:
                return response.status, await response.text()
        except aiohttp.ClientError:
            return 0, ""


@pytest.mark.parametrize(
    ("nonce_seconds", "enforced", "messages"), [(180, True, 1), (180, False, 2), (0, True, 2)]
)
def test_an_enforced_nonce_is_kept_for_a_while(
    nonce_seconds: float, *, enforced: bool, messages: int
) -> None:
    """Within its window a second message isn't made; not enforced, or later, it is."""
    state = State(nonce_seconds=nonce_seconds)
    for _ in range(2):
        state.post(CHANNEL, TEXT | {"nonce": "n1", "enforce_nonce": enforced})
    assert len(state.messages) == messages


async def test_an_interaction_is_answered_once() -> None:
    """The second answer is refused with code 40060."""
    async with Loopback() as discord:
        made = await discord.click("forecast:v1:1:70", guild_id=discord.state.guild_ids[0], user_id=7)
        path = f"/interactions/{made.id}/token-{made.id}/callback"
        first = await ask(discord, "POST", path, {"type": 4, "data": TEXT})
        second = await ask(discord, "POST", path, {"type": 4, "data": TEXT})
    assert first[0] == 200
    assert (second[0], json.loads(second[1])["code"]) == (400, 40060)
    assert made.texts == ["hello"]


async def test_a_follow_up_needs_an_answer_before_it() -> None:
    """Discord knows no webhook of an interaction that nobody has answered."""
    async with Loopback() as discord:
        made = await discord.click("forecast:v1:1:70", guild_id=discord.state.guild_ids[0], user_id=7)
        status, _ = await ask(discord, "POST", f"/webhooks/1000/token-{made.id}", TEXT)
    assert (status, made.texts) == (404, [])


@pytest.mark.parametrize("fault", PASSING, ids=lambda fault: fault.name)
async def test_a_fault_comes_before_the_effect_or_after_it(fault: Fault) -> None:
    """Only "after" has made the message; neither gives the answer that belongs to it."""
    async with Loopback(faults=Faults(rate=1, kinds=(fault,))) as discord:
        status, said = await ask(discord, "POST", f"/channels/{CHANNEL}/messages", TEXT)
    assert (status, said) == (fault.status or 0, fault.body)
    assert len(discord.state.messages) == fault.after


async def test_a_resumed_session_is_told_what_it_missed_and_a_forgotten_one_to_begin_anew() -> None:
    """What was dispatched after the event that the client names comes again, in order."""
    async with asyncio.timeout(20), Loopback() as discord, aiohttp.ClientSession() as client:
        address = discord.gateway.url
        async with client.ws_connect(address) as socket:
            await socket.send_json({"op": IDENTIFY, "d": {}})
            said = [await socket.receive_json() for _ in range(3)]
        given = [(event["op"], event.get("t"), event.get("s")) for event in said]
        assert given == [(HELLO, None, None), (DISPATCH, "READY", 1), (DISPATCH, "GUILD_CREATE", 2)]
        (session,) = discord.gateway.sessions.values()
        await discord.gateway._dispatch(session, "INTERACTION_CREATE", {"id": "9"})
        async with client.ws_connect(address) as socket:
            await socket.send_json({"op": RESUME, "d": {"session_id": session.id, "seq": 2}})
            said = [await socket.receive_json() for _ in range(3)]
            assert [event.get("t") for event in said] == [None, "INTERACTION_CREATE", "RESUMED"]
        async with client.ws_connect(address) as socket:
            await socket.send_json({"op": RESUME, "d": {"session_id": "session-9", "seq": 2}})
            assert [(await socket.receive_json())["op"] for _ in range(2)] == [HELLO, INVALID]
