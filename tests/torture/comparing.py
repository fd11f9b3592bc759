"""What is stored, row by row, beside what the model says."""

import json
from datetime import UTC, datetime
from typing import Any

from tests.torture.model import Question
from tests.torture.model_house import House
from tests.torture.stage import Stage


def seconds(stored: str | None) -> int | None:
    """Return a stored time as the model has it."""
    return None if stored is None else int(datetime.fromisoformat(stored).replace(tzinfo=UTC).timestamp())


def house_of(stage: Stage) -> House:
    """Return the model of a furnished house in which nothing has happened yet."""
    rows = stage.rows("SELECT id, community_id, user_id FROM member")
    due = dict(stage.rows("SELECT id, digest_due_at FROM community"))
    start = stage.rows("SELECT created_at FROM community")[0][0]
    return House(
        now=seconds(start) or 0,
        members={user: member for member, _, user in rows},
        home={member: community for member, community, _ in rows},
        digest_due={community: seconds(at) or 0 for community, at in due.items()},
        users={member: user for member, _, user in rows},
    )


def compare(stage: Stage, model: House) -> None:
    """Find the first difference."""
    compare_forecasts(stage, model)
    compare_questions(stage, model)
    compare_scores(stage, model)
    compare_debate(stage, model)
    compare_messages(stage, model)
    users = dict(stage.rows("SELECT id, user_id FROM member"))
    assert users == model.users
    assert stage.rows("PRAGMA foreign_key_check") == []


def compare_forecasts(stage: Stage, model: House) -> None:
    """Find a forecast that was acknowledged and isn't stored, or the other way round."""
    columns = "question_id, member_id, at, probabilities, interaction_id, edition"
    stored = [
        (
            question,
            member,
            seconds(at),
            None if said is None else tuple(json.loads(said)),
            interaction,
            edition,
        )
        for question, member, at, said, interaction, edition in stage.rows(
            f"SELECT {columns} FROM forecast ORDER BY id"  # noqa: S608
        )
    ]
    assert stored == [
        (question, row.member, row.at, row.probabilities, row.interaction, row.edition)
        for question, row in model.forecasts
    ]


def compare_questions(stage: Stage, model: House) -> None:
    """Find a question that stands elsewhere, or came there otherwise."""
    columns = (
        "id, community_id, number, kind, preset, phase, edition, resolution_version, default_outcome,"
        " blind_extended, revealed_at IS NOT NULL, phase_started_at, phase_ends_at, opens_at, closes_at,"
        " resolves_at"
    )
    stored = [
        (*row[:11], *map(seconds, row[11:]))
        for row in stage.rows(f"SELECT {columns} FROM question ORDER BY id")  # noqa: S608
    ]
    assert stored == [_as_row(model.questions[key]) for key in sorted(model.questions)]
    rulings = stage.rows("SELECT question_id, version, ruling FROM resolution ORDER BY question_id, id")
    assert rulings == [
        (key, *entry) for key in sorted(model.questions) for entry in model.questions[key].record
    ]


def _as_row(each: Question) -> tuple[Any, ...]:
    return (
        each.id, each.community, each.number, each.kind, each.preset, each.phase, each.edition, each.version,
        each.default, each.is_extended, each.is_revealed, each.started, each.ends, each.opens, each.closes,
        each.resolves,
    )  # fmt: skip


def compare_scores(stage: Stage, model: House) -> None:
    """Find a score that isn't what its definition gives."""
    columns = "question_id, resolution_version, member_id, brier, peer_brier, coverage"
    stored = {row[:3]: row[3:] for row in stage.rows(f"SELECT {columns} FROM score")}  # noqa: S608
    expected = {
        (key, *of): score
        for key, question in model.questions.items()
        for of, score in question.scores.items()
    }
    assert stored.keys() == expected.keys()
    for key, score in expected.items():
        assert max(abs(a - b) for a, b in zip(stored[key], score, strict=True)) < 1e-9, (
            key,
            stored[key],
            score,
        )


def compare_debate(stage: Stage, model: House) -> None:
    """Find a difference in arguments and ratings; who was erased has no words any more."""
    arguments = stage.rows(
        "SELECT id, question_id, member_id, text, hidden_at IS NOT NULL FROM argument ORDER BY id"
    )
    assert arguments == [
        (key, each.question, each.member, each.text, each.is_hidden)
        for key, each in sorted(model.arguments.items())
    ]
    ratings = stage.rows("SELECT argument_id, member_id, verdict FROM rating ORDER BY id")
    assert ratings == model.ratings


def compare_messages(stage: Stage, model: House) -> None:
    """Find an effect that isn't told once, a message not acknowledged once, a week without its digest."""
    told: dict[tuple[int, str], list[tuple[str, ...]]] = {}
    for question, kind, payload in stage.rows(
        "SELECT question_id, kind, payload FROM outbox_message WHERE kind IN ('notice', 'note') ORDER BY id"
    ):
        # Whether the group moved enough to be told of is no matter of deadlines.
        said = tuple(each for each in json.loads(payload)["announce"] if each != "running")
        if said:
            told.setdefault((question, kind), []).append(said)
    for key, question in model.questions.items():
        aloud = [said for each in question.aloud if (said := tuple(one for one in each if one != "running"))]
        assert told.get((key, "notice"), []) == aloud, key
        assert told.get((key, "note"), []) == question.notes, key
    columns = "key, id, not_before, lease_until, attempts, sent_at, dead_at"
    stored = {
        key: (number, seconds(not_before), seconds(lease), attempts, seconds(sent), seconds(dead))
        for key, number, not_before, lease, attempts, sent, dead in stage.rows(
            f"SELECT {columns} FROM outbox_message"  # noqa: S608
        )
    }
    assert {
        key: (each.id, each.not_before, each.lease, each.attempts, each.sent, each.dead)
        for key, each in model.mail.items()
    }.items() <= stored.items()
    digests = stage.rows("SELECT community_id, period FROM digest")
    assert len(digests) == len(model.digests)
    assert set(digests) == model.digests
    keys = {key for key in stored if key.startswith("dg:")}
    assert keys == {f"dg:{community}:{period}" for community, period in model.digests}
