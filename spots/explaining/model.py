"""What there is to say of one facility."""

from __future__ import annotations

from dataclasses import dataclass, field

from groundfloor.problems import Text
from spots.types import (
    CriterionInfo,
    Layer,
    OtherHospital,
    Outcome,
    RunResult,
    SourceRow,
    Spot,
    TravelEvidence,
    Variant,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class ListedIn:
    """A row of a list that names the facility.

    Parameters
    ----------
    row : SourceRow
        Where.
    layer : Layer or None
        The list; None where the run does not describe it.
    """

    row: SourceRow
    layer: Layer | None


@dataclass(frozen=True, slots=True)
class Assumed:
    """One other assumption about one criterion, everything else being equal.

    Parameters
    ----------
    criterion : int
        Number of the criterion.
    variant : Variant
        What was assumed and found.
    turns_state : bool or None
        Whether the facility would end in another state; None where the run did not record it.
    """

    criterion: int
    variant: Variant
    turns_state: bool | None


@dataclass(frozen=True, slots=True)
class CriterionFinding:
    """One criterion, what it found, and what that hangs on.

    Parameters
    ----------
    info : CriterionInfo
        Number, mark and title.
    outcome : Outcome
        The finding.
    nearest : tuple of OtherHospital
        The nearest other hospitals, at most three; only the first where the run recorded no more.
    recorded : bool
        Whether the run looked for the nearest three and the turning speed: older ones did not.
    assumed : tuple of Assumed
        Other assumptions, in the order they were tried.
    """

    info: CriterionInfo
    outcome: Outcome
    nearest: tuple[OtherHospital, ...]
    recorded: bool
    assumed: tuple[Assumed, ...]

    @property
    def travel(self) -> TravelEvidence | None:
        """Evidence of a travel-time criterion that looked at the facility."""
        return self.outcome.travel


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one facility is, or is not, a spot.

    Parameters
    ----------
    verdict : Verdict
        The facility, its place and its state.
    findings : tuple of CriterionFinding
        Every criterion that looked at it, in the policy's order.
    settings : tuple of (Text, Text)
        The settings that decided: label and value.
    listed : tuple of ListedIn
        Where the facility stands in the lists.
    index : float or None
        Physician index of its medical area.
    spot : Spot or None
        Its spot; None where it has none.
    result : RunResult
        The run it was taken from.
    """

    verdict: Verdict
    findings: tuple[CriterionFinding, ...]
    settings: tuple[tuple[Text, Text], ...]
    listed: tuple[ListedIn, ...]
    index: float | None
    spot: Spot | None
    result: RunResult = field(repr=False)

    @property
    def turning(self) -> tuple[Assumed, ...]:
        """The assumptions under which the facility would end in another state."""
        return tuple(a for f in self.findings for a in f.assumed if a.turns_state)
