from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.deadlines import parse_deadline
from forecasts.errors import InvalidInputError

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 10, 7, 12, 0, tzinfo=UTC)  # a Wednesday, 14:00 in Berlin

DAYS = [
    ("31 Dec", "2026-12-31"),
    ("31 December 2026", "2026-12-31"),
    ("31st of December, 2026", "2026-12-31"),
    ("Dec 31", "2026-12-31"),
    ("december 31st 2026", "2026-12-31"),
    ("by Dec. 31", "2026-12-31"),
    ("31. Dec", "2026-12-31"),
    ("31-Dec-2026", "2026-12-31"),
    ("Thu, 31 Dec", "2026-12-31"),
    ("2026-12-31", "2026-12-31"),
    ("2026/12/31", "2026-12-31"),
    ("31.12.2026", "2026-12-31"),
    ("31.12.26", "2026-12-31"),
    ("31.12.", "2026-12-31"),
    ("31/12/2026", "2026-12-31"),
    ("12/31/2026", "2026-12-31"),
    ("31-12-2026", "2026-12-31"),
    ("03/03/2027", "2027-03-03"),
    ("３１．１２．２０２６", "2026-12-31"),
    ("٣١ Dec", "2026-12-31"),
    ("31 Dec midnight", "2026-12-31"),
    ("7 Oct", "2026-10-07"),  # today hasn't ended
    ("1 Oct", "2027-10-01"),  # over this year
    ("29 Feb", "2028-02-29"),  # the next leap year
    ("today", "2026-10-07"),
    ("tomorrow", "2026-10-08"),
    ("the day after tomorrow", "2026-10-09"),
    ("in 10 days", "2026-10-17"),
    ("in 3 weeks", "2026-10-28"),
    ("3 weeks", "2026-10-28"),
    ("3 weeks from now", "2026-10-28"),
    ("in a week's time", "2026-10-14"),
    ("a fortnight", "2026-10-21"),
    ("within six months", "2027-04-07"),
    ("in 2 years", "2028-10-07"),
    ("Wednesday", "2026-10-07"),
    ("Friday", "2026-10-09"),
    ("by Friday", "2026-10-09"),
    ("Monday", "2026-10-12"),
    ("next Friday", "2026-10-16"),
    ("next week", "2026-10-18"),  # a week ends on Sunday
    ("end of month", "2026-10-31"),
    ("month-end", "2026-10-31"),
    ("eom", "2026-10-31"),
    ("end of next month", "2026-11-30"),
    ("March", "2027-03-31"),
    ("March 2027", "2027-03-31"),
    ("2027-03", "2027-03-31"),
    ("end of February", "2027-02-28"),
    ("start of March", "2027-03-01"),
    ("mid-March", "2027-03-15"),
    ("Q3", "2027-09-30"),
    ("Q4", "2026-12-31"),
    ("Q3 2027", "2027-09-30"),
    ("2027-Q3", "2027-09-30"),
    ("end of Q1", "2027-03-31"),
    ("H1 2027", "2027-06-30"),
    ("mid-2027", "2027-06-30"),
    ("mid-year", "2027-06-30"),
    ("year-end", "2026-12-31"),
    ("by year-end", "2026-12-31"),
    ("end of the year", "2026-12-31"),
    ("EOY", "2026-12-31"),
    ("next year", "2027-12-31"),
    ("in 2027", "2027-12-31"),
    ("before 2028", "2027-12-31"),
    ("before March", "2027-02-28"),
    ("before the end of March", "2027-03-31"),
    ("before Friday", "2026-10-08"),
    ("2036-10-07", "2036-10-07"),  # ten years ahead to the day
]

TIMES = [
    ("2026-12-31 18:00", "2026-12-31T18:00+01:00"),
    ("2026-12-31T18:00:30", "2026-12-31T18:00:30+01:00"),
    ("2026-12-31T18:00Z", "2026-12-31T18:00+00:00"),
    ("2026-12-31 18:00 UTC", "2026-12-31T18:00+00:00"),
    ("2026-12-31T18:00-05:00", "2026-12-31T18:00-05:00"),
    ("Friday 18:00", "2026-10-09T18:00+02:00"),
    ("18:00 on Friday", "2026-10-09T18:00+02:00"),
    ("before Friday 18:00", "2026-10-09T18:00+02:00"),
    ("Friday at 6:30 p.m.", "2026-10-09T18:30+02:00"),
    ("Wednesday 13:00", "2026-10-14T13:00+02:00"),  # today's 13:00 is over
    ("tomorrow noon", "2026-10-08T12:00+02:00"),
    ("18:00", "2026-10-07T18:00+02:00"),
    ("noon", "2026-10-08T12:00+02:00"),
    ("12 am", "2026-10-08T00:00+02:00"),
    ("in 36 hours", "2026-10-09T02:00+02:00"),
    ("90 min", "2026-10-07T15:30+02:00"),
]

WORDS = (
    "31 Dec 2026 -12- 29 Feb 30 in 3 weeks next Friday 18:00 25:00 Q3 / mid end of year before noon pm "
    "999 9999 months years 03/04 . - +01:00 start z , ' ٣"
)


