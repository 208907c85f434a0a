"""`Ground`: municipalities and medical areas for notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import geopandas as gpd
import pandas as pd

from boundaries.regions import Regions
from boundaries.types import AreaClass, ClassBasis, IndexEdition
from groundfloor.problems import Lang, Problem, Text, UsageError, error, one_of
from spots.facilities.list_cells import stated_prefecture
from spots.facilities.placing import DEFAULT_TOLERANCE_M
from spots.job.region_sources import GroundFile, RegionSources, regions_of
from spots.job.settings_told import records_of
from spots.library.frames_on_disk import Source, frame_sha256, on_disk, shown_source
from spots.library.given_points import GeoFrame
from spots.library.placed_frames import placed_frame
from spots.library.told_problems import problem_frame, warn_of
from spots.telling.html_tables import html_of
from spots.types.results import InputRecord

H = TypeVar("H", bound=Source | None)
_OUTLINES, _INDEX = "municipalities", "index"  # roles, as manifests call them, and arguments


@dataclass(frozen=True, slots=True, eq=False)
class GroundSources:
    """What a ground was read from, so that it can be read again for another rule.

    Parameters
    ----------
    municipalities : tuple of str, Path or DataFrame
        One source, or the prefecture's and its neighbours'.
    areas, index : str, Path, DataFrame or None
        As `read_ground` takes them.
    layer, areas_layer : str or None
        Of the municipalities, and of the areas.
    edition : IndexEdition or None
        Of the index, as far as it was given.
    """

    municipalities: tuple[Source, ...]
    areas: Source | None = None
    index: Source | None = None
    layer: str | None = None
    areas_layer: str | None = None
    edition: IndexEdition | None = None


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Ground:
    """Municipalities, medical areas and their classes; `read_ground` makes one.

    Parameters
    ----------
    regions : Regions
        What the prefecture's rules are judged on.
    found_problems : tuple of Problem
        Warnings and notes of reading it.
    sources : tuple of InputRecord
        What it was read from, with SHA-256; of frames that of their content.
    read_from : GroundSources or None
        The same, to be read again.
    merge_wards : bool
        Whether wards of designated cities are one row with their city.
    national_average : float or None
        National average of the 医師偏在指標, for rules that ask for it.

    Examples
    --------
    >>> import spots as ss
    >>> with ss.sample_run_file() as path:
    ...     ground = ss.read_ground(
    ...         path.with_name("municipalities.geojson"),
    ...         path.with_name("medical_areas.csv"),
    ...         path.with_name("physician_index_2024-01.csv"),
    ...         prefecture="熊本県",
    ...         edition="2024-01",
    ...     )
    >>> ground.areas[ground.areas["class"] == "shortage"]["name"].tolist()
    ['宇城', '菊池']
    """

    regions: Regions
    found_problems: tuple[Problem, ...] = ()
    sources: tuple[InputRecord, ...] = ()
    read_from: GroundSources | None = None
    merge_wards: bool = True
    national_average: float | None = None

    @property
    def prefecture(self) -> str:
        """Name of the prefecture."""
        return self.regions.prefecture

    @property
    def prefecture_code(self) -> str:
        """Two digits of the prefecture."""
        return self.regions.prefecture_code

    @property
    def edition(self) -> str:
        """Edition of the indices; empty where there are none."""
        return self.regions.edition.name if self.regions.edition is not None else ""

    @property
    def municipalities(self) -> gpd.GeoDataFrame:
        """The prefecture's municipalities.

        Index ``code`` (five digits, text); columns ``name``, ``county``, ``prefecture_code``,
        ``prefecture``, ``medical_area_code``, ``medical_area`` (string, NA where unknown),
        ``area_class`` (category) and MultiPolygons in EPSG:6668. A frame of the caller's own.
        """
        return self._outlines(home=True)

    @property
    def neighbours(self) -> gpd.GeoDataFrame:
        """Municipalities of other prefectures in the same files; as `municipalities`."""
        return self._outlines(home=False)

    @property
    def areas(self) -> gpd.GeoDataFrame:
        """The prefecture's medical areas (二次医療圏).

        Index ``code`` (four digits, text); columns ``name`` (string), ``index`` (Float64, the
        医師偏在指標), ``class``, ``class_basis`` (category) and MultiPolygons in EPSG:6668.
        A frame of the caller's own.
        """
        frame = self.regions.areas
        return gpd.GeoDataFrame(
            {
                "name": frame["name"].astype("string"),
                "index": frame["index"].astype("Float64"),
                "class": as_category(frame["area_class"], AreaClass),
                "class_basis": as_category(frame["class_basis"], ClassBasis),
            },
            geometry=frame.geometry,
        )

    @property
    def problems(self) -> pd.DataFrame:
        """Problems of reading it, a row each; see `spots.problems`."""
        return problem_frame(self.found_problems, Lang.JA)

    def place(
        self,
        points: GeoFrame,
        *,
        tolerance_m: float = DEFAULT_TOLERANCE_M,
        lang: Lang | str = Lang.JA,
    ) -> gpd.GeoDataFrame:
        """Say in which municipality and medical area each point is, as a run finds it.

        Parameters
        ----------
        points : GeoDataFrame or GeoSeries of Point
            Any CRS. What a list says (address, municipality or its code) is compared with the
            point, and holds where the two agree; a row without a point is placed by it.
        tolerance_m : float
            Metres a point may lie outside its municipality: outlines are generalised.
        lang : str
            ``"ja"`` or ``"en"``, of the doubts.

        Returns
        -------
        GeoDataFrame
            The caller's rows, index, columns and CRS, with ``municipality_code``,
            ``municipality``, ``medical_area_code``, ``medical_area`` (string, NA at sea or beyond
            the map), ``area_class`` (category) and ``doubt`` (string, NA where there is none).
            Columns of these names that were there say what the list said; they are replaced.

        Raises
        ------
        UsageError, DataError, CrsError
            `points` are no points, have no CRS, or a label twice; the tolerance is no length.

        Examples
        --------
        >>> import geopandas as gpd, spots as ss
        >>> with ss.sample_run_file() as path:
        ...     ground = ss.read_ground(path.with_name("municipalities.geojson"), prefecture=43)
        >>> ground.place(gpd.GeoSeries.from_xy([131.0658], [33.1217], crs=4326))["municipality"][0]
        '小国町'
        """
        tongue = one_of(Lang, lang, "lang")
        found, told = placed_frame(points, self.regions, tolerance_m=tolerance_m, lang=tongue)
        warn_of(told, "places")
        return found

    def under(self, prefecture_code: str, merge_wards: bool) -> Ground:
        """Return the ground of another prefecture or with wards otherwise: itself, or read again.

        Parameters
        ----------
        prefecture_code : str
            Two digits.
        merge_wards : bool
            Whether wards of designated cities are one row with their city.

        Raises
        ------
        DataError, MissingFileError
            It cannot be read so.
        UsageError
            A file is not what it was read from any more.
        """
        if (prefecture_code, merge_wards) == (self.prefecture_code, self.merge_wards):
            return self
        if self.read_from is None:
            raise UsageError(_not_read(prefecture_code))
        again = _read(self.read_from, prefecture_code, merge_wards=merge_wards)
        changed = [
            now.file
            for was, now in zip(self.sources, again.sources, strict=True)
            if was.sha256 != now.sha256
        ]
        if changed:
            raise UsageError(_changed(changed))
        return replace(again, national_average=self.national_average)

    def _outlines(self, *, home: bool) -> gpd.GeoDataFrame:
        frame = self.regions.municipalities
        frame = frame[(frame["prefecture_code"] == self.prefecture_code) == home]
        areas = {area.code: area for area in self.regions.medical_areas}
        found = [areas.get(code) for code in frame["area_code"]]
        texts = ("name", "county", "prefecture_code", "prefecture")
        classes = [area.area_class if area else AreaClass.UNKNOWN for area in found]
        return gpd.GeoDataFrame(
            {
                **{column: frame[column].astype("string") for column in texts},
                # No column "area": that is what geopandas calls the size of a shape.
                "medical_area_code": frame["area_code"].astype("string"),
                "medical_area": pd.array([a.name if a else None for a in found], "string"),
                "area_class": as_category(pd.Series(classes, frame.index), AreaClass),
            },
            geometry=frame.geometry,
        )

    def __repr__(self) -> str:
        """Say in one line whose ground it is and of what."""
        towns, areas = len(self.municipalities), len(self.regions.areas)
        index = f", index of {self.edition}" if self.edition else ""
        return f"<Ground {self.prefecture}: {towns} municipalities, {areas} medical areas{index}>"

    def _repr_html_(self) -> str:
        areas = self.areas.drop(columns="geometry")
        counts = areas["class"].value_counts()
        facts = (
            ("municipalities", len(self.municipalities)),
            ("of other prefectures", len(self.neighbours) or None),
            ("medical areas", len(areas)),
            ("classes", ", ".join(f"{name} {n}" for name, n in counts.items() if n)),
            ("edition of the index", self.edition),
            ("problems", len(self.found_problems) or None),
        )
        heads = ("code", "name", "index", "class")
        rows = areas.reset_index()[list(heads)].astype(object).to_numpy().tolist()
        return html_of(f"Ground: {self.prefecture}", facts, heads=heads, rows=rows)


def as_category(values: pd.Series, kind: type[AreaClass | ClassBasis]) -> pd.Series:
    """Return values of a fixed list as a category that always has all of them."""
    texts = values.map(lambda value: None if value is None else str(value))
    return texts.astype(pd.CategoricalDtype([member.value for member in kind]))


def read_ground(
    municipalities: Source | Sequence[Source],
    areas: Source | None = None,
    index: Source | None = None,
    *,
    prefecture: str | int,
    edition: str = "",
    shortage_at_most: float | None = None,
    surplus_at_least: float | None = None,
    national_average: float | None = None,
    merge_wards: bool = True,
    layer: str | None = None,
    areas_layer: str | None = None,
) -> Ground:
    """Read municipalities, medical areas and the 医師偏在指標 of a prefecture.

    Parameters
    ----------
    municipalities : str, Path or GeoDataFrame, or sequence of these
        N03 as downloaded (zip, Shapefile in CP932, GeoJSON) or any polygons with a code and a
        name, in any CRS; may reach beyond the prefecture. Several are read as one: the
        prefecture's outlines and its neighbours'.
    areas : str, Path, DataFrame or GeoDataFrame, optional
        Which medical area (二次医療圏) each municipality belongs to: a table, or A38.
    index : str, Path or DataFrame, optional
        Indices by area; a class that it states holds.
    prefecture : str or int
        ``"大分県"``, ``"大分"``, ``"Oita"``, ``"44"`` or ``44``.
    edition : str
        Edition of the index, such as ``"2024-01"``; by default what its edition column says.
    shortage_at_most, surplus_at_least : float, optional
        That edition's cut-offs; those of 2024-01 are known. Without any only the classes that
        the table states are known.
    national_average : float, optional
        Of the index, for rules that ask for it.
    merge_wards : bool
        Whether wards of a designated city become one row (43101–43105 → 43100 熊本市).
    layer, areas_layer : str, optional
        Layer of a GeoPackage or member of a zip, of municipalities and of areas, where several
        would do.

    Returns
    -------
    Ground
        Its problems are told by one `ProblemWarning`, and one by one by `spots.problems`.

    Raises
    ------
    MissingFileError, DataError, CrsError
        A source cannot be used, or lacks the prefecture; all problems of it are named.
    UsageError
        There is no such prefecture, or the cut-offs are one alone or the wrong way round.

    Examples
    --------
    >>> import spots as ss
    >>> with ss.sample_run_file() as path:
    ...     ss.read_ground(path.with_name("municipalities.geojson"), prefecture="Kumamoto")
    <Ground 熊本県: 45 municipalities, 0 medical areas>
    """
    code = stated_prefecture(prefecture)
    asked = IndexEdition(edition, shortage_at_most, surplus_at_least)
    if isinstance(municipalities, str | Path | pd.DataFrame):
        municipalities = [municipalities]
    outlines = tuple(_held(source) for source in municipalities)
    given = GroundSources(outlines, _held(areas), _held(index), layer, areas_layer, asked)
    ground = _read(given, code, merge_wards=merge_wards)
    warn_of(ground.found_problems, f"the ground of {ground.prefecture}")
    return replace(ground, national_average=national_average)


def _held(source: H) -> H:
    """Return a source that stays as it is, whatever the caller does with a frame afterwards."""
    return source.copy() if isinstance(source, pd.DataFrame) else source


def _read(given: GroundSources, prefecture_code: str, *, merge_wards: bool) -> Ground:
    with ExitStack() as stack:
        records: list[InputRecord] = []

        def file(source: Source, role: str, name: str, layer: str | None = None) -> GroundFile:
            path = stack.enter_context(on_disk(source, name))
            shown = shown_source(source, name)
            records.extend(_records(source, role, shown, path))
            return GroundFile(path, shown, layer)

        several = len(given.municipalities) > 1
        sources = RegionSources(
            municipalities=tuple(
                file(each, _OUTLINES, f"{_OUTLINES}_{n}" if several else _OUTLINES, given.layer)
                for n, each in enumerate(given.municipalities, 1)
            ),
            areas=None
            if given.areas is None
            else file(given.areas, "medical_areas", "areas", given.areas_layer),
            index=None if given.index is None else file(given.index, _INDEX, _INDEX),
            edition=given.edition,
        )
        regions, found = regions_of(sources, prefecture=prefecture_code, merge_wards=merge_wards)
    dated = tuple(
        replace(each, as_of=regions.edition.name)
        if each.role == _INDEX and regions.edition is not None
        else each
        for each in records
    )
    return Ground(regions, tuple(found), dated, given, merge_wards)


def _records(source: Source, role: str, shown: str, path: Path) -> list[InputRecord]:
    if isinstance(source, pd.DataFrame):
        return [InputRecord(role, role, shown, frame_sha256(source), "", "")]
    return list(records_of(role, role, "", shown, path, "", "")) if path.is_file() else []


def _not_read(prefecture_code: str) -> Problem:
    return error(
        "ground-not-read",
        Text(
            "読み込んだ元が分からないため、ほかの都道府県の区域にはできません",
            "does not know what it was read from, so it cannot become another prefecture's",
        ),
        Text("read_ground で読み込んでください", "read it with read_ground"),
        column="prefecture",
        value=prefecture_code,
    )


def _changed(files: list[str]) -> Problem:
    return error(
        "ground-changed",
        Text(
            "読み込んだ後に内容が変わっています",
            "is not what the ground was read from any more",
        ),
        Text("read_ground で読み込み直してください", "read it again with read_ground"),
        file=", ".join(files),
    )
