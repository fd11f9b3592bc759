"""Which pool would have been best on the questions at hand: by cross-validation, question by question."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecasts.aggregation.catalogue import mean_pool, median_pool, odds_pool, recency_weights
from forecasts.aggregation.fitting import fitted_factor, log_margins
from forecasts.aggregation.pools import extremizing_factor
from forecasts.scoring.brier import brier_scores

FOLDS = 10
FIXED_FACTOR = 2.5
_NORMAL_95 = 1.96


@dataclass(frozen=True, eq=False)
class Crowd:
    """G questions of one kind with equally many forecasts, and what came true.

    Attributes
    ----------
    kind
        "binary", "choice" or "ladder".
    forecasts
        Shape (G, n, m), the oldest first.
    outcome
        Shape (G,).
    """

    kind: str
    forecasts: NDArray[np.float64]
    outcome: NDArray[np.int64]


@dataclass(frozen=True)
class PoolResult:
    """How a pool did.

    Attributes
    ----------
    pool, recency
        Its name, and whether it weighs by recency.
    questions
        How many it was compared on.
    brier
        Mean Brier in [0, 1]; 0 is best.
    difference
        That minus the plain median's; negative is better than the median.
    low, high
        The difference's 95 % interval, from its spread over the questions; None with one question.
    """

    pool: str
    recency: bool
    questions: int
    brier: float
    difference: float
    low: float | None
    high: float | None


def compare_pools(crowds: Sequence[Crowd], *, rng: np.random.Generator) -> list[PoolResult]:
    """Compare the catalogue on questions whose outcome is known.

    Parameters
    ----------
    crowds
        The questions, each once.
    rng
        Deals the questions into ten folds (as many as questions when there are fewer).

    Returns
    -------
    list of PoolResult
        Best first: median, mean, geometric mean of odds, Crux pool, a fixed factor of 2.5 and a fitted
        one, each plain and by recency. The fitted factor of a question is fitted to the other folds only,
        so it is there with two questions or more. Empty without any question.

    Examples
    --------
    >>> sure = Crowd("binary", np.array([[[0.6], [0.6]]] * 4), np.array([1, 1, 1, 1]))
    >>> best = compare_pools([sure], rng=np.random.default_rng(1))[0]
    >>> best.pool, round(best.difference, 4)  # the others all went its way, so it goes as far as it can
    ('fitted factor', -0.1597)
    """
    if not crowds:
        return []
    total = sum(len(crowd.outcome) for crowd in crowds)
    fold = rng.permutation(total) % min(FOLDS, total)
    folds = np.split(fold, np.cumsum([len(crowd.outcome) for crowd in crowds])[:-1])
    scores: dict[tuple[str, bool], NDArray[np.float64]] = {}
    for recency in (False, True):
        parts = [_fixed_pools(crowd, recency=recency) for crowd in crowds]
        scores |= {(name, recency): np.concatenate([part[name] for part in parts]) for name in parts[0]}
        if total > 1:
            scores["fitted factor", recency] = _fitted_pool(crowds, folds, recency=recency)
    median = scores["median", False]
    results = [_result(name, brier, median, recency=recency) for (name, recency), brier in scores.items()]
    return sorted(results, key=lambda result: result.brier)


def _fixed_pools(crowd: Crowd, *, recency: bool) -> Mapping[str, NDArray[np.float64]]:
    p, kind, weights = crowd.forecasts, crowd.kind, _weights(crowd, recency=recency)
    d = float(extremizing_factor(p.shape[1]))
    pooled = {
        "median": median_pool(p, kind=kind, weights=weights),
        "mean": mean_pool(p, kind=kind, weights=weights),
        "geometric mean of odds": odds_pool(p, kind=kind, weights=weights),
        "crux": odds_pool(p, kind=kind, weights=weights, factor=d),
        "fixed factor": odds_pool(p, kind=kind, weights=weights, factor=FIXED_FACTOR),
    }
    return {name: brier_scores(forecast, crowd.outcome, kind=kind) for name, forecast in pooled.items()}


def _fitted_pool(
    crowds: Sequence[Crowd], folds: Sequence[NDArray[np.int64]], *, recency: bool
) -> NDArray[np.float64]:
    scores = [np.empty(len(crowd.outcome)) for crowd in crowds]
    for held_out in range(max(int(fold.max()) for fold in folds) + 1):
        margins = [
            log_margins(
                crowd.forecasts[fold != held_out],
                crowd.outcome[fold != held_out],
                kind=crowd.kind,
                weights=_weights(crowd, recency=recency),
            )
            for crowd, fold in zip(crowds, folds, strict=True)
        ]
        factor = fitted_factor(margins)
        for crowd, fold, score in zip(crowds, folds, scores, strict=True):
            mine, weights = fold == held_out, _weights(crowd, recency=recency)
            pooled = odds_pool(crowd.forecasts[mine], kind=crowd.kind, weights=weights, factor=factor)
            score[mine] = brier_scores(pooled, crowd.outcome[mine], kind=crowd.kind)
    return np.concatenate(scores)


def _weights(crowd: Crowd, *, recency: bool) -> NDArray[np.float64] | None:
    return recency_weights(crowd.forecasts.shape[1]) if recency else None


def _result(
    name: str, brier: NDArray[np.float64], median: NDArray[np.float64], *, recency: bool
) -> PoolResult:
    difference, n = brier - median, brier.size
    middle = float(difference.mean())
    half = _NORMAL_95 * float(difference.std(ddof=1)) / n**0.5 if n > 1 else None
    return PoolResult(
        pool=name,
        recency=recency,
        questions=n,
        brier=float(brier.mean()),
        difference=middle,
        low=None if half is None else middle - half,
        high=None if half is None else middle + half,
    )
