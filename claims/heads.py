"""The two linear heads, *claim* and *forecastable*, and the data file that holds them."""

import base64
import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecasts.errors import InvalidInputError

NAMES = ("claim", "forecastable")
MODEL = "model"  # the name under which a head's pull from the embedding stands among those of the features

Vector = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Head:
    """A linear head.

    Attributes
    ----------
    intercept
        Log-odds of a sentence that shows nothing and whose embedding is an average one.
    weights
        From each feature of `claims.features` to what it adds to the log-odds where it holds.
    direction
        What the embedding is multiplied with, shape (384,); None for the head that works without the model.
    centre
        Product of direction and embedding for an average sentence, subtracted: a pull of 0 says nothing.
    """

    intercept: float
    weights: Mapping[str, float]
    direction: Vector | None = None
    centre: float = 0.0

    def pulls(self, shown: Collection[str], vector: Vector | None = None) -> dict[str, float]:
        """Give what each feature that holds adds to the log-odds, and the embedding as `MODEL`.

        Examples
        --------
        >>> Head(-1.0, {"short": -0.5, "cause": 0.75}).pulls({"cause"})
        {'cause': 0.75}
        """
        found = {name: self.weights[name] for name in shown if name in self.weights}
        if vector is not None and self.direction is not None:
            found[MODEL] = float(self.direction @ vector) - self.centre
        return found

    def score(self, pulls: Mapping[str, float]) -> float:
        """Logistic function of the intercept and the pulls, in [0, 1], to three decimals; 1 is best.

        Examples
        --------
        >>> Head(-1.0, {}).score({"cause": 1.0})
        0.5
        """
        return round(1 / (1 + math.exp(-(self.intercept + sum(pulls.values())))), 3)


@dataclass(frozen=True, eq=False)
class Weights:
    """Everything that training decides.

    Attributes
    ----------
    how
        How the numbers came about, a sentence a line.
    rules, model
        The heads by name (`NAMES`): for a machine without MiniLM, and for one with it.
    """

    how: tuple[str, ...]
    rules: Mapping[str, Head]
    model: Mapping[str, Head]


def shipped_weights() -> Weights:
    """Return the weights of data/weights.json."""
    return parsed_weights(resources.files("claims").joinpath("data/weights.json").read_text(encoding="utf-8"))


def read_weights(path: Path) -> Weights:
    """Return the weights of a file that ``crux claims train`` wrote.

    Raises
    ------
    InvalidInputError
        The file can't be read, or holds something else.
    """
    try:
        return parsed_weights(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise InvalidInputError(
            f"{path} holds no weights of this version. Write them anew: crux claims train --out {path}"
        ) from None


@cache
def _in_use() -> list[Weights]:
    return [shipped_weights()]


def weights_in_use() -> Weights:
    """Return the weights that rank where a caller gives none: the shipped ones, or those last adopted."""
    return _in_use()[0]


def adopt_weights(weights: Weights) -> None:
    """Rank with these from now on, in this process: a host's own, set once at the start."""
    _in_use()[0] = weights


def parsed_weights(text: str) -> Weights:
    """Read weights from JSON.

    Raises
    ------
    KeyError, TypeError, ValueError
        It isn't what `written_weights` writes.
    """
    found = json.loads(text)
    heads = {kind: {name: _head(found[kind][name]) for name in NAMES} for kind in ("rules", "model")}
    return Weights(tuple(map(str, found["how"])), heads["rules"], heads["model"])


def written_weights(weights: Weights) -> str:
    """Write weights as JSON: numbers to three decimals, a direction as float16 in base64."""
    content = {
        "how": list(weights.how),
        "rules": {name: _plain(head) for name, head in weights.rules.items()},
        "model": {name: _plain(head) for name, head in weights.model.items()},
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _head(found: dict[str, Any]) -> Head:
    direction = None
    if "direction" in found:
        direction = np.frombuffer(base64.b64decode(found["direction"]), dtype="<f2").astype(np.float32)
    weights = {str(name): float(weight) for name, weight in found["weights"].items()}
    return Head(float(found["intercept"]), weights, direction, float(found.get("centre", 0.0)))


def _plain(head: Head) -> dict[str, Any]:
    weights = {name: round(weight, 3) for name, weight in sorted(head.weights.items(), key=lambda x: -x[1])}
    found: dict[str, Any] = {"intercept": round(head.intercept, 3), "weights": weights}
    if head.direction is not None:
        found["centre"] = round(head.centre, 3)
        found["direction"] = base64.b64encode(head.direction.astype("<f2").tobytes()).decode()
    return found
