"""What drafts can be resolved by: the registry in data/indicators.toml, and what of it a claim names."""

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from claims.lexicons import with_plain_apostrophes

FAMILIES = ("leaderboard", "number", "macro", "market", "company", "rule", "event", "open-weights")

_READ_UP_TO = 1000
_SETTING_UP_TO = 20_000
_SUBJECT = 0.5  # what opens a sentence is most often what it is about
_BLANK = 0.3  # a question without blanks is preferred
_LONG = 20  # characters of a trigger that make it count twice

_ABOUT = 0.5
_ELSEWHERE = "elsewhere"
_HOME = "US"  # what a document that names no country is about


@dataclass(frozen=True)
class Indicator:
    """A public record by which a question can be resolved.

    Attributes
    ----------
    id, family
        Its key in the registry; one of `FAMILIES`.
    source, fallback
        Who publishes it and where; who stands in when that is gone.
    name, unit, cadence, compare, direction, scale
        Of a number: how a title calls it; its unit; ``daily``, ``monthly``, ``quarterly`` or ``annual``; what
        it is compared with (``year``, ``today``, ``blank`` or ``peak``); the direction that is asked where
        the claims say none; the numbers that can be its threshold ("%", "$" or a pattern of words).
    event, happened
        Of something that happens or doesn't: "Will <event> by ...?", and the same in the past tense.
    kind, ask, rule, options
        Of a choice or ladder: its title, how it resolves and what can be chosen.
    lag_days
        From the end of the period to its publication.
    base_rate
        How often it comes out so, with the ground; empty where unknown.
    place
        The country it measures, or empty.
    triggers, about
        Words that name it, and words that name only its subject.
    also
        Words that mean the figure itself, besides those of its name: what "falls" is then the figure.
    needs, context
        What must stand in the same claim, and anywhere in its document.
    """

    id: str
    family: str
    source: str
    fallback: str
    name: str
    unit: str
    cadence: str
    compare: str
    direction: str
    scale: str
    event: str
    happened: str
    kind: str
    ask: str
    rule: str
    options: tuple[str, ...]
    lag_days: int
    base_rate: str
    place: str
    triggers: tuple[re.Pattern[str], ...]
    about: tuple[re.Pattern[str], ...]
    also: re.Pattern[str] | None
    needs: re.Pattern[str] | None
    context: re.Pattern[str] | None


@dataclass(frozen=True)
class Match:
    """An indicator of which a claim speaks.

    Attributes
    ----------
    indicator
        The entry of the registry.
    weight
        How much of the claim names it; higher is surer. Below 1 only its subject is named.
    start, end
        Where in the claim the first words stand that name it.
    """

    indicator: Indicator
    weight: float
    start: int
    end: int


@cache
def registry() -> dict[str, Indicator]:
    """Give every indicator, by its key.

    Examples
    --------
    >>> registry()["us-cpi"].cadence
    'monthly'
    """
    return {key: _indicator(key, fields) for key, fields in _source().items() if key not in _LISTS}


@dataclass(frozen=True)
class Setting:
    """What a document is about, as far as the registry asks.

    Attributes
    ----------
    place
        The country that it names most; the United States where it names none.
    fits
        Keys of the indicators whose context stands in it.
    """

    place: str
    fits: frozenset[str]


def setting_of(document: str) -> Setting:
    """Read what a document is about from its claims, up to 20,000 characters.

    Examples
    --------
    >>> setting_of("Britain and London. America.").place
    'UK'
    """
    plain = with_plain_apostrophes(document[:_SETTING_UP_TO])
    counts = {place: len(pattern.findall(plain)) for place, pattern in _places().items()}
    foreign = Counter(_places()[_ELSEWHERE].findall(plain)).most_common(1)
    counts[_ELSEWHERE] = foreign[0][1] - 1 if foreign else 0  # one example from abroad says nothing
    most = max(counts, key=lambda place: counts[place])
    fits = (key for key, each in registry().items() if not each.context or each.context.search(plain))
    return Setting(most if counts[most] > counts[_HOME] else _HOME, frozenset(fits))