def read(text: str, now: datetime = NOW, zone: ZoneInfo = BERLIN) -> datetime:
    return parse_deadline(text, now=now, zone=zone)


@pytest.mark.parametrize(("text", "day"), DAYS)
def test_a_day_or_period_ends_at_23_59_of_its_last_day(text: str, day: str) -> None:
    """Without a time the end of the last day is meant, on the community's clock."""
    assert read(text).astimezone(BERLIN).isoformat()[:16] == f"{day}T23:59"


@pytest.mark.parametrize(("text", "moment"), TIMES)
def test_a_time_is_taken_exactly(text: str, moment: str) -> None:
    """A time means that minute in the community's zone, or in the zone it states."""
    assert read(text) == datetime.fromisoformat(moment)


def test_the_answer_is_in_utc() -> None:
    """What is stored has the zone UTC, not merely the same instant."""
    assert read("31 Dec").tzinfo is UTC


def test_the_zone_decides_which_day_it_is() -> None:
    """At 12:00 UTC it is already tomorrow, 01:00, in Auckland (UTC+13)."""
    assert read("today", zone=ZoneInfo("Pacific/Auckland")) == datetime(2026, 10, 8, 10, 59, tzinfo=UTC)


def test_a_skipped_time_moves_behind_the_gap() -> None:
    """02:30 doesn't exist when 02:00 CET becomes 03:00 CEST; 03:30 CEST is 01:30 UTC."""
    assert read("2027-03-28 02:30") == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_a_repeated_time_is_its_second_pass() -> None:
    """02:30 comes twice when 03:00 CEST becomes 02:00 CET; the later is 01:30 UTC."""
    assert read("2026-10-25 02:30") == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_days_are_counted_on_the_calendar_across_a_clock_change() -> None:
    """Three weeks on is the same wall clock, 23:59 CET, though the offset shrank to one hour."""
    assert read("in 3 weeks") == datetime(2026, 10, 28, 22, 59, tzinfo=UTC)


def test_hours_are_counted_on_the_clock_across_a_clock_change() -> None:
    """24 hours after 12:00 UTC is 12:00 UTC, whatever the walls show."""
    eve = datetime(2026, 10, 24, 12, tzinfo=UTC)
    assert read("in 24 hours", now=eve) == eve + timedelta(hours=24)


def test_months_end_where_the_shorter_month_ends() -> None:
    """One month after 31 January is 28 February."""
    january = datetime(2027, 1, 31, 12, tzinfo=UTC)
    assert read("in 1 month", now=january).astimezone(BERLIN).date().isoformat() == "2027-02-28"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2020-12-31", "already over"),
        ("2026-10-07 13:59", "already over"),
        ("today 11:00", "already over"),
        ("Q1 2026", "already over"),
        ("0 minutes", "already over"),
        ("2036-10-08", "more than 10 years away"),
        ("in 11 years", "more than 10 years away"),
        ("in 999 years", "more than 10 years away"),
        ("2999", "more than 10 years away"),
        ("30 Feb", "no such day"),
        ("2026-13-01", "no such day"),
        ("31/04/2027", "no such day"),
        ("29 Feb 2027", "no such day"),
        ("Monday 31 Dec 2026", "2026-12-31 is a Thursday"),
        ("03/04/2027", "year first, 2027-04-03 or 2027-03-04"),
        ("3/11", "2026-11-03 or 2027-03-11"),  # the coming one of each
        ("Friday 25:00", "can't read"),
        ("18:00 pm", "can't read"),
        ("early 2027", "can't read"),
        ("-3 weeks", "can't read"),
        ("1.5 weeks", "can't read"),
        ("Friday and Monday", "can't read"),
        ("not by Friday", "can't read"),
        ("before", "can't read"),
        ("soon", "can't read"),
        ("", "can't read"),
        ("in 3 weeks" + " " * 200, "can't read"),
    ],
)
def test_what_is_no_deadline_is_refused_in_words(text: str, sentence: str) -> None:
    """The sentence says which of the many things is wrong."""
    with pytest.raises(InvalidInputError, match=sentence):
        read(text)


def test_a_refusal_gives_examples_that_are_read() -> None:
    """Every example in the sentence can itself be typed."""
    with pytest.raises(InvalidInputError) as refusal:
        read("soon")
    examples = str(refusal.value).split("such as ")[1].rstrip(".").replace(" or ", ", ").split(", ")
    assert all(read(example) > NOW for example in examples)


@given(
    text=st.text() | st.lists(st.sampled_from(WORDS.split()), max_size=6).map(" ".join),
    now=st.datetimes(datetime(2024, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Asia/Kathmandu"]),
)
def test_any_text_gives_a_coming_moment_or_a_sentence(text: str, now: datetime, zone: str) -> None:
    """Whatever is typed, whenever and wherever, the deadline lies ahead and within ten years."""
    try:
        deadline, sentence = parse_deadline(text, now=now, zone=ZoneInfo(zone)), ""
    except InvalidInputError as refusal:
        deadline, sentence = now + timedelta(days=1), str(refusal)
    assert sentence.isprintable()
    assert now < deadline < now + timedelta(days=3655)  # ten years hold three leap days; two days of slack
