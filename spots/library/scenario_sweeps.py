"""The questions of a `Scenario` about many rules, lists and roads at once.

Stands apart: `Scenario` judges under one rule; here a grid of what-ifs is solved together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from spots.library.scenario_without import Told
from spots.library.sweeping import Grid, ScenarioGrid, solved_grid

if TYPE_CHECKING:
    import pandas as pd

    from spots.library.scenario import Scenario


class ScenarioSweeps:
    """The questions of a `Scenario` about many what-ifs."""

    __slots__ = ()

    @property
    def _whole(self) -> Scenario:
        return cast("Scenario", self)

    def sweep(self, grid: Grid, *, progress: Told | None = None) -> pd.DataFrame:
        """Judge every combination of a grid, and count what is a spot.

        Parameters
        ----------
        grid : mapping of str to iterable
            Settings as `Policy.changed` takes them (``threshold_min``, ``radius_m``, ``list``,
            …), each with its values, and besides ``speed_factor`` (all speeds times this), and
            ``facilities``, ``roads`` and ``policy`` with mappings of labels to frames, `Roads` and
            policies.
        progress : callable, optional
            Called with a line for each combination, such as `print`.

        Returns
        -------
        DataFrame
            RangeIndex, a row for each combination, the last key changing fastest: the grid's keys
            with their values or labels; ``n_spots``, ``designated``, ``excluded``, ``moot``,
            ``not_met``, ``undetermined`` (Int64: facilities); ``area_km2`` (float64, of all spots
            added up) and ``dissolved_km2`` (float64, overlaps once), ``population`` (Float64,
            people inside, each once; NA where not known). Policies of ground add
            ``units_designated`` … , ``units_km2`` and ``units_population``. Ready for ``pivot``.

        Raises
        ------
        TypeError
            A key is none of a setting's name.
        UsageError
            A value is wrong, or nouns have no labels.

        Warns
        -----
        ProblemWarning
            Once for the whole grid, each problem counted once.

        Examples
        --------
        >>> import spots as ss
        >>> grid = {"threshold_min": [20, 30], "radius_m": [4000, 6000]}
        >>> frame = ss.Scenario.sample().sweep(grid)
        >>> wide = frame.pivot(index="threshold_min", columns="radius_m", values="area_km2")
        >>> wide.round().astype(int).to_numpy().tolist()
        [[1003, 2121], [848, 1786]]
        """
        return solved_grid(self._whole, grid, progress).counts

    def sweep_states(self, grid: Grid, *, progress: Told | None = None) -> pd.DataFrame:
        """Judge every combination of a grid, and say what each facility is in it.

        Parameters
        ----------
        grid, progress : mapping and callable
            As `sweep` takes them.

        Returns
        -------
        DataFrame
            A row for each facility, on the labels of `Result.facilities`; a column for each
            combination (a MultiIndex named by the keys; with one key its values), of categories
            ``designated``, ``excluded`` and so on. ``frame.nunique(axis=1) > 1`` are those that
            hang on the grid. NA where lists of the grid do not have a facility.

        Examples
        --------
        >>> import spots as ss
        >>> states = ss.Scenario.sample().sweep_states({"threshold_min": [20, 25, 30]})
        >>> int((states.nunique(axis=1) > 1).sum())
        4
        """
        return solved_grid(self._whole, grid, progress).states

    def scenarios(self, grid: Grid, *, progress: Told | None = None) -> ScenarioGrid:
        """Solve every combination of a grid, or scenarios by name, beside the scenario as it is.

        Parameters
        ----------
        grid : mapping
            As `sweep` takes it; or of names to mappings of settings, each a scenario of its own:
            ``{"25 min": {"threshold_min": 25}, "slow": {"speed_factor": 0.9, "tolls": False}}``.
        progress : callable, optional
            Called with a line for each combination, such as `print`.

        Returns
        -------
        ScenarioGrid
            Frames of all of them: ``counts``, ``states``, ``minutes``, ``margins``,
            ``robustness``, ``groups`` and ``turning``, the smallest changes that turn each
            facility; and its ``table``, all of it in arrays.

        Raises
        ------
        TypeError
            A key is none of a setting's name.
        UsageError
            A value is wrong, or nouns have no labels.

        Warns
        -----
        ProblemWarning
            Once for all of them, each problem counted once.

        Examples
        --------
        >>> import spots as ss
        >>> found = ss.Scenario.sample().scenarios({"threshold_min": [20, 40], "tolls": [False]})
        >>> found.counts["designated"].tolist()
        [25, 19]
        """
        return solved_grid(self._whole, grid, progress, turns=True)
