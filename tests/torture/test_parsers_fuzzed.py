"""Parsers are fed with good input, bent at random: each answers with a result or with one sentence."""

import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest

import claims.ingest
from bot.cli.demo import shipped_documents
from bot.cli.relating import _of_pairs
from bot.cli.training import _rows
from claims.document import DocumentError
from claims.heads import NAMES, Head, Weights, read_weights, written_weights
from claims.ingest import read_document
from claims.links import Relation
from claims.linting.reading import read_questions
from claims.pipeline import extract_claims
from claims.readers.reading import UnreadableError
from claims.readers.worker import READERS
from forecasts.deadlines import parse_deadline
from forecasts.errors import ForecastError
from forecasts.files.forecasts import read_forecasts
from forecasts.files.questions import read_questions as read_scored_questions
from forecasts.past import parse_past
from forecasts.probability import parse_probability
from forecasts.records.files import read_object, read_rows
from tests.claims.test_reader_pdf import lines, pages
from tests.claims.test_reader_poison import ENGLISH, ITEM, feed, page
from tests.engines import folder_in_memory
from tests.torture.columns import times
from tests.torture.figures import Record
from tests.torture.fuzzing import Bender

NOW = datetime(2028, 2, 28, 23, 30, tzinfo=UTC)  # the next day exists in a leap year only
ZONES = itertools.cycle(
    ZoneInfo(name) for name in ("UTC", "America/New_York", "Asia/Kolkata", "Pacific/Apia")
)
TEXTS = [Path(each).read_bytes()[:800] for each in shipped_documents()]
QUESTIONS = b"id,kind,options,opens_at,closes_at,known_at,outcome\n" + b"".join(
    b"q%d,binary,,2027-01-01T00:00:00Z,2027-02-01T00:00:00Z,,yes\n" % number for number in range(3)
) + b"c,choice,a|b|c,2027-01-01T00:00:00Z,2027-02-01T00:00:00Z,2027-01-20T00:00:00Z,b\n"  # fmt: skip
FORECASTS = b"question,member,at,probabilities\n" + b"".join(
    b"q%d,m%d,2027-01-0%dT00:00:00Z,0.%d\n" % (number % 3, number, 1 + number, number) for number in range(8)
)
TYPED = [
    b"70%", b"0,7", b"7/10", b"2:1", b"1 in 3", b"about 60 percent", b"31 Dec", b"2028-12-31 18:00",
    b"in 3 weeks", b"next Friday", b"mid-2029", b"Q3", b"end of March", b"by year-end", b"before 2030",
    b"2 days ago", b"yesterday",
]  # fmt: skip
RECORD = b'{"id": 1, "at": "2027-01-01T00:00:00Z", "values": [0.5, null]}\n'
HEADS = {name: Head(-1.0, {"figure": 0.5, "will": 2.0}) for name in NAMES}
FEWEST = 40  # inputs, however slow the machine: some of them are taken, and some refused
Parser = Callable[[bytes, Path], object]


def _document(name: str, data: bytes, _: Path) -> None:
    document = read_document(data, name)
    assert document.text.encode()
    assert document.title.encode()
    for part in document.parts:
        assert 0 <= part.start <= part.end <= len(document.text)
    for claim in extract_claims([document]):
        assert claim.text == document.text[claim.start : claim.end]


def _probability(data: bytes, _: Path) -> None:
    assert 0 <= parse_probability(data.decode("utf-8", "replace")) <= 1


def _deadline(data: bytes, _: Path) -> None:
    found = parse_deadline(data.decode("utf-8", "replace"), now=NOW, zone=next(ZONES))
    assert NOW < found < NOW + timedelta(days=3_660)


def _past(data: bytes, _: Path) -> None:
    assert parse_past(data.decode("utf-8", "replace"), now=NOW, zone=next(ZONES)) <= NOW


def _scored(data: bytes, file: Path) -> None:
    file.write_bytes(data)
    questions = read_scored_questions(str(file))
    assert len({each.id for each in questions}) == len(questions)


def _forecasts(data: bytes, file: Path) -> None:
    other = file.with_name("questions.csv")
    other.write_bytes(QUESTIONS)
    file.write_bytes(data)
    read_forecasts(str(file), read_scored_questions(str(other)))


def _linted(name: str, data: bytes, _: Path) -> None:
    assert read_questions(data.decode("utf-8", "replace"), name)


