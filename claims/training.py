"""Fit the two heads to labelled sentences, and say how well they judge documents they haven't seen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from claims.embed import MiniLM, embedder
from claims.features import NAMES as FEATURES
from claims.features import boilerplate, features
from claims.figures import Figures, figures_of
from claims.heads import NAMES, Head, Weights
from forecasts.errors import InvalidInputError

BORDERLINE = 0.5  # what a label is worth on which experts disagree
_KINDS = ("rules", "model")
# Inverse strength of the L2 penalty, and a factor on the embedding's length, which weakens the penalty there.
# Chosen inside the folds of a nested leave-one-document-out; neighbouring values do as well.
_STRENGTH = {"claim": (1.0, 2.0), "forecastable": (0.1, 4.0)}
_WRITTEN = 3.0
_MOST_LOG_ODDS = 30.0

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Example:
    """A labelled sentence.

    Attributes
    ----------
    text
        As it stands in its document.
    claim, forecastable
        The two labels.
    document
        What is left out together; empty for an example written for training, which is never left out.
    borderline
        Counts half in fitting.
    """

    text: str
    claim: bool
    forecastable: bool
    document: str = ""
    borderline: bool = False


@dataclass(frozen=True)
class _Table:
    """Examples as numbers: what each shows, its embedding, its labels by head, and what it is worth."""

    shown: Matrix
    vectors: Matrix | None
    labels: Mapping[str, Matrix]
    worth: Matrix
    written: Matrix  # 1 for a sentence written for training, 0 for one of a document

    def only(self, rows: NDArray[np.bool_]) -> "_Table":
        vectors = None if self.vectors is None else self.vectors[rows]
        labels = {name: label[rows] for name, label in self.labels.items()}
        return _Table(self.shown[rows], vectors, labels, self.worth[rows], self.written[rows])


def shipped_examples() -> list[Example]:
    """Return the sentences of data/examples.txt, written for training on topics of all kinds.

    Examples
    --------
    >>> any(each.forecastable and not each.claim for each in shipped_examples())
    False
    """
    source = resources.files("claims").joinpath("data/examples.txt").read_text(encoding="utf-8")
    return [
        Example(text=line[3:], claim=line[0] == "C", forecastable=line[1] == "F")
        for line in source.splitlines()
        if line and not line.startswith("#")
    ]


def labelled_examples(rows: Iterable[Mapping[str, Any]], documents: Mapping[str, str]) -> list[Example]:
    """Read labels.

    Parameters
    ----------
    rows
        ``file``, ``claim``, ``forecastable``, perhaps ``borderline``, and ``text`` or ``start`` and ``end``.
    documents
        Texts by file name, for rows without ``text``.

    Raises
    ------
    InvalidInputError
        A row lacks a field, or its document isn't there.

    Examples
    --------
    >>> row = {"file": "a.txt", "start": 3, "end": 16, "claim": 1, "forecastable": 0}
    >>> labelled_examples([row], {"a.txt": "Hi.The gap grew."})[0].text
    'The gap grew.'
    """
    found = []
    for number, row in enumerate(rows, start=1):
        try:
            text = row["text"] if "text" in row else documents[row["file"]][row["start"] : row["end"]]
            found.append(
                Example(
                    text=str(text),
                    claim=bool(row["claim"]),
                    forecastable=bool(row["forecastable"]),
                    document=str(row["file"]),
                    borderline=bool(row.get("borderline")),
                )
            )
        except (KeyError, TypeError):
            raise InvalidInputError(
                f"Label {number} is incomplete. It needs file, claim, forecastable and text, or start and "
                "end and its document in the folder given with --documents."
            ) from None
    return found


def fit(examples: Sequence[Example]) -> Weights:
    """Fit both heads, without the model and, where MiniLM is installed, with it.

    Logistic regression with an L2 penalty, minimised by L-BFGS; boilerplate is left out, since it scores 0
    anyway. The forecastable intercept is raised so that a score of 0.5 stands where the expected F1 is best
    (Lipton et al. 2014, "Thresholding classifiers to maximize F1 score").

    Raises
    ------
    InvalidInputError
        Not both answers occur in the labels of a head.
    """
    own, given = (
        [each for each in examples if bool(each.document) is labelled] for labelled in (False, True)
    )
    how = (
        "Written by crux claims train: for each head a logistic regression with an L2 penalty.",
        "score = 1 / (1 + exp(-(intercept + sum of weights + direction x embedding - centre))).",
        f"Fitted to {len(own)} sentences written for training on topics of all kinds (data/examples.txt)",
        f"and {len(given)} labelled ones of {len({each.document for each in given})} documents.",
        "Borderline sentences count half, boilerplate not at all, and whether a sentence was written for",
        "training is a feature of the fit that is then dropped.",
        "rules: without the model. model: with all-MiniLM-L6-v2 (int8); direction is 384 float16 in base64.",
        "A forecastable score of 0.5 stands where the expected F1 is best.",
    )
    return replace(_fitted(_table(examples)), how=how)


def leave_one_document_out(examples: Sequence[Example]) -> list[Figures]:
    """Judge each document by heads fitted to all the others.

    Returns
    -------
    list of Figures
        For each kind of machine and each head, with and without borderline sentences.
    """
    table = _table(examples)
    documents = np.array([each.document for each in examples])
    scores = {(kind, name): np.zeros(len(examples)) for kind in _KINDS for name in NAMES}
    for document in sorted({each.document for each in examples} - {""}):
        left_out = documents == document
        weights = _fitted(table.only(~left_out))
        for kind in _KINDS if table.vectors is not None else _KINDS[:1]:
            for name, head in getattr(weights, kind).items():
                scores[kind, name][left_out] = _probabilities(head, table.only(left_out))
    judged = [index for index, each in enumerate(examples) if each.document]
    found = []
    for (kind, name), all_scores in scores.items():
        if kind == "rules" or table.vectors is not None:
            for without in (False, True):
                rows = [index for index in judged if not (without and examples[index].borderline)]
                found.append(
                    figures_of(
                        name,
                        kind,
                        without_borderline=without,
                        truths=[getattr(examples[index], name) for index in rows],
                        scores=[float(all_scores[index]) for index in rows],
                        documents=[examples[index].document for index in rows],
                    )
                )
    return found


def _table(examples: Sequence[Example]) -> _Table:
    furniture = np.array([boilerplate(each.text) is not None for each in examples], dtype=bool)
    shown = [features(each.text) for each in examples]
    model = embedder()
    vectors = (
        model.embed([each.text for each in examples]).astype(float) if isinstance(model, MiniLM) else None
    )
    worth = np.array([BORDERLINE if each.borderline else 1.0 for each in examples])
    return _Table(
        shown=np.array([[name in each for name in FEATURES] for each in shown], dtype=float),
        vectors=vectors,
        labels={name: np.array([getattr(each, name) for each in examples], dtype=float) for name in NAMES},
        worth=np.where(furniture, 0.0, worth),
        written=np.array([0.0 if each.document else 1.0 for each in examples]),
    )


def _fitted(table: _Table) -> Weights:
    table = table.only(table.worth > 0)
    heads = {
        kind: {name: _head(table, name, with_model=kind == "model") for name in NAMES} for kind in _KINDS
    }
    return Weights((), heads["rules"], heads["model"])


def _head(table: _Table, name: str, *, with_model: bool) -> Head:
    if not 0 < table.labels[name].sum() < len(table.worth):
        raise InvalidInputError(
            f"All labels for {name} are the same: there is nothing to learn. Label more sentences."
        )
    strength, factor = _STRENGTH[name]
    # Claims are rarer in documents than among sentences written for training: the column learns by how much.
    parts = [table.shown, _WRITTEN * table.written[:, None]]
    if with_model and table.vectors is not None:
        parts.append(table.vectors * factor)
    intercept, weights = _logistic_regression(np.hstack(parts), table.labels[name], table.worth, strength)
    head = Head(intercept, dict(zip(FEATURES, map(float, weights[: len(FEATURES)]), strict=True)))
    if with_model and table.vectors is not None:
        direction = (weights[len(FEATURES) + 1 :] * factor).astype(np.float32)
        centre = float(np.average(table.vectors @ direction, weights=table.worth))
        head = replace(head, intercept=intercept + centre, direction=direction, centre=centre)
    if name == "forecastable":
        judged = table.only(table.written == 0) if (table.written == 0).any() else table
        cut = _best_cut(_probabilities(head, judged), judged.worth)
        head = replace(head, intercept=head.intercept - float(np.log(cut / (1 - cut))))
    return head


def _probabilities(head: Head, table: _Table) -> Matrix:
    log_odds = head.intercept + table.shown @ np.array([head.weights[name] for name in FEATURES])
    if head.direction is not None and table.vectors is not None:
        log_odds = log_odds + table.vectors @ head.direction - head.centre
    return np.where(table.worth > 0, 1 / (1 + np.exp(-log_odds)), 0.0)


def _logistic_regression(
    rows: Matrix, truths: Matrix, worth: Matrix, strength: float
) -> tuple[float, Matrix]:
    """Minimise |w|^2 / 2 + strength * sum(worth * log-loss); the intercept is free."""
    from scipy.optimize import minimize  # noqa: PLC0415 (only training needs it)

    signs = 2 * truths - 1

    def loss(point: Matrix) -> tuple[float, Matrix]:
        margins = np.clip(signs * (rows @ point[1:] + point[0]), -_MOST_LOG_ODDS, _MOST_LOG_ODDS)
        pull = -signs * worth * strength / (1 + np.exp(margins))
        value = point[1:] @ point[1:] / 2 + strength * (worth @ np.log1p(np.exp(-margins)))
        return float(value), np.concatenate([[pull.sum()], rows.T @ pull + point[1:]])

    found = minimize(
        loss, np.zeros(rows.shape[1] + 1), jac=True, method="L-BFGS-B", options={"maxiter": 1000}
    )
    return float(found.x[0]), found.x[1:]


def _best_cut(probabilities: Matrix, worth: Matrix) -> float:
    """Threshold with the best expected F1: 2 * (expected hits) / (number kept + expected positives)."""
    order = np.argsort(-probabilities)
    hits = np.cumsum((probabilities * worth)[order])
    expected = 2 * hits / (np.cumsum(worth[order]) + hits[-1])
    return float(np.clip(probabilities[order][expected.argmax()], 0.05, 0.95))
