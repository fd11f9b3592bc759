from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.horizon import LONGEST_RUN, SHORTEST_RUN, deadline_in, horizon, usual_deadline

MAY = date(2026, 5, 4)
PHRASES = {
    "by year-end": date(2026, 12, 31),
    "by the end of the year": date(2026, 12, 31),
    "by mid-2027": date(2027, 6, 30),
    "in Q3": date(2026, 9, 30),
    "within six months": date(2026, 11, 4),
    "over the next 18 months": date(2027, 11, 4),
    "in the next two to three years": date(2029, 5, 4),
    "in the coming years": date(2029, 5, 4),
    "next year": date(2027, 12, 31),
    "later this year": date(2026, 12, 31),
    "this summer": date(2026, 8, 31),
    "by March": date(2027, 3, 31),
    "by the end of next year": date(2027, 12, 31),
    "on 2 August 2026": date(2026, 8, 2),
    "by the end of the decade": date(2029, 12, 31),
    "before the next election": date(2026, 11, 2),  # the Monday before Tuesday, 3 November
    "before the next presidential election": date(2028, 11, 6),
}
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


@pytest.mark.parametrize(("phrase", "day"), PHRASES.items())
def test_phrases_of_claims_are_read(phrase: str, day: date) -> None:
    """In the middle of a sentence, seen from 4 May 2026."""
    assert deadline_in(f"Prices could double {phrase}, some say.", today=MAY) == day


@pytest.mark.parametrize(
    "text", ["It fell in 2019.", "For two years now it rose.", "It may double soon.", ""]
)
def test_what_is_over_or_vague_is_no_deadline(text: str) -> None:
    """Nor is "may" a month."""
    assert deadline_in(text, today=MAY) is None


def test_the_first_deadline_counts() -> None:
    """In reading order."""
    assert deadline_in("By March, or by the end of the decade.", today=MAY) == date(2027, 3, 31)


@given(st.sampled_from(sorted(PHRASES)), DAYS)
def test_a_deadline_is_always_ahead(phrase: str, today: date) -> None:
    """Whatever the day."""
    found = deadline_in(f"It will end {phrase}.", today=today)
    assert found is None or found > today


@given(st.sampled_from(sorted(PHRASES)), DAYS, st.integers(1, 900))
def test_a_later_day_never_gives_an_earlier_deadline(phrase: str, today: date, days: int) -> None:
    """Where both days give one."""
    now = deadline_in(f"It will end {phrase}.", today=today)
    later = deadline_in(f"It will end {phrase}.", today=today + timedelta(days=days))
    assert now is None or later is None or now <= later


@given(st.text(max_size=80), DAYS)
def test_a_horizon_leaves_time_and_ends(text: str, today: date) -> None:
    """45 days to three years, whatever the sentence."""
    assert SHORTEST_RUN <= horizon(text, today=today) - today <= LONGEST_RUN


def test_without_a_deadline_half_a_year_is_usual() -> None:
    """150 days after 31 January 2027 is 30 June, after 1 February it is 1 July."""
    assert usual_deadline(date(2027, 1, 31)) == date(2027, 6, 30)
    assert usual_deadline(date(2027, 2, 1)) == date(2027, 12, 31)
