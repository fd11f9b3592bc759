"""How well scores agree with labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

KEPT_FROM = 0.5
_TOP = 5


@dataclass(frozen=True)
class Figures:
    """Agreement of one head with the labels; 1 is best for each figure.

    Attributes
    ----------
    head
        ``claim`` or ``forecastable``.
    kind
        ``model`` where embeddings were used, ``rules`` where not.
    without_borderline
        Whether sentences on which experts disagree were left out.
    sentences, positive
        How many were judged, and how many are positive by their label.
    precision, recall, f1
        Of the sentences whose score reaches 0.5, in [0, 1].
    mcc
        Matthews correlation, in [-1, 1]; 0 is chance.
    average_precision
        Mean precision at the rank of each positive, in [0, 1].
    precision_at_5
        Share of positives among the five best of a document, averaged over documents.
    """

    head: str
    kind: str
    without_borderline: bool
    sentences: int
    positive: int
    precision: float
    recall: float
    f1: float
    mcc: float
    average_precision: float
    precision_at_5: float


def figures_of(
    head: str,
    kind: str,
    *,
    without_borderline: bool,
    truths: Sequence[bool],
    scores: Sequence[float],
    documents: Sequence[str],
) -> Figures:
    """Compare scores with labels; the three sequences belong together.

    Examples
    --------
    >>> found = figures_of("claim", "rules", without_borderline=False, truths=[True, True, False],
    ...                    scores=[0.9, 0.2, 0.6], documents=["a", "a", "a"])
    >>> found.precision, found.recall, found.average_precision
    (0.5, 0.5, 0.833)
    """
    kept = [score >= KEPT_FROM for score in scores]
    true = sum(truth and keep for truth, keep in zip(truths, kept, strict=True))
    precision, recall = _share(true, sum(kept)), _share(true, sum(truths))
    return Figures(
        head=head,
        kind=kind,
        without_borderline=without_borderline,
        sentences=len(truths),
        positive=sum(truths),
        precision=round(precision, 3),
        recall=round(recall, 3),
        f1=round(_share(2 * true, sum(kept) + sum(truths)), 3),
        mcc=round(_matthews(true, sum(kept), sum(truths), len(truths)), 3),
        average_precision=round(_average_precision(truths, scores), 3),
        precision_at_5=round(_precision_at_top(truths, scores, documents), 3),
    )


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _matthews(true: int, kept: int, positive: int, total: int) -> float:
    """Matthews correlation from the margins of the table: (n TP - K P) / sqrt(K P (n - K) (n - P))."""
    return _share(total * true - kept * positive, sqrt(kept * positive * (total - kept) * (total - positive)))


def _average_precision(truths: Sequence[bool], scores: Sequence[float]) -> float:
    hits, total = 0, 0.0
    for rank, index in enumerate(sorted(range(len(scores)), key=lambda each: -scores[each]), start=1):
        if truths[index]:
            hits += 1
            total += hits / rank
    return _share(total, hits)


def _precision_at_top(truths: Sequence[bool], scores: Sequence[float], documents: Sequence[str]) -> float:
    shares = []
    for document in dict.fromkeys(documents):
        mine = [index for index, each in enumerate(documents) if each == document]
        top = sorted(mine, key=lambda index: -scores[index])[:_TOP]
        shares.append(_share(sum(truths[index] for index in top), len(top)))
    return _share(sum(shares), len(shares))
