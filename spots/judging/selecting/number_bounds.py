"""Numbers against one bound: a number, the national average, a rank among those of a prefecture.

A number of the policy is exact, and a figure is taken as published: 200.0 is not below 200. The
national average is itself a rounded figure, so what equals it at the digits shown is open. A rank
decides nothing where equal values stand on both sides of the last place, or where figures that are
missing could move it.

Stands apart: arithmetic, for every condition that has a number in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from groundfloor.problems import Text
from spots.judging.selecting.selection_settings import NATIONAL_AVERAGE, NumberBound
from spots.telling import selection_words as words
from spots.telling.selection_words import FigureTold
from spots.telling.wording import same
from spots.types import Truth

#: Bounds that are a number or the national average; the others are ranks.
BOUND_KEYS = frozenset({"below", "at_most", "above", "at_least"})


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """The figures of one kind.

    Parameters
    ----------
    what : Text
        What they are, for sentences.
    values : mapping of str to float
        By code; what is not known is absent.
    among : frozenset of str
        Codes that ranks are counted among, with or without a figure.
    national : float or None
        The national average.
    shown, limit_shown : callable
        Return a figure, and a limit, in words.
    """

    what: Text
    values: Mapping[str, float]
    among: frozenset[str]
    national: float | None = None
    shown: Callable[[float], Text] = lambda value: same(words.figure(value))
    limit_shown: Callable[[float], Text] | None = None

    def judge(self, bound: NumberBound, code: str, name: str) -> tuple[Truth, Text]:
        """Return whether the figure of a code is within a bound, and the finding in words.

        Parameters
        ----------
        bound : NumberBound
            With exactly one bound.
        code, name : str
            Whose figure, and what readers call it.
        """
        ((key, limit),) = bound.bounds()
        value = self.values.get(code)
        if value is None:
            return Truth.UNDETERMINED, words.no_figure(self.what, name)
        told = FigureTold(self.what, self.shown(value), name)
        if key not in BOUND_KEYS:
            return self._ranked(key, int(limit), value, told)
        if limit == NATIONAL_AVERAGE:
            return self._by_average(key, value, told)
        truth = compare(key, value, value, float(limit))
        shown = (self.limit_shown or self.shown)(float(limit))
        return truth, words.against_limit(told, key, shown, truth)

    def _by_average(self, key: str, value: float, told: FigureTold) -> tuple[Truth, Text]:
        if self.national is None:
            return Truth.UNDETERMINED, words.no_average(self.what)
        # Rounded to the coarser of the two, which is what both were published with.
        finest = max(map(_decimals, self.values.values()))
        digits = min(finest, _decimals(self.national))
        equal = _rounded(value, digits) == _rounded(self.national, digits)
        truth = Truth.UNDETERMINED if equal else compare(key, value, value, self.national)
        limit = words.national_average(self.shown(self.national))
        return truth, words.against_limit(told, key, limit, truth)

    def _ranked(self, key: str, count: int, value: float, told: FigureTold) -> tuple[Truth, Text]:
        known = [v for c, v in self.values.items() if c in self.among]
        before = sum(v < value if key == "lowest" else v > value for v in known)
        ties = max(known.count(value) - 1, 0)
        unknown = len(self.among - self.values.keys())
        text = words.ranked(told, key, count, before + 1, len(known), ties)
        if before + ties + unknown < count:
            return Truth.MET, text
        if before >= count:
            return Truth.NOT_MET, text
        by_blanks = unknown if before + ties < count else 0
        return Truth.UNDETERMINED, words.rank_open(text, by_blanks)


def compare(key: str, least: float, most: float, limit: float) -> Truth:
    """Return whether something between `least` and `most` is within a bound.

    Examples
    --------
    >>> compare("below", 199.9, 199.9, 200.0), compare("at_least", 10.0, 30.0, 20.0)
    (<Truth.MET: 'met'>, <Truth.UNDETERMINED: 'undetermined'>)
    """
    within = {
        "below": (most < limit, least < limit),
        "at_most": (most <= limit, least <= limit),
        "above": (least > limit, most > limit),
        "at_least": (least >= limit, most >= limit),
    }
    surely, perhaps = within[key]
    if surely:
        return Truth.MET
    return Truth.UNDETERMINED if perhaps else Truth.NOT_MET


def _decimals(value: float) -> int:
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _rounded(value: float, digits: int) -> Decimal:
    return Decimal(repr(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
