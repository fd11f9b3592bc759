"""What `crux export` writes and leaves out, and what `crux verify` finds in it."""

import asyncio
import csv
import hashlib
import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import SQLModel
from typer.testing import CliRunner

from bot.__main__ import app
from forecasts.database import Database
from forecasts.debate import add_argument
from forecasts.forecasting import withdraw_forecast
from forecasts.models import Member, Question, Side, VoidReason
from forecasts.ownership import owned_tables
from forecasts.records.exporting import NOT_EXPORTED
from forecasts.resolution import overturn_resolution, void_question
from tests.usecases.conftest import House, inhabited  # noqa: F401 (a fixture)

SEALED_WORDS = "Nobody may read this before the reveal."
FORMULA = "=HYPERLINK(1)&IMPORTXML(2)"


def crux(*words: object) -> Result:
    """Run the command line."""
    return CliRunner().invoke(app, list(map(str, words)))


async def live(house: House) -> None:
    """Fill a community: resolved, overturned, void, debated and sealed questions."""
    first = await house.resolved(0.7, 0.2, 0.9)
    await house.change(first, title=FORMULA)
    second = await house.opened(days=10)
    await house.all_say(second, 0.6, 0.4, 0.5)
    await house.say(second, house.members[0], 0.95, house.at(days=3))
    await house.do(
        withdraw_forecast, question_id=second, member_id=house.members[1], now=house.at(days=4),
        interaction_id=house.interaction(),
    )  # fmt: skip
    await house.sweep(house.at(days=10))
    await house.propose(second, 0, house.at(days=10))
    await house.sweep(house.at(days=12))
    await house.do(
        overturn_resolution, question_id=second, member_id=house.moderator, outcome=1,
        evidence_url=house.evidence, note="Corrected.", now=house.at(days=13),
    )  # fmt: skip
    third = await house.resolved(0.3, 0.4, 0.5)
    await house.do(
        void_question, question_id=third, member_id=house.moderator, reason=VoidReason.OTHER, note="Oops.",
        now=house.at(days=14),
    )  # fmt: skip
    sealed = await house.opened(days=10)
    await house.all_say(sealed, 0.123456, 0.23456)
    await house.do(
        add_argument, question_id=sealed, member_id=house.members[0], side=Side.FOR, text=SEALED_WORDS,
        interaction_id=house.interaction(), now=house.at(),
    )  # fmt: skip


