"""Files that positions are taken from: public lists of institutions, last year's run, town blocks.

Nothing of them enters a run but a position: so what is wrong with a row of theirs that nobody asks
about is nobody's business, and only what makes the whole file useless is told.

Stands apart: `position_lookup` asks them, whatever they were.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from groundfloor.codec import CodecError, decode
from groundfloor.folding import compact, header_key
from groundfloor.frozen import FrozenDict
from groundfloor.problems import DataError, Problem, Severity, SpotsError, Text, UsageError, error
from spots.facilities.geocoding import TownTable, read_towns
from spots.facilities.model import LayerSpec, ListFormat, RawFacility
from spots.facilities.position_matching import NamedRow
from spots.facilities.reading import Scan, scan_layer
from spots.types import Accuracy, Facility, Layer, Place, Role, SourceRow
from spots.types.results import EVIDENCE_FORMAT

EVIDENCE_FILE = "evidence.json"
_MANIFEST_FILE = "run.json"


class PositionFormat(StrEnum):
    """What a source of positions is; `AUTO` looks."""

    AUTO = "auto"
    IRYO_JOHO = "iryo_joho"  # 医療情報ネット
    P04 = "p04"  # 国土数値情報 医療機関データ
    TABLE = "table"
    RESULT = "result"  # a finished run
    TOWNS = "towns"  # 町丁目


_READ_AS = {
    PositionFormat.IRYO_JOHO: ListFormat.IRYO_JOHO,
    PositionFormat.P04: ListFormat.P04,
    PositionFormat.TABLE: ListFormat.TABLE,
}


class PositionSourceError(DataError):
    """A source of positions cannot be used; carries every problem found in it."""


@dataclass(frozen=True, slots=True)
class PositionSource:
    """A file that positions are taken from, as a run file (or the command line) declares it.

    Parameters
    ----------
    spec : LayerSpec
        How it is read: path, name in messages, source, sheet, encoding, columns, where. Its
        `format` is `ListFormat.AUTO`.
    kind : PositionFormat
        What it is.
    names : mapping of str to str
        By hand: what the source calls a facility, by the name in the lists.
    """

    spec: LayerSpec
    kind: PositionFormat = PositionFormat.AUTO
    names: Mapping[str, str] = field(default_factory=FrozenDict)


def sources_of(paths: Iterable[str | Path]) -> tuple[PositionSource, ...]:
    """Return files as sources of positions, each of which is looked at for what it is."""
    named = [Path(path) for path in paths]
    return tuple(
        PositionSource(LayerSpec(path=path, shown=path.name or str(path), name=str(path)))
        for path in named
    )


@dataclass(frozen=True, slots=True, eq=False)
class PositionTable:
    """What a source holds.

    Parameters
    ----------
    label : str
        What outputs call it: its publisher, else its file.
    file : str
        Its file, as outputs may show it.
    rows : tuple of NamedRow
        Institutions; empty of town blocks.
    names : mapping of str to str
        As of `PositionSource`.
    towns : TownTable or None
        Town blocks; None of institutions.
    names_alone : bool
        See `spots.facilities.position_matching.Records`.
    """

    label: str
    file: str
    rows: tuple[NamedRow, ...] = ()
    names: Mapping[str, str] = field(default_factory=FrozenDict)
    towns: TownTable | None = None
    names_alone: bool = False


def source_file(path: Path) -> Path:
    """Return the file that holds the positions of a source: of a finished run its evidence.

    Parameters
    ----------
    path : Path
        A file, a run's output folder, or its ``run.json``.
    """
    if path.name == _MANIFEST_FILE:
        return path.with_name(EVIDENCE_FILE)
    return path / EVIDENCE_FILE if path.is_dir() else path


def read_positions(source: PositionSource) -> PositionTable:
    """Read a source of positions.

    Parameters
    ----------
    source : PositionSource
        The source.

    Raises
    ------
    PositionSourceError, TownTableError, MissingFileError
        It cannot be used: it has no names, no coordinates, or is something else.
    """
    spec = source.spec
    path = source_file(spec.path)
    label = spec.source or spec.shown
    known = PositionTable(label, spec.shown, names=source.names)
    if source.kind is PositionFormat.TOWNS:
        return replace(known, towns=read_towns(path, spec.shown))
    evidence = _evidence(path)
    if evidence is not None and source.kind in {PositionFormat.AUTO, PositionFormat.RESULT}:
        return replace(known, rows=tuple(_of_run(evidence, spec)))
    scan = scan_layer(_as_list(source, path), {})
    if source.kind is PositionFormat.AUTO and _nameless(scan):
        try:
            return replace(known, towns=read_towns(path, spec.shown))
        except SpotsError:
            pass  # what it lacks as a list is told
    return replace(known, rows=_usable(scan, spec.shown))


def _as_list(source: PositionSource, path: Path) -> LayerSpec:
    """Return how a source is read; 種別 of such lists is 病院 or 診療所, not ①②③."""
    read_as = _READ_AS.get(source.kind, ListFormat.AUTO)
    columns = {"type": "", **source.spec.columns}
    spec = source.spec
    return replace(spec, path=path, name=spec.source or spec.shown, format=read_as, columns=columns)


def _nameless(scan: Scan) -> bool:
    return any(p.code == "column-missing" for p in scan.problems)


def _usable(scan: Scan, shown: str) -> tuple[NamedRow, ...]:
    """Return the rows of a list; a row that cannot be read is nobody's position.

    Raises
    ------
    PositionSourceError
        The list as a whole cannot be used.
    """
    wrong = [p for p in scan.problems if p.severity is Severity.ERROR and p.code != "name-missing"]
    if wrong:
        raise PositionSourceError(wrong)
    if not any(raw.position for raw in scan.raws):
        raise PositionSourceError(_no_coordinates(shown, rows=len(scan.raws)))
    return tuple(NamedRow(raw, (raw.name,)) for raw in _with_accuracy(scan))


def _with_accuracy(scan: Scan) -> Iterator[RawFacility]:
    """Yield the rows; files of a finished run say of each how well its position is known."""
    header = scan.table.columns.header if scan.table is not None else ()
    keys = [header_key(h) for h in header]
    if "accuracy" not in keys or "facilityid" not in keys or scan.table is None:
        yield from scan.raws
        return
    at = keys.index("accuracy")
    said = {row.number: row.cells[at] for row in scan.table.rows if at < len(row.cells)}
    for raw in scan.raws:
        town = compact(said.get(raw.row.row, "")) == Accuracy.TOWN
        position = raw.position
        if position is not None and town:
            position = replace(position, accuracy=Accuracy.TOWN)
        yield replace(raw, position=position)


# --- a finished run


def _evidence(path: Path) -> Mapping[str, object] | None:
    """Return the page of a run's evidence; None of a file that is none."""
    if path.suffix.lower() != ".json" or not path.is_file():
        return None
    try:
        page = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None
    return page if isinstance(page, dict) and page.get("format") == EVIDENCE_FORMAT else None


