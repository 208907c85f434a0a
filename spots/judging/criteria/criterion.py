"""What every kind of criterion gives: all that the pipeline asks of one, and nothing else.

Stands apart: whoever writes a kind needs this page alone, and no kind imports another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from groundfloor.problems import Text
from groundfloor.settings import Bilingual
from spots.judging.criteria.facts import Facts, PolicyFacts
from spots.judging.criteria.travel import Turn
from spots.telling.setting_words import Line
from spots.types import Facility, FacilityType, Outcome, Truth

#: Gives the layers that make up a list of the run, by its name, with their days.
LayersOf = Callable[[str], Iterable[tuple[str, date | None]]]


#: The finding of an outcome that nobody reads.
NO_WORDS = Text("", "")


@dataclass(frozen=True, slots=True)
class Decided:
    """What a criterion comes to for a facility, without a word.

    Parameters
    ----------
    truth : Truth
        Met, not met, or undetermined.
    measured : bool
        Whether the criterion on travel time looks at the facility (`Outcome.travel`).
    travel_ms : int or None
        Whole milliseconds to the nearest other.
    nearest_id : str or None
        Who that is.
    """

    truth: Truth
    measured: bool = False
    travel_ms: int | None = None
    nearest_id: str | None = None


def decided_of(outcome: Outcome) -> Decided:
    """Return what an outcome says, without its words."""
    travel = outcome.travel
    if travel is None:
        return Decided(outcome.truth)
    return Decided(outcome.truth, True, travel.travel_ms, travel.nearest_id)


class CriterionKind(Protocol):
    """A criterion of a policy: a frozen dataclass, whose fields are the keys in TOML."""

    @property
    def kind(self) -> str:
        """What ``kind`` says in the policy, a `Literal` of the kind's own."""

    @property
    def mark(self) -> str:
        """How readers call it (``"③"``)."""

    @property
    def title(self) -> Bilingual:
        """What it asks, as the policy words it."""

    @property
    def service(self) -> Bilingual | None:
        """The service that physicians are secured for, where the policy says one for all."""

    @property
    def heading(self) -> Text:
        """The title as readers see it, placeholders filled."""

    @property
    def needs_roads(self) -> bool:
        """Whether a road network is needed."""

    @property
    def threshold_ms(self) -> int | None:
        """Threshold of travel time in whole milliseconds; None where none is measured."""

    @property
    def type(self) -> FacilityType:
        """The type of the facilities it is about: some list of the run must have it."""

    @property
    def asks_for(self) -> str | None:
        """Name of the run's list that says who counts; None where no list is asked for."""

    @property
    def sentences(self) -> tuple[tuple[str, Bilingual, frozenset[str]], ...]:
        """Sentences by key, each with the placeholders it may use."""

    def lines(self, layers_of: LayersOf) -> Iterable[Line]:
        """Return what readers should know of its settings beyond the title: labels and values."""

    def counts(self, facility: Facility, facts: Facts) -> bool:
        """Whether the facility is one of those that roads are searched to."""

    def judge(self, number: int, facts: PolicyFacts) -> Mapping[str, Outcome]:
        """Return an outcome for every candidate, by facility id."""

    def decide(self, number: int, facts: PolicyFacts) -> Mapping[str, Decided]:
        """Return what `judge` finds, without words and other assumptions, by facility id."""

    def doubted(self, number: int, facts: PolicyFacts) -> Mapping[str, Outcome]:
        """Return outcomes of who is measured, with what doubts hang on, by facility id."""

    def turns(self, outcomes: Mapping[str, Outcome], facts: PolicyFacts) -> Mapping[str, Turn]:
        """Return the speeds at which outcomes of `judge` turn, by facility id."""
