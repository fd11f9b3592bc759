"""What the tests of the programme share."""

import pytest

from tests.torture.figures import Record, append


@pytest.fixture
def record(request: pytest.FixtureRequest) -> Record:
    """Return a function that notes figures of this test; rows of one name are added up."""

    def note(subject: str, **figures: float) -> None:
        append(request.node, {"subject": subject, "figures": figures})

    return note
