"""HTTP faults from a seed, against the real process under a load of clicks and deadlines."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.loopback.faults import LASTING, PASSING, Fault, Faults
from tests.loopback.server import Loopback
from tests.torture.columns import times
from tests.torture.enduring import day
from tests.torture.figures import Record

RATE, ACTS_A_SECOND = 0.35, 20
LOGGING_IN = {"/users/@me", "/oauth2/applications/@me", "/gateway/bot"}


@pytest.mark.parametrize(
    ("kinds", "share"), [(PASSING, 0.7), (PASSING + LASTING, 0.3)], ids=["passing", "lasting"]
)
async def test_http_faults_lose_and_double_nothing(
    tmp_path: Path, record: Record, kinds: tuple[Fault, ...], share: float
) -> None:
    """Rate limits, server errors, cuts and broken answers, before and after the effect; refusals for good."""
    count = round(times("http_faults") * share)
    async with Loopback(guilds=10, nonce_seconds=8) as discord:
        faults = Faults(count, rate=RATE, kinds=kinds, where=lambda _method, path: path not in LOGGING_IN)
        async with day(
            tmp_path, discord, number=count, a_second=ACTS_A_SECOND, dead_allowed=kinds is not PASSING
        ) as today:
            discord.faults = faults
            while faults.met.total() < count or datetime.now(UTC) < today.last_deadline:
                await today.pause(0.1)
            discord.faults = Faults()
    record("HTTP faults", faults=faults.met.total(), **today.found.counts(), cpu_seconds=today.cpu_seconds)
    assert today.found.faults == []
    assert discord.rest.refused == []
    assert faults.met.total() >= count
    assert [kind.name for kind in kinds if not faults.met[kind.name]] == []
    assert today.found.acknowledged > count / 10
