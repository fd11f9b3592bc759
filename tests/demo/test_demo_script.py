"""`crux demo --script` plays the whole loop; what it exports, debates too, can be checked from outside."""

import itertools
import json
import re
import statistics
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from bot.cli.demo import shipped_documents
from bot.demo.debating import RATED_AT_ONCE
from tests.demo.conftest import Played
from tests.demo.debates import outside, seconds
from tests.torture.columns import is_release

SHARED = Path(__file__).parents[2] / ".." / "shared" / "documents"
EXACT = 1e-9
PERCENTAGE = re.compile(r"\d\s?%")
OTHERS = (
    "The gap between the two national rail networks narrowed last year, and it will narrow again.\n\n"
    "Officials expect that ticket prices will fall by a tenth before the end of next year.\n\n"
    "Share\n\nGreat post, thank you!\n"
)


def _document_sets() -> list[Any]:
    given = sorted(SHARED.glob("*.txt"))
    sets = [pytest.param(tuple(shipped_documents()), id="shipped"), pytest.param((), id="others")]
    if given and is_release():  # they are long, and their claims are tested by themselves
        sets.append(pytest.param(tuple(given), id="shared"))
    return sets


@pytest.fixture(scope="module")
def trains(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a document about something else, from another system."""
    path = tmp_path_factory.mktemp("trains") / "trains.txt"
    path.write_bytes(OTHERS.encode("utf-8").replace(b"\n", b"\r\n"))
    return path


@pytest.fixture(params=_document_sets())
def played(request: pytest.FixtureRequest, play: Callable[..., Played], trains: Path) -> Played:
    """Play each set of documents once."""
    return play(*(request.param or (trains,)))


def test_the_loop_is_closed(played: Played) -> None:
    """Claims become questions, questions are forecast, argued, resolved, scored and digested."""
    for name in ("claims", "questions", "forecasts", "arguments", "ratings", "shift_cards", "digests"):
        assert played.summary[name] >= 1, name
    assert played.summary["resolved"] == played.summary["questions"] == len(played.summary["brier"])


def test_claims_stand_where_they_say(played: Played) -> None:
    """Every exported claim equals its file's text at its offsets, newlines untranslated."""
    claims = played.objects("claims.jsonl")
    assert len(claims) == played.summary["claims"]
    for claim in claims:
        with Path(claim["file"]).open(encoding="utf-8", newline="") as file:
            assert file.read()[claim["start"] : claim["end"]] == claim["text"]


def test_every_question_quotes_a_document(played: Played) -> None:
    """Each opened question or thesis has a claim, and its card in the channel holds that claim's words."""
    claims = played.objects("claims.jsonl")
    asked = {claim["question"]: claim["text"] for claim in claims if claim["question"]}
    quoted = asked | {claim["thesis"]: claim["text"] for claim in claims if claim["thesis"]}
    cards = [
        m for m in played.objects("messages.jsonl") if str(m["payload"].get("nonce", "")).startswith("c")
    ]
    assert sorted(asked) == [int(row["id"]) for row in played.rows("questions.csv")]
    assert len(cards) == len(quoted)
    for card in cards:
        words = re.findall(r"\w+", quoted[card["question"]])[:6]
        assert re.search(r"\W+".join(words), json.dumps(card["payload"], ensure_ascii=False))


def test_sealed_means_sealed(played: Played) -> None:
    """No payload of a sealed question holds a percentage or an argument, but for its author's own."""
    arguments = _own_words(played)
    for message in played.objects("messages.jsonl"):
        if not message["sealed"]:
            continue
        said = json.dumps(_texts(message["payload"]), ensure_ascii=False)
        if message["viewer"] is None:
            assert not PERCENTAGE.search(said), said
        for viewer, words in arguments:
            assert message["viewer"] == viewer or words not in said


def _own_words(played: Played) -> list[tuple[str, str]]:
    """Read from the transcript who argued what while everything was sealed."""
    sent = [re.match(r"\S+ \S+  (\w+) sends the form: (.{20,}) \| $", line) for line in played.lines]
    return [(match[1], match[2].rstrip()[:40]) for match in sent if match and match[1] != "owl"]


def _texts(payload: Any) -> list[str]:
    if isinstance(payload, dict):
        own = [payload["content"]] if isinstance(payload.get("content"), str) else []
        return own + [text for value in payload.values() for text in _texts(value)]
    if isinstance(payload, list):
        return [text for value in payload for text in _texts(value)]
    return []


def test_brier_scores_follow_from_the_forecasts(played: Played) -> None:
    """The time-averaged Brier of every member, recomputed from the two tables alone, is the summary's."""
    for row in played.rows("questions.csv"):
        held = _held(played, row)
        outcome = {"yes": 1.0, "no": 0.0}[row["outcome"]]
        expected = {
            member: sum(seconds * (p - outcome) ** 2 for seconds, p in steps) / sum(s for s, _ in steps)
            for member, steps in held.items()
        }
        found = dict(played.summary["brier"][row["id"]])
        assert found.pop("uniform") == 0.25
        found.pop("median")
        assert found == pytest.approx(expected, abs=1e-9)


def test_the_median_is_scored_over_time(played: Played) -> None:
    """The median of the forecasts in force, taken anew at every change, gives the summary's figure."""
    for row in played.rows("questions.csv"):
        outcome = {"yes": 1.0, "no": 0.0}[row["outcome"]]
        opens, end = _window(row)
        changes = sorted({min(max(at, opens), end) for at, _, _ in _forecasts(played, row["id"])} | {end})
        area = seconds = 0.0
        for start, stop in itertools.pairwise(changes):
            now = [p for p in _in_force(played, row["id"], start).values() if p is not None]
            area += (stop - start) * (statistics.median(now) - outcome) ** 2
            seconds += stop - start
        assert played.summary["brier"][row["id"]]["median"] == pytest.approx(area / seconds, abs=1e-9)


def _window(row: dict[str, str]) -> tuple[float, float]:
    ends = [row["closes_at"], *filter(None, [row["known_at"]])]
    return seconds(row["opens_at"]), min(seconds(end) for end in ends)


def _forecasts(played: Played, question: str) -> list[tuple[float, str, float | None]]:
    return [
        (seconds(row["at"]), row["member"], float(row["probabilities"]) if row["probabilities"] else None)
        for row in played.rows("forecasts.csv")
        if row["question"] == question
    ]


def _in_force(played: Played, question: str, moment: float) -> dict[str, float | None]:
    return {member: p for at, member, p in _forecasts(played, question) if at <= moment}


def _held(played: Played, row: dict[str, str]) -> dict[str, list[tuple[float, float]]]:
    opens, end = _window(row)
    steps: dict[str, list[tuple[float, float]]] = defaultdict(list)
    latest: dict[str, tuple[float, float | None]] = {}
    for at, member, p in [*_forecasts(played, row["id"])]:
        if member in latest:
            _close(steps, member, latest[member], at, opens, end)
        latest[member] = (at, p)
    for member, last in latest.items():
        _close(steps, member, last, end, opens, end)
    return steps


def _close(
    steps: dict[str, list[tuple[float, float]]],
    member: str,
    given: tuple[float, float | None],
    until: float,
    opens: float,
    end: float,
) -> None:
    start, stop = max(given[0], opens), min(until, end)
    if given[1] is not None and stop > start:
        steps[member].append((stop - start, given[1]))


def test_the_shipped_question(played: Played) -> None:
    """One question from the shipped documents is the one the project is known by."""
    if "newsletter.txt" not in {Path(claim["file"]).name for claim in played.objects("claims.jsonl")}:
        pytest.skip("these are not the shipped documents")
    assert any("Will the model gap narrow by year-end?" in line for line in played.lines)


def test_persuasion_insight_and_bridges_follow_from_the_files(shipped: Played) -> None:
    """Each argument's three figures, as the bot has them, to 1e-9."""
    compared = 0
    for question in outside(shipped):
        for review in shipped.reviews[question.number].arguments:
            assert review.persuasion == pytest.approx(question.persuasion(review.id), abs=EXACT)
            assert review.bridge == pytest.approx(question.bridge(review.id), abs=EXACT)
            if review.insight is not None:
                assert review.insight == pytest.approx(question.insight(review.id), abs=EXACT)
                compared += 1
    assert compared >= 5


def test_the_groups_are_those_of_the_bot(shipped: Played) -> None:
    """Sizes and medians; some questions have two groups and some don't."""
    sizes = []
    for question in outside(shipped):
        camps, upper = shipped.reviews[question.number].camps, question.upper()
        sizes.append(len(upper))
        assert (camps.lower_size + camps.upper_size if camps else 0) == len(upper)
        assert (camps.upper_size if camps else 0) == sum(upper.values())
    assert any(sizes)


def test_first_to_last_follows_from_the_files(shipped: Played) -> None:
    """Brier of the median sealed forecast minus that of the median final one, averaged over questions."""
    gains = []
    for question in outside(shipped):
        given = [row for row in question.forecasts if seconds(row["at"]) < question.window_end]
        final = {row["member"]: float(row["probabilities"]) for row in given if row["kind"] == "final"}
        both = [member for member in question.blind if member in final]
        if len(question.blind) >= 5 and both:
            first, last = (
                statistics.median(numbers[member] for member in both) for numbers in (question.blind, final)
            )
            gains.append((first - question.outcome) ** 2 - (last - question.outcome) ** 2)
    assert len(gains) >= 10
    assert shipped.rounds is not None
    assert shipped.rounds.gain.mean == pytest.approx(statistics.fmean(gains), abs=EXACT)
    assert shipped.summary["first_to_last"] == pytest.approx(statistics.fmean(gains), abs=EXACT)


def test_insight_sums_to_what_the_credited_moves_gained(shipped: Played) -> None:
    """Over all boxes of a question, whatever was ticked."""
    for question in outside(shipped):
        gained = sum(
            (move["before"] - question.outcome) ** 2 - (move["after"] - question.outcome) ** 2
            for move in question.moves
            if seconds(move["at"]) < question.window_end
        )
        assert question.insight() == pytest.approx(gained, abs=EXACT)


def test_counts_are_those_of_the_files(shipped: Played) -> None:
    """One line each: ratings, moves, arguments, forecasts; a shift post for each debate, theses included."""
    counted = shipped.summary
    assert counted["ratings"] == len(shipped.objects("ratings.jsonl"))
    assert counted["moves"] == len(shipped.objects("moves.jsonl"))
    assert counted["arguments"] == len(shipped.objects("arguments.jsonl"))
    assert counted["forecasts"] == len(shipped.rows("forecasts.csv"))
    assert (counted["theses"], counted["cruxes"]) == (1, 1)
    assert counted["shift_cards"] == counted["questions"] + counted["theses"]


def test_the_record_of_moves(shipped: Played) -> None:
    """Ten points or more, equal shares, arguments of the move's direction that were shown before."""
    for question in outside(shipped):
        for move in question.moves:
            assert round(abs(move["after"] - move["before"]), 6) >= 0.1
            assert sum(box["share"] for box in move["boxes"]) == pytest.approx(1)
            for box in move["boxes"]:
                if box["argument"] is None:
                    continue
                argument = question.arguments[box["argument"]]
                shown = [each for each in argument["shown"] if each["member"] == move["member"]]
                assert argument["side"] == ("for" if move["after"] > move["before"] else "against")
                assert argument["author"] != move["member"]
                assert min(seconds(each["at"]) for each in shown) <= seconds(move["at"])


def test_everything_a_debate_can_hold_is_there(shipped: Played) -> None:
    """Late and final forecasts, both sides, a document's words, a reply, cruxes, ratings one at a time."""
    kinds = {row["kind"] for row in shipped.rows("forecasts.csv")}
    assert {"blind", "late", "update", "final"} <= kinds
    arguments, ratings = shipped.objects("arguments.jsonl"), shipped.objects("ratings.jsonl")
    assert {each["side"] for each in arguments} == {"for", "against"}
    assert {"member", "document"} <= {each["origin"] for each in arguments}
    assert any(each["reply_to"] for each in arguments)
    assert any(each["crux"] for each in ratings)
    by_reader = itertools.groupby(ratings, key=lambda row: (row["question"], row["member"]))
    assert max(len(list(rated)) for _, rated in by_reader) <= RATED_AT_ONCE


def test_arguments_of_a_member_are_told_apart(shipped: Played) -> None:
    """Nobody repeats somebody else's words, so that a leak through a sealed card would be seen."""
    said = [each["text"][:40] for each in shipped.objects("arguments.jsonl") if each["origin"] == "member"]
    assert len(set(said)) == len(said)


def test_prompts_went_out(shipped: Played) -> None:
    """Whoever said what a crux would change was asked once, in a direct message."""
    asked: dict[str, int] = defaultdict(int)
    for message in shipped.objects("messages.jsonl"):
        if message["viewer"] and "You said: if #" in json.dumps(message["payload"], ensure_ascii=False):
            asked[message["viewer"]] += 1
    assert asked
    assert set(asked.values()) == {1}


def test_documents_without_claims(tmp_path: Path) -> None:
    """Nothing to ask about is one clear line and exit status 2."""
    empty = tmp_path / "empty.txt"
    empty.write_text("Share\n\nThank you!\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["demo", "--script", str(empty)])
    assert result.exit_code == 2
    assert "None of the documents holds a claim" in result.stderr


def test_a_missing_document(tmp_path: Path) -> None:
    """A file that isn't there is named before anything is started."""
    result = CliRunner().invoke(app, ["demo", "--script", str(tmp_path / "gone.txt")])
    assert result.exit_code == 2
    assert "gone.txt" in result.stderr


def test_an_export_folder_that_is_a_file(tmp_path: Path) -> None:
    """What can't be written is said before anything is played."""
    taken = tmp_path / "taken"
    taken.write_text("mine", encoding="utf-8")
    result = CliRunner().invoke(app, ["demo", "--script", "--export", str(taken)])
    assert result.exit_code == 2
    assert "can't be written" in result.stderr
    assert taken.read_text(encoding="utf-8") == "mine"
