import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from forecasts.deliberation.cruxes import crux_share, share_of_gap

P = st.floats(0, 1)


def test_the_share_of_the_gap_that_would_close() -> None:
    """Gap 40 points, 10 if YES and 30 if NO, at even odds: 20 are left, half is closed."""
    assert share_of_gap(0.5, 0.4, gap_if_yes=0.1, gap_if_no=0.3) == pytest.approx(0.5)


def test_a_gap_that_changes_sides_is_still_a_gap() -> None:
    """-30 points if YES are as far apart as 30: 1 - (0.15 + 0.15) / 0.4 = 0.25."""
    assert share_of_gap(0.5, 0.4, gap_if_yes=-0.3, gap_if_no=0.3) == pytest.approx(0.25)


def test_a_question_that_widens_the_gap_is_no_crux() -> None:
    """1 - 0.6 / 0.4 = -0.5."""
    assert share_of_gap(0.5, 0.4, gap_if_yes=0.6, gap_if_no=0.6) == pytest.approx(-0.5)


@pytest.mark.parametrize(("probability", "gap"), [(1.1, 0.4), (-0.1, 0.4), (float("nan"), 0.4), (0.5, 0.0)])
def test_what_cant_be_is_refused(probability: float, gap: float) -> None:
    """No probability, or no gap."""
    with pytest.raises(ValueError, match=r"probability|gap"):
        share_of_gap(probability, gap, gap_if_yes=0.1, gap_if_no=0.3)


def test_groups_are_compared_by_their_means() -> None:
    """Lower 20 and 40 (30), upper 70: gap 40. If YES 40 and 50: 10; if NO 30 and 60: 30. Half at P = 0.5."""
    share = crux_share(
        0.5,
        credence=[0.2, 0.4, 0.7],
        if_yes=[0.3, 0.5, 0.5],
        if_no=[0.2, 0.4, 0.6],
        is_upper=[False, False, True],
    )
    assert share == pytest.approx(0.5)


@pytest.mark.parametrize("is_upper", [[True, True], [False, False]])
def test_one_group_alone_has_no_crux(is_upper: list[bool]) -> None:
    """Somebody on each side must have said what would change their mind."""
    said = {"credence": [0.2, 0.8], "if_yes": [0.1, 0.9], "if_no": [0.5, 0.5]}
    assert crux_share(0.5, **said, is_upper=is_upper) is None


def test_no_gap_no_crux() -> None:
    """0.1 + 0.2 and 0.3 are the same credence, whatever floats say."""
    said = {"credence": [0.1 + 0.2, 0.3], "if_yes": [0.1, 0.9], "if_no": [0.5, 0.5]}
    assert crux_share(0.5, **said, is_upper=[False, True]) is None


@given(P, st.lists(st.tuples(P, P, st.booleans()), min_size=2, max_size=12))
def test_coherent_holders_who_share_p_have_no_crux(probability: float, holders: list) -> None:
    """Whose credence is P if_yes + (1 - P) if_no: the share is never positive."""
    if_yes, if_no, is_upper = zip(*holders, strict=True)
    credence = [
        probability * yes + (1 - probability) * no for yes, no in zip(if_yes, if_no, strict=True)
    ]  # fmt: skip
    share = crux_share(probability, credence=credence, if_yes=if_yes, if_no=if_no, is_upper=is_upper)
    assume(share is not None)
    assert share <= 1e-6


@given(P, st.floats(-1, 1).filter(lambda gap: abs(gap) > 0.01), st.floats(-1, 1), st.floats(-1, 1))
def test_no_more_than_all_of_it_closes(probability: float, gap: float, yes: float, no: float) -> None:
    """And which side is called upper doesn't matter."""
    share = share_of_gap(probability, gap, gap_if_yes=yes, gap_if_no=no)
    assert share <= 1
    assert share == share_of_gap(probability, -gap, gap_if_yes=-yes, gap_if_no=-no)
