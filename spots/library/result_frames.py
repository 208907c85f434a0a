"""The frames of a run: the layers that it writes, on the labels of whoever gave the facilities.

Columns are those of the files (`spots.telling`), and a few that only frames have
(`spots.telling.frame_columns`). Stands apart: pandas is loaded when a frame is asked for, and a
frame is made by `spots.library.made_frames`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from groundfloor.frozen import FrozenDict
from groundfloor.kept_on_disk import NOTHING_KEPT, KeptOnDisk
from groundfloor.problems import Lang, Problem, one_of
from spots.export import RunRecord
from spots.library.told_problems import problem_frame
from spots.types import RunResult

if TYPE_CHECKING:
    import geopandas as gpd
    import pandas as pd


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """What the rows of a run's facilities are called in its frames.

    Parameters
    ----------
    given : mapping of str to label
        The caller's, by facility id; empty where ids are the labels.
    name : str or None
        Name of the index.
    """

    given: Mapping[str, Hashable]
    name: str | None

    def of(self, ids: Iterable[str]) -> pd.Index:
        """Return the labels of facilities, in their order."""
        import pandas as pd  # noqa: PLC0415 - for frames alone

        return pd.Index([self.label_of(each) for each in ids], name=self.name)

    def label_of(self, facility_id: str) -> Hashable:
        """Return the label of a facility."""
        return self.given.get(facility_id, facility_id)

    @property
    def dtype(self) -> object:
        """What a column of labels holds, some of which may be missing."""
        if not self.given:
            return "string"
        import pandas as pd  # noqa: PLC0415 - for frames alone

        return pd.Series(list(self.given.values()), dtype=object).convert_dtypes().dtype

    def id_of(self, label: Hashable) -> str:
        """Return the facility that a label means; what is none is taken for an id or a name."""
        return next((i for i, known in self.given.items() if known == label), str(label))


@dataclass(frozen=True, slots=True, eq=False)
class RunFrames:
    """What a run found, as frames; see `spots.library.result.Result`.

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
    folder : Path, optional
        The output folder that it was read from.
    record : RunRecord, optional
        What the manifest of that folder says of the run.
    disk : KeptOnDisk
        Where what maps and reports draw is that was drawn before.
    """

    evidence: RunResult
    lang: Lang = Lang.JA
    labels: Mapping[str, Hashable] = field(default_factory=FrozenDict)
    index_name: str | None = "facility_id"
    folder: Path | None = None
    record: RunRecord | None = None
    disk: KeptOnDisk = NOTHING_KEPT

    def __post_init__(self) -> None:
        """Take a language given by its code, and keep the labels from being changed."""
        object.__setattr__(self, "lang", one_of(Lang, self.lang, "lang"))
        object.__setattr__(self, "labels", FrozenDict(self.labels))

    @property
    def names(self) -> Labels:
        """What facilities are called in frames: labels of the caller, or ids."""
        return Labels(self.labels, self.index_name)

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
            exactly ``travel_ms`` (Int64), ``limit_min`` what it is compared with; ``ties``
            (Int64) counts whose names are ``tie_names``; ``doubt`` says what the verdict hangs on
            besides.

        Examples
        --------
        >>> import spots as ss
        >>> result = ss.Scenario.sample().judge()
        >>> result.facilities["state"].value_counts().to_dict()["designated"]
        21
        >>> str(result.facilities["travel_ms"].dtype), str(result.facilities["minutes"].dtype)
        ('Int64', 'Float64')
        """
        from spots.library.made_frames import facilities_frame  # noqa: PLC0415 - pandas

        return facilities_frame(self.evidence, self.lang, self.names)

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
        from spots.library.made_frames import spots_frame  # noqa: PLC0415 - pandas

        return spots_frame(self.evidence, self.lang, self.names)

    @property
    def dissolved(self) -> gpd.GeoDataFrame:
        """All ground that is a spot, counted once: a row for each connected piece.

        Returns
        -------
        GeoDataFrame
            RangeIndex; ``piece`` (Int64), ``area_km2`` (float64), MultiPolygons in EPSG:6668.
        """
        from spots.library.made_frames import dissolved_frame  # noqa: PLC0415 - pandas

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
        from spots.library.made_frames import units_frame  # noqa: PLC0415 - pandas

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
        from spots.library.made_frames import routes_frame  # noqa: PLC0415 - pandas

        return routes_frame(self.evidence, self.lang, self.names)

    @property
    def municipalities(self) -> gpd.GeoDataFrame:
        """Municipalities on their code: ``name``, ``area_code``, ``excluded`` …, EPSG:6668."""
        from spots.library.made_frames import municipalities_frame  # noqa: PLC0415 - pandas

        return municipalities_frame(self.evidence, self.lang)

    @property
    def areas(self) -> gpd.GeoDataFrame:
        """Medical areas on their code: ``name``, ``index``, ``class`` …, EPSG:6668."""
        from spots.library.made_frames import areas_frame  # noqa: PLC0415 - pandas

        return areas_frame(self.evidence, self.lang).rename(columns={"area_class": "class"})

    @property
    def layers(self) -> Mapping[str, gpd.GeoDataFrame]:
        """Every layer that the run has, by the name it has in ``spots.gpkg``.

        Returns
        -------
        mapping of str to GeoDataFrame
            Those above, and, where the run has them, ``circles``, ``nearest_routes``,
            ``indicators``, ``closures``, ``catchments``, ``main_roads``, ``population`` and others.
        """
        from spots.library.made_frames import layer_frames  # noqa: PLC0415 - pandas

        return FrozenDict(layer_frames(self.evidence, self.lang, self.names))

    @property
    def ledger(self) -> pd.DataFrame:
        """What each cut took from each circle and each unit, in the order of the cuts.

        Returns
        -------
        DataFrame
            RangeIndex; ``label`` (of the facility, as in `facilities`; NA for a unit), ``name``,
            ``result`` and ``unit_id`` (NA for a circle), ``step`` (category), and ``before_km2``,
            ``removed_km2``, ``after_km2`` (float64): before less removed is after.
        """
        from spots.library.made_frames import ledger_frame  # noqa: PLC0415 - pandas

        return ledger_frame(self.evidence, self.names)

    @property
    def found_problems(self) -> tuple[Problem, ...]:
        """Warnings and notes of the run."""
        return self.evidence.problems

    @property
    def problems(self) -> pd.DataFrame:
        """The same as a frame, a row each; see `spots.problems` for the columns."""
        return problem_frame(self.found_problems, self.lang)

    @property
    def caveats(self) -> tuple[str, ...]:
        """What every reader must be told: schematic roads, what is closed, what is not given."""
        return tuple(text.render(self.lang) for text in self.evidence.settings.caveats)

    @property
    def settings(self) -> pd.DataFrame:
        """Every setting of the run in words: ``setting`` and ``value``, in reading order."""
        from spots.library.made_frames import settings_frame  # noqa: PLC0415 - pandas

        return settings_frame(self.evidence, self.lang)

    @property
    def summary(self) -> pd.DataFrame:
        """How many there are in each state, and how much ground is designated.

        Returns
        -------
        DataFrame
            A row ``facilities``, and one for each result of the policy that judges units; ``total``
            and the five states (Int64), ``area_km2`` (float64, overlaps counted once),
            ``population`` (Float64; NA where not counted).
        """
        from spots.library.made_frames import summary_frame  # noqa: PLC0415 - pandas

        return summary_frame(self.evidence)
