"""How criteria join: any, all, none, in three-valued logic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from pydantic import ConfigDict

from spots.config.fields import STRICT
from spots.types import Truth


@dataclass(frozen=True, slots=True)
class RuleSetting:
    """How the criteria join: exactly one of the three, each a tuple of numbers or rules."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    any: tuple[int | RuleSetting, ...] = ()
    all: tuple[int | RuleSetting, ...] = ()
    none: tuple[int | RuleSetting, ...] = ()

    def numbers(self) -> frozenset[int]:
        """Return the numbers of all criteria mentioned."""
        found: frozenset[int] = frozenset()
        for part in (*self.any, *self.all, *self.none):
            found |= part.numbers() if isinstance(part, RuleSetting) else {part}
        return found

    def holds(self, truths: Mapping[int, Truth]) -> Truth:
        """Return the rule's truth from its criteria's (Kleene: unknown stays unknown).

        Examples
        --------
        >>> RuleSetting(any=(1, 2)).holds({1: Truth.MET, 2: Truth.UNDETERMINED})
        <Truth.MET: 'met'>
        >>> RuleSetting(all=(1, 2)).holds({1: Truth.MET, 2: Truth.UNDETERMINED})
        <Truth.UNDETERMINED: 'undetermined'>
        """
        if self.all:
            return invert(_any(invert(v) for v in self._values(self.all, truths)))
        if self.none:
            return invert(_any(self._values(self.none, truths)))
        return _any(self._values(self.any, truths))

    @staticmethod
    def _values(
        parts: tuple[int | RuleSetting, ...], truths: Mapping[int, Truth]
    ) -> tuple[Truth, ...]:
        return tuple(p.holds(truths) if isinstance(p, RuleSetting) else truths[p] for p in parts)


def invert(truth: Truth) -> Truth:
    """Return "not `truth`"; undetermined stays so."""
    turned = {Truth.MET: Truth.NOT_MET, Truth.NOT_MET: Truth.MET}
    return turned.get(truth, truth)


def _any(truths: Iterable[Truth]) -> Truth:
    seen = set(truths)
    for truth in (Truth.MET, Truth.UNDETERMINED):
        if truth in seen:
            return truth
    return Truth.NOT_MET
