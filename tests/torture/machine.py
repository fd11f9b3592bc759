"""Anything that may happen to two servers, in any order: each step does what the model says."""

import sys
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from forecasts.communities import member_of
from forecasts.debate import add_argument
from forecasts.editing import edit_question, extend_question
from forecasts.forecasting import submit_forecast, undo_forecast, withdraw_forecast
from forecasts.models import Kind, Preset, Side, Verdict, VoidReason
from forecasts.outbox import claim_next, mark_failed, mark_sent
from forecasts.people import erase_member
from forecasts.queries import list_questions
from forecasts.questions import Wording, approve_question, draft_question
from forecasts.rating import rate_argument
from forecasts.resolution import (
    challenge_resolution,
    decide_challenge,
    overturn_resolution,
    propose_resolution,
    void_question,
)  # fmt: skip
from forecasts.standings import leaderboard
from forecasts.sweep import advance_one_due, post_one_digest
from tests.torture.comparing import compare, house_of, seconds
from tests.torture.model import DAY, HOUR
from tests.torture.model_house import Effect, House, Mail
from tests.torture.stage import Died, Refused, Stage, moment

# ruff: noqa: D102 (a rule's name is its sentence: it is printed as the step of a story that failed)

USERS = (
    101,
    102,
    103,
    104,
    105,
    106,
    201,
)  # as tests/usecases/conftest.py furnishes: six at home, one next door
CHANNEL = 900
FORWARD = (1, 11, 61, 600, HOUR, 13 * HOUR, 2 * DAY, 8 * DAY, 400 * DAY)
BACK = (1, 61, HOUR, DAY, 30 * DAY, 60 * 365 * DAY)
MOST_QUESTIONS = 7
VALUES = (0.0, 0.01, 0.2, 0.5, 0.65, 0.9, 1.0)

users = st.sampled_from(USERS)
some = st.integers(0, 2**16)  # picks one of what there is


