"""The other half of the stories: they begin in a house in which nobody has asked anything yet."""

from pathlib import Path

from tests.torture.columns import times
from tests.torture.figures import Record
from tests.torture.furnished import a_furnished_file  # noqa: F401 (a fixture)
from tests.torture.stage import Stage
from tests.torture.test_whole_house import a_folder, play  # noqa: F401 (a fixture)


def test_whatever_happens_from_the_first_day_the_house_is_what_its_model_is(
    furnished: Path, folder: Path, record: Record
) -> None:
    """As in the other half; here most is refused at first, and first questions are opened at odd times."""
    half = times("machine") // 2
    done = play(Stage(furnished, folder), half, record, "Without threads", begun=False)
    assert done["transactions"] > 5 * half
    assert done["processes"] > half // 20
