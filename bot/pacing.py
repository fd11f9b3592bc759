"""How fast a process may ask Discord for something."""

import asyncio
from collections import deque

REQUESTS_A_SECOND = 45  # of the 50 that Discord allows a bot; answers to clicks don't count


class Pace:
    """A process's share of the requests that a bot may make in any second.

    ``a_second`` is how many those are, None before anybody has said so. What Discord allows a channel,
    discord.py keeps by itself.
    """

    def __init__(self) -> None:
        self.a_second: int | None = None
        self._made: deque[float] = deque()

    def share(self, processes: int) -> None:
        """Share the bot's requests with other processes evenly; before this is called nothing is held back.

        Examples
        --------
        >>> pace = Pace()
        >>> pace.share(3)
        >>> pace.a_second
        15
        """
        self.a_second = max(REQUESTS_A_SECOND // processes, 1)

    async def turn(self) -> None:
        """Wait until one more request may be made, and count it."""
        if self.a_second is None:
            return
        loop = asyncio.get_running_loop()
        while len(self._made) >= self.a_second:
            wait = self._made[0] + 1 - loop.time()
            if wait > 0:
                await asyncio.sleep(wait)
            else:
                self._made.popleft()
        self._made.append(loop.time())