def _of_run(page: Mapping[str, object], spec: LayerSpec) -> Iterator[NamedRow]:
    """Yield the facilities of a run under all the names that its lists had for them.

    Where the run doubted the position, nobody else should take it.
    """
    result = page.get("result")
    try:
        verdicts = result["verdicts"] if isinstance(result, dict) else ()
        found = [
            (decode(each["facility"], Facility), decode(each["place"], Place)) for each in verdicts
        ]
    except (CodecError, KeyError, TypeError, UsageError) as fault:
        raise PositionSourceError(_broken(spec.shown, str(fault))) from None
    if not any(facility.position for facility, _ in found):
        raise PositionSourceError(_no_coordinates(spec.shown, rows=len(found)))
    layer = Layer(spec.shown, spec.shown, frozenset(), Role.DESTINATION, spec.source, spec.as_of)
    for number, (facility, place) in enumerate(found, 1):
        code = place.municipality_code or facility.municipality_code
        raw = RawFacility(
            layer=layer,
            row=SourceRow(spec.shown, spec.shown, number),
            given_id=facility.id,
            name=facility.name,
            types=frozenset(),
            address=facility.address,
            prefecture_code=code[:2] if code else facility.prefecture_code,
            municipality=place.municipality or facility.municipality_name,
            municipality_code=code,
            position=None if place.problem else facility.position,
        )
        yield NamedRow(raw, facility.names)


# --- what makes a source useless


def _no_coordinates(shown: str, *, rows: int) -> Problem:
    return error(
        "positions-without-coordinates",
        Text(
            f"位置の出典に指定されていますが、{rows:,}行のどれにも使える緯度・経度がありません",
            f"is named as a source of positions, but none of its {rows:,} rows has usable "
            "coordinates",
        ),
        Text(
            "緯度・経度の列がある版を指定するか、列の名前が違うときは columns で lat・lon に"
            "対応させてください",
            "give an edition with coordinates, or map its columns to lat and lon under columns",
        ),
        file=shown,
    )


def _broken(shown: str, detail: str) -> Problem:
    return error(
        "positions-result-unreadable",
        Text(
            f"実行結果の施設を読み取れません（{detail}）",
            f"the facilities of the run cannot be read ({detail})",
        ),
        Text(
            "spots run の出力フォルダをそのまま指定してください",
            "give the output folder of spots run as it was written",
        ),
        file=shown,
    )
