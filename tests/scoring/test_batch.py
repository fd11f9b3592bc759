import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.scoring.batch import score_questions
from forecasts.scoring.question import score_question
from forecasts.scoring.timed import held_segments, timeline_of

rows = st.lists(
    st.tuples(
        st.integers(0, 3), st.integers(1, 4), st.integers(-5, 60), st.floats(0, 1) | st.just(float("nan"))
    ),
    max_size=40,
)
WINDOWS = np.array([[0, 40], [10, 20], [-3, 50], [7, 7]])
OUTCOMES = np.array([1, 0, 1, 0])


@given(rows)
def test_many_questions_at_once_score_as_one_by_one(some: list[tuple[int, int, int, float]]) -> None:
    """Four windows, one of them empty, in one pass and each alone: the same rows and crowds."""
    table = np.array(some).reshape(-1, 4)
    of, who, at = table[:, :3].astype(int).T
    batch = score_questions(
        of, who, at, table[:, 3], opens_at=WINDOWS[:, 0], end=WINDOWS[:, 1], outcome=OUTCOMES
    )
    for index, (opens_at, end) in enumerate(WINDOWS.tolist()):
        mine = of == index
        alone = score_question(
            who[mine], at[mine], table[mine, 3], opens_at=opens_at, end=end, outcome=int(OUTCOMES[index])
        )
        found = batch.members.question == index
        for name in ("member", "brier", "peer_brier", "log_peer", "log_baseline", "coverage", "forecasts"):
            assert getattr(batch.members, name)[found] == pytest.approx(getattr(alone, name), abs=1e-11)
        for name, baseline in alone.baselines.items():
            crowd = batch.baselines[name]
            assert crowd.brier[index] == pytest.approx(baseline.brier, abs=1e-11)
            assert crowd.peer_brier[index] == pytest.approx(baseline.peer_brier, abs=1e-11)
            assert crowd.last[index].tolist() == pytest.approx(baseline.last or [np.nan], nan_ok=True)
        assert bool(alone.baselines) == (batch.covered[index] > 0)


def test_rounding_does_not_grow_with_the_number_of_questions() -> None:
    """20,000 questions on which .9 beats .5 by 24 points: the last as exactly as the first."""
    count = 20_000
    of = np.repeat(np.arange(count), 2)
    scores = score_questions(
        of, np.tile([7, 8], count), np.zeros(2 * count, dtype=int), np.tile([0.9, 0.5], count),
        opens_at=np.zeros(count, dtype=int), end=np.full(count, 7), outcome=np.ones(count, dtype=int),
    )  # fmt: skip
    assert np.abs(np.abs(scores.members.peer_brier) - 24).max() < 1e-12


def test_the_last_probability_is_kept_even_if_withdrawn() -> None:
    """One point for calibration a member: .8, withdrawn at 6; .3, held to the end."""
    scores = score_questions(
        [0] * 4, [7, 7, 7, 8], [0, 3, 6, 2], [0.5, 0.8, np.nan, 0.3], opens_at=[0], end=[10], outcome=[1]
    )
    assert scores.members.last.tolist() == [[0.8], [0.3]]


def test_windows_beyond_the_axis_are_refused() -> None:
    """Two of 100,000 years each are longer than 64 bits of microseconds allow."""
    ages = [100_000 * 365 * 86_400 * 10**6] * 2
    with pytest.raises(ValueError, match="too long"):
        timeline_of(held_segments([7], [0], [0.5], opens_at=[0, 0], end=ages, questions=[1]))
