"""A question's card: one message that says one thing first."""

from collections.abc import Sequence
from typing import Any

from discord import ButtonStyle, ui

from bot.ui.components import ActionItem, CruxView, button, link, row, text
from bot.ui.text import brief, percent, single_line, timestamp
from forecasts.crux_views import CruxLine
from forecasts.lifecycle import TAKES_FORECASTS, describe
from forecasts.models import Kind, Phase, Side
from forecasts.views import ArgumentLine, Card, Crowd, ResolutionLine, Results

LADDER = ((2, 10, 20, 30, 40), (60, 70, 80, 90, 98))
ACCENTS = {
    Phase.BLIND: 0x5865F2,
    Phase.DEBATE: 0xEB9B34,
    Phase.FINAL: 0xEB6434,
    Phase.ROLLING: 0x3BA55D,
    Phase.RESOLVED: 0x3BA55D,
}
QUIET = 0x747F8D
TITLE_SHOWN = 256
QUOTE_SHOWN = 350
CRITERIA_SHOWN = 200
SOURCE_SHOWN = 100
ARGUMENT_SHOWN = 250
NOTE_SHOWN = 300
CRUXES_SHOWN, CRUX_TITLE_SHOWN = 3, 90
EXPLAINED = "-# Debated, never resolved. Your credence: how sure are you that it holds, in percent?"
BAR = "█"
BAR_WIDTH = 10
ENOUGH = 5  # forecasts; below it the figures say little
BIN_NAMES = ("0–20", "20–40", "40–60", "60–80", "80–100")
OUTCOMES = ("NO", "YES")


def card_view(
    card: Card, *, marker: int | None = None, for_moderator: bool = False, advice: Sequence[str] = ()
) -> CruxView:
    """Lay a card out for its phase; shown to a moderator alone, with advice and what only they decide."""
    items: list[ui.Item[Any]] = [*_head(card), text(*_status(card))]
    if card.crowd is not None and card.phase is not Phase.RESOLVED:
        items.append(text(*crowd_lines(card.crowd, noun=noun_of(card))))
    if card.arguments:
        items.append(text(*(_argument(argument) for argument in card.arguments)))
    if card.cruxes and card.phase in TAKES_FORECASTS:
        items.append(text(*(_crux(crux) for crux in card.cruxes[:CRUXES_SHOWN])))
    if card.resolution is not None:
        items.append(text(*_resolution(card.resolution, card.phase)))
    if card.results is not None:
        items.append(text(*results_lines(card.results)))
    if advice:
        items.append(text(*advice))
    items.extend(_buttons(card, for_moderator=for_moderator))
    return CruxView(*items, accent=ACCENTS.get(card.phase, QUIET), marker=marker)


def heading(card: Card) -> str:
    """Return ``#12 title`` escaped, or the draft's name."""
    name = f"#{card.number}" if card.number is not None else f"Draft {card.question_id}"
    kind = "Thesis: " if is_thesis(card) else ""
    return f"{name}  {kind}{brief(single_line(card.title), TITLE_SHOWN)}"


def is_thesis(card: Card) -> bool:
    """Whether a card is about something that is debated and never resolved."""
    return card.kind is Kind.THESIS


def noun_of(card: Card) -> str:
    """Return what members give on a card: a question is forecast, a thesis gets credence."""
    return "credence" if is_thesis(card) else "forecast"


def mine_button(card: Card) -> ActionItem:
    """Return the button by which a member sees their own number."""
    return button("mine", card.question_id, label=f"My {noun_of(card)}")


def _head(card: Card) -> list[ui.TextDisplay[Any]]:
    # Texts of their own: a line that follows a quote could be taken for a part of it.
    parts = [text(f"### {heading(card)}")]
    if card.quote and card.quote != card.title:  # a thesis may be what its document says
        parts.append(text(f"> “{brief(single_line(card.quote), QUOTE_SHOWN)}”"))
        if card.quote_source:
            parts.append(text(f"-# {brief(single_line(card.quote_source), SOURCE_SHOWN)}"))
    if is_thesis(card):
        parts.append(text(EXPLAINED))
    if card.criteria:  # of a thesis its context, which may be missing
        parts.append(text(brief(card.criteria, CRITERIA_SHOWN)))
    if card.edited_at is not None:
        reason = brief(single_line(card.edit_note), NOTE_SHOWN)
        parts.append(text(f"-# Edited {timestamp(card.edited_at, 'D')}: {reason}"))
    return parts


