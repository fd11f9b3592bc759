"""Whole documents: which of the rules' results are worth asking the model about."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from claims.document import Document
from claims.links import LinkedPair
from claims.llm.model import Answer, Consultation
from claims.pipeline import Claim, predecessors
from claims.resolve import points_back
from claims.segment import sentences

WORDED = "made to stand alone by the model"
"""What the reasons of a claim hold whose standalone sentence is the model's."""


def with_standalones(
    consultation: Consultation, document: Document, claims: Sequence[Claim]
) -> tuple[list[Claim], str]:
    """Let the model say what those claims point back to of which the rules weren't sure, best claims first.

    Returns
    -------
    list of Claim
        The same, in their order; the reasons of one that the model worded end with `WORDED`.
    str
        A sentence for the moderator; empty when there was nothing to ask.
    """
    cut = sentences(document.text)
    place = {sentence.start: index for index, sentence in enumerate(cut)}
    found = list(claims)
    unsure = [
        at for at, each in enumerate(claims) if "[after: " in each.standalone or points_back(each.standalone)
    ]
    answers: list[Answer[str]] = []
    for at in sorted(unsure, key=lambda at: -claims[at].claim):
        claim = claims[at]
        before = predecessors(document, cut, place[claim.start]) if claim.start in place else []
        answer = consultation.resolve(claim.text, [each.text for each in before], claim.standalone)
        answers.append(answer)
        if answer.by == "model":
            found[at] = replace(claim, standalone=answer.value, reasons=(*claim.reasons, WORDED))
    return found, summary(answers)


def with_links(
    consultation: Consultation, texts: Sequence[str], pairs: Sequence[LinkedPair]
) -> tuple[list[LinkedPair], str]:
    """Let the model judge the pairs that the rules found, tensions and the unsure first, duplicates never.

    Parameters
    ----------
    texts, pairs
        As given to `claims.links.relations`, and what it gave.

    Returns
    -------
    list of LinkedPair
        The same pairs in their order, without those that have nothing to do with each other after all.
    str
        A sentence for the moderator; empty when there was nothing to ask.
    """
    found = list(pairs)
    open_ones = [at for at, pair in enumerate(pairs) if pair.link.relation != "duplicate"]
    answers = []
    for at in sorted(
        open_ones, key=lambda at: (pairs[at].link.relation != "contradict", pairs[at].link.confidence)
    ):
        pair = pairs[at]
        answer = consultation.link(texts[pair.a], texts[pair.b], pair.link)
        answers.append(answer)
        found[at] = LinkedPair(pair.a, pair.b, answer.value)
    return [pair for pair in found if pair.link.relation != "none"], summary(answers)


def summary(answers: Sequence[Answer[Any]]) -> str:
    """Say in a sentence how many answers are the model's, and why the first of the others isn't.

    Examples
    --------
    >>> summary([Answer("", "model", "Worded by the model."), Answer("", "rules", "No model is configured.")])
    '1 of 2 by the model; the rest by the rules. No model is configured.'
    """
    if not answers:
        return ""
    others = [each.note for each in answers if each.by == "rules"]
    done = f"{len(answers) - len(others)} of {len(answers)} by the model"
    return f"{done}; the rest by the rules. {others[0]}" if others else f"{done}."
