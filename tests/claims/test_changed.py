from hypothesis import given
from hypothesis import strategies as st

from claims.changed import Passage, still_standing
from claims.segment import sentences

ONE, TWO, THREE = "The gap in models narrowed.", "Controls have worked.", "Huawei got a market."


def passages(text: str) -> list[Passage]:
    return [Passage(each.start, each.end, each.text) for each in sentences(text)]


def stand(old: str, new: str) -> list[str | None]:
    return [each and each.text for each in still_standing(passages(old), new)]


def test_what_moved_stands_at_its_new_place() -> None:
    """Behind the ten characters of a new heading and its newline."""
    assert still_standing([Passage(0, 27, ONE)], f"An update.\n{ONE}") == [Passage(11, 38, ONE)]


def test_what_was_taken_out_or_changed_stands_no_more() -> None:
    """A word more makes another claim of it."""
    assert stand(f"{ONE} {TWO} {THREE}", f"{THREE}\nControls have hardly worked.") == [None, None, THREE]


def test_white_space_and_quotes_may_change() -> None:
    """A page set anew says the same; the words are those of the new text, for its offsets."""
    assert stand("They say “it won’t”.", 'They  say "it won\'t".') == ['They  say "it won\'t".']


def test_a_sentence_inside_another_one_is_no_longer_said() -> None:
    """To deny a claim isn't to make it."""
    assert stand(ONE, "Nobody believes that the gap in models narrowed.") == [None]


def test_repeats_stand_for_one_claim_each() -> None:
    """Two claims with the same words never end at the same place; a third has none."""
    found = still_standing(passages(f"{ONE}\n{ONE}\n{ONE}"), f"{ONE} {ONE}")
    assert found == [Passage(0, 27, ONE), Passage(28, 55, ONE), None]


def test_the_answers_come_in_the_order_of_the_claims() -> None:
    """They may be ranked, best first."""
    old = [Passage(28, 49, TWO), Passage(0, 27, ONE)]
    assert [each and each.text for each in still_standing(old, f"{ONE} {TWO}")] == [TWO, ONE]


@given(st.text(max_size=200), st.text(max_size=200))
def test_quotes_are_exact_and_places_are_taken_once(old: str, new: str) -> None:
    """Whatever the texts; and all of an unchanged text stands where it stood."""
    found = [each for each in still_standing(passages(old), new) if each is not None]
    assert all(new[each.start : each.end] == each.text for each in found)
    assert len({each.start for each in found}) == len(found)
    assert still_standing(passages(old), old) == passages(old)
