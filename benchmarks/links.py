"""How well pairs of claims are told apart; with --write, fit the heads anew.

Run as ``python -m benchmarks.links PAIRS.jsonl [OTHERS.jsonl] [--write]``. PAIRS needs the fields a, b,
relation, a_file and b_file, and each is judged by heads fitted to the pairs of other documents; OTHERS needs
a, b and relation, and is judged with the weights as they stand.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from claims.embed import Embedder, TfIdf, embedder
from claims.link_training import LabelledPair, fitted_heads, left_out, shipped_pairs
from claims.links import Link, relate

DATA = Path(__file__).parents[1] / "claims" / "data" / "links.json"
HOW = [
    "Heads that say how two claims stand to each other: log-odds = intercept + sum of weight times feature.",
    "related: is there anything between them? contradict: if so, are they opposed?",
    "support: if they aren't, do they agree?",
    "The features are those of claims.links.pair_features; likeness is the cosine of the named embedder.",
    "Written by `python -m benchmarks.links PAIRS.jsonl --write` from labelled pairs and pair_examples.txt.",
]


def read_pairs(path: str) -> list[LabelledPair]:
    """Read labelled pairs, one JSON object a line."""
    rows = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]
    return [
        LabelledPair(
            row["a"],
            row["b"],
            row["relation"],
            frozenset(row[key] for key in ("a_file", "b_file") if key in row),
        )
        for row in rows
    ]


def figures(pairs: Sequence[LabelledPair], links: Sequence[Link]) -> str:
    """Precision, recall and F1 of "contradict" and of anything but "none"."""
    lines = []
    for name, wanted in (
        ("contradict", {"contradict"}),
        ("related", {"contradict", "support", "related", "duplicate"}),
    ):
        said = [link.relation in wanted for link in links]
        true = [pair.relation in wanted for pair in pairs]
        hits = sum(a and b for a, b in zip(said, true, strict=True))
        precision, recall = hits / max(sum(said), 1), hits / max(sum(true), 1)
        f1 = 2 * hits / max(sum(said) + sum(true), 1)
        lines.append(f"{name}: P {precision:.2f} R {recall:.2f} F1 {f1:.2f}")
    return "   ".join(lines)


def main() -> None:
    """Print the figures; with --write, fit to all of PAIRS first."""
    paths = [each for each in sys.argv[1:] if not each.startswith("--")]
    pairs = [*read_pairs(paths[0]), *shipped_pairs()]
    sources: list[Embedder] = list({each.name: each for each in (embedder(), TfIdf())}.values())
    if "--write" in sys.argv:
        heads = {source.name: fitted_heads(pairs, source) for source in sources}
        DATA.write_text(json.dumps({"how": HOW, "heads": heads}, indent=2) + "\n", encoding="utf-8")
    real = [index for index, pair in enumerate(pairs) if pair.documents]
    for source in sources:
        links = left_out(pairs, source, lambda pair: pair.documents)
        judged = figures([pairs[at] for at in real], [links[at] for at in real])
        print(f"{source.name}, documents left out: {judged}")
        for path in paths[1:]:
            others = read_pairs(path)
            found = relate([each.a for each in others], [each.b for each in others], source)
            print(f"{source.name}, {Path(path).name}: {figures(others, found)}")


if __name__ == "__main__":
    main()