def _status(card: Card) -> list[str]:
    counted = f"**{card.forecasters}** {_plural(card.forecasters, noun_of(card))} in"
    nobody = "nobody has given a credence yet" if is_thesis(card) else "nobody has forecast yet"
    ends, silent = _until(card), "" if card.forecasters else f" · {nobody}"
    match card.phase:
        case Phase.DRAFT:
            return [_drafted(card)]
        case Phase.BLIND:
            return [f"🔒 Sealed {ends} · {counted} · nobody sees numbers, moderators included"]
        case Phase.DEBATE:
            return [f"💬 Open for debate {ends}{silent}"]
        case Phase.FINAL:
            return [f"⏳ Last call {ends}{silent}"]
        case Phase.ROLLING if not card.is_revealed:
            return [f"▶️ Running {ends} · {counted} · you see the numbers once you have forecast"]
        case Phase.ROLLING:
            return [f"▶️ Running {ends}".rstrip() + silent]
        case Phase.CLOSED:
            return [f"⏹️ Closed · {counted} · waiting for its outcome"]
        case Phase.PROPOSED:
            return ["⚖️ Resolution proposed" + (f" · can be challenged {ends}" if ends else " · challenged")]
        case Phase.RESOLVED:
            before = (
                f" · corrected, before {OUTCOMES[card.correction.outcome_before]}" if card.correction else ""
            )
            return [f"✅ Resolved **{outcome_name(card.resolution)}**{before}"]
        case _:
            note = [brief(single_line(card.void_note), NOTE_SHOWN)] if card.void_note else []
            unscored = "" if is_thesis(card) else " Nobody is scored."
            return [f"🗑️ Void: {card.void_reason}.{unscored}", *note]


def _drafted(card: Card) -> str:
    if is_thesis(card):
        return "📝 Draft of a thesis"
    closes = timestamp(card.closes_at, "D") if card.closes_at else "without a date"
    return f"📝 Draft · would close {closes}"


def _until(card: Card) -> str:
    if card.phase_ends_at is None:
        return ""
    return f"until {timestamp(card.phase_ends_at, 'f')} ({timestamp(card.phase_ends_at, 'R')})"


def outcome_name(resolution: ResolutionLine | None) -> str:
    """Return YES or NO."""
    return OUTCOMES[resolution.outcome] if resolution is not None else "—"


def crowd_lines(crowd: Crowd, *, noun: str = "forecast") -> list[str]:
    """Say the crowd in one line of words and one histogram."""
    summary = (
        f"{crowd.forecasts} {_plural(crowd.forecasts, noun)}: middle half "
        f"{percent(crowd.low)} to {percent(crowd.high)}, **median {percent(crowd.median)}**"
    )
    if crowd.forecasts < ENOUGH:
        summary += f" · thin: below {ENOUGH}"
    most = max(crowd.histogram)
    bars = [
        f"{name:>6}  {BAR * max(round(BAR_WIDTH * count / most), 1) if count else ''} {count}"
        for name, count in zip(BIN_NAMES, crowd.histogram, strict=True)
    ]
    return [summary, "```", *bars, "```"]


def _crux(crux: CruxLine) -> str:
    title = brief(single_line(crux.title), CRUX_TITLE_SHOWN)
    return f"◆ **Crux** #{crux.number}  {title} · {crux_standing(crux)}"


def crux_standing(crux: CruxLine) -> str:
    """Say how a linked question stands, and which share of the groups' gap it would close."""
    if crux.outcome is not None:
        return f"resolved **{OUTCOMES[crux.outcome]}**"
    if crux.share is not None:
        return f"would close **{percent(round(crux.share, 2))}** of the gap"
    return describe(crux.phase)


def _argument(argument: ArgumentLine) -> str:
    side = "▲ **For**" if argument.side is Side.FOR else "▼ **Against**"
    words = brief(single_line(argument.text), ARGUMENT_SHOWN)
    return f"{side}  “{words}”  — {brief(single_line(argument.by), 80)}"


def _resolution(resolution: ResolutionLine, phase: Phase) -> list[str]:
    lines = []
    if phase is Phase.PROPOSED:
        by = f"<@{resolution.by_user}>" if resolution.by_user else "the bot"
        forecast = resolution.proposer_forecast
        had = f", who had forecast {percent(forecast)}" if forecast is not None else ""
        lines.append(f"Proposed **{outcome_name(resolution)}** by {by}{had}")
    if resolution.known_at is not None:
        lines.append(f"Became known {timestamp(resolution.known_at, 'D')}")
    lines.append(brief(single_line(resolution.note), NOTE_SHOWN))
    if resolution.challenge:
        lines.append(f"Challenged: {brief(single_line(resolution.challenge), NOTE_SHOWN)}")
    return lines


