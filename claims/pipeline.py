"""The whole way from documents to ranked claims."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from claims.duplicates import first_occurrences
from claims.features import boilerplate
from claims.heads import Weights
from claims.ingest import Document
from claims.rank import KEPT_FROM, rank
from claims.resolve import standalone
from claims.segment import Sentence, sentences
from claims.wording import speaker, tidied

_REACH = 3  # sentences in which what a sentence points back to is looked for


@dataclass(frozen=True)
class Claim:
    """A sentence of a document with its scores.

    Attributes
    ----------
    file
        Name of the document.
    start, end
        Code point offsets: ``text == document.text[start:end]``.
    text
        The verbatim quote.
    standalone
        The sentence for reading apart from its document; see `claims.resolve.standalone`.
    claim, forecastable
        In [0, 1], 1 is best; see `claims.rank.Rank`.
    reasons
        Why, for a moderator.
    speaker
        Who says it: the person whom the sentence plainly names, else the author of its comment or document.
    """

    file: str
    start: int
    end: int
    text: str
    standalone: str
    claim: float
    forecastable: float
    reasons: tuple[str, ...]
    speaker: str | None


def extract_claims(
    documents: Iterable[Document], *, keep_all: bool = False, weights: Weights | None = None
) -> list[Claim]:
    r"""Find the claims of some documents.

    Kept are sentences whose claim score reaches 0.5 and which repeat no earlier one, in the order in which
    the documents are given; boilerplate never is. Cost is linear in the length of the documents.

    Parameters
    ----------
    documents
        What to read; repeats are merged across all of them.
    keep_all
        Give every sentence instead, boilerplate and repeats too; a repeat says what it repeats.
    weights
        Of the heads that rank; those in use where none are given.

    Returns
    -------
    list of Claim
        Sorted by file and start.

    Examples
    --------
    >>> from claims.ingest import document_from_text
    >>> text = "8 Comments\nExport controls have failed because the model gap narrowed."
    >>> [each.text for each in extract_claims([document_from_text(text, "thread.txt")])]
    ['Export controls have failed because the model gap narrowed.']
    """
    found = [claim for document in documents for claim in _ranked(document, weights)]
    firsts = first_occurrences([each.text for each in found])
    if keep_all:
        for index, first in enumerate(firsts):
            if first != index:
                note = f"repeats {found[first].file}, offset {found[first].start}"
                found[index] = replace(found[index], reasons=(note, *found[index].reasons))
    else:
        found = [
            each for index, each in enumerate(found) if firsts[index] == index and each.claim >= KEPT_FROM
        ]
    return sorted(found, key=lambda each: (each.file, each.start))


def _ranked(document: Document, weights: Weights | None) -> Iterator[Claim]:
    cut = sentences(document.text)
    ranks = rank([each.text for each in cut], weights=weights)
    for index, (sentence, scores) in enumerate(zip(cut, ranks, strict=True)):
        yield Claim(
            file=document.name,
            start=sentence.start,
            end=sentence.end,
            text=sentence.text,
            standalone=_standalone(document, cut, index),
            claim=scores.claim,
            forecastable=scores.forecastable,
            reasons=scores.reasons,
            speaker=speaker(tidied(sentence.text)) or document.author_at(sentence.start),
        )


def _standalone(document: Document, cut: list[Sentence], index: int) -> str:
    """Say a sentence apart from its document, after those that the same author wrote just before it."""
    sentence, before = cut[index], predecessors(document, cut, index)
    return standalone(
        sentence.text,
        [each.text for each in before],
        same_paragraph=bool(before) and "\n" not in document.text[before[-1].end : sentence.start],
    )


def predecessors(document: Document, cut: list[Sentence], index: int) -> list[Sentence]:
    """Give the sentences, at most three, that the same author wrote just before one, the nearest last."""
    before: list[Sentence] = []
    part = document.part_at(cut[index].start)
    for earlier in reversed(cut[max(0, index - _REACH) : index]):
        if document.part_at(earlier.start) != part or boilerplate(earlier.text):
            break
        before.insert(0, earlier)
    return before
