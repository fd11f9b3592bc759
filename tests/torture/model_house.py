"""What the house must be after each step, in plain Python: what is stored, owed, sent and refused.

Each method says what becomes of a use case: None if it must be refused, or else what it does to the model
once its transaction is committed, given what the use case returned.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.torture.model import DAY, HOUR, PHASES, ROUNDS, WEEK, Question, iso_week, preset_for
from tests.torture.model_scores import Given

Effect = Callable[[Any], None]

DELETED = "[deleted by its author]"
FIRST_DIGEST = 3 * DAY + 18 * HOUR  # the first Sunday of 1970, 18:00
LEASE, ATTEMPTS, LONGEST = 60, 80, 300
UNHEARD: Effect = lambda _: None  # noqa: E731 (a use case that changes nothing)


@dataclass
class Argument:
    """A reason somebody gave."""

    question: int
    member: int
    text: str
    is_hidden: bool = False


@dataclass
class Mail:
    """A message that is owed, as far as the sender knows."""

    id: int
    not_before: int
    channel: int | None
    redraws: int | None = None  # the question whose card it changes
    lease: int | None = None
    attempts: int = 0
    sent: int | None = None
    dead: int | None = None


@dataclass
class House:
    """All communities. ``members`` gives the present row of a user; who was erased begins as a new one."""

    now: int
    members: dict[int, int]
    home: dict[int, int]  # each member's community
    digest_due: dict[int, int]
    users: dict[int, int | None] = field(default_factory=dict)
    numbers: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    questions: dict[int, Question] = field(default_factory=dict)
    forecasts: list[tuple[int, Given]] = field(default_factory=list)
    arguments: dict[int, Argument] = field(default_factory=dict)
    ratings: list[tuple[int, int, str]] = field(default_factory=list)
    mail: dict[str, Mail] = field(default_factory=dict)
    digests: set[tuple[int, str]] = field(default_factory=set)
    forgotten: list[str] = field(default_factory=list)

    def question_of(self, member: int, question_id: int) -> Question | None:
        """Return a question that a member's server has."""
        question = self.questions.get(question_id)
        return question if question is not None and question.community == self.home[member] else None

    def open(
        self, member: int, kind: str, categories: int, wanted: str | None, closes: int, default: int | None
    ) -> Effect | None:
        """Draft and approve in one go."""
        now, community = self.now, self.home[member]
        preset = preset_for(wanted, now, closes)
        if closes <= now or now + sum(ROUNDS[preset]) * HOUR > closes:
            return None

        def effect(question_id: int) -> None:
            self.numbers[community] += 1
            question = Question(
                question_id, community, self.numbers[community], kind, categories, preset, now, closes,
                closes, default,
            )  # fmt: skip
            is_rolling = preset == "rolling"
            ends = closes if is_rolling else now + question.length("blind")
            question.enter("rolling" if is_rolling else "blind", now, ends)
            self.questions[question_id] = question

        return effect

    def submit(
        self, member: int, question_id: int, said: tuple[float, ...] | None, interaction: int
    ) -> Effect | None:
        """Give, change or (None) withdraw a forecast; the same interaction stores nothing twice."""
        question = self.question_of(member, question_id)
        if question is None:
            return None
        if any(each.interaction == interaction for _, each in self.forecasts):
            return UNHEARD
        if not question.takes_forecasts(self.now) or self._is_over_quota(member):
            return None
        numbers = {"binary": 1, "choice": question.categories, "ladder": question.categories - 1}
        if said is not None and len(said) != numbers[question.kind]:
            return None
        mine = [each for each in question.given if (each.member, each.edition) == (member, question.edition)]
        if said is None and (not mine or mine[-1].probabilities is None):
            return None
        row = Given(member, self.now, said, interaction, question.edition)
        return lambda _: self._append(question, row)

    def undo(self, member: int, question_id: int, interaction: int) -> Effect | None:
        """Go back to what the member said before, which may be nothing."""
        question = self.question_of(member, question_id)
        if question is None or not question.takes_forecasts(self.now) or self._is_over_quota(member):
            return None
        mine = [each for each in question.given if (each.member, each.edition) == (member, question.edition)]
        if not mine:
            return None
        before = mine[-2].probabilities if len(mine) > 1 else None
        row = Given(member, self.now, before, interaction, question.edition)
        return lambda _: self._append(question, row)

    def _append(self, question: Question, row: Given) -> None:
        question.given.append(row)
        self.forecasts.append((question.id, row))

    def _is_over_quota(self, member: int) -> bool:
        at = [each.at for _, each in self.forecasts if each.member == member][::-1]
        return (len(at) >= 60 and at[59] > self.now - HOUR) or (len(at) >= 300 and at[299] > self.now - DAY)

    def argue(self, member: int, question_id: int, text: str) -> Effect | None:
        """Give a reason, at most three on a question."""
        question = self.question_of(member, question_id)
        if question is None or not question.takes_forecasts(self.now):
            return None
        mine = [each for each in self.arguments.values() if each.member == member and not each.is_hidden]
        took_part = any(each.member == member for each in question.given)
        if not took_part or sum(each.question == question_id for each in mine) >= 3:
            return None

        def effect(argument_id: int) -> None:
            self.arguments[argument_id] = Argument(question_id, member, text)

        return effect

    def rate(self, member: int, argument_id: int, verdict: str) -> Effect | None:
        """Say what one thinks of somebody else's reason."""
        argument = self.arguments[argument_id]
        question = self.question_of(member, argument.question)
        if question is None or not question.takes_forecasts(self.now) or not question.is_revealed:
            return None
        holds = any(each.member == member for each in question.in_force())
        if not holds or argument.is_hidden or argument.member == member:
            return None
        return lambda _: self.ratings.append((argument_id, member, verdict))

    def propose(self, member: int, question_id: int, outcome: int, known: int) -> Effect | None:
        """Say how a question came out."""
        question = self.question_of(member, question_id)
        if question is None or question.phase not in (*PHASES, "closed"):
            return None
        if outcome >= question.categories or known > self.now or known < question.opens:
            return None

        def effect(_: Any) -> None:
            question.propose(outcome, known, member, self.now)
            question.say("proposed")

        return effect

    def challenge(self, member: int, question_id: int) -> Effect | None:
        """Dispute a proposal."""
        question = self.question_of(member, question_id)
        if question is None or question.phase != "proposed" or question.ends is None:
            return None
        if question.ends <= self.now or not any(each.member == member for each in question.given):
            return None

        def effect(_: Any) -> None:
            question.ends, question.challenged = None, self.now
            question.record.append((question.version, "challenged"))
            question.say("challenged")

        return effect

    def decide(self, member: int, question_id: int, *, upheld: bool) -> Effect | None:
        """Decide a challenge; the proposer alone only after seven days."""
        question = self.question_of(member, question_id)
        if question is None or question.phase != "proposed" or question.ends is not None:
            return None
        assert question.challenged is not None
        assert question.proposal is not None
        if question.proposal[2] == member and self.now < question.challenged + 7 * DAY:
            return None

        def effect(_: Any) -> None:
            question.record.append((question.version, "decided"))
            if upheld:
                question.resolve(self.now)
                question.say("resolved")
            else:
                question.say(*question.resume(self.now))

        return effect

    def overturn(self, member: int, question_id: int, outcome: int, known: int | None) -> Effect | None:
        """Correct a resolution."""
        question = self.question_of(member, question_id)
        if question is None or question.phase != "resolved" or outcome >= question.categories:
            return None
        before, known_before, _ = question.outcomes[question.version]
        known = known_before if known is None else known
        if (before, known_before) == (outcome, known):
            return None
        if known is not None and not question.opens <= known <= self.now:
            return None

        def effect(_: Any) -> None:
            question.version += 1
            question.settle(outcome, known, self.now, "overturned")
            question.say("overturned")

        return effect

    def void(self, member: int, question_id: int) -> Effect | None:
        """Take a question back."""
        question = self.question_of(member, question_id)
        if question is None or question.phase == "void":
            return None

        def effect(_: Any) -> None:
            question.version += 1
            question.record.append((question.version, "void"))
            question.enter("void", self.now, None)
            question.say("voided")

        return effect

    def extend(self, member: int, question_id: int, closes: int) -> Effect | None:
        """Close later."""
        question = self.question_of(member, question_id)
        if question is None or question.phase not in (*PHASES, "closed"):
            return None
        if closes <= max(question.closes, self.now):
            return None

        def effect(_: Any) -> None:
            question.closes, question.resolves = closes, max(question.resolves, closes)
            if question.phase == "closed":
                question.enter("rolling", self.now, closes)
            elif question.phase == "rolling":
                question.ends = closes

        return effect

    def change_meaning(self, member: int, question_id: int) -> Effect | None:
        """Let everybody start again."""
        question = self.question_of(member, question_id)
        if question is None or question.phase not in PHASES:
            return None
        preset = preset_for(None, self.now, question.closes)
        if preset == "rolling":
            return None

        def effect(_: Any) -> None:
            question.preset, question.opens, question.edition = preset, self.now, question.edition + 1
            question.is_revealed = question.is_extended = False
            question.enter("blind", self.now, self.now + question.length("blind"))
            question.say("restarted")

        return effect

    def erase(self, user: int) -> Effect:
        """Forget who a member is; the user comes back as somebody new."""
        member = self.members[user]

        def effect(fresh: int) -> None:
            self.members[user], self.home[fresh] = fresh, self.home[member]
            self.users[member], self.users[fresh] = None, user
            for argument in self.arguments.values():
                if argument.member == member and argument.text != DELETED:
                    self.forgotten.append(argument.text)
                    argument.text, argument.is_hidden = DELETED, True

        return effect

    def sweep_one(self, offline_since: int | None) -> tuple[int | None, Effect]:
        """Say which question has been due longest, and move it through every end that has come."""
        due = [each for each in self.questions.values() if each.ends is not None and each.ends <= self.now]
        if not due:
            return None, UNHEARD
        question = min(due, key=lambda each: (each.ends, each.id))
        return question.id, lambda _: question.say(*question.pass_deadlines(self.now, offline_since))

    def digest_one(self) -> tuple[int | None, Effect]:
        """Say which community's digest has been due longest; a week without anything has none."""
        due, community = min((due, community) for community, due in self.digest_due.items())
        if due > self.now:
            return None, UNHEARD

        def effect(_: Any) -> None:
            self.digest_due[community] = self.now - (self.now - FIRST_DIGEST) % WEEK + WEEK
            if self.numbers[community] and self._happened(community, due - WEEK, due):
                self.digests.add((community, iso_week(due)))

        return community, effect

    def _happened(self, community: int, since: int, until: int) -> bool:
        mine = [each for each in self.questions.values() if each.community == community]
        said = [each.at for question in mine for each in question.given if each.probabilities is not None]
        settled = [each.outcomes[each.version][2] for each in mine if each.phase == "resolved"]
        return any(since <= at < until for at in [*said, *settled])

    def claim(self) -> tuple[str | None, Effect]:
        """Say which message is claimed: the first that waits in a channel in which nobody is sending."""
        leased = [each for each in self.mail.values() if each.lease is not None and each.lease > self.now]
        in_hand = {each.channel for each in leased} - {None}
        waiting = [
            (mail.not_before, mail.id, key) for key, mail in self.mail.items()
            if mail.sent is None and mail.dead is None and mail.not_before <= self.now
            and mail not in leased and mail.channel not in in_hand
        ]  # fmt: skip
        if not waiting:
            return None, UNHEARD
        key = min(waiting)[2]
        mail = self.mail[key]
        change = {key: replace(mail, lease=self.now + LEASE, attempts=mail.attempts + 1)}
        if mail.redraws is not None:  # one change of a card stands for all that are due
            change |= {
                other: replace(self.mail[other], sent=self.now, lease=None) for _, _, other in waiting
                if other != key and self.mail[other].redraws == mail.redraws
            }  # fmt: skip
        return key, lambda _: self.mail.update(change)

    def sent(self, key: str) -> Effect:
        """Remember that it arrived."""
        return lambda _: self.mail.update({key: replace(self.mail[key], lease=None, sent=self.now)})

    def failed(self, key: str, *, permanent: bool) -> Effect:
        """Try again later; after eighty attempts nobody does."""
        mail = self.mail[key]
        if permanent or mail.attempts >= ATTEMPTS:
            return lambda _: self.mail.update({key: replace(mail, lease=None, dead=self.now)})
        later = self.now + min(2**mail.attempts, LONGEST)
        return lambda _: self.mail.update({key: replace(mail, lease=None, not_before=later)})
