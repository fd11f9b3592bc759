"""A member's profile and the calibration of a member or a whole server."""

import math
from typing import Any

import numpy as np
from discord import ui

from bot.ui.components import CruxView, text
from forecasts.scoring.calibration import Calibration, Reliability, calibration, consistency_band, reliability
from forecasts.track_record import Points, Profile

ENOUGH = 10  # forecasts; with fewer a calibration curve shows chance
SEED = 2026  # the band is drawn by resampling; the same forecasts give the same picture
UNUSUAL = 1.96


def calibration_of(points: Points) -> tuple[Calibration, Reliability, Any] | None:
    """Return the decomposition, the curve and its consistency band, or None below ten forecasts.

    The curve is drawn over tenths of a percent: its band costs what there are distinct forecasts, which
    can be typed with any number of digits.
    """
    if points.probabilities.size < ENOUGH:
        return None
    curve = reliability(np.round(points.probabilities, 3), points.outcomes)
    band = consistency_band(curve, rng=np.random.default_rng(SEED))
    return calibration(points.probabilities, points.outcomes), curve, band


def calibration_lines(parts: Calibration | None, forecasts: int) -> list[str]:
    """Say in words how well calibrated the forecasts are, and on how many that rests."""
    if parts is None:
        return [f"Calibration: too early, it takes {ENOUGH} resolved forecasts and there are {forecasts}."]
    lines = [
        f"Calibration over {parts.forecasts} forecasts: Brier **{parts.brier:.3f}** =",
        f"miscalibration {parts.mcb:.3f} − discrimination {parts.dsc:.3f} + uncertainty {parts.unc:.3f}",
        "-# Miscalibration: 0 is best. Discrimination: higher is better. Uncertainty: the questions' own.",
    ]
    if not math.isnan(parts.spiegelhalter_z):
        verdict = "more than chance explains" if abs(parts.spiegelhalter_z) > UNUSUAL else "within chance"
        lines.append(f"-# Spiegelhalter's z {parts.spiegelhalter_z:+.2f}: {verdict}.")
    return lines


def record_view(title: str, lines: list[str], picture: ui.MediaGallery[Any] | None) -> CruxView:
    """Show figures in words, with their picture if there is one."""
    return CruxView(text(f"### {title}", *lines), *([picture] if picture is not None else []))


def profile_lines(profile: Profile) -> list[str]:
    """Say a member's record in words."""
    if profile.brier is None or profile.median_brier is None or profile.uniform_brier is None:
        return ["You have no scored question yet. Forecast something that is open: /forecast next"]
    count = "1 question" if profile.questions == 1 else f"{profile.questions} questions"
    yardsticks = f"the median's {profile.median_brier:.2f}, always 50 % {profile.uniform_brier:.2f}"
    lines = [f"{count} scored · your Brier **{profile.brier:.2f}** (0 is best; {yardsticks})"]
    standing = profile.standing
    if standing is not None:
        interval = ""
        if standing.low is not None and standing.high is not None:
            interval = f" ({standing.low:+.1f} to {standing.high:+.1f})"
        lines.append(
            f"Rank {standing.rank} with a skill of **{standing.skill:+.1f}**{interval} points a question, "
            f"coverage {standing.coverage:.1f}"
        )
    return lines
