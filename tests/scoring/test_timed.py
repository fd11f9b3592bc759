import numpy as np
import pytest

from forecasts.scoring.timed import Segments, coverage, held_segments, time_averaged

NAN = float("nan")


def pieces(held: Segments) -> list[tuple[int, int, int, float]]:
    return list(
        zip(
            held.members[held.owner].tolist(),
            held.start.tolist(),
            held.end_at.tolist(),
            held.values[:, 0].tolist(),
            strict=True,
        )
    )


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([(7, 2, 0.5), (7, 6, 0.9)], [(7, 2, 6, 0.5), (7, 6, 10, 0.9)], id="an update ends it"),
        pytest.param([(7, 6, 0.9), (7, 2, 0.5)], [(7, 2, 6, 0.5), (7, 6, 10, 0.9)], id="rows in any order"),
        pytest.param([(8, 1, 0.1), (7, 2, 0.5)], [(7, 2, 10, 0.5), (8, 1, 10, 0.1)], id="sorted by member"),
        pytest.param([(7, -5, 0.5)], [(7, 0, 10, 0.5)], id="early counts from the opening"),
        pytest.param([(7, -5, 0.5), (7, -1, 0.9)], [(7, 0, 10, 0.9)], id="the last early one counts"),
        pytest.param(
            [(7, -5, 0.5), (7, 0, 0.9)], [(7, 0, 10, 0.9)], id="at the opening replaces an early one"
        ),
        pytest.param([(7, 0, 0.5)], [(7, 0, 10, 0.5)], id="at the opening counts"),
        pytest.param([(7, 10, 0.5)], [], id="at the end is ignored"),
        pytest.param([(7, 3, 0.5), (7, 12, 0.9)], [(7, 3, 10, 0.5)], id="after the end is ignored"),
        pytest.param([(7, 3, 0.5), (7, 3, 0.9)], [(7, 3, 10, 0.9)], id="at one instant the later row wins"),
        pytest.param([(7, 3, 0.5), (7, 3, NAN)], [], id="withdrawn at once was never held"),
        pytest.param(
            [(7, 2, 0.5), (7, 4, NAN), (7, 7, 0.9)],
            [(7, 2, 4, 0.5), (7, 7, 10, 0.9)],
            id="withdrawal, return",
        ),
        pytest.param([(7, 2, NAN)], [], id="a withdrawal alone holds nothing"),
        pytest.param([(7, -4, 0.5), (7, -2, NAN)], [], id="withdrawn before the opening"),
        pytest.param([], [], id="nobody"),
    ],
)
def test_forecasts_become_the_segments_they_were_in_force(rows: list, expected: list) -> None:
    """In the window [0, 10) each forecast holds until its member's next one."""
    members, times, probabilities = zip(*rows, strict=True) if rows else ((), (), ())
    assert pieces(held_segments(members, times, probabilities, opens_at=0, end=10)) == expected


@pytest.mark.parametrize("end", [0, -3])
def test_an_empty_window_holds_nothing(end: int) -> None:
    """An outcome known at or before the opening leaves no time to score."""
    assert pieces(held_segments([7, 7], [-5, 2], [0.5, 0.9], opens_at=0, end=end)) == []


def test_a_late_forecast_is_averaged_over_the_time_it_was_held() -> None:
    """50 % on the last of 100 days: .25, where dividing by the whole question would give .0025."""
    held = held_segments([7], [99], [0.5], opens_at=0, end=100)
    assert time_averaged(held, np.array([0.25])).tolist() == [0.25]


def test_coverage_is_the_share_of_the_window() -> None:
    """One of 100 days is .01; two days, a withdrawal and one more of ten are .3."""
    assert coverage(held_segments([7], [99], [0.5], opens_at=0, end=100)).tolist() == [0.01]
    withdrawn = held_segments([7, 7, 7], [2, 4, 9], [0.5, NAN, 0.5], opens_at=0, end=10)
    assert coverage(withdrawn).tolist() == [0.3]


def test_a_time_average_weighs_by_time_and_not_by_updates() -> None:
    """.2 for one day and .04 for three: (.2 + 3 * .04) / 4 = .08, withdrawn time counting for nothing."""
    held = held_segments([7, 7, 7], [2, 3, 6], [0.5, 0.8, NAN], opens_at=0, end=10)
    assert time_averaged(held, np.array([0.2, 0.04])) == pytest.approx([0.08])


def test_neighbouring_microseconds_of_today_stay_apart() -> None:
    """Of two forecasts a microsecond apart, 56 years after 1970, the first is held for that microsecond."""
    now = 1_767_225_600_000_000
    held = held_segments([7, 7], [now, now + 1], [0.5, 0.9], opens_at=now, end=now + 10)
    assert held.duration.tolist() == [1, 9]


@pytest.mark.parametrize(
    ("members", "times", "probabilities", "reason"),
    [
        ([7], [0.5], [0.5], "Times are a list of whole numbers"),
        ([7.5], [0], [0.5], "Members are a list of whole numbers"),
        ([7, 8], [0], [0.5], "differ in length"),
        ([7], [0], 0.5, "come as a table"),
    ],
)
def test_misshapen_input_is_refused(
    members: object, times: object, probabilities: object, reason: str
) -> None:
    """Fractions of a microsecond would be lost silently, so they are an error."""
    with pytest.raises(ValueError, match=reason):
        held_segments(members, times, probabilities, opens_at=0, end=10)
