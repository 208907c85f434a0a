"""``[robustness]`` of a scenario file: ready axes that take one thing away at a time.

    [robustness]
    without = "each_hospital"
    cut = "each_decisive_road"

    [robustness.speeds]
    spread = 0.2

They are no crossings: each hospital, road and draw is looked at alone, beside the run file as it
is, and what comes of it is a ranking and shares.

Stands apart: axes are crossed and listed in `scenario_file`; nothing here is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict

from groundfloor.frozen import FrozenDict, frozen
from groundfloor.problems import Text
from groundfloor.settings import STRICT, Finite, refusal
from spots.job.at_hand import AtHand
from spots.job.job_facts import put_together
from spots.job.job_roads import Progress, silent
from spots.job.run_file import Job
from spots.scenarios.hospitals_gone import hospitals_gone
from spots.scenarios.roads_cut import roads_cut
from spots.scenarios.scenario_axes import EACH_HOSPITAL
from spots.scenarios.speed_draws import check_spread, speed_sensitivity
from spots.scenarios.standings import TravelQuestion
from spots.types import Verdict
from spots.types.robustness import Robustness, SpeedDistribution, SpeedSpread

_USUAL = SpeedSpread()


@dataclass(frozen=True, slots=True)
class SpeedsTable:
    """``[robustness.speeds]``: how far the speeds of the table may be from the truth."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    spread: Finite = _USUAL.spread
    classes: Annotated[Mapping[str, Finite], AfterValidator(frozen)] = field(
        default_factory=FrozenDict
    )
    distribution: SpeedDistribution = _USUAL.distribution
    together: bool = _USUAL.together
    draws: int = _USUAL.draws
    seed: int = _USUAL.seed
    source: str = _USUAL.source

    @property
    def said(self) -> SpeedSpread:
        """The same as a value of the domain."""
        return SpeedSpread(
            spread=self.spread,
            classes=FrozenDict(self.classes),
            distribution=self.distribution,
            together=self.together,
            draws=self.draws,
            seed=self.seed,
            source=self.source,
        )


def _each(value: object) -> object:
    """Refuse hospitals by name, which are scenarios."""
    if value is None or value == EACH_HOSPITAL:
        return value
    raise refusal(
        f'"{EACH_HOSPITAL}"（一つずつすべて）だけが書けます。特定の病院の閉院は、'
        '[[scenario]] の下に without = ["病院の名称か施設 ID"] と書きます',
        f'takes "{EACH_HOSPITAL}" alone; hospitals by name or id are closed by '
        'without = ["..."] under [[scenario]] or [axes]',
    )


@dataclass(frozen=True, slots=True)
class RobustnessTable:
    """``[robustness]``: what is taken away, each alone."""

    __pydantic_config__: ClassVar[ConfigDict] = STRICT
    without: Annotated[Literal["each_hospital"] | None, BeforeValidator(_each)] = None
    cut: Literal["each_decisive_road"] | None = None
    speeds: SpeedsTable | None = None

    @property
    def asks(self) -> bool:
        """Whether it asks for anything."""
        return any(each is not None for each in (self.without, self.cut, self.speeds))

    def check(self, job: Job) -> None:
        """Refuse what cannot be answered, before anything is read.

        Raises
        ------
        UsageError
            The policy has no criterion on travel time, or the spread is none.
        """
        TravelQuestion.of(job.policy)
        if self.speeds is not None:
            check_spread(self.speeds.said)

    def answered(
        self, job: Job, verdicts: Sequence[Verdict], hand: AtHand, progress: Progress
    ) -> Robustness:
        """Return what the verdicts of a job hang on.

        Parameters
        ----------
        job : Job
            The job.
        verdicts : sequence of Verdict
            As it judges.
        hand : AtHand
            What was read for it.
        progress : callable
            Called with the name of each stage as it begins.

        Raises
        ------
        UsageError
            The job has no roads, or a class of roads is none of theirs.
        """
        known = put_together(job, silent, hand)
        hospitals = roads = speeds = None
        if self.speeds is not None:
            step = _tenths(progress, Text("速度を振っています", "drawing speeds"))
            speeds = speed_sensitivity(job, known, verdicts, self.speeds.said, step=step)
        if self.without is not None:
            text = Text("二次救急病院を一つずつ除いています", "closing each hospital in turn")
            step = _tenths(progress, text)
            hospitals = hospitals_gone(job, known, verdicts, hand=hand, step=step)
        if self.cut is not None:
            text = Text("経路の道路を一つずつ閉じています", "cutting each road in turn")
            roads = roads_cut(job, known, verdicts, step=_tenths(progress, text))
        return Robustness(hospitals, roads, speeds)


def _tenths(progress: Progress, doing: Text) -> Callable[[int, int, str], None]:
    """Return what tells of the first of a row of steps, and then of each tenth of them."""

    def step(n: int, of: int, _name: str) -> None:
        if n == 1 or n * 10 // of > (n - 1) * 10 // of:
            progress(Text(f"{doing.ja}（{n:,}／{of:,}）", f"{doing.en} ({n:,} of {of:,})"))

    return step
