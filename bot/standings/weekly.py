"""The week's digest as a message: the words its outbox row holds, and a picture drawn when it is sent."""

import asyncio
from typing import Any

import discord

from bot.standings.record import calibration_of
from bot.standings.views import digest_view
from bot.ui.charts import Bar, digest_chart, reliability_alt, standings_alt
from bot.ui.components import CruxView, picture_of
from forecasts.track_record import Points


async def digest_message(
    content: dict[str, Any], points: Points, *, marker: int
) -> tuple[CruxView, list[discord.File]]:
    """Lay out a digest, with a picture once there are intervals or ten forecasts to compare with outcomes.

    Parameters
    ----------
    points
        What members of the server forecast and what came true.
    """
    leaders = content["leaders"]
    bars = [Bar(f"{each['rank']}.", each["skill"], each["low"], each["high"]) for each in leaders]
    if all(bar.low is None for bar in bars):
        bars = []
    found = await asyncio.to_thread(calibration_of, points)
    if not bars and found is None:
        return digest_view(content, marker=marker), []
    _, curve, band = found or (None, None, None)
    chart = await asyncio.to_thread(digest_chart, bars, curve, band)
    alt = [standings_alt(bars)] if bars else []
    if curve is not None:
        alt.append(reliability_alt(curve))
    picture, file = picture_of(chart, "week.png", " ".join(alt))
    return digest_view(content, marker=marker, picture=picture), [file]
