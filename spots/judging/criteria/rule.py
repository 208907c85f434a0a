"""How criteria join: any, all, none, in three-valued logic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import ConfigDict, Discriminator, Tag

from groundfloor.settings import STRICT
from spots.types import Truth


def _part_kind(value: object) -> str:
    """Tell what a part of a rule is meant as, so that a fault is said once."""
    return "rule" if isinstance(value, dict | RuleSetting) else "number"


Part = Annotated[
    Annotated[int, Tag("number")] | Annotated["RuleSetting", Tag("rule")],
    Discriminator(_part_kind),
]


@dataclass(frozen=True, slots=True)
class RuleSetting:
    """How the criteria join: exactly one of the three, each a tuple of numbers or rules."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    any: tuple[Part, ...] = ()
    all: tuple[Part, ...] = ()
    none: tuple[Part, ...] = ()

    def rules(self) -> Iterator[RuleSetting]:
        """Yield this rule and every rule inside it."""
        yield self
        for part in (*self.any, *self.all, *self.none):
            if isinstance(part, RuleSetting):
                yield from part.rules()

    def numbers(self) -> frozenset[int]:
        """Return the numbers of all criteria mentioned."""
        parts = (p for r in self.rules() for p in (*r.any, *r.all, *r.none))
        return frozenset(p for p in parts if not isinstance(p, RuleSetting))

    def well_formed(self) -> bool:
        """Whether this rule and every rule inside it use exactly one join."""
        return all(bool(r.any) + bool(r.all) + bool(r.none) == 1 for r in self.rules())

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

    def decisive(self, truths: Mapping[int, Truth]) -> frozenset[int]:
        """Return the criteria that the rule's truth rests on, those that are undetermined aside.

        Of ``any`` that holds, the parts that hold; of ``any`` that does not, all. ``all`` and
        ``none`` likewise.

        Examples
        --------
        >>> met, not_met = Truth.MET, Truth.NOT_MET
        >>> rule = RuleSetting(all=(3, RuleSetting(none=(1, 2))))
        >>> sorted(rule.decisive({1: met, 2: not_met, 3: met}))
        [1]
        """
        truth = self.holds(truths)
        parts = self.any or self.all or self.none
        # One part settles `any` that holds, `all` that fails, and `none` that fails.
        settling = invert(truth) if self.none else truth
        if (truth is Truth.MET) is bool(self.any):
            values = self._values(parts, truths)
            parts = tuple(p for p, v in zip(parts, values, strict=True) if v is settling)
        found: set[int] = set()
        for part in parts:
            found |= part.decisive(truths) if isinstance(part, RuleSetting) else {part}
        return frozenset(found)

    @staticmethod
    def _values(parts: tuple[Part, ...], truths: Mapping[int, Truth]) -> tuple[Truth, ...]:
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
