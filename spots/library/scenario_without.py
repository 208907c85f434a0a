"""What the verdicts of a scenario hang on: hospitals and roads taken away, speeds drawn.

Stands apart: `Scenario` judges under rules; here things are taken out of it one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from groundfloor.frozen import FrozenDict
from groundfloor.problems import Lang, Text, one_of
from spots.job.execution import execute
from spots.job.job_facts import JobFacts, put_together
from spots.job.job_roads import Progress, silent
from spots.library.typed_frames import frame_of, table_of
from spots.outputs.layer_table import filled_cells
from spots.scenarios.hospitals_gone import hospitals_gone
from spots.scenarios.roads_cut import roads_cut
from spots.scenarios.speed_draws import speed_sensitivity
from spots.telling.robustness_columns import GONE_EFFECTS, SPEED_SHARES, effects
from spots.types import Verdict
from spots.types.robustness import GoneRanking, SpeedDistribution, SpeedSpread

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from spots.library.scenario_parts import MadeJob

#: Called with a line for each stage as it begins; `print` will do.
Told: TypeAlias = Callable[[str], object]


def stages(progress: Told | None) -> Progress:
    """Return what tells a caller each stage as a line of English; nothing where nobody asks."""
    if progress is None:
        return silent
    told = progress

    def stage(text: Text) -> None:
        told(text.render(Lang.EN))

    return stage


class ScenarioWithout:
    """The questions of a `Scenario` about what its verdicts hang on."""

    __slots__ = ()
    made: MadeJob
    lang: Lang

    def without_each_hospital(
        self, *, effects: bool = False, progress: Told | None = None
    ) -> pd.DataFrame:
        """Close each secondary emergency hospital in turn, and rank them by what hangs on it.

        A hospital that is closed neither asks nor counts: as if the lists lacked its rows of this
        type. The outcome of each is that of a run with such lists.

        Parameters
        ----------
        effects : bool
            Give a row for each hospital and facility that stands otherwise without it, in the
            place of one for each hospital.
        progress : callable, optional
            Called with a line for each hospital, such as `print`.

        Returns
        -------
        GeoDataFrame
            By rank, in JGD2011: columns of ``hospitals_gone.csv`` and the hospital's point. With
            `effects` a DataFrame with the columns of ``gone_effects.csv``.

        Raises
        ------
        UsageError
            The policy has no criterion on travel time.

        Examples
        --------
        >>> import spots as ss
        >>> ranking = ss.Scenario.sample().without_each_hospital()
        >>> ranking[["rank", "name", "turned"]].head(2).to_numpy().tolist()
        [[1, '天草慈恵病院', 1], [2, '天草市立河浦病院', 1]]
        """
        known, verdicts = self._judged_once()
        job, hand = self.made.job, self.made.hand
        found = hospitals_gone(job, known, verdicts, hand=hand, step=_step(progress))
        return self._frame(found, effects=effects)

    def cut_each_road(self, *, effects: bool = False, progress: Told | None = None) -> pd.DataFrame:
        """Cut each road of the drives to the nearest other in turn, and rank them.

        A road is a stretch from junction to junction; it is closed in both directions, as a
        closure along it would close it. The outcome of each is that of a run with that closure.

        Parameters
        ----------
        effects : bool
            Give a row for each road and facility that stands otherwise, in the place of one for
            each road.
        progress : callable, optional
            Called with a line for each road, such as `print`.

        Returns
        -------
        GeoDataFrame
            By rank, in JGD2011: columns of ``roads_cut.csv`` and the lines. With `effects` a
            DataFrame with the columns of ``gone_effects.csv``.

        Raises
        ------
        UsageError
            The policy has no criterion on travel time, or the scenario no roads.
        """
        known, verdicts = self._judged_once()
        found = roads_cut(self.made.job, known, verdicts, step=_step(progress))
        return self._frame(found, effects=effects)

    def speed_draws(
        self,
        draws: int = 200,
        spread: float = 0.2,
        *,
        classes: Mapping[str, float] | None = None,
        distribution: str = SpeedDistribution.UNIFORM,
        together: bool = False,
        seed: int = 1,
        source: str = "",
        progress: Told | None = None,
    ) -> pd.DataFrame:
        """Draw the speeds of the table at random, and count in how many draws verdicts hold.

        Parameters
        ----------
        draws : int
            How many.
        spread : float
            How far a speed may be from the table's: 0.2, a fifth up and down, is an assumption.
        classes : mapping of str to float, optional
            The spread of single classes of roads, by their name in the speed table.
        distribution : str
            ``"uniform"`` between the bounds, or ``"lognormal"`` with 95 of 100 between them.
        together : bool
            Whether one factor is drawn for all classes.
        seed : int
            The same seed gives the same draws.
        source : str
            What the spread rests on, for readers.
        progress : callable, optional
            Called with a line for each draw, such as `print`.

        Returns
        -------
        DataFrame
            A row for each facility whose travel time is measured, in the order of the run, with
            the columns of ``speed_draws.csv``.

        Raises
        ------
        UsageError
            A number is out of range, there is no such class, or no road goes by a speed table.

        Examples
        --------
        >>> import spots as ss
        >>> draws = ss.Scenario.sample().speed_draws(50).set_index("name")
        >>> draws.loc["小国公立病院", ["turning_speed_factor", "share_met"]].astype(float).to_list()
        [1.164, 0.96]
        """
        known, verdicts = self._judged_once()
        said = SpeedSpread(
            spread=spread,
            classes=FrozenDict(classes or {}),
            distribution=one_of(SpeedDistribution, distribution, "distribution"),
            together=together,
            draws=draws,
            seed=seed,
            source=source,
        )
        found = speed_sensitivity(self.made.job, known, verdicts, said, step=_step(progress))
        rows = filled_cells(SPEED_SHARES, found.rows, self.lang)
        return table_of([c.column for c in SPEED_SHARES], rows)

    def _judged_once(self) -> tuple[JobFacts, tuple[Verdict, ...]]:
        """Return what is known of the scenario, and its verdicts under its own policy."""
        job, hand = self.made.job, self.made.hand
        verdicts = execute(job, silent, hand=hand, around=False).verdicts
        return put_together(job, silent, hand), verdicts

    def _frame(self, ranking: GoneRanking, *, effects: bool) -> pd.DataFrame | gpd.GeoDataFrame:
        from spots.scenarios.robustness_files import ranking_layer  # noqa: PLC0415 (loads GDAL)

        if effects:
            return _effects_frame(ranking, self.lang)
        return frame_of(ranking_layer(ranking, self.lang))


def _effects_frame(ranking: GoneRanking, lang: Lang) -> pd.DataFrame:
    rows = filled_cells(GONE_EFFECTS, tuple(effects(ranking)), lang)
    return table_of([c.column for c in GONE_EFFECTS], rows)


def _step(progress: Told | None) -> Callable[[int, int, str], None]:
    def step(n: int, of: int, name: str) -> None:
        if progress is not None:
            progress(f"[{n}/{of}] {name}".rstrip())

    return step
