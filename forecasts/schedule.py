"""When a community's digest and its brief are due, and what week or day that is."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo


def next_digest(*, weekday: int, hour: int, zone: str, now: datetime) -> datetime:
    """Return the first digest time after ``now``: a weekday (Monday is 0) and hour in a zone.

    An hour that a daylight-saving change skips falls one hour later; one that happens twice is the
    first of the two.

    Examples
    --------
    >>> from datetime import UTC
    >>> next_digest(weekday=6, hour=18, zone="Europe/Berlin", now=datetime(2026, 3, 28, tzinfo=UTC))
    datetime.datetime(2026, 3, 29, 16, 0, tzinfo=datetime.timezone.utc)
    """
    local = now.astimezone(ZoneInfo(zone))
    day = local.date() + timedelta(days=(weekday - local.weekday()) % 7)
    due = _instant(day.year, day.month, day.day, hour, zone, now)
    if due <= now:
        later = day + timedelta(days=7)
        due = _instant(later.year, later.month, later.day, hour, zone, now)
    return due


def next_brief(*, hour: int, weekday: int | None, zone: str, now: datetime) -> datetime:
    """Return the first time after ``now`` for a brief: an hour each day, or on a weekday, in a zone.

    Skipped and doubled hours fall as in :func:`next_digest`.

    Examples
    --------
    >>> from datetime import UTC
    >>> next_brief(hour=8, weekday=None, zone="Europe/Berlin", now=datetime(2026, 3, 28, 12, tzinfo=UTC))
    datetime.datetime(2026, 3, 29, 6, 0, tzinfo=datetime.timezone.utc)
    """
    days = range(7) if weekday is None else (weekday,)
    return min(next_digest(weekday=day, hour=hour, zone=zone, now=now) for day in days)


def day_of(moment: datetime, *, zone: str) -> str:
    """Return the day of a moment in a zone, such as ``2026-11-22``."""
    return moment.astimezone(ZoneInfo(zone)).date().isoformat()


def _instant(year: int, month: int, day: int, hour: int, zone: str, now: datetime) -> datetime:
    # `now` lends its own zone, UTC throughout the domain.
    return datetime(year, month, day, hour, tzinfo=ZoneInfo(zone)).astimezone(now.tzinfo)


def week_before(moment: datetime, *, zone: str) -> datetime:
    """Return the same time by a zone's clock seven days before: 167 or 169 hours across a change of it.

    Examples
    --------
    >>> from datetime import UTC
    >>> week_before(datetime(2026, 3, 29, 16, tzinfo=UTC), zone="Europe/Berlin")
    datetime.datetime(2026, 3, 22, 17, 0, tzinfo=datetime.timezone.utc)
    """
    return (moment.astimezone(ZoneInfo(zone)) - timedelta(days=7)).astimezone(moment.tzinfo)


def week_of(moment: datetime, *, zone: str) -> str:
    """Return the ISO week of a moment in a zone, such as ``2026-W47``."""
    year, week, _ = moment.astimezone(ZoneInfo(zone)).isocalendar()
    return f"{year}-W{week:02d}"
