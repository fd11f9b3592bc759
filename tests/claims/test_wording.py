import pytest

from claims.wording import speaker, tidied, without_openers


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3. As a result, the gap\n narrowed.", "As a result, the gap narrowed."),
        ("- the gap grew.", "The gap grew."),
        ("r1 was cheap.", "r1 was cheap."),
        ("2026 was slow.", "2026 was slow."),
        ("1.", "1."),
    ],
)
def test_the_sentence_is_tidied(text: str, expected: str) -> None:
    """List marks go, white space is folded; a sentence that begins small stays as it is."""
    assert tidied(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("As a result, wages fell again.", "Wages fell again."),
        ("But I think that wages will fall.", "Wages will fall."),
        ("Still, so many people left the town.", "So many people left the town."),
        ("So the price will go up.", "The price will go up."),
        ("So far the price went up.", "So far the price went up."),
        ("I don't think wages will fall.", "I don't think wages will fall."),
        ("I doubt that wages will fall.", "I doubt that wages will fall."),
        ("Therefore, no.", "Therefore, no."),
        ("Now or never, they said.", "Now or never, they said."),
    ],
)
def test_openers_go_unless_they_carry_meaning(text: str, expected: str) -> None:
    """What is doubted or denied stays so, and nothing is cut down to a word or two."""
    assert without_openers(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jane Doe argues that the controls work.", "Jane Doe"),
        ("Economist Jane Doe says the controls work.", "Jane Doe"),
        ("Jane Doe says the controls work.", None),
        ("The Guardian Weekly argues so.", None),
        ("Chinese Officials warn of a shortage.", None),
        ("A host argues they are effective.", None),
        ("We met Jane Doe, who argues otherwise.", None),
    ],
)
def test_a_speaker_is_named_only_when_the_sentence_is_plain(text: str, expected: str | None) -> None:
    """No name is better than a wrong one."""
    assert speaker(text) == expected
