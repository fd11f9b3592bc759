"""HTTP faults from a seed: what Discord, its edge and the network do to a request on a bad day."""

import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    ``after`` says whether Discord had done what was asked; without a ``status`` the connection is cut.
    """

    name: str
    after: bool = False
    status: int | None = None
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    hang: float = 0


def _limited(scope: str, seconds: float) -> Fault:
    body = json.dumps({"message": "rate limited", "retry_after": seconds, "global": scope == "global"})
    headers = {"Via": "1.1 loopback", "X-RateLimit-Scope": scope, "Retry-After": "1"}
    if scope != "global":
        headers |= {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": str(seconds),
                    "X-RateLimit-Limit": "5", "X-RateLimit-Reset": "0"}  # fmt: skip
    return Fault(f"429 {scope}", status=429, body=body, headers=headers)


def _said(status: int, *, after: bool = False) -> Fault:
    body = json.dumps({"message": f"{status}", "code": 0})
    return Fault(f"{status} {'after' if after else 'before'}", after=after, status=status, body=body)


PASSING: tuple[Fault, ...] = (
    *(_limited(scope, 0.05) for scope in ("user", "shared", "global")),
    Fault("429 of the edge", status=429, body="<html>slow down</html>"),
    *(_said(status, after=after) for status in (500, 502, 503, 504) for after in (False, True)),
    Fault("502 as a page", status=502, body="<html>Bad gateway</html>"),
    Fault("cut before"),
    Fault("cut after", after=True),
    Fault("slow and cut before", hang=0.2),
    Fault("slow and cut after", after=True, hang=0.2),
    Fault("broken JSON", after=True, status=200, body='{"id": "12'),
    Fault("JSON of another kind", after=True, status=200, body='"ok"'),
    Fault("empty", after=True, status=200),
)
LASTING: tuple[Fault, ...] = (_said(401), _said(403), _said(404))


class Faults:
    """Chooses which requests go wrong, and how; the same seed chooses the same.

    Parameters
    ----------
    seed
        For the choice.
    rate
        The share of requests that go wrong, in [0, 1).
    kinds
        What may go wrong.
    where
        Which requests may go wrong: a function of method and path.
    """

    def __init__(
        self,
        seed: int = 0,
        *,
        rate: float = 0,
        kinds: tuple[Fault, ...] = PASSING,
        where: Callable[[str, str], bool] = lambda _method, _path: True,
    ) -> None:
        self._random = random.Random(seed)  # noqa: S311 (a choice that can be repeated)
        self.rate, self._kinds, self._where = rate, kinds, where
        self.met: Counter[str] = Counter()

    def next(self, method: str, path: str) -> Fault | None:
        """Return what goes wrong with this request, or None."""
        if not self._where(method, path) or self._random.random() >= self.rate:
            return None
        fault = self._random.choice(self._kinds)
        self.met[fault.name] += 1
        return fault
