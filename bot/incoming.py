"""What comes from Discord, made fit to be stored: PostgreSQL takes no NUL, no database half a character."""

import re
from typing import Any

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(data: Any) -> Any:
    r"""Return data with NUL and lone surrogates taken out of every string in it.

    Examples
    --------
    >>> storable({"options": [{"name": "text", "value": "a\x00b\ud800"}]})
    {'options': [{'name': 'text', 'value': 'ab'}]}
    """
    if isinstance(data, str):
        return _UNSTORABLE.sub("", data)
    if isinstance(data, dict):
        return {name: storable(value) for name, value in data.items()}
    return [storable(value) for value in data] if isinstance(data, list) else data
