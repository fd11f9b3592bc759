"""The most debatable of many claims, one a topic."""

from collections.abc import Sequence

from claims.embed import Vectors
from claims.pipeline import Claim
from claims.topics import Topic, topics_of

MOST = 5
_DISPUTED, _FORECASTABLE = 0.15, 0.1  # beside the claim score, which is 1 at most


def most_debatable(
    claims: Sequence[Claim], vectors: Vectors | None = None, *, most: int = MOST
) -> list[tuple[int, Topic]]:
    """Choose the claims most worth debating, no two of one topic.

    A claim counts its claim score, plus 0.1 times how well it can be forecast, plus 0.15 if another claim of
    its topic contradicts what stands for the topic.

    Parameters
    ----------
    claims
        As `claims.pipeline.extract_claims` gives them, of any number of documents.
    vectors
        Of their standalone sentences, shape (N, D); made when missing.
    most
        How many.

    Returns
    -------
    list of (int, Topic)
        The index of each chosen claim with its topic, best first.

    Examples
    --------
    >>> from claims.ingest import document_from_text
    >>> from claims.pipeline import extract_claims
    >>> text = "Rents will fall in Bonn by 2027. Wheat exports will double because of the drought."
    >>> claims = extract_claims([document_from_text(text, "a.txt")])
    >>> sorted(index for index, _ in most_debatable(claims))
    [0, 1]
    """

    def worth(index: int) -> float:
        return claims[index].claim + _FORECASTABLE * claims[index].forecastable

    chosen = []
    for topic in topics_of(claims, vectors):
        best = max(topic.claims, key=lambda index: (worth(index), -index))
        chosen.append((worth(best) + _DISPUTED * bool(topic.quotes_against), best, topic))
    chosen.sort(key=lambda each: (-each[0], each[1]))
    return [(index, topic) for _, index, topic in chosen[:most]]
