"""What claims say of an indicator: which way it moves, how far, and whose it is."""

import re
from collections import Counter
from collections.abc import Sequence

from claims.families import Wanted
from claims.indicators import Indicator, Match, names_in
from claims.lexicons import lexicon, with_plain_apostrophes

_NEAR = 70  # characters between the words that name a figure and those that move it
_FAR = 120  # ... and its threshold
_UP, _DOWN = ("rise", "widen"), ("fall", "narrow")
_OF_A_GAP = {1: "larger", -1: "smaller"}
_OF_A_NUMBER = {1: "higher", -1: "lower"}
_AHEAD = re.compile(
    r"\b(?:will|won't|would|could|may|might|can|going to|set to|headed for|expect\w*|project\w*|predict\w*|"
    r"forecast\w*|target|by 20\d\d|needs? to|bound to)\b",
    re.IGNORECASE,
)
_AT_MOST = (
    r"below|under|at most|less than|fewer than|no more than|"
    r"(?:down|back|close|near(?:er)?) to|(?:falls?|drops?) to"
)
_AT_LEAST = (
    r"above|over|at least|more than|past|beyond|exceed\w*|reach\w*|hit\w*|top\w*|"
    r"(?:rises?|climbs?|up) to|cross\w*|near\w*|target of|at|to"
)
_BOUND = rf"(?:(?P<most>{_AT_MOST})|(?P<least>{_AT_LEAST})) (?:about |around |roughly |nearly |some |the )?"
_FIGURE = r"(?P<figure>\d[\d,]*(?:\.\d+)?)"
_SIZE = r"(?: ?(?P<size>trillion|billion|million|thousand|tn|bn|[TBMk])\b)?"
_SIZES = {"tn": "trillion", "T": "trillion", "bn": "billion", "B": "billion", "M": "million", "k": "thousand"}
_STEM = 5
_BREAK = re.compile(
    r"[,;:.—]|\b(?:because|while|but|since|although|though|when|once|if|unless|so|and)\b", re.IGNORECASE
)
_DENIED = 25  # characters before a verb in which a negation turns it round
_NEVER = re.compile(
    r"\b(?:never|won't|will not|(?:not|isn't|aren't) going to|unlikely|no chance|impossible|fantasy|"
    r"implausible|cannot|can't|hard sell)\b",
    re.IGNORECASE,
)
_FALL_OF = re.compile(r"(?<![\d.])(?P<figure>[1-9]\d) ?(?:%|per ?cent)", re.IGNORECASE)


def wanted_of(indicator: Indicator, said: Sequence[tuple[str, Match]]) -> Wanted:
    """Read from claims what to ask of an indicator; what they don't plainly say is left out.

    Parameters
    ----------
    indicator
        Of which they speak.
    said
        Each claim with its match.

    Examples
    --------
    >>> from claims.indicators import matches, setting_of
    >>> text = "Unemployment in America will rise above 6 percent."
    >>> (match,) = matches(text, setting_of(text))
    >>> wanted_of(match.indicator, [(text, match)]).threshold
    '6 %'
    """
    for text, match in said:
        if found := _threshold(indicator, text, match.start):
            side, threshold = found
            return Wanted(_worded(indicator, side), threshold, _names(said))
    sides = Counter(side for text, match in said if (side := direction_of(text, match)))
    return Wanted(_worded(indicator, sides.most_common(1)[0][0]) if sides else "", "", _names(said))


def direction_of(text: str, match: Match) -> int:
    """Tell which way a claim says that its indicator moves: 1 up or apart, -1 down or together, 0 neither.

    Examples
    --------
    >>> from claims.indicators import matches, setting_of
    >>> text = "US unemployment isn't falling."
    >>> direction_of(text, matches(text, setting_of(text))[0])
    1
    """
    plain = with_plain_apostrophes(text)
    if not _is_the_figure(match.indicator, plain[match.start : match.end]):
        return 0
    near = [
        (gap, side, found.start())
        for side, names in ((1, _UP), (-1, _DOWN))
        for name in names
        for found in lexicon(name).finditer(plain)
        if (gap := max(match.start - found.end(), found.start() - match.end, 0)) <= _NEAR
        and not _BREAK.search(plain, min(found.end(), match.end), max(found.start(), match.start))
    ]
    if not near:
        return 0
    _, side, start = min(near)
    return -side if lexicon("negation").search(plain, max(0, start - _DENIED), start) else side


def is_denied(text: str) -> bool:
    """Tell whether a claim says that something won't happen.

    Examples
    --------
    >>> is_denied("That rebate is not going to happen.")
    True
    """
    return _NEVER.search(with_plain_apostrophes(text)) is not None


def _is_the_figure(indicator: Indicator, named: str) -> bool:
    """Tell whether the words name the figure itself: "launch costs" fall, but not the number of launches."""
    if indicator.also and indicator.also.search(named):
        return True
    last = re.findall(r"[A-Za-z]+", named)[-1:]
    return bool(last) and re.search(rf"\b{last[0][:_STEM]}", indicator.name, re.IGNORECASE) is not None


def _worded(indicator: Indicator, side: int) -> str:
    return (_OF_A_GAP if indicator.direction in _OF_A_GAP.values() else _OF_A_NUMBER)[side]


def _threshold(indicator: Indicator, text: str, at: int) -> tuple[int, str] | None:
    plain = with_plain_apostrophes(text)
    if not indicator.scale or not _AHEAD.search(plain):
        return None
    if indicator.compare == "peak":
        found = _FALL_OF.search(plain) if lexicon("fall").search(plain) else None
        return (-1, f"{found['figure']} %") if found else None
    for found in _figures(indicator.scale).finditer(plain):
        if abs(found.start() - at) <= _FAR:
            return (-1 if found["most"] else 1), _written(indicator.scale, found)
    return None


def _figures(scale: str) -> re.Pattern[str]:
    if scale == "%":
        return re.compile(rf"\b{_BOUND}{_FIGURE} ?(?:%|per ?cent\b)", re.IGNORECASE)
    if scale in ("$", "£", "€"):
        return re.compile(rf"\b{_BOUND}\{scale} ?{_FIGURE}{_SIZE}", re.IGNORECASE)
    return re.compile(rf"\b{_BOUND}{_FIGURE}{_SIZE} (?P<unit>{scale})\b", re.IGNORECASE)


def _written(scale: str, found: re.Match[str]) -> str:
    figure = found["figure"].rstrip(",.")
    if scale == "%":
        return f"{figure} %"
    size = found["size"] or ""
    amount = f"{figure} {_SIZES.get(size, size.lower())}".strip()
    return f"{scale}{amount}" if scale in ("$", "£", "€") else f"{amount} {found['unit']}"


def _names(said: Sequence[tuple[str, Match]]) -> dict[str, str]:
    whole = "\n".join(with_plain_apostrophes(text) for text, _ in said)
    found = {"lab": names_in("labs", whole), "company": names_in("companies", whole)}
    return {kind: names[0] for kind, names in found.items() if names}