def matches(text: str, setting: Setting) -> list[Match]:
    """Find the indicators of which a claim speaks, surest first.

    A country in the claim, or else the one that its document names most, rules out the figures of others.

    Parameters
    ----------
    text
        The claim, standing alone.
    setting
        Of its document.

    Examples
    --------
    >>> text = "Inflation in Britain will rise."
    >>> [each.indicator.id for each in matches(text, setting_of(text))]
    ['uk-cpi']
    """
    plain = with_plain_apostrophes(text[:_READ_UP_TO])
    places = {place for place, pattern in _places().items() if pattern.search(plain)}
    if places <= {_ELSEWHERE}:
        places |= {setting.place}  # a lone example from abroad is most often held up to those at home
    found = [
        match
        for key, each in registry().items()
        if key in setting.fits
        and (not each.place or each.place in places)
        and not (_ELSEWHERE in places and each.place and each.name)
        and (match := _match(each, plain)) is not None
    ]
    return sorted(found, key=lambda match: -match.weight)


def names_in(kind: str, text: str) -> list[str]:
    """List the names of a kind that stand in a text, in reading order.

    Parameters
    ----------
    kind
        ``labs`` or ``companies``.

    Examples
    --------
    >>> names_in("labs", "Unlike OpenAI, DeepSeek publishes its weights.")
    ['OpenAI', 'DeepSeek']
    """
    return list(dict.fromkeys(re.findall(rf"(?<![\w-])(?:{_alternatives(kind)})(?![\w-])", text)))


def _match(indicator: Indicator, plain: str) -> Match | None:
    if indicator.needs and not indicator.needs.search(plain):
        return None
    named = [found for each in indicator.triggers if (found := each.search(plain))]
    if named:
        weight = sum(1 + min(len(found.group()), _LONG) / _LONG for found in named)
        first = min(found.span() for found in named)
        weight += _SUBJECT * (1 - first[0] / len(plain))
        leaves_blank = indicator.compare == "blank" or "[" in indicator.event
        return Match(indicator, weight - _BLANK * leaves_blank, *first)
    about = [found for each in indicator.about if (found := each.search(plain))]
    return Match(indicator, _ABOUT, *about[0].span()) if about else None


def _indicator(key: str, fields: dict[str, Any]) -> Indicator:
    texts = (
        "family", "source", "fallback", "name", "unit", "cadence", "compare", "direction", "scale", "event",
        "happened", "kind", "ask", "rule", "base_rate", "place",
    )  # fmt: skip
    unknown = (
        set(fields) - set(texts) - {"options", "lag_days", "triggers", "about", "also", "needs", "context"}
    )
    if unknown:
        message = f"{key} in indicators.toml has unknown fields: {', '.join(sorted(unknown))}"
        raise ValueError(message)
    return Indicator(
        id=key,
        **{name: fields.get(name, "") for name in texts},
        options=tuple(fields.get("options", ())),
        lag_days=fields.get("lag_days", 14),
        triggers=tuple(_compiled(each) for each in fields["triggers"]),
        about=tuple(_compiled(each) for each in fields.get("about", ())),
        also=_compiled(fields["also"]) if "also" in fields else None,
        needs=_compiled(fields["needs"]) if "needs" in fields else None,
        context=_compiled(fields["context"]) if "context" in fields else None,
    )


def _compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern between word ends; "AI" and the names of companies are read as they are written."""
    spoken = re.search(r"[a-z]{3}", re.sub(r"\\.", "", pattern)) and "{companies}" not in pattern
    body = pattern.replace("{companies}", _alternatives("companies"))
    return re.compile(rf"(?<![\w-])(?:{body})(?!\w)", re.IGNORECASE if spoken else 0)


@cache
def _places() -> dict[str, re.Pattern[str]]:
    return {
        place: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)") for place, pattern in _source()["places"].items()
    }


@cache
def _alternatives(kind: str) -> str:
    return "|".join(re.escape(name) for name in _source()["words"][kind])


_LISTS = ("words", "places")


@cache
def _source() -> dict[str, dict[str, Any]]:
    return tomllib.loads(
        resources.files("claims").joinpath("data/indicators.toml").read_text(encoding="utf-8")
    )
