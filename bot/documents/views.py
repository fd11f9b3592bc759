"""The claims of a document, best first."""

from collections.abc import Sequence
from typing import Any

from discord import ui

from bot.ui import limits
from bot.ui.components import CruxView, button, text
from bot.ui.text import quote, safe, single_line
from claims.pipeline import Claim

SHOWN = 8
QUOTE_SHOWN = 300


def claims_view(title: str, claims: Sequence[tuple[int, Claim]]) -> CruxView:
    """Show the claims most worth debating, each with its reasons and a button that drafts a question.

    Parameters
    ----------
    claims
        The stored claims with their keys.
    """
    best = sorted(claims, key=lambda item: (-item[1].forecastable, -item[1].claim, item[1].start))[:SHOWN]
    count = "1 claim" if len(claims) == 1 else f"{len(claims)} claims"
    items: list[ui.Item[Any]] = [
        text(f"### {safe(single_line(title))}", f"{count} worth debating; the best {len(best)}:")
    ]
    for key, claim in best:
        words = quote(limits.truncate(single_line(claim.text), QUOTE_SHOWN))
        reasons = safe("; ".join(claim.reasons[:3]))
        items.append(ui.Section(text(words, f"-# {reasons}"), accessory=button("draft", key, label="Draft")))
    return CruxView(*items)
