import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.deliberation.moves import NOBODY, credit_shares, has_moved, moves_of

FOR, AGAINST, OTHER = 1, -1, 0


def shares(*boxes: tuple[int, float, int, int, int, bool]) -> list[float]:
    """Share the credit among rows of (move, change, direction, mover, author, was shown)."""
    names = ("move", "change", "direction", "mover", "author", "was_shown")
    return credit_shares(**dict(zip(names, zip(*boxes, strict=True), strict=True))).tolist()


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [(0.6, 0.7, True), (0.7, 0.6, True), (0.6, 0.699, False), (0.05, 0.15, True), (0.3, 0.2, True)],
)
def test_ten_points_are_a_move(before: float, after: float, moved: bool) -> None:  # noqa: FBT001
    """0.7 - 0.6 is 0.09999999999999998 in floats, and ten points to whoever said it."""
    assert has_moved(before, after) == moved


def test_a_move_is_from_the_members_own_previous_forecast() -> None:
    """7 says 70, 65, 55: two steps of 5 and 10 points; 8's 20 in between is no step of theirs."""
    moves = moves_of([7, 8, 7, 7], [0.70, 0.20, 0.65, 0.55])
    assert (moves.submission.tolist(), moves.before.tolist(), moves.after.tolist()) == ([3], [0.65], [0.55])


def test_a_withdrawal_is_no_move_and_starts_none() -> None:
    """70, withdrawn, 20: nothing was in force from which to move."""
    assert moves_of([7, 7, 7], [0.7, np.nan, 0.2]).submission.size == 0


def test_moves_come_in_the_order_of_time() -> None:
    """9 moves before 3, whoever has the smaller number."""
    assert moves_of([3, 9, 9, 3], [0.1, 0.1, 0.5, 0.5]).submission.tolist() == [2, 3]


def test_nobody_who_submitted_nothing_moved() -> None:
    """Empty in, empty out."""
    assert moves_of([], []).submission.tolist() == []
    assert credit_shares(
        move=[], change=[], direction=[], mover=[], author=[], was_shown=[]
    ).tolist() == []  # fmt: skip


def test_two_against_and_one_for_on_the_way_down_are_two_halves() -> None:
    """70 to 55: the argument for can't have moved anybody down."""
    down = [(0, -0.15, side, 1, author, True) for side, author in ((AGAINST, 2), (AGAINST, 3), (FOR, 4))]
    assert shares(*down) == [0.5, 0.5, 0.0]


def test_news_and_thinking_are_eligible_in_both_directions() -> None:
    """One argument, news and thinking again: thirds."""
    boxes = [(0, 0.2, FOR, 1, 2, True), (0, 0.2, OTHER, 1, NOBODY, False), (0, 0.2, OTHER, 1, NOBODY, False)]
    assert shares(*boxes) == pytest.approx([1 / 3] * 3)


def test_ones_own_argument_earns_nothing() -> None:
    """Its share goes to the other box."""
    assert shares((0, 0.2, FOR, 1, 1, True), (0, 0.2, FOR, 1, 2, True)) == [0.0, 1.0]


def test_an_argument_that_was_not_shown_before_earns_nothing() -> None:
    """Nobody is moved by what they haven't read."""
    assert shares((0, 0.2, FOR, 1, 2, False), (0, 0.2, OTHER, 1, NOBODY, False)) == [0.0, 1.0]


def test_an_argument_of_a_document_is_eligible() -> None:
    """It has no author, who could be the mover."""
    assert shares((0, 0.2, FOR, 1, NOBODY, True)) == [1.0]


def test_of_two_who_credit_each_other_only_the_first_to_do_so_counts() -> None:
    """1 credits 2, then 2 credits 1: nothing for that. 1 may credit 2 again; 3 is not concerned."""
    boxes = [
        (0, 0.2, FOR, 1, 2, True),
        (1, -0.2, AGAINST, 2, 1, True),
        (2, 0.3, FOR, 1, 2, True),
        (3, 0.2, FOR, 3, 1, True),
    ]
    assert shares(*boxes) == [1.0, 0.0, 1.0, 1.0]


def test_a_box_that_was_never_eligible_doesnt_block_the_answer() -> None:
    """1 ticked an argument of 2 that speaks the other way; 2's credit for 1 is the first one that counts."""
    assert shares((0, 0.2, AGAINST, 1, 2, True), (1, 0.2, FOR, 2, 1, True)) == [0.0, 1.0]


def test_members_don_t_credit_documents_back() -> None:
    """Two members moved by the same document are no pair."""
    assert shares((0, 0.2, FOR, 1, NOBODY, True), (1, 0.2, FOR, 2, NOBODY, True)) == [1.0, 1.0]


BOXES = st.lists(
    st.tuples(
        st.integers(0, 3), st.sampled_from([FOR, AGAINST, OTHER]), st.integers(0, 3), st.booleans()
    ),
    min_size=1,
    max_size=12,
)  # fmt: skip


@given(BOXES, st.lists(st.sampled_from([-0.2, 0.2]), min_size=4, max_size=4))
def test_the_shares_of_a_move_sum_to_one_or_to_nothing(boxes: list, changes: list) -> None:
    """Whatever is ticked: no credit is lost, and none is made up. Member m makes move m."""
    rows = [
        (move, changes[move], side, move, NOBODY if side == OTHER else author, shown)
        for move, side, author, shown in boxes
    ]
    given_shares = shares(*rows)
    for move in {row[0] for row in rows}:
        own = [share for share, row in zip(given_shares, rows, strict=True) if row[0] == move]
        assert sum(own) == pytest.approx(1) or own == [0.0] * len(own)
        assert len({share for share in own if share}) <= 1


@given(BOXES)
def test_no_two_members_are_both_credited_by_each_other(boxes: list) -> None:
    """At most one direction of each pair earns anything."""
    rows = [(move, 0.2, FOR, move, author, True) for move, _, author, _ in boxes]
    paid = {
        (mover, author)
        for share, (_, _, _, mover, author, _) in zip(shares(*rows), rows, strict=True)
        if share
    }
    assert not {(author, mover) for mover, author in paid} & paid