def _records(data: bytes, file: Path) -> None:
    file.write_bytes(data)
    for _, row in read_rows(file, {"id": (int,), "at": (str,)}):
        assert isinstance(row["id"], int)


def _manifest(data: bytes, file: Path) -> None:
    file.write_bytes(data)
    assert isinstance(read_object(file), dict)


def _weights(data: bytes, file: Path) -> None:
    file.write_bytes(data)
    read_weights(file)


def _labels(data: bytes, file: Path) -> None:
    file.write_bytes(data)
    assert isinstance(_rows(file), list)


def _pairs(data: bytes, file: Path) -> None:
    file.write_bytes(data)
    for found in _of_pairs(file):
        assert found["relation"] in get_args(Relation)


PARSERS: dict[str, tuple[Parser, list[bytes]]] = {
    "plain text": (partial(_document, "a.txt"), TEXTS),
    "HTML": (
        partial(_document, "a.html"),
        [
            page(
                f"<title>{ENGLISH}</title>", f"<article><p>{ENGLISH}</p><ul><li>{ENGLISH}</li></ul></article>"
            )
        ],
    ),
    "feed": (partial(_document, "a.rss"), [feed(ITEM * 3), feed(ITEM, encoding="utf-16")]),
    "PDF": (partial(_document, "a.pdf"), [pages(lines(*[ENGLISH] * 3))]),
    "probability": (_probability, TYPED),
    "deadline": (_deadline, TYPED),
    "past": (_past, TYPED),
    "questions to score": (_scored, [QUESTIONS]),
    "forecasts to score": (_forecasts, [FORECASTS]),
    "questions to lint, JSON": (
        partial(_linted, "a.json"),
        [b'[{"kind": "binary", "title": "Will it rain on 1 May 2029?", "criteria": "Resolves YES if so."}]'],
    ),
    "questions to lint, YAML": (
        partial(_linted, "a.yaml"),
        [b"- kind: binary\n  title: Will it rain on 1 May 2029?\n  criteria: |\n    Resolves YES if so.\n"],
    ),
    "records": (_records, [RECORD]),
    "manifest": (_manifest, [RECORD]),
    "labels": (_labels, [b'{"file": "a.txt", "start": 0, "end": 9, "text": "It rains.", "claim": 1}\n' * 3]),
    "pairs": (_pairs, [b'{"a": "The gap will narrow.", "b": "The gap will not narrow."}\n']),
    "weights": (_weights, [written_weights(Weights(("by hand",), HEADS, HEADS)).encode()]),
}


def in_process(kind: str, data: bytes, *, name: str, **options: str) -> dict[str, Any]:
    """Read as the worker does, but here: a process for each file would take half a second."""
    try:
        return asdict(READERS[kind](data, **options))
    except UnreadableError as error:
        raise DocumentError(f"{name} {error}") from None
    except Exception:  # noqa: BLE001 (the worker says of any other that the file is damaged)
        raise DocumentError(f"{name} is damaged. Save it anew, or paste its text.") from None


@pytest.fixture
def file() -> Iterator[Path]:
    """Give the file that parsers of files read."""
    with folder_in_memory() as place:
        yield place / "file"


@pytest.mark.parametrize("name", PARSERS)
def test_bent_input_gives_a_result_or_a_sentence(
    name: str, file: Path, monkeypatch: pytest.MonkeyPatch, record: Record
) -> None:
    """No other exception leaves a parser, and what it takes is in its bounds."""
    monkeypatch.setattr(claims.ingest, "read_isolated", in_process)
    parse, good = PARSERS[name]
    for each in good:
        with suppress(ForecastError):  # what is loaded at the first use isn't the input's
            parse(each, file)
    became: Counter[str] = Counter()
    began, ends = time.process_time(), time.process_time() + times("fuzz_seconds") / len(PARSERS)
    for seed in itertools.count():
        data = Bender(good, seed).bent()
        try:
            parse(data, file)
        except ForecastError as error:
            became["refused"] += 1
            became["without a word"] += not str(error).strip()
        except Exception as error:
            raise AssertionError(f"{name}, {seed}: {data!r:.300}") from error
        else:
            became["taken"] += 1
        if seed >= FEWEST and time.process_time() > ends:
            break
    record(name, inputs=became.total(), taken=became["taken"], cpu_seconds=time.process_time() - began)
    assert became["without a word"] == 0
    assert min(became["taken"], became["refused"]) > 0
