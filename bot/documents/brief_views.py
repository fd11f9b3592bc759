"""The most debatable new claims, each with its quote and two buttons for moderators."""

from collections.abc import Sequence
from typing import Any

from discord import ButtonStyle, ui

from bot.ui.components import CruxView, button, row, text
from bot.ui.text import brief, single_line
from claims.views import ClaimLine

HEADING = "### Worth debating"
EXPLAINED = "-# The most debatable new claims, one a topic. Moderators draft a question or dismiss a claim."
TITLE_SHOWN, TOPIC_SHOWN = 80, 60
STANDALONE_SHOWN, QUOTE_SHOWN, URL_SHOWN = 200, 260, 100


def brief_view(claims: Sequence[ClaimLine], *, marker: int | None = None) -> CruxView:
    """Show up to five claims; the same for moderators who ask and for the channel at its hour."""
    if not claims:
        return CruxView(text("No new claims. Add a document: `/claims add`"))
    items: list[ui.Item[Any]] = [text(HEADING, EXPLAINED)]
    for line in claims:
        items.append(text(*_lines(line)))
        items.append(
            row(
                button("draft", line.claim_id, label="Draft", style=ButtonStyle.success),
                button("dismiss-claim", line.claim_id, label="Dismiss"),
            )
        )
    return CruxView(*items, marker=marker)


def _lines(line: ClaimLine) -> list[str]:
    quote = single_line(line.claim.text)
    said = single_line(line.claim.standalone)
    topic = f"**{brief(single_line(line.topic), TOPIC_SHOWN)}**" if line.topic else ""
    speaker = f"{brief(single_line(line.claim.speaker), TITLE_SHOWN)}, " if line.claim.speaker else ""
    url = f" {brief(line.url, URL_SHOWN)}" if line.url and len(line.url) < URL_SHOWN else ""
    lines = [
        topic,
        brief(said, STANDALONE_SHOWN) if said != quote else "",
        f"> “{brief(quote, QUOTE_SHOWN)}”",
        f"-# {speaker}{brief(single_line(line.title), TITLE_SHOWN)}{url}",
    ]
    return [each for each in lines if each]
