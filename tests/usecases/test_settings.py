from typing import Any

import pytest

from forecasts.errors import InvalidInputError
from forecasts.models import AuditEntry, Community, Preset
from forecasts.settings import Changes, change_settings
from tests.usecases.conftest import House


async def change(house: House, **changes: Any) -> Community:
    """Change settings at the start, Monday 2 March 2026, 12:00 UTC."""
    changed: Community = await house.do(
        change_settings, member_id=house.moderator, changes=Changes(**changes), now=house.at()
    )
    return changed


async def test_only_what_is_given_changes(house: House) -> None:
    """None leaves a setting as it is."""
    await change(house, zone="Europe/Berlin")
    community = await change(house, challenge_hours=24)
    assert (community.zone, community.challenge_hours, community.digest_hour) == ("Europe/Berlin", 24, 18)


async def test_the_neighbours_settings_stay(house: House) -> None:
    """Every community has its own."""
    await change(house, zone="Europe/Berlin", preset=Preset.ROLLING)
    (neighbour,) = await house.rows(Community, id=house.next_door)
    assert (neighbour.zone, neighbour.preset) == ("UTC", Preset.STANDARD)


async def test_a_new_hour_moves_the_next_digest(house: House) -> None:
    """Tuesday 09:00 in Berlin is 08:00 UTC in winter: the next day, 3 March."""
    community = await change(house, zone="Europe/Berlin", digest_weekday=1, digest_hour=9)
    assert community.digest_due_at == house.at(hours=20)


async def test_a_change_is_on_record(house: House) -> None:
    """Who changed which settings; what stays the same is no change."""
    await change(house, zone="Europe/Berlin", challenge_hours=48)
    await change(house, zone="Europe/Berlin")
    (entry,) = await house.rows(AuditEntry, action="settings")
    assert (entry.member_id, entry.note) == (house.moderator, "zone")


@pytest.mark.parametrize(
    "zone", ["Berlin", "Europe/Nowhere", "", "../etc/passwd", "Europe/Berlin\0", "\ud800"]
)
async def test_a_zone_that_does_not_exist_is_refused(house: House, zone: str) -> None:
    """The sentence shows what a zone looks like, and nothing is stored."""
    with pytest.raises(InvalidInputError, match="such as Europe/Berlin"):
        await change(house, zone=zone, challenge_hours=1)
    (community, _) = await house.rows(Community)
    assert community.challenge_hours == 48


@pytest.mark.parametrize(
    "changes",
    [
        {"digest_weekday": 7}, {"digest_weekday": -1}, {"digest_hour": 24}, {"digest_hour": -1},
        {"challenge_hours": -1}, {"challenge_hours": 337},
    ],
)  # fmt: skip
async def test_a_number_out_of_range_is_refused(house: House, changes: dict[str, int]) -> None:
    """Fourteen days to challenge, 336 hours, are the most."""
    with pytest.raises(InvalidInputError, match="must be from 0 to"):
        await change(house, **changes)
