"""Municipal outlines from N03 (行政区域) or any polygons with a code and a name."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry.base import BaseGeometry

from boundaries.codes import (
    PREFECTURES,
    designated_city,
    parse_code,
    split_county,
    split_prefecture,
)
from boundaries.geometry import dissolve, ellipsoidal_km2
from boundaries.joined_outlines import OutlineTable, joined_outlines
from boundaries.types import AreaTable
from boundaries.vector import read_vector
from groundfloor.crs import JGD2011
from groundfloor.problems import DataError, Problem, SpotsError, Text, error, note, warning

_UNASSIGNED = "所属未定地"
_CODE_COLUMNS = (
    "n03_007",
    "code",
    "muni_code",
    "municipality_code",
    "jiscode",
    "jis_code",
    "全国地方公共団体コード",
    "団体コード",
    "市区町村コード",
    "市町村コード",
    "行政区域コード",
)
_NAME_COLUMNS = (
    "name",
    "muni_name",
    "municipality",
    "団体名",
    "市区町村名",
    "市町村名",
    "市区町村",
    "市町村",
)
_N03_NAME = "n03_004"
_N03_NAMES = ("n03_003", _N03_NAME, "n03_005")
#: Lower-case names of columns that name a municipality.
NAMED_BY = frozenset({*_NAME_COLUMNS, *_N03_NAMES})
_COLUMNS = frozenset({*_CODE_COLUMNS, *_NAME_COLUMNS, *_N03_NAMES})


@dataclass(frozen=True, slots=True)
class _Label:
    """What one record says of its municipality; `city` is its designated city, if named."""

    name: str
    county: str
    city: str


def read_municipalities(
    path: str | Path | Sequence[str | Path],
    *,
    merge_wards: bool,
    layer: str | None = None,
    prefectures: Collection[str] | None = None,
    areas: AreaTable | None = None,
    label: str | Sequence[str] | None = None,
) -> tuple[gpd.GeoDataFrame, tuple[Problem, ...]]:
    """Read municipalities, one row each, from one file or from several as one table.

    Parameters
    ----------
    path : str or Path, or sequence of these
        N03 as downloaded (zip, Shapefile with CP932, GeoJSON), or a GeoPackage, Shapefile or
        GeoJSON with a code and a name column. Several files may each have a CRS and a layout of
        their own.
    merge_wards : bool
        Whether wards of a designated city become one row under the city's own code
        (43101–43105 → 43100 熊本市). The special wards of Tokyo are municipalities and stay.
    layer : str, optional
        Layer of a GeoPackage or member of a zip, where several would do; of each file.
    prefectures : collection of str, optional
        Two-digit codes to keep; everything by default. Of several files, one may have none.
    areas : AreaTable, optional
        The medical areas: a city whose wards lie in several (川崎市) keeps its wards apart, for
        merged it would be in none.
    label : str or sequence of str, optional
        File name in messages, of each path; the path's name by default.

    Returns
    -------
    municipalities : GeoDataFrame
        Index ``code`` (five digits, sorted); columns ``name`` (without prefecture and county;
        wards as 熊本市西区), ``county`` (empty where the file does not say),
        ``prefecture_code``, ``prefecture``, and MultiPolygon ``geometry`` in EPSG:6668.
    problems : tuple of Problem
        所属未定地 left out, codes repaired, geometries repaired, wards kept apart,
        municipalities that two files have alike.

    Raises
    ------
    MissingFileError, DataError, CrsError
        See `boundaries.vector.read_vector`; or codes that cannot be read, all of them together;
        or no municipality of the prefectures asked for; or two files that contradict each other
        (`boundaries.joined_outlines`).

    Notes
    -----
    WGS84 input is relabelled as JGD2011 without transformation: the two agree within about a metre,
    far below the accuracy of boundaries (1:25,000 maps) and facility positions (some ten metres).
    Other systems (JGD2000, plane zones) are transformed.

    N03 has had several layouts: up to 2023 ``N03_003`` holds the county *or designated city* and
    ``N03_004`` the municipality or ward; later ``N03_004`` holds the city and ``N03_005`` the ward.
    In editions of before 2014 ``N03_005`` and ``N03_006`` are the days on which the municipality
    began and ended.
    """
    paths = [path] if isinstance(path, str | Path) else list(path)
    labels = [label] if isinstance(label, str) else label or [Path(each).name for each in paths]
    tables: list[OutlineTable] = []
    problems: list[Problem] = []
    faults: list[SpotsError] = []
    for each, shown in zip(paths, labels, strict=True):
        try:
            table, found = _table(each, shown, layer, prefectures, areas, merge_wards=merge_wards)
        except SpotsError as fault:
            faults.append(fault)
            continue
        problems += found
        if table.municipalities.empty and prefectures is not None:
            continue  # another file has them
        tables.append(table)
    if faults:
        raise type(faults[0])([p for fault in faults for p in fault.problems])
    if not tables:
        raise DataError([*problems, _nothing_left(prefectures, ", ".join(labels))])
    frame, found = joined_outlines(tables)
    return frame, (*problems, *found)


def _table(
    path: str | Path,
    shown: str,
    layer: str | None,
    prefectures: Collection[str] | None,
    areas: AreaTable | None,
    *,
    merge_wards: bool,
) -> tuple[OutlineTable, tuple[Problem, ...]]:
    """Read the municipalities of one file."""
    frame, problems = read_vector(
        path,
        layer=layer,
        label=shown,
        accepts=[_usable],
        columns=lambda names: [n for n in names if n.lower() in _COLUMNS],
        known={"code": _CODE_COLUMNS, "name": (*_NAME_COLUMNS, _N03_NAME)},
    )
    columns = {str(name).lower(): str(name) for name in frame.columns}
    codes, code_problems = _codes(frame, columns, shown)
    keep = np.array([code is not None for code in codes])
    if prefectures is not None:
        keep &= np.array([code is not None and code[:2] in prefectures for code in codes])
    kept = {int(at): str(codes[at]) for at in np.flatnonzero(keep)}
    geometry = np.asarray(frame.geometry.values, dtype=object)
    pieces: dict[str, list[BaseGeometry]] = {}
    for at, code in kept.items():
        pieces.setdefault(code, []).append(geometry[at])
    rows = {code: int(frame.index[at]) for at, code in reversed(kept.items())}
    labels, clashes = _labels(frame, columns, kept, shown)
    if clashes:
        raise DataError([*problems, *code_problems, *clashes])
    if not pieces and prefectures is None:
        raise DataError([*problems, *code_problems, _nothing_left(prefectures, shown)])
    apart: tuple[Problem, ...] = ()
    if merge_wards:
        whole, apart = _within_areas(_cities(labels), areas, shown)
        pieces, labels = _merged(pieces, labels, whole)
        rows = {city[0]: rows[ward] for ward, city in whole.items() if city is not None} | rows
    table = OutlineTable(_frame(pieces, labels), rows, shown)
    return table, (*problems, *code_problems, *apart)


def coded_by(columns: Collection[str]) -> str | None:
    """Return the column that holds the codes of municipalities; None where there is none."""
    by_name = {name.lower(): name for name in columns}
    return next((by_name[name] for name in _CODE_COLUMNS if name in by_name), None)


def _usable(columns: Collection[str]) -> bool:
    names = {name.lower() for name in columns}
    return bool(names & set(_CODE_COLUMNS)) and bool(names & {*_NAME_COLUMNS, _N03_NAME})


def _codes(
    frame: gpd.GeoDataFrame, columns: Mapping[str, str], label: str
) -> tuple[list[str | None], tuple[Problem, ...]]:
    """Return a code per record (None for 所属未定地), and what was repaired or left out."""
    column = next(columns[name] for name in _CODE_COLUMNS if name in columns)
    texts = frame[column].to_dict()
    names = frame[columns[_N03_NAME]].to_dict() if _N03_NAME in columns else {}
    codes: dict[int, str | None] = {}
    findings: dict[str, Problem] = {}
    unassigned: list[int] = []
    for row, text in texts.items():
        if text is None or names.get(row) == _UNASSIGNED:
            codes[row] = None
            unassigned.append(row)
            continue
        parsed = parse_code(text)
        codes[row] = parsed.value if parsed else None
        if text not in findings and (parsed is None or parsed.repaired):
            value = parsed.value if parsed else None
            findings[text] = _code_finding(text, value, row, column, label)
    bad = [p for p in findings.values() if p.code == "bad-municipality-code"]
    if bad:
        raise DataError(bad)
    problems = list(findings.values())
    if unassigned:
        problems.append(_unassigned(frame.loc[unassigned], label))
    return [codes[row] for row in frame.index], tuple(problems)


def _code_finding(text: str, value: str | None, row: int, column: str, label: str) -> Problem:
    if value is None:
        return error(
            "bad-municipality-code",
            Text("市区町村コードとして読めません", "not a municipality code"),
            Text(
                "5桁、または検査数字を含む6桁の数字にしてください",
                "write five digits, or six with a correct check digit",
            ),
            file=label,
            row=row,
            column=column,
            value=text,
        )
    return note(
        "code-leading-zero",
        Text(
            f"先頭のゼロが落ちたコードを{value}と読みました",
            f"the code lost its leading zero and was read as {value}",
        ),
        Text("元の表ではコードの列を文字列にしてください", "keep the column as text in the source"),
        file=label,
        row=row,
        column=column,
        value=text,
    )


def _unassigned(records: gpd.GeoDataFrame, label: str) -> Problem:
    km2 = sum(ellipsoidal_km2(g) for g in records.geometry)
    return warning(
        "unassigned-land",
        Text(
            f"市区町村コードのない区域（所属未定地など）が{len(records)}件、{km2:.3f} km²あります。"
            "どの市区町村にも含めません",
            f"{len(records)} records without a code (所属未定地), {km2:.3f} km², "
            "belong to no municipality",
        ),
        Text(
            "その区域に施設がある場合は、コードを付けた境界データを使ってください",
            "if a facility stands there, use boundaries that assign it",
        ),
        file=label,
        row=int(records.index[0]),
    )


def _clash(code: str, first: _Label, other: _Label, row: int, label: str) -> Problem:
    return error(
        "code-with-two-names",
        Text(
            f"同じ市区町村コードに二つの名称があります（{first.name}と{other.name}）",
            f"one municipality code has two names ({first.name} and {other.name})",
        ),
        Text("コードを確かめて直してください", "check the codes and mend them"),
        file=label,
        row=row,
        value=code,
    )


def _nothing_left(prefectures: Collection[str] | None, label: str) -> Problem:
    wanted = ", ".join(sorted(prefectures)) if prefectures is not None else None
    return error(
        "no-municipality",
        Text(
            "対象の都道府県の市区町村がありません", "no municipality of the prefectures asked for"
        ),
        Text(
            "ファイルの都道府県と、実行ファイルの都道府県コードを確認してください",
            "check the file's prefecture against the code in the run file",
        ),
        file=label,
        value=wanted,
    )


def _labels(
    frame: gpd.GeoDataFrame, columns: Mapping[str, str], kept: Mapping[int, str], label: str
) -> tuple[dict[str, _Label], list[Problem]]:
    """Return what records, by their place, say of each code; and where two of them disagree."""
    labels: dict[str, _Label] = {}
    clashes: list[Problem] = []
    spoken = [columns[name] for name in (*_NAME_COLUMNS, *_N03_NAMES) if name in columns]
    written = list(zip(*(frame[name] for name in spoken), strict=True))
    seen: set[tuple[str, tuple[object, ...]]] = set()
    for at, code in kept.items():
        if (code, written[at]) in seen:  # N03 has a record for each of a town's islands
            continue
        seen.add((code, written[at]))
        found = _label(frame.iloc[at].to_dict(), columns)
        if labels.setdefault(code, found).name != found.name:
            clashes.append(_clash(code, labels[code], found, int(frame.index[at]), label))
    return labels, clashes


def _label(record: Mapping[str, str | None], columns: Mapping[str, str]) -> _Label:
    """Return name, county and city of a record in either N03 layout or the simple one."""

    def field(name: str) -> str:
        return (record.get(columns[name]) or "") if name in columns else ""

    if _N03_NAME not in columns:
        column = next(columns[name] for name in _NAME_COLUMNS if name in columns)
        county, name = split_county(split_prefecture(record.get(column) or "")[1])
        return _Label(name, county or "", "")
    upper, name, ward = field("n03_003"), field(_N03_NAME), field("n03_005")
    if ward.endswith("区"):
        return _Label(name + ward, "", name)
    if upper.endswith("市"):
        return _Label(upper + name, "", upper)
    return _Label(name, upper if upper.endswith("郡") else "", "")


_City = tuple[str, str]  # code and name


def _cities(labels: Mapping[str, _Label]) -> dict[str, _City | None]:
    """Return the designated city of each code, None where it is no ward of one."""
    known = {code: designated_city(code) for code in labels}
    # A city designated after the table was written is known by the file's own city name; its code
    # is that of its first ward with the last digit zero, as for all designated cities.
    members: dict[tuple[str, str], list[str]] = {}
    for code, found in labels.items():
        if known[code] is None and found.city:
            members.setdefault((code[:2], found.city), []).append(code)
    for (_, city), wards in members.items():
        for ward in wards:
            known[ward] = (min(wards)[:-1] + "0", city)
    return known


def _within_areas(
    cities: Mapping[str, _City | None], areas: AreaTable | None, label: str
) -> tuple[dict[str, _City | None], tuple[Problem, ...]]:
    """Return the cities whose wards are in one medical area, and a note for each other city."""
    if areas is None:
        return dict(cities), ()
    names: dict[_City, dict[str, str]] = {}
    for code, city in cities.items():
        found = areas.get(code)
        if city is not None and found is not None:
            names.setdefault(city, {})[found.area_code] = found.area_name
    split = {city for city, found in names.items() if len(found) > 1}
    whole = {code: None if city in split else city for code, city in cities.items()}
    notes = (_kept_apart(city, sorted(names[city].items()), label) for city in sorted(split))
    return whole, tuple(notes)


def _kept_apart(city: _City, areas: list[tuple[str, str]], label: str) -> Problem:
    code, name = city
    listed = [area for _, area in areas]
    return note(
        "wards-kept-apart",
        Text(
            f"{name}の区は二つ以上の二次医療圏（{'、'.join(listed)}）に分かれるため、まとめません",
            f"the wards of {name} are in several medical areas ({', '.join(listed)}), so they are "
            "not merged",
        ),
        Text("このままで正しく判定されます", "nothing to do: they are judged as they are"),
        file=label,
        value=code,
    )


def _merged(
    pieces: Mapping[str, list[BaseGeometry]],
    labels: Mapping[str, _Label],
    known: Mapping[str, _City | None],
) -> tuple[dict[str, list[BaseGeometry]], dict[str, _Label]]:
    """Return pieces and labels with wards under their city."""
    new_pieces: dict[str, list[BaseGeometry]] = {}
    new_labels: dict[str, _Label] = {}
    for code, parts in pieces.items():
        city_of_ward = known[code]
        target = city_of_ward[0] if city_of_ward else code
        new_pieces.setdefault(target, []).extend(parts)
        new_labels[target] = _Label(city_of_ward[1], "", "") if city_of_ward else labels[code]
    return new_pieces, new_labels


def _frame(
    pieces: Mapping[str, list[BaseGeometry]], labels: Mapping[str, _Label]
) -> gpd.GeoDataFrame:
    codes = sorted(pieces)
    return gpd.GeoDataFrame(
        {
            "name": [labels[c].name for c in codes],
            "county": [labels[c].county for c in codes],
            "prefecture_code": [c[:2] for c in codes],
            "prefecture": [PREFECTURES[c[:2]] for c in codes],
        },
        geometry=[dissolve(pieces[c]) for c in codes],
        index=pd.Index(codes, name="code", dtype=object),
        crs=JGD2011,
    )
