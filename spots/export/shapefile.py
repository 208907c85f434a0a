"""What a DBF has room for: field names of ten bytes, and text in CP932.

Characters that it lacks are replaced, cells that hold more than it can are cut, and both are told.
Stands apart: no other format asks for any of this.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from groundfloor.problems import Problem, Text, warning
from spots.outputs.geopackage import write_layer
from spots.outputs.layer_table import Cell, LayerTable
from spots.telling.columns import ColumnKind, FieldKind

LIMIT = 10  # bytes, by the dBASE III header

#: Names that do not fit, and what stands for them in every layer and every run.
_SHORT = {
    "facility_id": "fac_id",
    "state_reason": "reason",
    "municipality_code": "muni_code",
    "municipality": "muni_name",
    "medical_area_code": "area_code",
    "medical_area": "area_name",
    "nearest_name": "near_name",
    "nearest_id": "near_id",
    "margin_min": "margin_min",
    "threshold_min": "limit_min",
    "variants_differing": "var_differ",
    "position_problem": "pos_prob",
    "place_problem": "place_prob",
    "circle_km2": "circle_km2",
    "main_criterion": "main_crit",
    "prefecture_code": "pref_code",
    "prefecture": "pref_name",
    "class_basis": "cls_basis",
    "turning_factor": "turn_fact",
    "turning_exact": "turn_exact",
    "turning_state": "turn_state",
    "municipality_codes": "muni_codes",
    "medical_area_codes": "area_codes",
    "selected_by": "selected",
    "on_application": "on_applic",
    "spot_reason": "spot_reasn",
}
#: What a column of another assumption begins and ends with.
_ASSUMPTIONS = {
    "neighbours": "nbr",
    "direction": "dir",
    "tolls": "tol",
    "ferries": "fer",
    "closures": "clo",
    "list": "lst",
    "snap": "snp",
    "snap_others": "sno",
    "closed_way": "clw",
    "closed_way_others": "clo2",
    "closed_way_both": "clo3",
    "one_hospital": "one",
    "two_hospitals": "two",
}
_ANSWERS = {
    "nearest_id": "nid",
    "nearest_name": "nname",
    "min": "min",
    "reachable": "reach",
    "verdict": "verd",
    "differs": "differ",
    "state": "state",
}


def short_name(name: str) -> str:
    """Return the name of a field within ten bytes; the same in every run.

    A name without an abbreviation of its own that does not fit keeps its beginning, and ends with
    four digits of its hash, so that it never depends on what other fields there are.

    Examples
    --------
    >>> short_name("municipality_code"), short_name("tolls_nearest_name")
    ('muni_code', 'tol_nname')
    >>> short_name("name"), short_name("quite_another_thing")
    ('name', 'quite_fa70')
    """
    if name in _SHORT:
        return _SHORT[name]
    for long, short in _ASSUMPTIONS.items():
        answer = _ANSWERS.get(name.removeprefix(f"{long}_")) if name.startswith(long) else None
        if answer:
            return f"{short}_{answer}"
    if len(name.encode()) <= LIMIT and name.isascii():
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:4]
    plain = "".join(ch if ch.isascii() and (ch.isalnum() or ch == "_") else "" for ch in name)
    return f"{plain[: LIMIT - 5]}{'' if plain[:5].endswith('_') else '_'}{digest}"[:LIMIT]


def short_names(table: LayerTable) -> dict[str, str]:
    """Return the short name of each field of a layer, by its own name.

    Raises
    ------
    ValueError
        When two fields would share one: the abbreviations above need another entry.
    """
    names = {field.name: short_name(field.name) for field in table.fields}
    if len({short.lower() for short in names.values()}) < len(names):
        raise ValueError(f"field names of {table.name} collide within {LIMIT} bytes: {names}")
    return names


# --- text

MOST_BYTES = 254  # of a DBF text cell
GETA = "〓"  # what printers put where they have no type
ENCODING = "CP932"

# Pairs that look alike, of which CP932 as Windows reads it has the second only.
_TWINS = str.maketrans(
    {
        "\u301c": "\uff5e",  # wave dash
        "\u2212": "\uff0d",  # minus
        "\u2016": "\u2225",  # double bar
        "\u2014": "\u2015",  # dash
        "\u00a2": "\uffe0",
        "\u00a3": "\uffe1",
        "\u00ac": "\uffe2",
        "\u00a5": "\uffe5",
        "\u2013": "-",
        "\u00a0": " ",
        "\u00b2": "2",  # km²
    }
)
# Python's codec writes these to bytes that others do not read back.
_UNSURE = frozenset("\x80\uf8f0\uf8f1\uf8f2\uf8f3")


@dataclass(frozen=True, slots=True)
class Fitted:
    """A cell as the DBF holds it.

    Parameters
    ----------
    text : str
        What is written.
    lacking : str
        Characters that CP932 does not have, for which `GETA` stands; each once.
    cut : bool
        Whether the end was cut off.
    """

    text: str
    lacking: str = ""
    cut: bool = False


def fitted(text: str) -> Fitted:
    """Return `text` in the characters of CP932 and within the bytes of a DBF cell.

    Decomposed kana are composed first, and characters with a twin in CP932 become the twin.

    Examples
    --------
    >>> fitted("𠮷田〜病院")
    Fitted(text='〓田～病院', lacking='𠮷', cut=False)
    >>> len(fitted("あ" * 200).text)
    127
    """
    composed = unicodedata.normalize("NFC", text).translate(_TWINS).replace("\0", GETA)
    lacking: dict[str, None] = {}
    pieces, used, cut = [], 0, False
    for character in composed:
        shown, size = character, _bytes(character)
        if not size:
            lacking[character] = None
            shown, size = GETA, 2
        if used + size > MOST_BYTES:
            cut = True
            break
        pieces.append(shown)
        used += size
    return Fitted("".join(pieces), "".join(lacking), cut)


def _bytes(character: str) -> int:
    """Return how many bytes a character takes; none where CP932 lacks it."""
    try:
        return 0 if character in _UNSURE else len(character.encode(ENCODING))
    except UnicodeEncodeError:
        return 0


# The day the dBASE header says it was last changed: outputs carry no time but the manifest's.
_DBF_DATE = "2000-01-01"
# Where a dBASE header names its language, and its number for Japanese Windows: ArcGIS looks there
# where GDAL and QGIS read the .cpg.
_LANGUAGE_AT, _JAPANESE = 29, 0x13
_ROWS_NAMED = 5


@dataclass(frozen=True, slots=True)
class _Misfit:
    row: int
    cell: Fitted


def write_shapefile(table: LayerTable, folder: Path) -> tuple[Problem, ...]:
    """Write one layer as ``NAME.shp`` with its ``.shx``, ``.dbf``, ``.prj`` and ``.cpg``.

    Yes and no are 1 and 0, which every program reads alike; dates are dates; what is empty stays
    empty.

    Parameters
    ----------
    table : LayerTable
        The layer.
    folder : Path
        Where to write.

    Returns
    -------
    tuple of Problem
        Text that does not fit: characters that CP932 lacks, for which ``〓`` is written, and text
        that was cut at 254 bytes.
    """
    names = short_names(table)
    written, misfits = _adapted(table)
    path = folder / f"{table.name}.shp"
    write_layer(
        written,
        path,
        "ESRI Shapefile",
        names=[names[field.name] for field in table.fields],
        encoding=ENCODING,
        layer_options={"DBF_DATE_LAST_UPDATE": _DBF_DATE},
    )
    _set_language(path.with_suffix(".dbf"))
    return tuple(
        problem
        for field, found in zip(table.fields, misfits, strict=True)
        for problem in _problems(table.name, names[field.name], found)
    )


def _adapted(table: LayerTable) -> tuple[LayerTable, tuple[tuple[_Misfit, ...], ...]]:
    """Return the layer as a DBF can hold it, and for each field what did not fit."""
    columns: list[Sequence[Cell]] = []
    misfits = []
    for position, field in enumerate(table.fields):
        cells = table.column(position)
        found: list[_Misfit] = []
        if field.stored is FieldKind.TEXT:
            texts = [None if cell is None else fitted(str(cell)) for cell in cells]
            found = [
                _Misfit(row, text)
                for row, text in enumerate(texts, 1)
                if text and (text.lacking or text.cut)
            ]
            columns.append([None if text is None else text.text for text in texts])
        elif field.stored is FieldKind.BOOLEAN:
            columns.append([None if cell is None else int(bool(cell)) for cell in cells])
        else:
            columns.append(cells)
        misfits.append(tuple(found))
    fields = tuple(
        replace(f, kind=ColumnKind.INTEGER) if f.stored is FieldKind.BOOLEAN else f
        for f in table.fields
    )
    rows = tuple(zip(*columns, strict=True))
    return replace(table, fields=fields, rows=rows), tuple(misfits)


def _problems(layer: str, column: str, misfits: Sequence[_Misfit]) -> Iterator[Problem]:
    lacking = [m for m in misfits if m.cell.lacking]
    if lacking:
        characters = "".join(dict.fromkeys("".join(m.cell.lacking for m in lacking)))
        yield warning(
            "shapefile-characters",
            Text(
                f"CP932 にない文字「{characters}」を「{GETA}」に置き換えました"
                f"（{_rows(lacking).ja}）",
                f"CP932 lacks “{characters}”; {GETA} stands for it ({_rows(lacking).en})",
            ),
            _OTHERWISE,
            file=f"{layer}.dbf",
            column=column,
        )
    cut = [m for m in misfits if m.cell.cut]
    if cut:
        yield warning(
            "shapefile-cut",
            Text(
                f"文字列を {MOST_BYTES} バイトで切りました（{_rows(cut).ja}）",
                f"text was cut at {MOST_BYTES} bytes ({_rows(cut).en})",
            ),
            _OTHERWISE,
            file=f"{layer}.dbf",
            column=column,
        )


_OTHERWISE = Text(
    "元のままの文字が必要なときは geopackage か flatgeobuf をお使いください",
    "use geopackage or flatgeobuf where the text must stay as it is",
)


def _rows(misfits: Sequence[_Misfit]) -> Text:
    named = ", ".join(str(m.row) for m in misfits[:_ROWS_NAMED])
    more = len(misfits) - _ROWS_NAMED
    if more > 0:
        return Text(f"{named} 行目ほか{more}行", f"rows {named} and {more} more")
    return Text(f"{named} 行目", f"row {named}" if len(misfits) == 1 else f"rows {named}")


def _set_language(path: Path) -> None:
    with path.open("r+b") as file:
        file.seek(_LANGUAGE_AT)
        file.write(bytes([_JAPANESE]))
