"""Charts as PNG, drawn for a phone: dark like Discord, few words, big type. Call them off the event loop.

Matplotlib is imported by the first chart, in its thread: to start, the bot doesn't need it.
"""
# ruff: noqa: PLC0415

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from numpy.typing import ArrayLike

from forecasts.history import History
from forecasts.scoring.calibration import Reliability

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Band = tuple[ArrayLike, ArrayLike]

BACKGROUND = "#2b2d31"
INK = "#f2f3f5"
QUIET = "#949ba4"
ACCENT = "#7c8cff"
YES_NO = ("#f0736a", "#57c28c")
WIDTH_INCHES, DOTS_PER_INCH = 6.4, 160


def history_chart(history: History) -> bytes:
    """Draw the median and the middle half over time."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
    from matplotlib.ticker import PercentFormatter

    figure, axes = _canvas(height=3.6)
    moments = date2num(history.moments)
    axes.fill_between(
        moments, list(history.low), list(history.high), step="post", color=ACCENT, alpha=0.3, linewidth=0
    )
    axes.step(moments, list(history.median), where="post", color=ACCENT, linewidth=2.4)
    if history.outcome is not None:
        colour = YES_NO[history.outcome]
        axes.axhline(history.outcome, color=colour, linewidth=2, linestyle="--")
        said, side = (("resolved NO", 6), ("resolved YES", -14))[history.outcome]
        axes.annotate(
            said,
            (moments[0], history.outcome),
            (4, side),
            textcoords="offset points",
            color=colour,
            fontsize=12,
        )
    axes.set_ylim(-0.03, 1.03)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    locator = AutoDateLocator(minticks=3, maxticks=6)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    axes.set_title(f"#{history.number}: median and middle half", loc="left", color=INK, fontsize=13)
    return _png(figure)


def history_alt(history: History) -> str:
    """Say in words what the chart shows."""
    first, last = history.median[0], history.median[-1]
    outcome = "" if history.outcome is None else f" It resolved {('NO', 'YES')[history.outcome]}."
    return f"Median of #{history.number} over time: from {first:.0%} to {last:.0%}.{outcome}"


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of a chart of skills: who, how many points, and the 95 % interval where there is one."""

    name: str
    skill: float
    low: float | None
    high: float | None
    is_baseline: bool = False


def standings_chart(bars: Sequence[Bar]) -> bytes:
    """Draw skills with their 95 % intervals, best on top; the ranks stand for the names."""
    figure, axes = _canvas(height=1.0 + 0.36 * len(bars))
    _draw_standings(axes, bars)
    axes.set_xlabel("skill: points a question against the others, with 95 % interval", color=QUIET)
    return _png(figure)


def _draw_standings(axes: "Axes", bars: Sequence[Bar]) -> None:
    for row, bar in enumerate(bars):
        colour = QUIET if bar.is_baseline else ACCENT
        if bar.low is not None and bar.high is not None:
            axes.plot([bar.low, bar.high], [row, row], color=colour, linewidth=5, alpha=0.45)
        axes.plot([bar.skill], [row], "s" if bar.is_baseline else "o", color=colour, markersize=8)
    axes.axvline(0, color=QUIET, linewidth=1)
    axes.set_yticks(range(len(bars)), [bar.name for bar in bars])
    axes.invert_yaxis()
    axes.margins(y=0.15)


def standings_alt(bars: Sequence[Bar]) -> str:
    """Say in words what the chart shows."""
    said = "; ".join(f"{bar.name} {bar.skill:+.1f} points" for bar in bars)
    return f"Skill with 95 % intervals. {said}."


def digest_chart(bars: Sequence[Bar], curve: Reliability | None, band: Band | None) -> bytes:
    """Draw the week's skills and, beside them, the server's calibration; either may be missing."""
    from matplotlib.ticker import FixedLocator

    shown = bool(bars) + (curve is not None)
    figure = _figure(height=max(2.6, 1.2 + 0.36 * len(bars)))
    panels = figure.subplots(1, shown, width_ratios=[3, 2] if shown > 1 else None, squeeze=False)[0]
    for axes in panels:
        _style(axes)
    if bars:
        _draw_standings(panels[0], bars)
        panels[0].set_xlabel("points a question", color=QUIET)
    if curve is not None and band is not None:
        _draw_reliability(panels[-1], curve, band)
        panels[-1].set_title("calibration, all time", color=INK, fontsize=11, loc="left")
        panels[-1].xaxis.set_major_locator(FixedLocator([0, 0.5, 1]))
    return _png(figure)


def reliability_chart(curve: Reliability, band: Band) -> bytes:
    """Draw how often things came true against how likely they were called, over how often that was said."""
    figure, axes = _canvas(height=5.6)
    _draw_reliability(axes, curve, band)
    axes.set_xlabel("forecast (bars: how often it was given)", color=QUIET)
    axes.set_ylabel("came true", color=QUIET)
    return _png(figure)


def _draw_reliability(axes: "Axes", curve: Reliability, band: Band) -> None:
    from matplotlib.ticker import PercentFormatter

    low, high = band
    axes.fill_between(curve.forecast, low, high, color=QUIET, alpha=0.3, linewidth=0)
    axes.plot([0, 1], [0, 1], color=QUIET, linewidth=1, linestyle="--")
    axes.plot(curve.forecast, curve.recalibrated, "o-", color=ACCENT, linewidth=2, markersize=6)
    axes.bar(curve.forecast, 0.2 * curve.count / curve.count.max(), width=0.015, color=ACCENT, alpha=0.5)
    axes.set_xlim(-0.03, 1.03)
    axes.set_ylim(0, 1.03)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1.0))


def reliability_alt(curve: Reliability) -> str:
    """Say in words what the chart shows."""
    shown = [0, curve.forecast.size // 2, curve.forecast.size - 1]
    said = "; ".join(f"{curve.forecast[i]:.0%} came true {curve.recalibrated[i]:.0%}" for i in shown)
    return f"Calibration of {curve.count.sum()} forecasts. Of what was called: {said}."


def _canvas(*, height: float) -> "tuple[Figure, Axes]":
    figure = _figure(height=height)
    axes = figure.add_subplot()
    _style(axes)
    return figure, axes


def _figure(*, height: float) -> "Figure":
    from matplotlib.figure import Figure

    # Figures of their own, without pyplot's global state: threads may draw at the same time.
    figure = Figure(figsize=(WIDTH_INCHES, height), dpi=DOTS_PER_INCH, layout="constrained")
    figure.set_facecolor(BACKGROUND)
    return figure


def _style(axes: "Axes") -> None:
    axes.set_facecolor(BACKGROUND)
    axes.tick_params(colors=INK, labelsize=11, length=0)
    axes.grid(visible=True, axis="both", color=QUIET, alpha=0.2)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _png(figure: "Figure") -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    buffer = io.BytesIO()
    FigureCanvasAgg(figure)  # draws without a screen
    figure.savefig(buffer, format="png")
    return buffer.getvalue()