class WholeHouse(RuleBasedStateMachine):
    """The house and its model, side by side."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage
        stage.begin()
        self.model: House = deepcopy(stage.model) or house_of(stage)
        self.numbers = 2_000 if stage.model else 1_000
        self.posted: dict[str, int] = {}
        self.last: dict[str, Any] | None = None
        self.last_sweep, self.sweeps = self.model.now, 0
        self.is_checked = True

    def teardown(self) -> None:
        """Whatever happened last is compared, too."""
        if sys.exc_info()[0] is not None:
            return
        if not self.is_checked:
            self._check()
        lasting = "\n".join(self.stage.raw.iterdump()) if self.model.forgotten else ""
        assert [words for words in self.model.forgotten if words in lasting] == []

    def _check(self) -> None:
        compare(self.stage, self.model)
        self.is_checked = True

    def _number(self) -> int:
        self.numbers += 1
        return self.numbers

    def _do(self, use_case: Any, effect: Effect | None, **values: Any) -> Any:
        """Let something happen; what the model refuses must be refused, what is cut off be all or nothing."""
        self.is_checked = False
        self.stage.done["transactions"] += 1
        result = self.stage.run(use_case, **values)
        if isinstance(result, Refused):
            assert effect is None, f"refused: {use_case.__name__} {values}"
            return result
        if isinstance(result, Died):
            if result.committed:
                self._take_effect(use_case, effect, result.result)
            if self.stage.disk.power.is_off:
                self.stage.begin_anew()
            self._check()
            return result
        self._take_effect(use_case, effect, result)
        return result

    def _take_effect(self, use_case: Any, effect: Effect | None, result: Any) -> None:
        assert effect is not None, f"not refused: {use_case.__name__}"
        effect(result)
        known = max((mail.id for mail in self.model.mail.values()), default=0)
        columns = "id, key, channel_id, not_before, CASE kind WHEN 'refresh' THEN question_id END"
        fresh = f"SELECT {columns} FROM outbox_message WHERE id > {known}"  # noqa: S608
        for number, key, channel, not_before, redraws in self.stage.rows(fresh):
            self.model.mail[key] = Mail(number, seconds(not_before) or 0, channel, redraws)

    def _question(self, pick: int) -> int:
        return sorted(self.model.questions)[pick % len(self.model.questions)] if self.model.questions else 1

    def _acting(self, user: int, question_id: int | None = None) -> dict[str, Any]:
        member = self.model.members[user]
        who = {"community_id": self.model.home[member], "member_id": member, "now": moment(self.model.now)}
        return who if question_id is None else who | {"question_id": question_id}

    # Time, and what it does

    @rule(by=st.sampled_from(FORWARD), sweeps=st.booleans())
    def time_passes(self, by: int, sweeps: bool) -> None:  # noqa: FBT001
        self.model.now += by
        if sweeps:
            self._sweep(was_down=False)

    @rule(pick=some, past=st.sampled_from([-1, 0, 0, 1, 6 * HOUR, DAY]), was_down=st.booleans())
    def a_deadline_comes(self, pick: int, past: int, was_down: bool) -> None:  # noqa: FBT001
        ends = sorted(each.ends for each in self.model.questions.values() if each.ends is not None)
        if ends:
            self.model.now = max(self.model.now, ends[pick % len(ends)] + past)
        self._sweep(was_down=was_down)

    @rule(by=st.sampled_from(BACK))
    def the_clock_is_set_back(self, by: int) -> None:
        self.model.now = max(self.model.now - by, 0)

    @rule(moments=st.integers(0, 90), kills=st.booleans())
    def the_power_will_fail(self, moments: int, kills: bool) -> None:  # noqa: FBT001
        if not self.stage.has_threads:
            self.stage.disk.power.fail_after(moments, kills=kills)

    def _sweep(self, *, was_down: bool) -> None:
        offline_since = self.last_sweep if was_down and self.last_sweep < self.model.now else None
        self.last_sweep = self.model.now
        now, since = moment(self.model.now), None if offline_since is None else moment(offline_since)

        async def one(session: Any) -> int | None:
            return await advance_one_due(session, now=now, offline_since=since)

        self._until_none_is_due(one, lambda: self.model.sweep_one(offline_since))
        self.sweeps += 1
        if self.sweeps % 3 == 0 and self.model.now >= min(self.model.digest_due.values()):
            self._until_none_is_due(lambda session: post_one_digest(session, now=now), self.model.digest_one)
        self._check()

    def _until_none_is_due(self, one: Any, expected: Any) -> None:
        while True:
            key, effect = expected()
            if key is None and self.sweeps % 4:
                return  # that nothing more is due is asked now and then
            result = self._do(one, effect)
            if isinstance(result, Died):
                continue  # the next process sweeps on
            assert result == key
            if result is None:
                return

    # What members do

    @precondition(lambda self: len(self.model.questions) < MOST_QUESTIONS)
    @rule(
        user=users,
        kind=st.sampled_from(list(Kind)[:3]),
        wanted=st.sampled_from([None, None, *Preset]),
        pick=some,
    )
    def somebody_opens_a_question(self, user: int, kind: Kind, wanted: Preset | None, pick: int) -> None:
        categories = 2 if kind is Kind.BINARY else 2 + pick % 3
        closes = self.model.now + (2 * HOUR, 25 * HOUR, 3 * DAY, 9 * DAY, 12 * DAY, 30 * DAY)[pick % 6]
        default = None if pick % 7 < 3 else pick % categories
        acting, number = self._acting(user), self._number()

        async def draft_and_approve(session: Any) -> int:
            draft = await draft_question(
                session, **acting, wording=wording(number), closes_at=moment(closes), default_outcome=default,
                interaction_id=number,
            )  # fmt: skip
            draft.kind, draft.options = kind, [] if kind is Kind.BINARY else ["a", "b", "c", "d"][:categories]
            await approve_question(
                session,
                **acting,
                question_id=draft.id,
                channel_id=CHANNEL + acting["community_id"],
                preset=wanted,
            )
            return draft.id

        effect = self.model.open(
            acting["member_id"], str(kind), categories, wanted and str(wanted), closes, default
        )
        self._do(draft_and_approve, effect)

    @rule(user=users, pick=some, values=st.lists(st.sampled_from(VALUES), min_size=4, max_size=4))
    def somebody_forecasts(self, user: int, pick: int, values: list[float]) -> None:
        question = self.model.questions.get(self._question(pick))
        if question is None:
            said: tuple[float, ...] = (values[0],)
        elif question.kind == "choice":
            whole = sum(values[: question.categories]) or 1.0
            said = tuple(each / whole for each in values[: question.categories])
            said = said if any(values[: question.categories]) else (1.0, *[0.0] * (question.categories - 1))
        else:
            said = tuple(sorted(values[: question.categories - 1]))
        self._submit(user, self._question(pick), said, self._number())

    @rule(user=users, pick=some, what=st.sampled_from(["again", "keep", "withdraw", "undo"]))
    def somebody_changes_their_mind(self, user: int, pick: int, what: str) -> None:
        question_id, number = self._question(pick), self._number()
        member = self.model.members[user]
        if what == "again" and self.last is not None:
            self._submit(self.last["user"], self.last["question_id"], self.last["said"], self.last["number"])
        elif what == "keep" and question_id in self.model.questions:
            held = {each.member: each.probabilities for each in self.model.questions[question_id].in_force()}
            if said := held.get(member):
                self._submit(user, question_id, said, number)
        elif what == "withdraw":
            effect = self.model.submit(member, question_id, None, number)
            self._do(withdraw_forecast, effect, **self._acting(user, question_id), interaction_id=number)
        elif what == "undo":
            effect = self.model.undo(member, question_id, number)
            self._do(undo_forecast, effect, **self._acting(user, question_id), interaction_id=number)

    def _submit(self, user: int, question_id: int, said: tuple[float, ...], number: int) -> None:
        self.last = {"user": user, "question_id": question_id, "said": said, "number": number}
        effect = self.model.submit(self.model.members[user], question_id, said, number)
        acting = self._acting(user, question_id)
        self._do(submit_forecast, effect, **acting, probabilities=said, interaction_id=number)

    @rule(user=users, pick=some, is_rating=st.booleans())
    def somebody_debates(self, user: int, pick: int, is_rating: bool) -> None:  # noqa: FBT001
        number, open_now = (
            self._number(),
            [each for each in self.model.questions.values() if each.is_revealed],
        )
        revealed = {each.id for each in open_now if each.takes_forecasts(self.model.now)}
        arguments = [
            key for key, each in self.model.arguments.items() if not revealed or each.question in revealed
        ]
        if is_rating and arguments:
            argument_id, verdict = arguments[pick % len(arguments)], list(Verdict)[pick % 3]
            effect = self.model.rate(self.model.members[user], argument_id, str(verdict))
            acting = self._acting(user, self.model.arguments[argument_id].question)
            self._do(
                rate_argument, effect, **acting, argument_id=argument_id, verdict=verdict,
                interaction_id=number,
            )  # fmt: skip
            return
        question_id, text = self._question(pick), f"The reason with the number {number} says it all."
        effect = self.model.argue(self.model.members[user], question_id, text)

        async def argue(session: Any, **values: Any) -> int:
            return (await add_argument(session, **values)).id

        acting = self._acting(user, question_id)
        self._do(
            argue, effect, **acting, side=list(Side)[pick % 2], text=text, interaction_id=number, anyway=True
        )

    @rule(user=users, pick=some, hours=st.sampled_from([0, 0, 0, 1, 30, 300]))
    def somebody_rules(self, user: int, pick: int, hours: int) -> None:
        question_id, member = self._question(pick), self.model.members[user]
        question, acting = self.model.questions.get(question_id), self._acting(user, self._question(pick))
        said = {"evidence_url": "https://example.org/report", "note": f"So says line {self._number()}."}
        outcome, known = pick % 3, max(self.model.now - hours * HOUR, 0)
        if question is not None and question.phase == "proposed" and question.ends is not None:
            effect = self.model.challenge(member, question_id)
            self._do(challenge_resolution, effect, **acting, reason="I read otherwise.")
        elif question is not None and question.phase == "proposed":
            effect = self.model.decide(member, question_id, upheld=bool(pick % 2))
            self._do(decide_challenge, effect, **acting, upheld=bool(pick % 2), note="So it is.")
        elif question is not None and question.phase == "resolved":
            since = known if hours else None
            effect = self.model.overturn(member, question_id, outcome, since)
            known_at = None if since is None else moment(since)
            self._do(overturn_resolution, effect, **acting, outcome=outcome, **said, known_at=known_at)
        else:
            effect = self.model.propose(member, question_id, outcome, known)
            self._do(propose_resolution, effect, **acting, outcome=outcome, **said, known_at=moment(known))

    @rule(user=users, pick=some, what=st.sampled_from(["extend", "extend", "edit", "void"]))
    def somebody_moderates(self, user: int, pick: int, what: str) -> None:
        question_id, member = self._question(pick), self.model.members[user]
        acting = self._acting(user, question_id)
        if what == "extend":
            closes = self.model.now + (-HOUR, DAY, 5 * DAY, 20 * DAY)[pick % 4]
            effect = self.model.extend(member, question_id, closes)
            self._do(extend_question, effect, **acting, closes_at=moment(closes), reason="More time.")
        elif what == "edit":
            effect = self.model.change_meaning(member, question_id)
            self._do(
                edit_question, effect, **acting, wording=wording(self._number()), reason="Meant otherwise.",
                meaning_changed=True,
            )  # fmt: skip
        elif pick % 3 == 0:
            effect = self.model.void(member, question_id)
            self._do(void_question, effect, **acting, reason=VoidReason.OTHER, note="Unclear.")

    @rule(user=users)
    @precondition(lambda self: self.model.forecasts)
    def somebody_is_forgotten(self, user: int) -> None:
        acting = self._acting(user)

        async def erase(session: Any) -> int:
            await erase_member(session, member_id=acting["member_id"], now=acting["now"])
            named = {"community_id": acting["community_id"], "user_id": user, "now": acting["now"]}
            return (await member_of(session, **named)).id

        self._do(erase, self.model.erase(user))
        self._check()

    @rule(user=users)
    def somebody_looks_around(self, user: int) -> None:
        """See one's own server, and nobody who was erased."""
        community = self.model.home[self.model.members[user]]
        mine = [each for each in self.model.questions.values() if each.community == community]
        if not mine:
            return
        lines = self.stage.read(list_questions, community_id=community, limit=100)
        living = [each for each in mine if each.phase not in {"resolved", "void"}]
        assert {(line.question_id, str(line.phase), line.forecasters) for line in lines} == {
            (each.id, each.phase, len(each.in_force())) for each in living
        }
        if self.sweeps % 2:
            return
        board = self.stage.read(leaderboard, community_id=community)
        ranked = [each for each in mine if each.phase == "resolved"]
        scored = {member for each in ranked for version, member in each.scores if version == each.version}
        names = {self.model.users[member] for member in scored} - {None}
        assert {line.user_id for line in board.lines} == names

    # What is sent

    @rule(fate=st.sampled_from(["arrives", "arrives", "is late", "is refused", "is lost", "its sender dies"]))
    def a_message(self, fate: str) -> None:
        now = moment(self.model.now)
        key, effect = self.model.claim()
        claimed = self._do(lambda session: claim_next(session, now=now), effect)
        if isinstance(claimed, Died):
            return
        assert (claimed and claimed.key) == key
        if key is None or fate == "is lost":
            return
        named = {"outbox_id": claimed.id, "now": now}
        if fate in {"arrives", "its sender dies"}:
            message_id = self.posted.setdefault(key, 10_000 + claimed.id)  # a nonce arrives once
            if fate == "arrives":
                self._do(mark_sent, self.model.sent(key), **named, message_id=message_id)
        else:
            effect = self.model.failed(key, permanent=fate == "is refused")
            self._do(mark_failed, effect, **named, error=fate, permanent=fate == "is refused")


def wording(number: int) -> Wording:
    """Return words that no other question has."""
    return Wording(f"Will the number {number} come up again?", "Resolves YES if it does by the close.")


def furnish(stage: Stage) -> None:
    """Let each story begin with four questions, which some have forecast."""
    first = WholeHouse(stage)
    for user, kind, wanted, pick in (
        (101, Kind.BINARY, Preset.STANDARD, 5),
        (101, Kind.CHOICE, Preset.EXPRESS, 4 + 6 * 4),
        (102, Kind.LADDER, Preset.ROLLING, 3),
        (201, Kind.BINARY, None, 2),
    ):
        first.somebody_opens_a_question(user, kind, wanted, pick)
        who = USERS[2:4] if kind is Kind.CHOICE else USERS[2:]  # two are too few for a reveal
        for each, value in zip(who, (0.2, 0.9, 0.65, 0.5, 0.01), strict=False):
            first.somebody_forecasts(each, len(first.model.questions) - 1, [value, 0.2, 0.01, 0.9])
    for question in (0, 1):
        for user in USERS[2:4]:
            first.somebody_debates(user, question, is_rating=False)
    first.teardown()
    stage.keep(first.model)
