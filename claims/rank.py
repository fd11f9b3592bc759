"""Fourth step: how worth debating and how forecastable a sentence is, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from claims.embed import MiniLM, embedder
from claims.features import MAX_WORDS, boilerplate, features, words_of
from claims.heads import MODEL, Vector, Weights, weights_in_use

KEPT_FROM = 0.5
MOST_EMBEDDED = 400  # MiniLM reads 40 to 110 sentences a second
_MOST_REASONS = 5
_LEAST_PULL = 0.1  # log-odds: less explains nothing
_LEAST_OF_MODEL = 0.5

_SAYS = {
    "direction": "names a direction: {found}",
    "modality": "says what may, will or must be: {found}",
    "deadline": "names a time: {found}",
    "cause": "gives a cause or condition: {found}",
    "judgement": "judges: {found}",
    "attribution": "says who holds it: {found}",
    "measure": "names something measured: {found}",
    "event": "names an act that can be dated: {found}",
    "hedge": "hedges: {found}",
    "negation": "denies something: {found}",
    "opinion": "is given as an opinion: {found}",
    "name": "names somebody or something: {found}",
    "number": "gives a figure: {found}",
    "pointer": "points back: {found}",
    "comparison": "compares or generalises: {found}",
    "medium": "runs to 14 words or more",
    "full": "runs to 20 words or more",
    "long": "runs to 30 words or more",
    "feeling": "tells a feeling: {found}",
    "about_the_text": "talks about the text itself: {found}",
    "personal": "speaks of its author: {found}",
    "addressed": "speaks to the reader: {found}",
    "question": "is a question",
    "heading": "looks like a heading",
    "short": "is short",
    "tiny": "is very short",
}
_MODEL_SAYS = {True: "the language model takes it for a claim", False: "the language model takes it for talk"}
_BY_RULES_ALONE = "the document is long: judged by the rules alone"


@dataclass(frozen=True)
class Rank:
    """Scores of a sentence.

    Attributes
    ----------
    claim
        In [0, 1]: worth debating; 1 is best, kept from `KEPT_FROM` on.
    forecastable
        In [0, 1]: a question with a date and a public indicator follows directly; 1 is best.
    reasons
        At most five phrases for a moderator, those that weighed most on the claim score first; what weighed
        against begins with "against:".
    """

    claim: float
    forecastable: float
    reasons: tuple[str, ...]


def rank(texts: Sequence[str], *, weights: Weights | None = None) -> list[Rank]:
    """Score the sentences of a document.

    Each score is the logistic function of a linear head on the features that hold and, where MiniLM is
    installed, on the sentence's embedding. Of a long document the model reads only the `MOST_EMBEDDED`
    sentences that the rules are least sure of, so that time stays linear with a small factor; the others
    are judged by the rules alone and say so.

    Parameters
    ----------
    texts
        Sentences of one document, in any order.
    weights
        Those in use where none are given.

    Examples
    --------
    >>> [found] = rank(["The gap between US and Chinese models may be widening."])
    >>> found.claim > KEPT_FROM
    True
    >>> rank(["Expand full comment"])
    [Rank(claim=0.0, forecastable=0.0, reasons=('is boilerplate: Expand full comment',))]
    """
    weights = weights or weights_in_use()
    distinct = list(dict.fromkeys(texts))
    refused = {text: why for text in distinct if (why := _refusal(text))}
    shown = {text: features(text) for text in distinct if text not in refused}
    vectors = _embedded(shown, weights)
    ranks = {text: Rank(0.0, 0.0, (why,)) for text, why in refused.items()}
    for text, found in shown.items():
        ranks[text] = _ranked(found, vectors.get(text), weights, long=bool(vectors) and text not in vectors)
    return [ranks[text] for text in texts]


def _refusal(text: str) -> str:
    """Say why a sentence can't be a claim, whatever else it shows; empty when it can."""
    if found := boilerplate(text):
        return f"is boilerplate: {found}"
    return f"has more than {MAX_WORDS} words: no single claim" if len(words_of(text)) > MAX_WORDS else ""


def _embedded(shown: Mapping[str, dict[str, str]], weights: Weights) -> dict[str, Vector]:
    """Vectors of the sentences that the model reads; none where it isn't installed."""
    model = embedder()
    if not shown or not isinstance(model, MiniLM):
        return {}
    texts = list(shown)
    if len(texts) > MOST_EMBEDDED:
        head = weights.rules["claim"]
        texts.sort(key=lambda text: abs(head.intercept + sum(head.pulls(shown[text]).values())))
        texts = texts[:MOST_EMBEDDED]
    return dict(zip(texts, model.embed(texts), strict=True))


def _ranked(shown: dict[str, str], vector: Vector | None, weights: Weights, *, long: bool) -> Rank:
    heads = weights.rules if vector is None else weights.model
    pulls = heads["claim"].pulls(shown, vector)
    reasons = [
        ("" if pull > 0 else "against: ") + _SAYS[name].format(found=shown[name])
        if name != MODEL
        else _MODEL_SAYS[pull > 0]
        for name, pull in sorted(pulls.items(), key=lambda each: -abs(each[1]))
        if abs(pull) >= (_LEAST_OF_MODEL if name == MODEL else _LEAST_PULL)
    ][: _MOST_REASONS - long]
    return Rank(
        heads["claim"].score(pulls),
        heads["forecastable"].score(heads["forecastable"].pulls(shown, vector)),
        (*reasons, _BY_RULES_ALONE) if long else tuple(reasons),
    )
