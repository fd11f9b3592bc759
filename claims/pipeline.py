"""The whole way from documents to ranked claims."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from claims.duplicates import first_occurrences
from claims.ingest import Document
from claims.rank import KEPT_FROM, rank
from claims.segment import Sentence, sentences
from claims.wording import speaker, standalone


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
        The sentence tidied, for reading apart from its document.
    claim, forecastable
        In [0, 1], 1 is best; see `claims.rank.Rank`.
    reasons
        Why, for a moderator.
    speaker
        Who says it, where the sentence plainly says so.
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


def extract_claims(documents: Iterable[Document], *, keep_all: bool = False) -> list[Claim]:
    r"""Find the claims of some documents.

    Kept are sentences whose claim score reaches 0.5 and which repeat no earlier one, in the order in which
    the documents are given; boilerplate never is. Cost is linear in the length of the documents.

    Parameters
    ----------
    documents
        What to read; repeats are merged across all of them.
    keep_all
        Give every sentence instead, boilerplate and repeats too; a repeat says what it repeats.

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
    found = [_claim(document.name, each) for document in documents for each in sentences(document.text)]
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


def _claim(file: str, sentence: Sentence) -> Claim:
    scores = rank(sentence.text)
    return Claim(
        file=file,
        start=sentence.start,
        end=sentence.end,
        text=sentence.text,
        standalone=standalone(sentence.text),
        claim=scores.claim,
        forecastable=scores.forecastable,
        reasons=scores.reasons,
        speaker=speaker(standalone(sentence.text)),
    )
