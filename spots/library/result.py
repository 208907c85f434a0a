"""`Result`: what a run found, as frames, a map, files and tables of a database."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from groundfloor.frozen import FrozenDict
from groundfloor.problems import Lang, Problem, one_of
from spots.types import RunResult

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd

    from spots.library.result_frames import Labels


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What a run found.

    Parameters
    ----------
    evidence : RunResult
        The whole result without loss, as ``evidence.json`` holds it.
    lang : Lang
        Language of the sentences in frames, maps and files.
    labels : mapping of str to label
        Facility id to the label of the facility's first row in the caller's frame; empty where
        the lists were files, and ids are the index.
    index_name : str
        Name of the index of `facilities`.
    """

    evidence: RunResult
    lang: Lang = Lang.JA
    labels: Mapping[str, Hashable] = field(default_factory=FrozenDict)
    index_name: str | None = "facility_id"

    def __post_init__(self) -> None:
        """Take a language given by its code, and keep the labels from being changed."""
        object.__setattr__(self, "lang", one_of(Lang, self.lang, "lang"))
        object.__setattr__(self, "labels", FrozenDict(self.labels))

    @property
    def found_problems(self) -> tuple[Problem, ...]:
        """Warnings and notes of the run."""
        return self.evidence.problems

    def in_lang(self, lang: Lang | str) -> Result:
        """Return the same result with its sentences in another language, ``"ja"`` or ``"en"``."""
        return replace(self, lang=one_of(Lang, lang, "lang"))

    # --- frames

    @property
    def facilities(self) -> gpd.GeoDataFrame:
        """Every facility of the lists exactly once, in their order, with what was found of it.

        Returns
        -------
        GeoDataFrame
            Points in JGD2011 degrees (EPSG:6668), None where the position is not known; on the
            labels of the caller's frame, or on ``facility_id``. Columns are those of
            ``facilities.csv`` (``docs/columns.md``), of which ``state``, ``area_class`` and others
            of a fixed list are categories. In the place of ``types`` stand ``type`` (category,
            several types joined by ``;``) and a boolean for each type; ``minutes`` (Float64) is
            exactly ``travel_ms`` (Int64); ``ties`` (Int64) counts whose names are ``tie_names``;
            ``doubt`` says what the verdict hangs on besides.

        Examples
        --------
        >>> import spots as ss
        >>> result = ss.Scenario.sample().judge()
        >>> result.facilities["state"].value_counts().to_dict()["designated"]
        21
        """
        from spots.library.result_frames import facilities_frame  # noqa: PLC0415 - pandas is slow

        return facilities_frame(self.evidence, self.lang, self._labels)

    @property
    def spots(self) -> gpd.GeoDataFrame:
        """The spot of each designated facility after cutting, on the labels of `facilities`.

        Returns
        -------
        GeoDataFrame
            MultiPolygons, EPSG:6668; columns of the layer ``spots``: ``name``, ``criteria``,
            ``medical_area`` …, ``radius_m`` (Int64), ``circle_km2`` and ``area_km2`` (float64,
            before and after cutting), ``reason``, ``valid_from`` and ``valid_to``
            (datetime64[s]), ``population`` (Float64). Spots overlap; `dissolved` does not.
        """
        from spots.library.result_frames import spots_frame  # noqa: PLC0415

        return spots_frame(self.evidence, self.lang, self._labels)

    @property
    def dissolved(self) -> gpd.GeoDataFrame:
        """All ground that is a spot, counted once: a row for each connected piece.

        Returns
        -------
        GeoDataFrame
            RangeIndex; ``piece`` (Int64), ``area_km2`` (float64), MultiPolygons in EPSG:6668.
        """
        from spots.library.result_frames import dissolved_frame  # noqa: PLC0415

        return dissolved_frame(self.evidence, self.lang)

    @property
    def units(self) -> gpd.GeoDataFrame:
        """Every unit of ground that the policy judges, once for each of its results.

        Returns
        -------
        GeoDataFrame
            RangeIndex; columns of ``units.csv``: ``result``, ``kind``, ``unit``, ``unit_id``,
            ``name``, ``state`` (category) and so on; what is designated, in other states the whole
            unit, as MultiPolygons in EPSG:6668. No rows where the policy judges facilities alone.
        """
        from spots.library.result_frames import units_frame  # noqa: PLC0415

        return units_frame(self.evidence, self.lang)

    @property
    def routes(self) -> gpd.GeoDataFrame:
        """The route that decided on each facility's travel time, on the labels of `facilities`.

        Returns
        -------
        GeoDataFrame
            LineStrings door to door in EPSG:6668; ``from_id``, ``to_id``, ``nearest_name``,
            ``travel_ms`` (Int64), ``minutes`` (Float64), ``length_m`` and others. No rows where no
            criterion asks for travel time.
        """
        from spots.library.result_frames import routes_frame  # noqa: PLC0415

        return routes_frame(self.evidence, self.lang, self._labels)

    @property
    def municipalities(self) -> gpd.GeoDataFrame:
        """Municipalities on their code: ``name``, ``area_code``, ``excluded`` …, EPSG:6668."""
        from spots.library.result_frames import municipalities_frame  # noqa: PLC0415

        return municipalities_frame(self.evidence, self.lang)

    @property
    def areas(self) -> gpd.GeoDataFrame:
        """Medical areas on their code: ``name``, ``index``, ``area_class`` …, EPSG:6668."""
        from spots.library.result_frames import areas_frame  # noqa: PLC0415

        return areas_frame(self.evidence, self.lang)

    @property
    def ledger(self) -> pd.DataFrame:
        """What each cut took from each circle and each unit, in the order of the cuts.

        Returns
        -------
        DataFrame
            RangeIndex; ``label`` (of the facility, as in `facilities`; NA for a unit), ``name``,
            ``result`` and ``unit_id`` (NA for a circle), ``step``, and ``before_km2``,
            ``removed_km2``, ``after_km2`` (float64): before less removed is after.
        """
        from spots.library.result_frames import ledger_frame  # noqa: PLC0415

        return ledger_frame(self.evidence, self._labels)

    @property
    def problems(self) -> pd.DataFrame:
        """Warnings and notes of the run, a row each; see `spots.problems` for the columns."""
        from spots.library.told_problems import problem_frame  # noqa: PLC0415

        return problem_frame(self.found_problems, self.lang)

    @property
    def _labels(self) -> Labels:
        from spots.library.result_frames import Labels  # noqa: PLC0415

        return Labels(self.labels, self.index_name)
