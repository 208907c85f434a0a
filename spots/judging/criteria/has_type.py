"""Criterion: the facility is of a type (① へき地医療拠点病院, ② へき地診療所)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import ConfigDict

from groundfloor.problems import Text
from groundfloor.settings import STRICT, Bilingual, Words
from spots.judging.criteria.criterion import Decided, LayersOf
from spots.judging.criteria.facts import Facts, PolicyFacts
from spots.judging.criteria.travel import Turn
from spots.telling.findings import COMMON_WORDS, not_of_type
from spots.telling.setting_words import Line
from spots.telling.wording import fill
from spots.types import Facility, FacilityType, Outcome, Truth


@dataclass(frozen=True, slots=True)
class TypeSetting:
    """Criterion: the facility is of `type` by a list of the run."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    kind: Literal["type"]
    mark: Words
    title: Bilingual
    type: FacilityType
    reason: Bilingual
    service: Bilingual | None = None

    @property
    def heading(self) -> Text:
        """The title as readers see it."""
        return self.title.text

    @property
    def needs_roads(self) -> bool:
        """Whether a road network is needed."""
        return False

    @property
    def threshold_ms(self) -> int | None:
        """There is no travel-time threshold."""
        return None

    @property
    def asks_for(self) -> str | None:
        """Types go by the layers: no list of the run is asked for."""
        return None

    @property
    def sentences(self) -> tuple[tuple[str, Bilingual, frozenset[str]], ...]:
        """Sentences by key, each with the placeholders it may use."""
        return (("reason", self.reason, COMMON_WORDS),)

    def lines(self, _layers_of: LayersOf) -> Iterable[Line]:
        """Return nothing: the title says it all."""
        return ()

    def counts(self, _facility: Facility, _facts: Facts) -> bool:
        """Return False: no road is searched."""
        return False

    def judge(self, number: int, facts: PolicyFacts) -> Mapping[str, Outcome]:
        """Return an outcome for every candidate, by facility id."""
        no = not_of_type(self.heading)
        return {
            f.id: Outcome(number, Truth.MET, fill(self.reason.text, facts.words(f)))
            if self._truth_of(f) is Truth.MET
            else Outcome(number, Truth.NOT_MET, no)
            for f in facts.candidates
        }

    def decide(self, _number: int, facts: PolicyFacts) -> Mapping[str, Decided]:
        """Return what `judge` finds, without words, by facility id."""
        return {f.id: Decided(self._truth_of(f)) for f in facts.candidates}

    def _truth_of(self, facility: Facility) -> Truth:
        return Truth.MET if self.type in facility.types else Truth.NOT_MET

    def doubted(self, _number: int, _facts: PolicyFacts) -> Mapping[str, Outcome]:
        """Return nothing: no type is in doubt."""
        return {}

    def turns(self, _outcomes: Mapping[str, Outcome], _facts: PolicyFacts) -> Mapping[str, Turn]:
        """Return nothing: no speed bears on a type."""
        return {}