@pytest.fixture(scope="module")
def exported(inhabited: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: F811
    """Fill a database and export its first community with the command; each test gets a copy of both."""
    folder = tmp_path_factory.mktemp("exported")
    shutil.copy(inhabited, folder / "crux.db")
    asyncio.run(_with_house(folder / "crux.db"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{folder / 'crux.db'}")
        result = crux("export", folder / "export", "--community", 10)
    assert (result.exit_code, result.stderr) == (0, "")
    return folder


@pytest.fixture
def export(exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a test its own export, beside the database that it was made of."""
    shutil.copytree(exported, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'crux.db'}")
    return tmp_path / "export"


async def _with_house(path: Path) -> None:
    house = House(Database(f"sqlite+aiosqlite:///{path}"))
    await live(house)
    await house.database.close()


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    """Read JSON Lines."""
    return [json.loads(line) for line in (folder / name).read_text(encoding="utf-8").splitlines()]


def rewrite(folder: Path, name: str, changed: list[dict[str, Any]]) -> None:
    """Write rows and put the new hash into the manifest, as a forger would."""
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in changed), encoding="utf-8")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"][name]["sha256"] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def text_of(folder: Path) -> str:
    """Return all that an export says."""
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(folder.iterdir()))


def test_a_fresh_export_verifies(export: Path) -> None:
    """Three questions with an outcome; 3 + 3 + 3 + 3 scores of members, 4 of crowds: 16 compared."""
    result = crux("verify", export)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "3 resolved questions, 16 scores compared: 0 differ." in result.stdout


def test_every_table_is_exported_or_said_not_to_be(export: Path) -> None:
    """A table that is added later is in the export, too."""
    manifest = json.loads((export / "manifest.json").read_text(encoding="utf-8"))
    written = [name for name in manifest["files"] if name.endswith(".jsonl")]
    assert len(written) + len(NOT_EXPORTED) == len(owned_tables())
    assert manifest["not_exported"] == sorted(NOT_EXPORTED)


def test_only_what_the_program_itself_needs_belongs_to_no_community() -> None:
    """Every other table leads to one: it is exported with it, and purged with it."""
    assert {*SQLModel.metadata.tables} - {table.name for table in owned_tables()} == {
        "heartbeat", "instance", "memo",
    }  # fmt: skip


def test_the_manifest_counts_and_hashes_every_file(export: Path) -> None:
    """Rows, bytes and SHA-256, with the program's version and the schema."""
    manifest = json.loads((export / "manifest.json").read_text(encoding="utf-8"))
    assert {path.name for path in export.iterdir()} == {*manifest["files"], "manifest.json"}
    said = manifest["files"]["questions.jsonl"]
    data = (export / "questions.jsonl").read_bytes()
    assert said == {"rows": 4, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    assert manifest["program"]
    assert manifest["schema"]


def test_what_is_sealed_is_left_out(export: Path) -> None:
    """Neither its numbers nor its argument; the manifest says so, with the count of forecasts."""
    manifest = json.loads((export / "manifest.json").read_text(encoding="utf-8"))
    (left_out,) = manifest["left_out"]
    assert (left_out["number"], left_out["forecasts"]) == (4, 2)
    assert "0.123456" not in text_of(export)
    assert SEALED_WORDS not in text_of(export)


def test_members_are_codes(export: Path, tmp_path: Path) -> None:
    """No Discord user id stands anywhere, and no secret; the codes are the same in a second export."""
    assert crux("export", tmp_path / "again", "--community", 10).exit_code == 0
    assert rows(export, "forecasts.jsonl") == rows(tmp_path / "again", "forecasts.jsonl")
    assert not any("user_id" in row for row in rows(export, "members.jsonl"))
    with sqlite3.connect(tmp_path / "crux.db") as database:
        (secret,) = database.execute("SELECT secret FROM community WHERE guild_id = 10").fetchone()
    assert secret not in text_of(export)


def test_user_ids_only_when_asked_for(export: Path, tmp_path: Path) -> None:
    """With --with-users the members' file joins the codes with the ids, and the manifest says so."""
    crux("export", tmp_path / "named", "--community", 10, "--with-users")
    assert {row["user_id"] for row in rows(tmp_path / "named", "members.jsonl")} == {
        str(user) for user in range(101, 107)
    }
    assert json.loads((tmp_path / "named" / "manifest.json").read_text(encoding="utf-8"))["with_users"]
    assert not json.loads((export / "manifest.json").read_text(encoding="utf-8"))["with_users"]


def test_a_spreadsheet_computes_nothing(export: Path) -> None:
    """A title that is a formula gets an apostrophe in the CSV twin and stays as it is in the faithful one."""
    with (export / "questions.csv").open(encoding="utf-8", newline="") as file:
        assert next(csv.DictReader(file))["title"] == f"'{FORMULA}"
    assert rows(export, "questions.jsonl")[0]["title"] == FORMULA


def test_crux_score_reads_the_twins_and_agrees(export: Path) -> None:
    """The same Brier scores by the third way; the void question is skipped."""
    scored = crux(
        "score", "--questions", export / "questions.csv", "--forecasts", export / "forecasts.csv", "--json"
    )
    found = {(row["question"], row["member"]): row["brier"] for row in json.loads(scored.stdout)["scores"]}
    numbers = {row["id"]: row["number"] for row in rows(export, "questions.jsonl")}
    in_force = {row["id"]: row["resolution_version"] for row in rows(export, "questions.jsonl")}
    said = {
        (str(numbers[row["question_id"]]), row["member_id"]): pytest.approx(row["brier"])
        for row in rows(export, "scores.jsonl")
        if row["resolution_version"] == in_force[row["question_id"]]
    }
    assert len(found) == 6
    assert found == said


def test_an_export_changes_nothing(export: Path) -> None:
    """The database's content is what it was, and a writer isn't held up."""
    with sqlite3.connect(export.parent / "crux.db") as database:
        before = list(database.iterdump())
        database.execute("BEGIN IMMEDIATE")  # the bot, in the middle of a transaction
        assert crux("export", export.parent / "beside", "--community", 10).exit_code == 0
        database.rollback()
        assert list(database.iterdump()) == before


@pytest.mark.parametrize(("words", "said"), [
    (["--community", "99"], "there is no server 99"),
    ([], "name one of 10, 20"),
])  # fmt: skip
def test_which_server_is_meant_must_be_clear(export: Path, words: list[str], said: str) -> None:
    """Otherwise one line says which there are, and nothing is written."""
    result = crux("export", export.parent / "new", *words)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not (export.parent / "new").exists()


def test_nothing_is_overwritten(export: Path) -> None:
    """A folder that holds something is refused."""
    result = crux("export", export, "--community", 10)
    assert result.exit_code == 2
    assert "not empty" in result.stderr


def test_a_changed_forecast_is_named(export: Path) -> None:
    """One digit of one number: the question's scores come out differently, with the hash forged, too."""
    changed = rows(export, "forecasts.jsonl")
    assert changed[0]["probabilities"] == [0.7]
    changed[0]["probabilities"] = [0.8]
    rewrite(export, "forecasts.jsonl", changed)
    result = crux("verify", export)
    assert result.exit_code == 1
    # 70 % held to a YES is (1 - 0.7)^2 = 0.09; 80 % is 0.04.
    line = next(line for line in result.stdout.splitlines() if ": brier is 0.09" in line)
    assert line.startswith(f"question #1, resolution 1, member {changed[0]['member_id']}")
    assert "recomputed 0.04" in line or "recomputed 0.039999" in line


@pytest.mark.parametrize("name", ["brier", "peer_brier", "coverage", "forecasts"])
def test_a_changed_score_is_named(export: Path, name: str) -> None:
    """Whichever number of whosever score."""
    changed = rows(export, "scores.jsonl")
    changed[4][name] += 1 if name == "forecasts" else 0.01
    rewrite(export, "scores.jsonl", changed)
    result = crux("verify", export)
    assert result.exit_code == 1
    first, *_ = result.stdout.splitlines()
    assert f"member {changed[4]['member_id']}: {name} is" in first
    assert "1 differ." in result.stdout


def test_a_changed_crowd_is_named(export: Path) -> None:
    """The crowd's score is computed again, too."""
    changed = rows(export, "crowd_scores.jsonl")
    changed[0]["median_brier"] += 0.001
    rewrite(export, "crowd_scores.jsonl", changed)
    result = crux("verify", export)
    assert result.exit_code == 1
    assert "question #1, resolution 1, the crowd: median_brier is" in result.stdout


def test_a_changed_outcome_is_named(export: Path) -> None:
    """YES made NO: everybody's score on that question differs, and nobody's on another."""
    changed = rows(export, "resolutions.jsonl")
    final = next(row for row in changed if row["ruling"] == "final" and row["question_id"] == 1)
    final["outcome"] = 0
    rewrite(export, "resolutions.jsonl", changed)
    result = crux("verify", export)
    assert result.exit_code == 1
    assert {line.split(",")[0] for line in result.stdout.splitlines()[:-1]} == {"question #1"}


def test_a_removed_score_and_an_added_one_are_named(export: Path) -> None:
    """Nobody's score can be dropped, nor made up."""
    changed = rows(export, "scores.jsonl")
    gone, changed[0] = changed[0]["member_id"], changed[0] | {"member_id": "m0"}
    rewrite(export, "scores.jsonl", changed)
    said = crux("verify", export).stdout
    assert f"member {gone}: has no score in the export" in said
    assert "member m0: has a score, and none is due" in said


def test_a_changed_byte_is_found_in_every_file(export: Path) -> None:
    """Each file's hash stands in the manifest, and the file is named."""
    for path in sorted(export.iterdir()):
        data = path.read_bytes()
        if path.name == "manifest.json" or not data:
            continue
        path.write_bytes(data[:-2] + bytes([data[-2] ^ 1]) + data[-1:])
        result = crux("verify", export)
        assert result.exit_code in {1, 2}, path.name
        assert f"{path.name}: its SHA-256 is" in result.stdout
        path.write_bytes(data)
    assert crux("verify", export).exit_code == 0


@pytest.mark.parametrize(("name", "line", "said"), [
    ("forecasts.jsonl", b"{", "forecasts.jsonl, line 1: it is no JSON"),
    ("scores.jsonl", b"[1]\n", "scores.jsonl, line 1: it is no JSON object"),
    ("scores.jsonl", b'{"question_id": "1"}\n', "scores.jsonl, line 1: question_id is missing"),
    ("scores.jsonl", b"\xff\n", "scores.jsonl, line 1: it is no JSON"),
    ("manifest.json", b"[]", "manifest.json: it holds no JSON object"),
    ("manifest.json", b'{"format": "other"}', "manifest.json: it is no manifest of"),
    ("questions.jsonl", b"", "forecasts.jsonl, line 1: question 1 is unknown"),
])  # fmt: skip
def test_bad_input_is_said_with_its_place(export: Path, name: str, line: bytes, said: str) -> None:
    """File, line and reason, and exit status 2."""
    (export / name).write_bytes(line)
    result = crux("verify", export)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_manifest_names_only_files_beside_it(export: Path) -> None:
    """A path out of the folder is refused, whatever lies there."""
    manifest = json.loads((export / "manifest.json").read_text(encoding="utf-8"))
    manifest["files"]["../crux.db"] = {"sha256": "", "rows": 0, "bytes": 0}
    (export / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    result = crux("verify", export)
    assert result.exit_code == 2
    assert "is no name of a file" in result.stderr


def test_no_folder(tmp_path: Path) -> None:
    """What isn't there is said to be missing."""
    result = crux("verify", tmp_path / "nowhere")
    assert result.exit_code == 2
    assert "manifest.json: it can't be read" in result.stderr


_GIVEN = st.lists(
    st.tuples(
        st.integers(0, 3), st.floats(0, 1, allow_nan=False) | st.none(), st.floats(0, 9.99, allow_nan=False)
    ),
    max_size=12,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(forecasts=_GIVEN, outcome=st.integers(0, 1))
def test_whatever_was_forecast_verifies(
    inhabited: Path,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    forecasts: list[tuple[int, float | None, float]],
    outcome: int,
) -> None:
    """Changes, withdrawals, any order of members and moments: a fresh export verifies."""
    folder = tmp_path_factory.mktemp("property")
    shutil.copy(inhabited, folder / "crux.db")
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{folder / 'crux.db'}")
    asyncio.run(_play(folder / "crux.db", sorted(forecasts, key=lambda each: each[2]), outcome))
    assert crux("export", folder / "export", "--community", 10).exit_code == 0
    result = crux("verify", folder / "export")
    assert (result.exit_code, result.stderr) == (0, ""), result.stdout


async def _play(path: Path, forecasts: list[tuple[int, float | None, float]], outcome: int) -> None:
    house = House(Database(f"sqlite+aiosqlite:///{path}"))
    question = await house.opened(days=10)
    held: set[int] = set()
    for member, value, day in forecasts:
        at = house.at(days=day)
        await house.sweep(at)
        if value is not None:
            await house.say(question, house.members[member], value, at)
            held.add(member)
        elif member in held:
            held.discard(member)
            await house.do(
                withdraw_forecast, question_id=question, member_id=house.members[member], now=at,
                interaction_id=house.interaction(),
            )  # fmt: skip
    await house.sweep(house.at(days=10))
    await house.propose(question, outcome, house.at(days=10))
    await house.sweep(house.at(days=12))
    assert len(await house.rows(Member)) == 7
    assert (await house.rows(Question))[0].phase == "resolved"
    await house.database.close()
