"""What parsers are fed with: good input, bent at random."""

import random
from collections.abc import Sequence

NASTY = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", "\u202e".encode(),
    "\u2028".encode(), "e\u0301".encode() * 200, b"\xd9\xa3", "½".encode(), "²".encode(), b"\r", b"\n" * 40,
    b'"', b"'", b",", b";", b"\\", b"{", b"[" * 3_000, b'{"a":' * 3_000, b"- " * 500, b"&a *a", b"!!python",
    b"<", b"<![CDATA[", b"&#x110000;", b"&#xd800;", b"<!--", b"]]>", b"<div>" * 300, b"%PDF-1.4",
    b"PK\x03\x04", b"1e308", b"-1", b"NaN", b"Infinity", b"9" * 400, b"0x", b"1/0", b"31 Feb", b"0000-00-00",
    b"9999-12-31T23:59:59-14:00", b"=1+1", b"@everyone",
)  # fmt: skip


class Bender:
    """Makes inputs of good ones, by a seed.

    Parameters
    ----------
    good
        What the parser takes.
    seed
        For what is done to them.
    """

    def __init__(self, good: Sequence[bytes], seed: int) -> None:
        self._good, self._random = good, random.Random(seed)  # noqa: S311 (a choice that can be repeated)

    def bent(self) -> bytes:
        """Return one of them with up to six changes."""
        data = bytearray(self._random.choice(self._good))
        for _ in range(self._random.randrange(7)):
            change = self._random.choice([self._flip, self._cut, self._repeat, self._insert, self._mix])
            change(data)
        return bytes(data)

    def _span(self, data: bytearray) -> tuple[int, int]:
        start = self._random.randrange(len(data) + 1)
        return start, min(len(data), start + self._random.choice((1, 2, 8, 64, 1_000)))

    def _flip(self, data: bytearray) -> None:
        if data:
            data[self._random.randrange(len(data))] = self._random.randrange(256)

    def _cut(self, data: bytearray) -> None:
        start, end = self._span(data)
        del data[start:end]

    def _repeat(self, data: bytearray) -> None:
        start, end = self._span(data)
        data[start:start] = data[start:end] * self._random.choice((1, 1, 9))

    def _insert(self, data: bytearray) -> None:
        start, _ = self._span(data)
        data[start:start] = self._random.choice(NASTY)

    def _mix(self, data: bytearray) -> None:
        start, end = self._span(data)
        other = self._random.choice(self._good)
        cut = self._random.randrange(len(other) + 1)
        data[start:end] = other[cut : cut + end - start]