def results_lines(results: Results) -> list[str]:
    """Say how the crowd and the best did; 0 is best, and the uniform forecast is the yardstick."""
    lines = []
    if results.median is not None:
        lines.append(
            f"Median {percent(results.median)} (Brier {results.median_brier:.2f}; "
            f"always 50 % gets {results.uniform_brier:.2f}; 0 is best)"
        )
    if results.blind_median is not None:
        lines.append(f"Before the debate: {percent(results.blind_median)}")
    best = [
        f"<@{each.user_id}> {each.peer_brier:+.0f} points (Brier {each.brier:.2f})" for each in results.best
    ]
    if best:
        lines.append("Best here: " + " · ".join(best))
    return lines


def _buttons(card: Card, *, for_moderator: bool) -> list[ui.ActionRow[Any]]:
    number = card.question_id
    match card.phase:
        case Phase.DRAFT:
            return [row(*_draft_buttons(card))]
        case Phase.BLIND:
            return [*_ladder(card), *_cruxes_row(card)]
        case Phase.DEBATE | Phase.FINAL | Phase.ROLLING:
            debate = row(
                button("argue", number, 1, label="Argue for"),
                button("argue", number, 0, label="Argue against"),
                *([button("rate", number, label="Rate arguments")] if card.is_revealed else []),
                mine_button(card),
                *([button("arguments", number, 0, label="All")] if card.is_revealed else []),
            )
            return [*_ladder(card), debate, *_cruxes_row(card)]
        case Phase.RESOLVED:
            buttons: list[ui.Item[Any]] = [
                button("result", number, label="My result"),
                button("why", number, label="Why this score?"),
                button("history", number, label="History"),
                button("held-up", number, label="Arguments that held up"),
            ]
            return [row(*buttons, *_evidence(card))]
        case Phase.PROPOSED:
            mine = mine_button(card)
            if card.phase_ends_at is not None:
                return [row(challenge_button(card), mine, *_evidence(card))]
            return [row(*(decision_buttons(card) if for_moderator else ()), mine, *_evidence(card))]
        case _:
            return [row(mine_button(card), *_evidence(card))]


def _draft_buttons(card: Card) -> list[ui.Item[Any]]:
    number = card.question_id
    thesis = button("thesis", number, label="Open as thesis…")
    approve = button("approve", number, label="Approve and open", style=ButtonStyle.success)
    if is_thesis(card):
        approve = button("approve", number, label="Open as thesis", style=ButtonStyle.success)
    edit = button("edit", number, label="Edit…")
    reject = button("reject", number, label="Reject", style=ButtonStyle.danger)
    return [approve, edit, *([] if is_thesis(card) else [thesis]), reject]


def _cruxes_row(card: Card) -> list[ui.ActionRow[Any]]:
    return [row(button("cruxes", card.question_id, label="Cruxes"))] if is_thesis(card) else []


def challenge_button(card: Card) -> ui.Item[Any]:
    """Return the button by which members dispute a proposal."""
    return button("challenge", card.question_id, label="Challenge")


def decision_buttons(card: Card) -> tuple[ui.Item[Any], ui.Item[Any]]:
    """Return the two buttons by which moderators decide a challenge."""
    return (
        button("decide", card.question_id, 1, label="It stands", style=ButtonStyle.success),
        button("decide", card.question_id, 0, label="It falls", style=ButtonStyle.danger),
    )


def _evidence(card: Card) -> list[ui.Item[Any]]:
    url = card.resolution.evidence_url if card.resolution is not None else ""
    return [link("Evidence", url)] if url else []


def _ladder(card: Card) -> list[ui.ActionRow[Any]]:
    number = card.question_id
    rungs = [row(*(button("forecast", number, rung, label=f"{rung}") for rung in line)) for line in LADDER]
    more = [button("forecast", number, 50, label="50"), button("exact", number, label="Exact…")]
    if card.phase is Phase.BLIND:
        more.append(mine_button(card))
    more.append(button("criteria", number, label="Context" if is_thesis(card) else "Criteria"))
    return [*rungs, row(*more)]


def _plural(count: int, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"
