"""What a table is: which of the readers of runs finds its columns in it.

Each family of tables has its reader elsewhere (indices, areas, cells of people, towns, links,
lists of institutions); here each is asked for its columns, and what the rows say is gathered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path, PurePosixPath

from boundaries.areas import AREAS, parse_area_code
from boundaries.codes import parse_code
from boundaries.indices import CODED_NAMES, INDICES, area_of_row
from boundaries.listed_places import listed_vocabulary
from boundaries.mesh import is_mesh_code, mesh_bounds, mesh_vocabulary
from groundfloor.body_rows import EXAMPLE_ROW
from groundfloor.columns import Vocabulary
from groundfloor.folding import header_key, nfkc
from groundfloor.frozen import FrozenDict
from groundfloor.grids import WHOLE_HEADER, Grid
from groundfloor.headers import ColumnSearch
from groundfloor.problems import SpotsError, Text
from groundfloor.tables import Table, table_of
from networks.links.link_table import LINKS, NODES
from spots.facilities import LayerSpec
from spots.facilities.geocoding import TOWNS
from spots.facilities.headers import ALIASES, list_vocabulary
from spots.facilities.list_cells import prefecture_code
from spots.facilities.reading import Scan, scan_grid
from spots.starting.list_signs import SELF_REPORTED, first_error, is_of_institutions, signs_of
from spots.starting.recognised import Bounds, DataKind, FoundData, PassedOver

_EDITION = re.compile(r"(?<!\d)(20\d\d)[-_.年/ ]?(0[1-9]|1[0-2]|[1-9](?=月))(?:月|(?!\d))")
_ERA_EDITION = re.compile(r"(?:令和|R)(\d{1,2}|元)[年.](1[0-2]|0?[1-9])(?:月|(?!\d))")
_DAY = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])([0-3]\d)(?!\d)")
_ERA_YEAR = re.compile(r"(?<![A-Za-z])(?:令和|R)(\d{1,2})(?![\d.])")
_P04_YEAR = re.compile(r"P04-(\d\d)(?!\d)")
_REIWA = 2018  # 令和元年 is 2019
_BED_REPORT = re.compile(r"病床機能報告|bed[_ -]?function")
_IRYO_JOHO = frozenset(map(header_key, ("ID", "正式名称", "都道府県コード", "市区町村コード")))
_P04 = "p04002"
# Files of the ministry that do not say their edition in their names.
_KNOWN_FILES = {"001424491": "2024-01"}
_MOSTLY = 0.8
_NATIONWIDE = 3_000  # rows: no prefecture has as many hospitals and clinics on one list


@dataclass(frozen=True, slots=True)
class TablePlace:
    """Where a table is: the file, what it is called, and the sheet or part of it.

    Parameters
    ----------
    path : Path
        The file on the disk; of a zip the zip.
    name : str
        Its way from the folder.
    member, sheet : str
        Part of a zip and sheet of a workbook, where they must be named.
    size : int
        Bytes.
    """

    path: Path
    name: str
    member: str = ""
    sheet: str = ""
    size: int = 0

    @property
    def title(self) -> str:
        """What names say of the content: those of the file, its part and its sheet."""
        stems = [PurePosixPath(name).stem for name in (self.name, self.member) if name]
        return " ".join((*stems, self.sheet))

    def found(self, kind: DataKind) -> FoundData:
        """Return what lies here as of a kind, nothing else said."""
        return FoundData(
            path=self.path,
            name=self.name,
            kind=kind,
            member=self.member,
            sheet=self.sheet,
            size=self.size,
        )


@cache
def any_table() -> ColumnSearch:
    """Return the columns of all families together: by them separators and sheets are told."""
    names: dict[str, tuple[str, ...]] = {}
    for vocabulary in (INDICES, AREAS, mesh_vocabulary(), TOWNS, LINKS):
        names |= {f"{id(vocabulary)} {c}": tuple(h) for c, h in vocabulary.names.items()}
    return ColumnSearch(Vocabulary({**names, **ALIASES}, (), brackets=True))


def table_found(grid: Grid, place: TablePlace) -> FoundData | PassedOver:
    """Return what a table is, or why it is of no use.

    Parameters
    ----------
    grid : Grid
        Its cells.
    place : TablePlace
        Where it is.
    """
    if not grid.rows:
        return PassedOver(place.found(DataKind.LIST).shown, _EMPTY)
    why = _UNKNOWN
    for family in _FAMILIES:
        try:
            found = family(grid, place)
        except SpotsError as fault:
            why = fault.problems[0].message
            continue
        if found is not None:
            return found
    shown = place.found(DataKind.LIST).shown
    heads = "、".join(cell.strip() for cell in grid.rows[0].cells if cell.strip())[:60]
    told = (
        Text(f"（1行目: {heads}）", f" (first row: {heads})") if why is _UNKNOWN else Text("", "")
    )
    return PassedOver(shown, Text(why.ja + told.ja, why.en + told.en))


_EMPTY = Text("中身がありません", "is empty")
_UNKNOWN = Text(
    "見出しから何の表か分かりません", "its header does not tell what kind of table it is"
)


@cache
def _search(of: str) -> ColumnSearch:
    """Return the columns of a family made ready: a folder may have thousands of tables."""
    vocabularies = {
        "index": INDICES,
        "coded names": CODED_NAMES,
        "areas": AREAS,
        "people": mesh_vocabulary(),
        "towns": TOWNS,
        "links": LINKS,
        "nodes": NODES,
        "list": list_vocabulary({}, {}),
        "places": listed_vocabulary({}, points=True),
    }
    return ColumnSearch(vocabularies[of])


def _table(grid: Grid, of: str, place: TablePlace) -> Table | None:
    """Return a grid as the table of a role; None where it has not that role's columns.

    Raises
    ------
    DataError
        It has, and cannot be used.
    """
    search = _search(of)
    return table_of(grid, search, place.name) if search.fit(grid.rows) >= WHOLE_HEADER else None


def _above(grid: Grid, table: Table) -> str:
    """Return what stands above the header, in half-width characters."""
    last = table.columns.row or 0
    return nfkc(" ".join(cell for row in grid.rows if row.number < last for cell in row.cells))


def edition_in(text: str) -> str:
    """Return the edition that a title or a file's name states; empty where it states none.

    Examples
    --------
    >>> edition_in("physician_index_2024-01_all"), edition_in("医師偏在指標（令和6年1月）")
    ('2024-01', '2024-01')
    >>> edition_in("index"), edition_in("12345678")
    ('', '')
    """
    plain = nfkc(text)
    if found := _EDITION.search(plain):
        return f"{found[1]}-{int(found[2]):02d}"
    if found := _ERA_EDITION.search(plain):
        year = 1 if found[1] == "元" else int(found[1])
        return f"{_REIWA + year}-{int(found[2]):02d}"
    return ""


def list_edition(text: str) -> str:
    """Return the edition of a published list as its file is called; empty where it does not say.

    Examples
    --------
    >>> list_edition("bed_function_report_R7"), list_edition("01-1_facility_info_20250601")
    ('2025', '2025-06-01')
    >>> list_edition("P04-20_44"), list_edition("病院一覧")
    ('2020', '')
    """
    plain = nfkc(text)
    if found := _DAY.search(plain):
        return "-".join(found.groups())
    if found := _ERA_YEAR.search(plain):
        return str(_REIWA + int(found[1]))
    if found := _P04_YEAR.search(plain):
        return f"20{found[1]}"
    return edition_in(plain)


def _index(grid: Grid, place: TablePlace) -> FoundData | None:
    table = _table(grid, "index", place) or _table(grid, "coded names", place)
    if table is None:
        return None
    cells = [area_of_row(table, row)[0] for row in table.rows]
    codes = [code for cell in cells if (code := parse_area_code(cell))]
    if len(codes) < _MOSTLY * len(cells):
        return None
    stated = {e for row in table.rows if (e := nfkc(table.columns.cell(row, "edition")))}
    edition = stated.pop() if len(stated) == 1 else ""
    edition = edition or edition_in(_above(grid, table)) or edition_in(place.title)
    edition = edition or _KNOWN_FILES.get(PurePosixPath(place.member or place.name).stem, "")
    classes = any(table.columns.cell(row, "class") for row in table.rows)
    return replace(
        place.found(DataKind.INDEX),
        prefectures=frozenset(code[:2] for code in codes),
        edition=edition,
        rows=len(table.rows),
        stated_classes=classes,
    )


def _areas(grid: Grid, place: TablePlace) -> FoundData | None:
    table = _table(grid, "areas", place)
    if table is None:
        return None
    names: dict[str, list[str]] = {}
    for row in table.rows:
        code = parse_code(table.columns.cell(row, "municipality"))
        if code is not None:
            called = table.columns.cell(row, "municipality_name")
            names.setdefault(code.value[:2], []).append(called)
    if not names:
        return None
    return replace(
        place.found(DataKind.AREAS),
        prefectures=frozenset(names),
        edition=edition_in(place.title),
        rows=len(table.rows),
        names=FrozenDict({code: tuple(filter(None, each)) for code, each in names.items()}),
    )


def _cells_of_people(grid: Grid, place: TablePlace) -> FoundData | None:
    table = _table(grid, "people", place)
    if table is None:
        return None
    cells = (nfkc(table.columns.cell(row, "mesh")) for row in table.rows)
    codes = [code for code in cells if is_mesh_code(code)]
    if not codes or len(codes) < _MOSTLY * (len(table.rows) - 1):
        return None
    return replace(
        place.found(DataKind.POPULATION), rows=len(codes), bounds=_around(map(mesh_bounds, codes))
    )


def _around(boxes: Iterator[Bounds]) -> Bounds:
    wests, souths, easts, norths = zip(*boxes, strict=True)
    return min(wests), min(souths), max(easts), max(norths)


def _towns(grid: Grid, place: TablePlace) -> FoundData | None:
    table = _table(grid, "towns", place)
    if table is None:
        return None
    named = {table.columns.cell(row, "pref") for row in table.rows}
    return replace(
        place.found(DataKind.TOWNS),
        prefectures=frozenset(code for name in named if (code := prefecture_code(name))),
        rows=len(table.rows),
    )


def _links(grid: Grid, place: TablePlace) -> FoundData | None:
    table = _table(grid, "links", place)
    if table is None:
        return None
    ends = {table.columns.cell(r, end) for r in table.rows for end in ("from", "to")}
    found = place.found(DataKind.ROADS)
    return replace(found, unit="links", rows=len(table.rows), names=FrozenDict(ends=tuple(ends)))


def nodes_of(grid: Grid, place: TablePlace) -> tuple[frozenset[str], Bounds] | None:
    """Return the names of the places of a table of them, and what they span; None if it is none."""
    try:
        table = _table(grid, "nodes", place)
    except SpotsError:
        return None
    if table is None:
        return None
    points = []
    for row in table.rows:
        try:
            points.append(
                (float(table.columns.cell(row, "lon")), float(table.columns.cell(row, "lat")))
            )
        except ValueError:
            return None
    if not points:
        return None
    names = frozenset(table.columns.cell(row, "id") for row in table.rows)
    return names, _around((lon, lat, lon, lat) for lon, lat in points)


def _list(grid: Grid, place: TablePlace) -> FoundData | None:
    if _search("list").fit(grid.rows) < WHOLE_HEADER:
        return None
    # Lists of the whole country have no types of ours: their cells need not be looked through.
    off = {"type": ""} if len(grid.rows) > _NATIONWIDE else {}
    spec = LayerSpec(
        path=place.path,
        shown=place.name,
        name=place.name,
        sheet=place.sheet or None,
        columns=off,
    )
    scan = scan_grid(spec, {}, grid)
    above = _above(grid, scan.table) if scan.table is not None else ""
    return list_found(spec, scan, place, lambda s: scan_grid(s, {}, grid), above)


def list_found(
    spec: LayerSpec,
    scan: Scan,
    place: TablePlace,
    again: Callable[[LayerSpec], Scan],
    above: str = "",
) -> FoundData | None:
    """Return a list of institutions, of any format, with what its rows show.

    Parameters
    ----------
    spec : LayerSpec
        How it was read.
    scan : Scan
        What the reader made of it.
    place : TablePlace
        Where it is.
    again : callable
        Reads it once more, for a list whose 種別 is no type of ours but 病院 and 診療所.
    above : str
        What stands above its header.

    Raises
    ------
    DataError
        It is one, and cannot be used.
    """
    unit = ""
    if any(p.code == "unknown-type" for p in scan.problems):
        scan, unit = again(replace(spec, columns={"type": ""})), "no-type-column"
    if scan.table is None:
        raise SpotsError(scan.problems)
    keys = {header_key(header) for header in scan.table.columns.header}
    if not scan.raws and any(p.code == "only-example-rows" for p in scan.problems):
        return place.found(DataKind.FORM)
    if fault := first_error(scan.problems):
        raise SpotsError(fault)
    if _P04 not in keys and not is_of_institutions(scan.raws):
        return None
    stems = [PurePosixPath(name).stem for name in (place.member, place.name) if name]
    signs = signs_of(scan, scan.table, (place.sheet, above, *stems))
    kind = DataKind.LIST
    if keys >= _IRYO_JOHO:
        kind = DataKind.IRYO_JOHO
    elif _P04 in keys:
        kind = DataKind.P04
    elif {mark.list_name for mark in signs.marks} == {SELF_REPORTED} and (
        len(signs.by_prefecture) > 1 or _BED_REPORT.search(place.title)
    ):
        kind = DataKind.BED_REPORT
    return replace(
        place.found(kind),
        prefectures=frozenset(signs.by_prefecture),
        edition="" if kind is DataKind.LIST else list_edition(place.title),
        rows=signs.rows,
        signs=signs,
        unit=unit,
    )


def _places(grid: Grid, place: TablePlace) -> FoundData | None:
    table = _table(grid, "places", place)
    if table is None or "name" not in table.columns:
        return None
    example = any(p.code == EXAMPLE_ROW for p in table.problems)
    kind = DataKind.FORM if example and not table.rows else DataKind.PLACES
    return replace(place.found(kind), rows=len(table.rows))


_FAMILIES: tuple[Callable[[Grid, TablePlace], FoundData | None], ...] = (
    *(_index, _areas, _cells_of_people, _towns, _links, _list, _places),
)
