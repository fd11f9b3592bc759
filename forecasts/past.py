"""When something became known, as people type it."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from forecasts.errors import InvalidInputError
from forecasts.probability import MAX_TYPED, plain_input, quoted

_FORMATS = ("%Y-%m-%d", "%d %b %Y", "%d %B %Y", "%b %d %Y", "%B %d %Y", "%d.%m.%Y")
_AGO = re.compile(r"(?P<count>\d{1,4}) ?(?P<unit>hour|day|week)s? ago")
_EXAMPLES = "Type a day or a time that is over, such as 2026-12-29, 29 Dec, 2026-12-29 14:00 or 2 days ago."


def parse_past(text: str, *, now: datetime, zone: ZoneInfo) -> datetime:
    """Read a moment that is over, in a zone.

    A day without a time means its beginning, so that no forecast of that day is paid for knowing.

    Parameters
    ----------
    text
        ``2026-12-29``, ``29 Dec``, ``2026-12-29 14:00``, ``yesterday``, ``2 days ago``, ``now``.
    now
        Aware; a day without a year is its last one before ``now``.

    Returns
    -------
    datetime
        Aware UTC, not after ``now``.

    Raises
    ------
    InvalidInputError
        It can't be read, or is ahead.

    Examples
    --------
    >>> now = datetime(2027, 1, 2, 12, tzinfo=UTC)
    >>> str(parse_past("29 Dec", now=now, zone=ZoneInfo("UTC")))
    '2026-12-29 00:00:00+00:00'
    """
    typed = " ".join(plain_input(text).replace(",", " ").split()) if len(text) <= MAX_TYPED else ""
    moment = _moment(typed, now.astimezone(zone))
    if moment is None:
        raise InvalidInputError(f"I can't read {quoted(text)}. {_EXAMPLES}")
    if moment > now:
        raise InvalidInputError(f"{quoted(text)} is still ahead. {_EXAMPLES}")
    return moment.astimezone(UTC)


def _moment(typed: str, local: datetime) -> datetime | None:
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    if typed == "now":
        return local
    if typed in {"today", "yesterday"}:
        return midnight - timedelta(days=typed == "yesterday")
    if ago := _AGO.fullmatch(typed):
        return local - timedelta(**{ago["unit"] + "s": int(ago["count"])})
    day, _, clock = typed.rpartition(" ") if ":" in typed else (typed, "", "00:00")
    for candidate in (day, f"{day} {local.year}", f"{day} {local.year - 1}"):
        for form in _FORMATS:
            try:
                naive = datetime.strptime(f"{candidate} {clock}", f"{form} %H:%M")  # noqa: DTZ007
            except ValueError:
                continue
            moment = naive.replace(tzinfo=local.tzinfo)
            if moment <= local or candidate == day:
                return moment
    return None
