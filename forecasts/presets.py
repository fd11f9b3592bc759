"""How long a question's rounds take, and when moderators are reminded."""

from datetime import datetime, timedelta

from forecasts.models.enums import Phase, Preset

EXPRESS_BELOW = timedelta(days=10)
CATCH_UP = timedelta(hours=6)
CHALLENGE_WINDOW = timedelta(hours=48)
REMINDER_DAYS = (0, 1, 3, 7)

ROUNDS: dict[Preset, dict[Phase, timedelta]] = {
    Preset.STANDARD: {
        Phase.BLIND: timedelta(hours=24),
        Phase.DEBATE: timedelta(hours=72),
        Phase.FINAL: timedelta(hours=24),
    },
    Preset.EXPRESS: {
        Phase.BLIND: timedelta(hours=6),
        Phase.DEBATE: timedelta(hours=12),
        Phase.FINAL: timedelta(hours=6),
    },
    Preset.ROLLING: {},
}


def total_length(preset: Preset) -> timedelta:
    """Return how long the three rounds of a preset take together."""
    return sum(ROUNDS[preset].values(), timedelta())


def suitable_preset(*, now: datetime, closes_at: datetime, preferred: Preset = Preset.STANDARD) -> Preset:
    """Choose the preset for a question that closes at ``closes_at``; express below ten days."""
    if preferred is Preset.STANDARD and closes_at - now < EXPRESS_BELOW:
        preferred = Preset.EXPRESS
    return preferred if now + total_length(preferred) <= closes_at else Preset.ROLLING


def next_reminder(resolves_at: datetime, *, now: datetime) -> datetime:
    """Return the first reminder after ``now``: 0, 1, 3 and 7 days after ``resolves_at``, then weekly."""
    for days in REMINDER_DAYS:
        if resolves_at + timedelta(days=days) > now:
            return resolves_at + timedelta(days=days)
    weeks = (now - resolves_at) // timedelta(days=7) + 1
    return resolves_at + timedelta(days=7 * weeks)
