"""Read ids back from the components of a payload or message."""

import re
from collections.abc import Iterator
from typing import Any

_ABOUT_A_QUESTION = re.compile(
    r"(?:approve|show|edit|edit-question|thesis|cruxes|edit-open|restart|void|repost|challenge|decide|reject|criteria|forecast|nudge|undo|exact|mine|result|why|history|held-up|follow|arguments|argue|reply|add-anyway|rate|rate-one|rate-again|rate-stop|moved|quote|agree|decline):v1:(\d+)"
)


def custom_ids(body: Any) -> Iterator[str]:
    """Yield every custom id in a payload, from top to bottom."""
    if isinstance(body, dict):
        if isinstance(body.get("custom_id"), str):
            yield body["custom_id"]
        for value in body.values():
            yield from custom_ids(value)
    elif isinstance(body, list):
        for value in body:
            yield from custom_ids(value)


def ids_in(body: Any) -> Iterator[int]:
    """Yield the primary keys of the questions that a payload's buttons act on."""
    for custom_id in custom_ids(body):
        if match := _ABOUT_A_QUESTION.match(custom_id):
            yield int(match[1])
