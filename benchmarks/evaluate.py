"""Write the tables of docs/evaluation.md: how well the claims pipeline does on labelled documents.

``make evaluate``. The labels lie beside a checkout, in ``../shared/claims-eval`` and ``../shared/documents``;
without them the command says what is missing and leaves the report as it is.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.links import read_pairs
from claims.draft import Draft, Thesis, draft_documents
from claims.embed import Embedder, TfIdf, embedder
from claims.features import boilerplate, words_of
from claims.figures import Figures, figures_of
from claims.ingest import read_document
from claims.link_training import LabelledPair, left_out, shipped_pairs
from claims.links import Link, relate
from claims.lint import is_fit, lint
from claims.linting.question import QuestionText
from claims.linting.reading import read_questions
from claims.pipeline import extract_claims
from claims.training import Example, labelled_examples, leave_one_document_out, shipped_examples

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
LABELS = SHARED / "claims-eval"
REPORT = ROOT / "docs" / "evaluation.md"
OWN_PAIRS = ROOT / "tests" / "claims" / "pairs_of_our_own.jsonl"
OWN_QUESTIONS = ROOT / "tests" / "claims" / "lint_questions.jsonl"
TODAY = date(2026, 11, 22)  # drafts name dates: the same day gives the same report
SHORTEST = 8
KINDS = {"model": "MiniLM", "rules": "rules alone"}
# Topics of the labelled documents, by what their names begin with: one group is left out at a time.
GROUPS = {"chips": ("00",), "trade": ("d01", "d03"), "prices": ("d02",), "power": ("d05", "d06"),
          "AI and markets": ("d04", "d07", "d08", "d10", "d11", "d12"), "insurance": ("d09",)}  # fmt: skip

Rows = list[Sequence[object]]


def main() -> None:
    """Fill every table of the report between its marks."""
    missing = [
        str(path.relative_to(ROOT.parent)) for path in (LABELS, SHARED / "documents") if not path.is_dir()
    ]
    if missing:
        print(f"Nothing was measured: {' and '.join(missing)} must lie beside the checkout.")
        print("The report keeps the figures of its last run.")
        return
    text = REPORT.read_text(encoding="utf-8")
    for name, table in TABLES.items():
        print(f"measuring: {name}", flush=True)
        head, *rows = table()
        lines = [_line(head), _line(["---"] * len(head)), *(_line(row) for row in rows)]
        before, mark, rest = text.partition(f"<!-- {name} -->\n")
        _, end, after = rest.partition("<!-- end -->")
        if not mark or not end:
            raise SystemExit(f"{REPORT.name} has no place for the table {name!r}.")
        text = "\n".join([before + mark.rstrip(), *lines, end + after])
    REPORT.write_text(text, encoding="utf-8")
    print(f"Written to {REPORT.relative_to(ROOT)}.")


def claims_table() -> Rows:
    """Judge the heads by documents left out, beside two yardsticks."""
    examples = _examples()
    rows: Rows = [["how", "sentences", "F1", "MCC", "AP", "P@5"]]
    rows += [_yardstick("keep every sentence", examples, lambda _text: True)]
    rows += [_yardstick("at least 8 words, no question, no boilerplate", examples, _is_plain)]
    for name, judged in (("document", examples), ("topic group", _by_group(examples))):
        for each in leave_one_document_out([*shipped_examples(), *judged]):
            if each.head == "claim":
                rows.append(_row(f"{KINDS[each.kind]}, each {name} left out", each))
    return rows


def forecastable_table() -> Rows:
    """Judge the second head in the same way."""
    rows: Rows = [["how", "sentences", "F1", "MCC", "AP", "P@5"]]
    for name, judged in (("document", _examples()), ("topic group", _by_group(_examples()))):
        for each in leave_one_document_out([*shipped_examples(), *judged]):
            if each.head == "forecastable":
                rows.append(_row(f"{KINDS[each.kind]}, each {name} left out", each))
    return rows


def links_table() -> Rows:
    """Judge pairs: the given ones with their documents left out, our own with the shipped weights."""
    given, own = read_pairs(str(LABELS / "pairs.jsonl")), read_pairs(str(OWN_PAIRS))
    pairs = [*given, *shipped_pairs()]
    sources: list[Embedder] = list({each.name: each for each in (embedder(), TfIdf())}.values())
    rows: Rows = [["pairs", "by", "contradict P", "contradict R", "related F1", "repeats merged"]]
    for source in sources:
        judged = left_out(pairs, source, lambda pair: pair.documents)[: len(given)]
        rows.append(_pair_row("given, each document left out", source, given, judged))
        found = relate([each.a for each in own], [each.b for each in own], source)
        rows.append(_pair_row("our own, never fitted to", source, own, found))
    return rows


def lint_table() -> Rows:
    """Count what the linter accepts and rejects."""
    rows: Rows = [["questions", "good accepted", "bad rejected"]]
    for name, path in (("given", LABELS / "lint.jsonl"), ("our own", OWN_QUESTIONS)):
        text = path.read_text(encoding="utf-8")
        good = [json.loads(line)["label"] == "good" for line in text.splitlines() if line.strip()]
        fit = [is_fit(lint(each.text)) for each in read_questions(text, path.name)]
        accepted = sum(ok for ok, wanted in zip(fit, good, strict=True) if wanted)
        rejected = sum(not ok for ok, wanted in zip(fit, good, strict=True) if not wanted)
        rows.append([name, f"{accepted} of {sum(good)}", f"{rejected} of {len(good) - sum(good)}"])
    return rows


def drafts_table() -> Rows:
    """Count drafts, what is left blank in them, and what the linter says of the others."""
    rows: Rows = [
        ["documents", "claims", "questions", "with a blank", "lint-clean or with a blank", "theses"]
    ]
    for name, folder in (("the four real ones", SHARED / "documents"), ("the twelve", LABELS / "documents")):
        claims = extract_claims(
            [read_document(path.read_bytes(), path.name) for path in sorted(folder.iterdir())]
        )
        drafts = draft_documents(claims, today=TODAY)
        questions = [each for each in drafts if isinstance(each, Draft)]
        blank = [each for each in questions if each.incomplete]
        clean = [each for each in questions if each.incomplete or is_fit(lint(_text_of(each)))]
        theses = sum(isinstance(each, Thesis) for each in drafts)
        rows.append(
            [name, len(claims), len(questions), len(blank), f"{len(clean)} of {len(questions)}", theses]
        )
    return rows


def cost_table() -> Rows:
    """Time whole commands in processes of their own, with the model and without, and a growing document."""
    four = [str(path) for path in sorted((SHARED / "documents").iterdir())]
    rows: Rows = [["command", "by", "seconds", "MB at most"]]
    for kind, blocked in (("MiniLM", False), ("rules alone", True)):
        rows.append(
            ["extract, the four documents, cold", kind, *_cost(["extract", *four, "--json"], blocked=blocked)]
        )
    text = "\n".join(Path(path).read_text(encoding="utf-8") for path in four)
    for size in (100_000, 500_000, 1_000_000):
        with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
            file.write(_long(text, size))
            file.flush()
            rows.append([f"extract, {size // 1_000} kB", "MiniLM", *_cost(["extract", file.name, "--json"])])
    return rows


TABLES: dict[str, Callable[[], Rows]] = {
    "claims": claims_table,
    "forecastable": forecastable_table,
    "links": links_table,
    "lint": lint_table,
    "drafts": drafts_table,
    "cost": cost_table,
}


def _examples() -> list[Example]:
    rows = [json.loads(line) for line in (LABELS / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    return labelled_examples(rows, {})


def _by_group(examples: Sequence[Example]) -> list[Example]:
    """Call documents on one topic one document, so that they are left out together."""
    groups = {prefix: name for name, prefixes in GROUPS.items() for prefix in prefixes}
    found = []
    for each in examples:
        group = next(
            (name for prefix, name in groups.items() if each.document.startswith(prefix)), each.document
        )
        found.append(replace(each, document=group))
    return found


def _is_plain(text: str) -> bool:
    return len(words_of(text)) >= SHORTEST and not text.rstrip().endswith("?") and boilerplate(text) is None


def _yardstick(name: str, examples: Sequence[Example], keeps: Callable[[str], bool]) -> Sequence[object]:
    return _row(
        name,
        figures_of(
            "claim",
            "rules",
            without_borderline=False,
            truths=[each.claim for each in examples],
            scores=[float(keeps(each.text)) for each in examples],
            documents=[each.document for each in examples],
        ),
    )


def _row(name: str, found: Figures) -> Sequence[object]:
    which = f"{found.sentences} undisputed" if found.without_borderline else f"all {found.sentences}"
    shown = (found.f1, found.mcc, found.average_precision, found.precision_at_5)
    return [name, which, *(f"{figure:.3f}" for figure in shown)]


def _pair_row(
    name: str, source: Embedder, pairs: Sequence[LabelledPair], links: Sequence[Link]
) -> Sequence[object]:
    def share(wanted: set[str]) -> tuple[float, float, float]:
        said = [link.relation in wanted for link in links]
        true = [pair.relation in wanted for pair in pairs]
        hits = sum(a and b for a, b in zip(said, true, strict=True))
        return hits / max(sum(said), 1), hits / max(sum(true), 1), 2 * hits / max(sum(said) + sum(true), 1)

    precision, recall, _ = share({"contradict"})
    repeats = [
        link.relation == "duplicate" for link, pair in zip(links, pairs, strict=True) if pair.a == pair.b
    ]
    merged = f"{sum(repeats)} of {len(repeats)}" if repeats else "none given"
    related = share({"contradict", "support", "related", "duplicate"})[2]
    return [
        f"{len(pairs)} {name}",
        source.name,
        f"{precision:.2f}",
        f"{recall:.2f}",
        f"{related:.2f}",
        merged,
    ]


def _text_of(draft: Draft) -> QuestionText:
    fields: dict[str, Any] = {
        name: getattr(draft, name) for name in ("kind", "title", "criteria", "fine_print", "source")
    }
    return QuestionText(options=tuple(draft.options), default_outcome=draft.default_outcome, **fields)


def _long(text: str, size: int) -> str:
    """Repeat a text up to a size; a number in each sentence keeps them apart."""
    parts: list[str] = []
    length = 0
    while length < size:
        parts.append(re.sub(r"\. ", f" in case {len(parts)}. ", text))
        length += len(parts[-1])
    return "\n".join(parts).encode()[:size].decode(errors="ignore")


def _cost(command: list[str], *, blocked: bool = False) -> tuple[str, str]:
    """Return the seconds and megabytes of a ``crux claims`` command; blocked, it finds no model."""
    block = "sys.modules['onnxruntime'] = None\n" if blocked else ""
    code = (
        f"import sys, time\nstart = time.perf_counter()\n{block}"
        "from bot.__main__ import main\n"
        "sys.argv = ['crux', 'claims', *sys.argv[1:]]\n"
        "try:\n    main()\nexcept SystemExit as done:\n    assert not done.code\n"
        "peak = open('/proc/self/status').read().partition('VmHWM:')[2].split()[0]\n"
        "print(f'{time.perf_counter() - start:.2f} {int(peak) / 1000:.0f}', file=sys.stderr)\n"
    )
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", code, *command], cwd=ROOT, capture_output=True, text=True, check=True
    )
    seconds, megabytes = done.stderr.split()[-2:]
    return seconds, megabytes


def _line(cells: Sequence[object]) -> str:
    return f"| {' | '.join(str(cell) for cell in cells)} |"


if __name__ == "__main__":
    main()
