"""Claims one by one, with what was read for and against each, and passages on anything."""

from collections.abc import Sequence
from typing import Any

from discord import ButtonStyle, ui

from bot.ui.components import CruxView, button, row, text
from bot.ui.text import brief, single_line, timestamp
from claims.views import ClaimLine, Passage, Passages, Proposal

TITLE_SHOWN = 80
STANDALONE_SHOWN, QUOTE_SHOWN, REASONS_SHOWN = 300, 300, 250
BESIDE, PASSAGE_SHOWN = 2, 130
DRAFT_TITLE_SHOWN, CRITERIA_SHOWN, SOURCE_SHOWN = 220, 200, 80
ADVICE_SHOWN, ADVICE_LENGTH = 3, 150
ON_ITS_OWN, LONG_PASSAGE_SHOWN, URL_SHOWN = 3, 260, 120


def nothing_view(*, of_a_document: bool) -> CruxView:
    """Say that nothing waits."""
    if of_a_document:
        return CruxView(text("Nothing waits in this document: each claim was decided about."))
    add = row(button("add-document", label="Add a document"))
    return CruxView(text("Nothing waits: each claim was decided about. Add a document for more."), add)


def review_view(
    claims: Sequence[ClaimLine],
    place: int,
    *,
    document_id: int,
    passages: Passages,
    proposal: Proposal,
    advice: Sequence[str],
) -> CruxView:
    """Show one claim that waits: what it says, its quote, why it was picked, and the draft it would make.

    Parameters
    ----------
    claims
        All that wait, in the order in which they are reviewed.
    place
        Which of them is shown.
    document_id
        The document under review; 0 for all.
    """
    line = claims[place]
    key = line.claim_id
    follower = claims[(place + 1) % len(claims)].claim_id
    about = [line.topic] if line.topic else []
    heading = " · ".join([*(brief(each, TITLE_SHOWN) for each in about), f"{place + 1} of {len(claims)}"])
    items: list[ui.Item[Any]] = [
        text(f"-# {heading}", f"### {brief(single_line(line.claim.standalone), STANDALONE_SHOWN)}"),
        text(f"> “{brief(single_line(line.claim.text), QUOTE_SHOWN)}”", f"-# {_origin(line)}"),
        text(*_why(line)),
        *_beside(passages, document_id, key),
        text(*_draft(proposal, advice)),
        row(
            button("draft", key, label="Open…", style=ButtonStyle.success),
            button("edit-claim", key, label="Edit"),
            button("thesis-claim", key, label="Thesis"),
            button("reject-claim", document_id, key, label="Reject…", style=ButtonStyle.danger),
        ),
        row(
            button("related", key, label="Related"),
            button("review", document_id, follower, label="Next", disabled=len(claims) == 1),
        ),
    ]
    return CruxView(*items)


def _origin(line: ClaimLine) -> str:
    said = f"{brief(single_line(line.claim.speaker), TITLE_SHOWN)}, in " if line.claim.speaker else ""
    return f"{said}{brief(single_line(line.title), TITLE_SHOWN)}"


def _why(line: ClaimLine) -> list[str]:
    gone = ["⚠️ No longer in its document: a newer version doesn't say it."] if line.is_gone else []
    scores = f"Worth debating {line.claim.claim:.0%}, can be forecast {line.claim.forecastable:.0%}"
    return [*gone, scores, f"-# {brief('; '.join(line.claim.reasons), REASONS_SHOWN)}"]


def _beside(passages: Passages, document_id: int, key: int) -> list[ui.Item[Any]]:
    """Show two passages of each side; of those against it ask whether there is a tension at all."""
    items: list[ui.Item[Any]] = []
    if passages.pro:
        items.append(text("**Also said**", *(_short(each) for each in passages.pro[:BESIDE])))
    con = passages.con[:BESIDE]
    if con:
        items.append(text("**Possible tension**", *(_short(each) for each in con)))
        buttons = [
            button("tension", document_id, key, each.claim_id, holds, label=f"{answer} {number}")
            for number, each in enumerate(con, start=1)
            if each.confirmed is None
            for holds, answer in ((1, "✓ Tension"), (0, "✗ No tension"))
        ]
        items.extend([row(*buttons)] if buttons else [])
    return items


def _short(passage: Passage) -> str:
    sure = " ✓" if passage.confirmed else ""
    title = brief(single_line(passage.title), TITLE_SHOWN)
    return f"“{brief(single_line(passage.text), PASSAGE_SHOWN)}” — {title}{sure}"


def _draft(proposal: Proposal, advice: Sequence[str]) -> list[str]:
    closes = f"Closes {timestamp(proposal.closes_at, 'D')}"
    blanks = f"Blanks: {', '.join(map(single_line, proposal.incomplete))}"
    return [
        f"**Draft**  {brief(single_line(proposal.title), DRAFT_TITLE_SHOWN)}",
        brief(single_line(proposal.criteria), CRITERIA_SHOWN),
        f"-# {closes} · {brief(single_line(proposal.source), SOURCE_SHOWN)}",
        *([f"📝 {brief(blanks, PASSAGE_SHOWN)}"] if proposal.incomplete else []),
        *(brief(each, ADVICE_LENGTH) for each in advice[:ADVICE_SHOWN]),
    ]


def passages_view(about: str, passages: Passages) -> CruxView:
    """Show what was read for and against something, with source and speaker, verbatim."""
    heading = text(f"### {brief(single_line(about), STANDALONE_SHOWN)}")
    parts = (
        ("▲ For", passages.pro),
        ("▼ Against", passages.con),
        ("About the same", passages.related[: ON_ITS_OWN - 1]),
    )
    texts = [
        text(f"**{name}**", *(_long(each) for each in found[:ON_ITS_OWN])) for name, found in parts if found
    ]
    if not texts:
        texts = [text("Nothing that was read here bears on it. Documents are added by moderators.")]
    return CruxView(heading, *texts)


def _long(passage: Passage) -> str:
    said = f"{brief(single_line(passage.speaker), TITLE_SHOWN)}, " if passage.speaker else ""
    url = f" {brief(passage.url, URL_SHOWN)}" if passage.url and len(passage.url) < URL_SHOWN else ""
    source = f"-# {said}{brief(single_line(passage.title), TITLE_SHOWN)}{url}"
    return f"> “{brief(single_line(passage.text), LONG_PASSAGE_SHOWN)}”\n{source}"
