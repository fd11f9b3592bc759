"""Errors of the domain. Their text can be shown to a member as it stands."""


class ForecastError(Exception):
    """A rule of the domain was not met; ``str()`` says what was wrong and the way out."""


class InvalidInputError(ForecastError):
    """What somebody typed can't be read, or is out of range."""


class AmbiguousInputError(InvalidInputError):
    """What somebody typed has two readings, and guessing would be wrong.

    Parameters
    ----------
    message
        The sentence for the member.
    choices
        The readings, as values to choose from.
    """

    def __init__(self, message: str, choices: tuple[float, ...]) -> None:
        super().__init__(message)
        self.choices = choices


class NotFoundError(ForecastError):
    """There is no such thing here (another server's things are not here either)."""


class NotAllowedError(ForecastError):
    """The member lacks a right."""


class WrongPhaseError(ForecastError):
    """The question is in a phase in which this can't be done."""


class ConflictError(ForecastError):
    """Somebody else was first, or the same thing is already stored."""
