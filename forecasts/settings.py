"""Use case: a community's settings."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from forecasts.communities import record
from forecasts.errors import InvalidInputError
from forecasts.models import Community, Preset
from forecasts.schedule import next_brief, next_digest

HOURS_IN_A_DAY = 24
DAYS_IN_A_WEEK = 7
MOST_CHALLENGE_HOURS = 14 * HOURS_IN_A_DAY


@dataclass(frozen=True, slots=True)
class Changes:
    """What to change; None leaves a setting as it is.

    Parameters
    ----------
    zone
        An IANA name such as Europe/Berlin.
    digest_weekday
        0 is Monday.
    challenge_hours
        How long a proposed resolution can be challenged; 0 resolves at once.
    """

    questions_channel_id: int | None = None
    digest_channel_id: int | None = None
    notes_channel_id: int | None = None
    moderator_role_id: int | None = None
    zone: str | None = None
    digest_weekday: int | None = None
    digest_hour: int | None = None
    preset: Preset | None = None
    challenge_hours: int | None = None


async def change_settings(
    session: AsyncSession, *, community_id: int, member_id: int, changes: Changes, now: datetime
) -> Community:
    """Change a community's settings; a new zone, day or hour moves the next digest, a new zone the brief.

    Raises
    ------
    InvalidInputError
        There is no such zone, or a number is out of range.
    """
    _check(changes)
    community = await session.get_one(Community, community_id, with_for_update=True)
    changed = []
    for name in Changes.__slots__:
        value = getattr(changes, name)
        if value is not None and value != getattr(community, name):
            setattr(community, name, value)
            changed.append(name)
    if {"zone", "digest_weekday", "digest_hour"} & set(changed):
        community.digest_due_at = next_digest(
            weekday=community.digest_weekday, hour=community.digest_hour, zone=community.zone, now=now
        )
    if "zone" in changed and community.brief_hour is not None:
        community.brief_due_at = next_brief(
            hour=community.brief_hour, weekday=community.brief_weekday, zone=community.zone, now=now
        )
    if changed:
        record(session, community_id=community_id, member_id=member_id, action="settings",
               note=", ".join(changed), now=now)  # fmt: skip
    await session.flush()
    return community


def _check(changes: Changes) -> None:
    if changes.zone is not None:
        try:
            ZoneInfo(changes.zone)
        except (KeyError, ValueError, OSError):
            raise InvalidInputError(
                "There is no such time zone. Use a name such as Europe/Berlin or America/New_York."
            ) from None
    _check_range("The digest's weekday", changes.digest_weekday, DAYS_IN_A_WEEK - 1)
    _check_range("The digest's hour", changes.digest_hour, HOURS_IN_A_DAY - 1)
    _check_range("The hours to challenge", changes.challenge_hours, MOST_CHALLENGE_HOURS)


def _check_range(name: str, value: int | None, most: int) -> None:
    if value is not None and not 0 <= value <= most:
        raise InvalidInputError(f"{name} must be from 0 to {most}.")
