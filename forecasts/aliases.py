"""Names under which members argue and rate: stable within a question, different across questions."""

import hashlib
import hmac
from functools import cache
from importlib.resources import files


def alias(secret: str, *, question_id: int, member_id: int) -> str:
    """Return a member's name within one question; it can't be computed without the community's secret.

    Examples
    --------
    >>> alias("s", question_id=1, member_id=7) == alias("s", question_id=1, member_id=7)
    True
    >>> len(alias("s", question_id=1, member_id=7).split())
    2
    """
    message = f"{question_id}:{member_id}".encode()
    digest = hmac.new(secret.encode(), message, hashlib.sha256).digest()
    first, second = _words()
    number = int.from_bytes(digest[:8], "big")
    return f"{first[number % len(first)]} {second[number // len(first) % len(second)]}".title()


@cache
def _words() -> tuple[list[str], list[str]]:
    text = (files("forecasts") / "data" / "aliases.txt").read_text(encoding="utf-8")
    first, second = (line.split() for line in text.splitlines() if not line.startswith("#"))
    return first, second
